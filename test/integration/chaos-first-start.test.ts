import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engines } from '../support/engines.ts';

const TEMPLATES = join(import.meta.dirname, '../../node_modules/.cache/zhike');

/** Opens a store and is killed as the embedded engine lays out its files. */
const DIES_EARLY = `
const { default: fs } = await import('node:fs');
const { syncBuiltinESMExports } = await import('node:module');
const { mkdirSync } = fs;
fs.mkdirSync = (path, ...rest) => {
  if (/postgres.global$/.test(String(path))) process.kill(process.pid, 'SIGKILL');
  return mkdirSync(path, ...rest);
};
syncBuiltinESMExports();
const { openStore } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/store/open.ts'))});
const log = { debug() {}, info() {}, warn() {}, error() {} };
const [, dataDir, templateDir] = process.argv;
await openStore({ databaseUrl: null, dataDir, templateDir, burstWindowMs: 0, usesOutbox: () => false, clock: () => new Date(),
  newId: () => crypto.randomUUID(), random: Math.random, log });
`;

test('a first start that is killed half way does not keep the next ones from starting', async () => {
  const home = await engines[0]?.home();
  if (!home) throw new Error('no engine');
  const args = ['--disable-warning=DEP0040', '--input-type=module', '-e', DIES_EARLY, home.config.dataDir, TEMPLATES];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  const store = await home.open();
  const inbox = await store.ensureInbox('web', 'default');
  await store.close();
  const again = await home.open();
  expect(await again.ensureInbox('web', 'default')).toEqual(inbox);
  await again.close();
  await home.remove();
});
