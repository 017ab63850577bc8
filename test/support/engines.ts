/** The engines that one suite runs on: the embedded one always, PostgreSQL where it is there (and in CI it must be). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import type { Log } from '../../src/ports.ts';
import { openStore, type StoreOptions } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createTestDatabase, postgresUrl } from './services.ts';

export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export type Home = {
  /** Opens a store on this home; again for a second process, or after a close. */
  open(options?: Partial<StoreOptions>): Promise<Store>;
  config: { databaseUrl: string | null; dataDir: string };
  remove(): Promise<void>;
};

const TEMPLATES = join(import.meta.dirname, '../../node_modules/.cache/zhike');

async function home(databaseUrl: string | null, drop: () => Promise<void>): Promise<Home> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhike-'));
  const config = { databaseUrl, dataDir };
  return {
    config,
    open: (options = {}) =>
      openStore({
        ...config,
        templateDir: TEMPLATES,
        burstWindowMs: 0,
        usesOutbox: () => false,
        clock: () => new Date(),
        newId: v7,
        random: Math.random,
        log: silentLog,
        ...options,
      }),
    remove: async () => {
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type Engine = { name: 'pglite' | 'postgres'; home: () => Promise<Home> };

export const engines: Engine[] = [
  { name: 'pglite', home: () => home(null, async () => {}) },
  ...(postgresUrl() === null
    ? []
    : [
        {
          name: 'postgres' as const,
          home: async () => {
            const { url, drop } = await createTestDatabase();
            return home(url, drop);
          },
        },
      ]),
];
