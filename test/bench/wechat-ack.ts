/**
 * `npm run bench -- wechat-ack [--rate 200] [--seconds 10] [--slow-share 5] [--database-url postgres://…] [--json]`: how
 * soon pushes of WeChat are acknowledged, and how soon customers have their answers, while a model takes twenty seconds
 * over the questions of some of them. Exits with 1 when the p99 of the acknowledgements is a second or more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readKnowledge } from '../../src/knowledge/folder.ts';
import { createDatabase } from '../chaos/database.ts';
import { until } from '../chaos/http.ts';
import { freePort, startServer } from '../chaos/server-process.ts';
import { connect, DEMO_ACCOUNT, signInByLink } from '../support/wechat-sim/connect.ts';
import { openSimFront, type SimFront } from '../support/wechat-sim/front.ts';

const MODEL_MS = 20_000;
const MAX_ACK_MS = 1_000;
const PASSWORD = 'tea-cups in the harbour';

const published = readKnowledge(join(import.meta.dirname, '../../knowledge')).filter(
  ({ locale }) => locale === 'zh-CN',
);
/** Answered in the article's own words, without the model. */
const binding = published.filter(({ verbatim }) => verbatim).map(({ question }) => question);
const worded = published.filter(({ verbatim }) => !verbatim).map(({ question }) => question);

type Plan = { rate: number; seconds: number; slowShare: number; databaseUrl: string | null };
type Spread = { count: number; p50: number; p99: number; max: number };
type Report = {
  engine: 'pglite' | 'postgres';
  rate: number;
  seconds: number;
  slowShare: number;
  sent: number;
  /** From the push to its acknowledgement. */
  ackMs: Spread;
  /** From the customer's message to the answer in the chat: of those whose answer needs no model, and of the others. */
  answerMs: { withoutModel: Spread; withModel: Spread };
  unacknowledged: number;
  pushedAgain: number;
  faultNotices: number;
  unanswered: number;
};

export async function benchWeChatAck(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      rate: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '10' },
      'slow-share': { type: 'string', default: '5' },
      'database-url': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const report = await measure({
    rate: Number(values.rate),
    seconds: Number(values.seconds),
    slowShare: Number(values['slow-share']),
    databaseUrl: values['database-url'] ?? null,
  });
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    const { ackMs, answerMs, ...rest } = report;
    console.table(rest);
    console.table({
      acknowledged: ackMs,
      'answered without the model': answerMs.withoutModel,
      'answered by the model': answerMs.withModel,
    });
  }
  process.exitCode = report.ackMs.p99 < MAX_ACK_MS && report.unacknowledged === 0 ? 0 : 1;
}

/** An OpenAI-compatible endpoint that takes its time. */
async function openModel(): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) => {
    const content = '{"reply":"好的。"}';
    setTimeout(() => response.end(JSON.stringify({ choices: [{ message: { content } }] })), MODEL_MS);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, close };
}

async function measure(plan: Plan): Promise<Report> {
  const model = await openModel();
  const front = await openSimFront(DEMO_ACCOUNT);
  const database = plan.databaseUrl === null ? null : await createDatabase(plan.databaseUrl);
  const home = mkdtempSync(join(tmpdir(), 'zhike-ack-'));
  const server = startServer({
    entry: join(import.meta.dirname, '../../src/main.ts'),
    port: await freePort(),
    cwd: home,
    env: {
      DATA_DIR: join(home, 'data'),
      LOG_LEVEL: 'warn',
      WECHAT_API_BASE: front.url,
      OPENAI_BASE_URL: model.url,
      LLM_TIMEOUT_MS: String(2 * MODEL_MS),
      ...(database ? { DATABASE_URL: database.url } : {}),
    },
  });
  try {
    await server.ready();
    await connect(front, await signInByLink(server.base, String(server.firstLink), PASSWORD));
    await warmUp(front);
    return await run(plan, front);
  } finally {
    await server.stop();
    await front.close();
    model.close();
    await database?.drop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** First calls compile and fetch the token. */
async function warmUp(front: SimFront): Promise<void> {
  const before = Array.from({ length: 40 }, (_, n) => front.account.customer(`oWarm${n}`, { following: true }));
  await Promise.all(before.map((customer, n) => customer.say(binding[n % binding.length] ?? '')));
  await until(() => before.every(({ user }) => user.transcript.some(({ from }) => from === 'account')), 20_000);
}

type Asked = { openid: string; slow: boolean; at: number; key: string | null };

/** Pushed at a steady rate, whether the server keeps up or not. */
async function run({ rate, seconds, slowShare, databaseUrl }: Plan, front: SimFront): Promise<Report> {
  const total = rate * seconds;
  const asked: Asked[] = [];
  const started = Date.now();
  for (let n = 0; n < total; n++) {
    const late = started + (n * 1_000) / rate - Date.now();
    if (late > 1) await pause(late);
    const slow = (n * slowShare) % 100 < slowShare;
    const questions = slow ? worded : binding;
    const one: Asked = { openid: `oAck${n}`, slow, at: Date.now(), key: null };
    asked.push(one);
    void front.account
      .customer(one.openid, { following: true })
      .say(questions[n % questions.length] ?? '')
      .then((key) => Object.assign(one, { key }));
  }
  await until(() => asked.every(({ key }) => key !== null), 60_000, 50);
  await until(() => asked.every((one) => answeredAt(front, one) !== null), 3 * MODEL_MS, 250);
  return reportOf({ asked, front, plan: { rate, seconds, slowShare, databaseUrl } });
}

function answeredAt(front: SimFront, { openid }: Asked): number | null {
  return front.account.transcript(openid).find(({ from }) => from === 'account')?.at ?? null;
}

function reportOf({ asked, front, plan }: { asked: Asked[]; front: SimFront; plan: Plan }): Report {
  const deliveries = front.account.account.deliveries.filter(({ openid }) => openid.startsWith('oAck'));
  const good = deliveries.filter(({ outcome }) => outcome === 'success' || outcome === 'reply');
  const waits = (slow: boolean) =>
    asked
      .filter((one) => one.slow === slow)
      .flatMap((one) => {
        const at = answeredAt(front, one);
        return at === null ? [] : [at - one.at];
      });
  const { databaseUrl, ...rest } = plan;
  return {
    engine: databaseUrl === null ? 'pglite' : 'postgres',
    ...rest,
    sent: asked.length,
    ackMs: spread(good.map(({ ms }) => ms)),
    answerMs: { withoutModel: spread(waits(false)), withModel: spread(waits(true)) },
    unacknowledged: asked.length - new Set(good.map(({ openid }) => openid)).size,
    pushedAgain: deliveries.filter(({ attempt }) => attempt > 1).length,
    faultNotices: asked.filter(({ openid }) => front.account.transcript(openid).some(({ type }) => type === 'fault'))
      .length,
    unanswered: asked.filter((one) => answeredAt(front, one) === null).length,
  };
}

function spread(values: number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
