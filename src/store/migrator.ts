/** Runs what is missing, with Kysely's migrator: its advisory lock lets many processes start at once. */
import type { PGlite } from '@electric-sql/pglite';
import { type Dialect, Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type pg from 'pg';
import { migrations } from './migrations/index.ts';

/** The names of the migrations that this call ran. */
export async function runMigrations(target: { lite: PGlite } | { pool: pg.Pool }): Promise<string[]> {
  const dialect: Dialect =
    'lite' in target
      ? new PGliteDialect({ pglite: target.lite })
      : new PostgresDialect({ pool: unending(target.pool) });
  const kysely = new Kysely<unknown>({ dialect });
  const migrator = new Migrator({ db: kysely, provider: { getMigrations: loadAll } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error instanceof Error ? error : new Error(String(error));
  return (results ?? []).map((result) => result.migrationName);
}

async function loadAll(): Promise<Record<string, Migration>> {
  const loaded = await Promise.all(
    Object.entries(migrations).map(async ([name, load]) => [name, await load()] as const),
  );
  return Object.fromEntries(loaded);
}

/** The pool outlives the migrator. */
function unending(pool: pg.Pool): Pick<pg.Pool, 'connect' | 'end'> & { options: object } {
  return { connect: pool.connect.bind(pool), end: async () => undefined, options: pool.options } as never;
}
