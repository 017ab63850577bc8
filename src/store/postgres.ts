/** PostgreSQL (>= 15) behind the seam: a pool whose broken connections never end the process. */
import pg from 'pg';
import type { Log } from '../ports.ts';
import { createCourtesy, isUrgent } from './lanes.ts';
import type { Db, Query } from './sql.ts';

const INT8 = 20;
const TIMESTAMPTZ = 1184;

/** Values as the seam promises them; everything else as the driver gives it. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return (text: string) => Number(text);
    if (oid === TIMESTAMPTZ) return (text: string) => new Date(text).toISOString();
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
  },
} as pg.CustomTypesConfig;

/** Statements of the house that run while somebody waits at the door. */
const BEHIND_THE_DOOR = 3;

export type PostgresOptions = { url: string; max?: number; log: Log };

export function createPool({ url, max = 12, log }: PostgresOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 5_000,
    options:
      '-c timezone=UTC -c statement_timeout=10000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=10000',
  });
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle database connection broke'));
  return pool;
}

/** `door`: a pool of its own for what somebody waits for at the door; those never queue behind the work in the house. */
export async function openPostgres(pool: pg.Pool, door: pg.Pool): Promise<Db> {
  const [row] = (
    await pool.query<{ version: number; commit: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('synchronous_commit') as commit`,
    )
  ).rows;
  if (!row || row.version < 150_000) throw new Error('PostgreSQL 15 or newer is needed.');
  if (row.commit === 'off')
    throw new Error('synchronous_commit is off: acknowledged messages could be lost. Turn it on.');
  const courtesy = createCourtesy(BEHIND_THE_DOOR);
  const [inside, first] = [queryOn(pool), queryOn(door)];
  return {
    engine: 'postgres',
    query: (text, values, name) =>
      isUrgent(name)
        ? courtesy.urgent(() => first(text, values, name))
        : courtesy.patient(() => inside(text, values, name)),
    tx: (work) => courtesy.patient(() => transact(pool, work)),
    close: async () => {
      await Promise.all([pool.end(), door.end()]);
    },
  };
}

function queryOn(target: pg.Pool | pg.PoolClient): Query {
  return async <R>(text: string, values: readonly unknown[] = [], name?: string) => {
    const result = await target.query({ text, values: [...values], ...(name ? { name } : {}) });
    return result.rows as R[];
  };
}

async function transact<T>(pool: pg.Pool, work: (query: Query) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(queryOn(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
