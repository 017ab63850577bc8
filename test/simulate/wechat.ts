/**
 * `npm run wechat:simulate [-- --port 4001] [--server-port 3978]`: a server with a demo account of WeChat and the chat
 * page to try it. With `--url http://127.0.0.1:3978 --email … --password …` it sets the account up in a server that runs
 * already, started with `WECHAT_API_BASE` at the simulator's address. Everything listens on this machine only.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, startServer } from '../chaos/server-process.ts';
import { type Admin, askAsAdmin, connect, DEMO_ACCOUNT, signIn, signInByLink } from '../support/wechat-sim/connect.ts';
import { openSimFront } from '../support/wechat-sim/front.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4001' },
    'server-port': { type: 'string' },
    url: { type: 'string' },
    email: { type: 'string', default: 'admin@localhost' },
    password: { type: 'string' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const front = await openSimFront(DEMO_ACCOUNT, { port: Number(values.port) }).catch((error: unknown) => {
  process.stderr.write(
    `The simulator could not listen on port ${values.port}: ${error instanceof Error ? error.message : error}\nTake another one with --port.\n`,
  );
  return process.exit(1);
});
const ending: (() => unknown)[] = [() => front.close()];

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void end(0);
  });

try {
  if (values.url) await joinServer(values.url);
  else await startOwn();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  await end(1);
}

async function end(code: number): Promise<never> {
  for (const step of ending.toReversed()) await step();
  process.exit(code);
}

async function joinServer(url: string): Promise<void> {
  if (!values.password) throw new Error('Name an administrator of that server: --email and --password.');
  const base = url.replace(/\/+$/, '');
  const admin = await signIn(base, { email: values.email, password: values.password });
  await connect(front, admin);
  announce([`  Server         ${base}`, `                 (needs WECHAT_API_BASE=${front.url})`]);
}

/** A house of its own that is gone when it stops: what is tried here leaves nothing behind. */
async function startOwn(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'zhike-wechat-'));
  const port = values['server-port'] === undefined ? await freePort() : Number(values['server-port']);
  const entry = join(import.meta.dirname, '../../src/main.ts');
  const env = { DATA_DIR: join(home, 'data'), LOG_LEVEL: 'warn', WECHAT_API_BASE: front.url };
  say('Starting a server …');
  const server = startServer({ entry, port, cwd: home, env });
  ending.push(
    () => rmSync(home, { recursive: true, force: true }),
    () => server.stop(),
  );
  await server.ready();
  const admin = await signInByLink(server.base, String(server.firstLink), randomBytes(18).toString('base64url'));
  await connect(front, admin);
  announce([
    `  Agent console  ${await consoleLink(admin)}`,
    '                 (one time; for answering as a colleague)',
  ]);
}

/** The first administrator's link is spent; a colleague's opens the console. */
async function consoleLink(admin: Admin): Promise<string> {
  const body = { email: 'colleague@localhost', name: '小知', role: 'admin' };
  const { json } = await askAsAdmin(admin, { method: 'POST', path: '/api/v1/agents', body });
  return String(json.url);
}

function announce(lines: string[]): void {
  say(
    [
      '',
      '  The WeChat simulator is ready.',
      '',
      `  Chat page      ${front.url}/`,
      ...lines,
      '  Ctrl-C stops.',
      '',
    ].join('\n'),
  );
}
