/** Files that came with messages, and settings that all processes share. */
import type { FileStore, StoredFile } from '../ports.ts';
import type { Db } from './sql.ts';
import type { SettingStore } from './store.ts';

export function createFileStore(db: Db): FileStore {
  return {
    put: async ({ id, conversationId, name, contentType, bytes }) => {
      await db.query(
        `insert into file (id, conversation_id, name, content_type, bytes) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
        [id, conversationId, name, contentType, bytes],
      );
    },
    get: async (id) => {
      const [row] = await db.query<StoredFile>(
        `select id, conversation_id as "conversationId", name, content_type as "contentType", bytes from file where id = $1`,
        [id],
      );
      return row ?? null;
    },
  };
}

export function createSettingStore(db: Db): SettingStore {
  return {
    get: async <T>(key: string) =>
      (await db.query<{ value: T }>(`select value from setting where key = $1`, [key]))[0]?.value ?? null,
    put: async (key, value) => {
      await db.query(
        `insert into setting (key, value) values ($1, $2::jsonb)
         on conflict (key) do update set value = excluded.value returning key`,
        [key, JSON.stringify(value)],
      );
    },
    getOrCreate: async <T>(key: string, make: () => T) => {
      const read = () => db.query<{ value: T }>(`select value from setting where key = $1`, [key]);
      const [known] = await read();
      if (known) return known.value;
      await db.query(`insert into setting (key, value) values ($1, $2::jsonb) on conflict (key) do nothing`, [
        key,
        JSON.stringify(make()),
      ]);
      const [kept] = await read();
      if (!kept) throw new Error(`setting ${key} was not kept`);
      return kept.value;
    },
  };
}
