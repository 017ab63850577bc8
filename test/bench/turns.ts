/**
 * `npm run bench -- turns [--json] [--seconds 8] [--database-url postgres://…]`: FAQ turns per second and the time from
 * the POST to the committed reply, on each engine, beside a plain echo bot that keeps nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readKnowledge } from '../../src/knowledge/folder.ts';
import { createTestDatabase, postgresUrl } from '../support/services.ts';
import { openChat, openEcho, type Talker, type Timing, talk } from './turns/clients.ts';
import { cpuAllTold, type Measured, rssMb, startProcess } from './turns/process.ts';

type Row = Timing & { conversations: number; cpuMsPerTurn: number };
type System = {
  name: string;
  engine: string;
  durable: boolean;
  readyMs: number;
  idleMb: number;
  rows: Row[];
  slowModel?: Timing;
};

const entry = (name: string) => join(import.meta.dirname, 'turns', name);
/** Published questions as they stand: every one is answered, so every turn has a reply to wait for. */
const questions = readKnowledge(join(import.meta.dirname, '../../knowledge'))
  .filter(({ locale, verbatim }) => locale === 'zh-CN' && verbatim)
  .map(({ question }) => question);
const worded = readKnowledge(join(import.meta.dirname, '../../knowledge'))
  .filter(({ locale, verbatim }) => locale === 'zh-CN' && !verbatim)
  .map(({ question }) => question);

const CONVERSATIONS = [1, 16, 64];
const IDLE_MS = 4_000;
const SLOW_MODEL_MS = 20_000;
const SLOW_TURNS = 16;

type Rate = {
  system: Measured;
  open: (url: string, id: number) => Promise<Talker>;
  withPostgres: boolean;
  seconds: number;
};

async function rate({ system, open, withPostgres, seconds }: Rate): Promise<Row[]> {
  const rows: Row[] = [];
  for (const conversations of CONVERSATIONS) {
    const talkers = await Promise.all(Array.from({ length: conversations }, (_, id) => open(system.url, id)));
    await talk(talkers, questions, 1);
    const before = cpuAllTold(system.pid, withPostgres);
    const timing = await talk(talkers, questions, seconds);
    const cpu = cpuAllTold(system.pid, withPostgres) - before;
    rows.push({ conversations, ...timing, cpuMsPerTurn: Number((cpu / timing.turns).toFixed(2)) });
    for (const talker of talkers) talker.close();
  }
  return rows;
}

/** A model that takes twenty seconds, and what the others feel of it. */
async function beside(url: string, seconds: number): Promise<Timing> {
  const slow = await Promise.all(Array.from({ length: SLOW_TURNS }, () => openChat(url)));
  const pending = slow.map((talker, n) => talker.ask(worded[n % worded.length] ?? ''));
  const others = await Promise.all(Array.from({ length: 16 }, () => openChat(url)));
  const timing = await talk(others, questions, seconds);
  await Promise.all(pending);
  for (const talker of [...slow, ...others]) talker.close();
  return timing;
}

async function measureOurs(databaseUrl: string | null, seconds: number): Promise<System> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhike-bench-'));
  const model = createServer((_request, response) => {
    setTimeout(
      () => response.end(JSON.stringify({ choices: [{ message: { content: '{"reply":"好的。"}' } }] })),
      SLOW_MODEL_MS,
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => model.once('listening', resolve));
  const env = {
    PORT: '0',
    DATA_DIR: dataDir,
    BURST_WINDOW_MS: '0',
    LOG_LEVEL: 'warn',
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
  };
  await (await startProcess(entry('server.ts'), env)).stop();
  const system = await startProcess(entry('server.ts'), env);
  try {
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const idleMb = rssMb(system.pid);
    const rows = await rate({ system, open: openChat, withPostgres: databaseUrl !== null, seconds });
    await system.stop();
    const modelUrl = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
    const thinking = await startProcess(entry('server.ts'), {
      ...env,
      OPENAI_BASE_URL: modelUrl,
      LLM_TIMEOUT_MS: '30000',
    });
    const slowModel = await beside(thinking.url, seconds);
    await thinking.stop();
    const engine = databaseUrl === null ? 'pglite' : 'postgres';
    return { name: 'zhike', engine, durable: true, readyMs: Math.round(system.readyMs), idleMb, rows, slowModel };
  } finally {
    model.closeAllConnections();
    model.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measureEcho(seconds: number): Promise<System> {
  const system = await startProcess(entry('echo-bot.ts'), {});
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const idleMb = rssMb(system.pid);
  const rows = await rate({ system, open: openEcho, withPostgres: false, seconds });
  await system.stop();
  return {
    name: 'botbuilder echo + MemoryStorage',
    engine: 'memory',
    durable: false,
    readyMs: Math.round(system.readyMs),
    idleMb,
    rows,
  };
}

export async function benchTurns(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      seconds: { type: 'string', default: '8' },
      'database-url': { type: 'string' },
    },
  });
  const seconds = Number(values.seconds);
  const systems = [await measureEcho(seconds), await measureOurs(null, seconds)];
  const given = values['database-url'];
  if (given) systems.push(await measureOurs(given, seconds));
  else if (postgresUrl() !== null) {
    const database = await createTestDatabase();
    systems.push(await measureOurs(database.url, seconds));
    await database.drop();
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ bench: 'turns', burstWindowMs: 0, systems })}\n`);
  else print(systems);
}

function print(systems: System[]): void {
  for (const { name, engine, durable, readyMs, idleMb, rows, slowModel } of systems) {
    process.stdout.write(
      `\n${name} on ${engine}${durable ? '' : ' (keeps nothing)'}: ready in ${readyMs} ms, idle ${idleMb} MB\n`,
    );
    console.table(
      rows.map(({ conversations, perSecond, p50Ms, p99Ms, cpuMsPerTurn }) => ({
        conversations,
        'turns/s': perSecond,
        'p50 ms': p50Ms,
        'p99 ms': p99Ms,
        'CPU ms/turn': cpuMsPerTurn,
      })),
    );
    if (slowModel)
      process.stdout.write(
        `16 conversations beside ${SLOW_TURNS} turns that wait 20 s for a model: ${slowModel.perSecond} turns/s, p99 ${slowModel.p99Ms} ms\n`,
      );
  }
  process.stdout.write('\nThe burst window is 0 here; in service the bot waits 400 ms for the rest of a thought.\n');
}
