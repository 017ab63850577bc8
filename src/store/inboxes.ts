/** Inboxes as they are kept: settings in the open, secrets sealed by whoever hands them in. */
import { ZhikeError } from '../domain/errors.ts';
import { type Db, isUniqueViolation } from './sql.ts';
import type { InboxStore, KeptInbox } from './store.ts';

const COLUMNS = `id, channel, name, enabled, settings, secrets, version, health, created_at as "createdAt"`;

export function createInboxStore(db: Db): InboxStore {
  const named = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (isUniqueViolation(error)) throw new ZhikeError('NameTaken');
      throw error;
    }
  };
  return {
    list: () => db.query<KeptInbox>(`select ${COLUMNS} from inbox order by created_at, id`, [], 'list-inboxes'),
    find: async (id) =>
      (await db.query<KeptInbox>(`select ${COLUMNS} from inbox where id = $1`, [id], 'find-inbox'))[0] ?? null,
    create: ({ id, channel, name, enabled, settings, secrets }) =>
      named(async () => {
        const [row] = await db.query<KeptInbox>(
          `insert into inbox (id, channel, name, enabled, settings, secrets)
           values ($1, $2, $3, $4, $5::jsonb, $6::jsonb) returning ${COLUMNS}`,
          [id, channel, name, enabled, JSON.stringify(settings), JSON.stringify(secrets)],
        );
        if (!row) throw new Error('the inbox was not kept');
        return row;
      }),
    update: (id, version, { name, enabled, settings, secrets }) =>
      named(async () => {
        const [row] = await db.query<KeptInbox>(
          `update inbox set name = coalesce($3, name), enabled = coalesce($4, enabled),
             settings = coalesce($5::jsonb, settings), secrets = coalesce($6::jsonb, secrets),
             version = version + 1, updated_at = now()
           where id = $1 and version = $2 returning ${COLUMNS}`,
          [id, version, name ?? null, enabled ?? null, json(settings), json(secrets)],
        );
        return row ?? null;
      }),
    report: async (id, health) => {
      await db.query(`update inbox set health = $2::jsonb where id = $1 and health is distinct from $2::jsonb`, [
        id,
        json(health ?? undefined),
      ]);
    },
  };
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
