/** The embedded database behind the seam, with the cures for what PGlite leaves out (fsync, lock, checkpoints, fairness). */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import type { Log } from '../ports.ts';
import { lockDirectory } from './directory-lock.ts';
import { DurableNodeFS } from './durable-fs.ts';
import { createGate, type Gate, isUrgent } from './lanes.ts';
import { createStatements, executeText, type Statements } from './pglite-statements.ts';
import type { Db, Query } from './sql.ts';

const parsers = {
  [types.INT8]: (text: string) => Number(text),
  [types.TIMESTAMPTZ]: (text: string) => new Date(text).toISOString(),
};

const SETTINGS = {
  wal_sync_method: 'fsync',
  max_wal_size: '64MB',
  min_wal_size: '32MB',
  // Taken whole at the start; pages beyond it come from the system's own cache.
  shared_buffers: '64MB',
  timezone: 'UTC',
  // A plan is kept for long and tables begin empty: look things up by index, as will be right once they are full.
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const;

/** Write-ahead log that may pile up before a checkpoint, and the longest time between two. */
const CHECKPOINT_BYTES = 24 * 1024 * 1024;
const HOUSEKEEPING_MS = 20_000;
const HOT_TABLES = ['conversation', 'activity', 'receipt', 'outbox', 'ticket', 'session'];

export type Embedded = { lite: PGlite; db: Db /** Whether this start made a new database. */; created: boolean };

export type EmbeddedOptions = {
  directory: string;
  log: Log;
  /** A dump of a migrated, empty database: opening from it takes a third of the time of a cold start. */
  template?: string;
};

/** Opens (or creates) the database in `directory`; throws `DirectoryInUse` when another process has it. */
export async function openEmbedded({ directory, log, template }: EmbeddedOptions): Promise<Embedded> {
  const unlock = lockDirectory(directory);
  try {
    const path = join(directory, 'postgres');
    setHalfMadeAside(path, log);
    const created = !existsSync(join(path, 'PG_VERSION'));
    if (created) writeFileSync(halfMade(path), '');
    const fs = new DurableNodeFS(path);
    const fromTemplate = created && template !== undefined && existsSync(template);
    const lite = await PGlite.create({
      fs,
      parsers,
      startParams: startParams(),
      ...(fromTemplate ? { loadDataDir: new Blob([readFileSync(template)]) } : {}),
    });
    await assertDurable(lite, fs);
    if (created) declareWhole(path);
    const stopHousekeeping = keepHouse(lite, log);
    const engine: Engine = { lite, statements: createStatements(lite), gate: createGate() };
    const db: Db = {
      engine: 'pglite',
      query: queryOn(engine),
      tx: (work) => engine.gate.run(false, () => transact(engine, work)),
      close: () => close(),
    };
    const close = async () => {
      stopHousekeeping();
      await lite.exec('checkpoint').catch(() => undefined);
      await lite.close();
      unlock();
    };
    return { lite, db, created };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Stands beside a database from before its first file until it has been opened once: nothing was promised from it yet. */
const halfMade = (path: string) => `${path}.half-made`;

/** Half a database opens never again: it is set aside (not deleted), and the start makes a new one. */
function setHalfMadeAside(path: string, log: Log): void {
  if (!existsSync(halfMade(path)) || !existsSync(path)) return;
  const aside = `${path}.${Date.now()}`;
  renameSync(path, aside);
  log.warn({ aside }, 'a first start was interrupted: its half-made database is set aside and made anew');
}

/** Durable before the database is used: a mark that came back after a power cut would set real data aside. */
function declareWhole(path: string): void {
  rmSync(halfMade(path));
  if (process.platform === 'win32') return;
  const directory = openSync(dirname(path), 'r');
  fsyncSync(directory);
  closeSync(directory);
}

/** Writes the template that later starts (and tests) open from; the file appears whole or not at all. */
export async function saveTemplate(lite: PGlite, template: string): Promise<void> {
  await lite.exec('vacuum');
  await lite.exec('checkpoint');
  const dump = await lite.dumpDataDir('none');
  mkdirSync(dirname(template), { recursive: true });
  const draft = `${template}.${process.pid}`;
  writeFileSync(draft, Buffer.from(await dump.arrayBuffer()));
  renameSync(draft, template);
}

function startParams(): string[] {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [...PGlite.defaultStartParams.filter((param) => param !== '-F'), ...settings];
}

async function assertDurable(lite: PGlite, fs: DurableNodeFS): Promise<void> {
  await lite.exec('create table if not exists durability_probe (n int)');
  const before = fs.syncs;
  await lite.exec('insert into durability_probe values (1); truncate durability_probe');
  if (fs.syncs === before)
    throw new Error('The embedded database does not fsync: refusing to start (check the PGlite version).');
}

/** Answers of PGlite come in microtasks: without this breath a busy store would starve every timer and socket. */
const breathe = () => new Promise<void>((resume) => setImmediate(resume));

type Engine = { lite: PGlite; statements: Statements; gate: Gate };

function queryOn({ lite, statements, gate }: Engine): Query {
  return async <R>(text: string, values: readonly unknown[] = [], name?: string) => {
    return gate.run(isUrgent(name), async () => {
      const rows = name ? await statements.run<R>(name, text, values) : (await lite.query<R>(text, [...values])).rows;
      await breathe();
      return rows;
    });
  };
}

/** Inside a transaction nothing is prepared: what prepares waits for the engine, which the transaction holds. */
async function transact<T>({ lite, statements }: Engine, work: (query: Query) => Promise<T>): Promise<T> {
  const result = await lite.transaction((tx) =>
    work(async <R>(text: string, values: readonly unknown[] = [], name?: string) => {
      if (!name || !statements.isReady(name)) return (await tx.query<R>(text, [...values])).rows;
      return ((await tx.exec(executeText(name, values)))[0]?.rows ?? []) as R[];
    }),
  );
  await breathe();
  return result;
}

/** Checkpoints by size and vacuums hot tables: the embedded engine has neither checkpointer nor autovacuum. */
function keepHouse(lite: PGlite, log: Log): () => void {
  let checkpointed = '0/0';
  let table = 0;
  const tidy = async () => {
    const { rows } = await lite.query<{ lsn: string; bytes: string }>(
      `select pg_current_wal_lsn()::text as lsn, pg_wal_lsn_diff(pg_current_wal_lsn(), $1::pg_lsn)::text as bytes`,
      [checkpointed],
    );
    const [row] = rows;
    if (!row || Number(row.bytes) < CHECKPOINT_BYTES) return;
    await lite.exec('checkpoint');
    await lite.exec(`vacuum (analyze) ${HOT_TABLES[table++ % HOT_TABLES.length]}`);
    checkpointed = row.lsn;
  };
  const timer = setInterval(() => {
    tidy().catch((error: Error) => log.warn({ error: error.message }, 'housekeeping of the embedded database failed'));
  }, HOUSEKEEPING_MS);
  timer.unref();
  return () => clearInterval(timer);
}
