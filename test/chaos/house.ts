/** Server processes over one database, in a home of their own that is gone afterwards. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from './database.ts';
import { freePort, type ServerProcess, startServer } from './server-process.ts';

const BURST_WINDOW_MS = 60;

export type House = { servers: ServerProcess[]; databaseUrl: string | null; dataDir: string; close(): Promise<void> };

export type HouseOptions = {
  processes: number;
  /** null: the embedded engine. Leads to a server on which a fresh database may be created. */
  databaseUrl: string | null;
  redisUrl: string | null;
  planted: boolean;
  env?: Record<string, string>;
};

export async function openHouse({
  processes,
  databaseUrl,
  redisUrl,
  planted,
  env: more = {},
}: HouseOptions): Promise<House> {
  const home = mkdtempSync(join(tmpdir(), 'zhike-chaos-'));
  const database = databaseUrl === null ? null : await createDatabase(databaseUrl);
  const dataDir = join(home, 'data');
  mkdirSync(dataDir);
  const env = {
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    BURST_WINDOW_MS: String(BURST_WINDOW_MS),
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    ...more,
  };
  const entry = planted ? join(import.meta.dirname, 'planted.ts') : join(import.meta.dirname, '../../src/main.ts');
  const servers: ServerProcess[] = [];
  for (let n = 0; n < processes; n++) {
    servers.push(startServer({ entry, port: await freePort(), cwd: home, env }));
    await servers[n]?.ready();
  }
  return {
    servers,
    dataDir,
    databaseUrl: database?.url ?? null,
    close: async () => {
      await Promise.all(servers.map((server) => server.stop()));
      await database?.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
