/** Brings the schema up to date: safe with many processes at once, forward only, the same files on both engines. */

import type { PGlite } from '@electric-sql/pglite';
import { type Dialect, Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import type pg from 'pg';
import { migrations } from './migrations/index.ts';

export async function migrate(target: { lite: PGlite } | { pool: pg.Pool }): Promise<string[]> {
  const dialect: Dialect =
    'lite' in target
      ? new PGliteDialect({ pglite: target.lite })
      : new PostgresDialect({ pool: unending(target.pool) });
  const kysely = new Kysely<unknown>({ dialect });
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error(String(error));
  return (results ?? []).map((result) => result.migrationName);
}

/** The pool outlives the migrator. */
function unending(pool: pg.Pool): Pick<pg.Pool, 'connect' | 'end'> & { options: object } {
  return { connect: pool.connect.bind(pool), end: async () => undefined, options: pool.options } as never;
}
