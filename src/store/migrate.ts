/** Brings the schema up to date: safe with many processes at once, forward only, the same files on both engines. */
import type { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import { migrations } from './migrations/index.ts';
import type { Db } from './sql.ts';

/** The names of the migrations that this call ran; a schema that is up to date loads no migrator. */
export async function migrate(db: Db, target: { lite: PGlite } | { pool: pg.Pool }): Promise<string[]> {
  if (await isCurrent(db)) return [];
  const { runMigrations } = await import('./migrator.ts');
  return runMigrations(target);
}

async function isCurrent(db: Db): Promise<boolean> {
  const [table] = await db.query<{ there: boolean }>(`select to_regclass('kysely_migration') is not null as there`);
  if (!table?.there) return false;
  const applied = new Set(
    (await db.query<{ name: string }>('select name from kysely_migration')).map(({ name }) => name),
  );
  return Object.keys(migrations).every((name) => applied.has(name));
}
