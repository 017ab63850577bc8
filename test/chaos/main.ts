/**
 * `npm run chaos -- [--kills 50] [--messages 5000] [--seed N] [--conversations N] [--database-url postgres://…]
 * [--redis-url redis://…] [--processes N] [--json] [--plant ack-before-commit] [--channel web|wechat|email]`: customers and
 * colleagues talk while the servers are killed; the ledger says what became of every message. Exits with 1 unless nothing
 * was lost, doubled, out of order or stuck. On WeChat the simulator's own faults come on top, by
 * mail those of a real mail server and of broken wires.
 */
import { parseArgs } from 'node:util';
import { type ChaosReport, runChaos } from './run.ts';
import { runWeChatChaos } from './wechat.ts';
import { printWeChat } from './wechat-print.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    messages: { type: 'string' },
    channel: { type: 'string', default: 'web' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    conversations: { type: 'string', default: '40' },
    'database-url': { type: 'string' },
    'redis-url': { type: 'string' },
    processes: { type: 'string' },
    json: { type: 'boolean', default: false },
    plant: { type: 'string' },
  },
});

function whole(
  name: 'kills' | 'messages' | 'seed' | 'conversations' | 'processes',
  least: number,
  fallback?: number,
): number {
  const given = values[name];
  if (given === undefined && fallback !== undefined) return fallback;
  const number = Number(given);
  if (Number.isSafeInteger(number) && number >= least) return number;
  return refuse(`--${name} is not a whole number from ${least} on.`);
}

function refuse(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(2);
}

const databaseUrl = values['database-url'] ?? null;
const conversations = whole('conversations', 1);
const processes = whole('processes', 1, databaseUrl === null ? 1 : 2);
if (databaseUrl === null && processes > 1) refuse('Several processes need one database: add --database-url.');
if (values.plant !== undefined && values.plant !== 'ack-before-commit')
  refuse('The one fault that can be planted is ack-before-commit.');

if (!['web', 'wechat', 'email'].includes(values.channel)) refuse('The channels are web, wechat and email.');

/** Leaving in good order takes the servers along. */
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (values.channel === 'wechat') {
  const good = printWeChat(
    await runWeChatChaos({
      kills: whole('kills', 0),
      messages: whole('messages', 1, 1_200),
      seed: whole('seed', 0),
      processes,
      databaseUrl,
      redisUrl: values['redis-url'] ?? null,
      say: (line) => process.stderr.write(`${line}\n`),
    }),
    values.json,
  );
  process.exit(good ? 0 : 1);
}

if (values.channel === 'email') await reportEmail();

const report = await runChaos({
  kills: whole('kills', 0),
  messages: Math.max(whole('messages', 1, 5_000), conversations),
  seed: whole('seed', 0),
  conversations,
  microsoft: Math.min(3, Math.floor(conversations / 4)),
  processes,
  databaseUrl,
  redisUrl: values['redis-url'] ?? null,
  planted: values.plant !== undefined,
  say: (line) => process.stderr.write(`${line}\n`),
});

const { lost, doubled, outOfOrder, stuck, crashes } = report;
const faults = { lost: lost.length, doubled: doubled.length, outOfOrder: outOfOrder.length, stuck: stuck.length };
if (values.json)
  process.stdout.write(
    `${JSON.stringify({ ...report, ...faults, crashes: crashes.length, examples: examplesOf(report) })}\n`,
  );
else print(report);
process.exit(Object.values(faults).every((count) => count === 0) && crashes.length === 0 ? 0 : 1);

function examplesOf({ lost, doubled, outOfOrder, stuck, crashes }: ChaosReport): Record<string, string[]> {
  const all = Object.entries({ lost, doubled, outOfOrder, stuck, crashes }).filter(([, list]) => list.length > 0);
  return Object.fromEntries(all.map(([name, list]) => [name, list.slice(0, 10)]));
}

/** Mails take their time: some hundreds are a run. */
async function reportEmail(): Promise<never> {
  const { runEmailChaos } = await import('./email.ts');
  const kills = whole('kills', 0);
  const result = await runEmailChaos({
    kills,
    messages: whole('messages', 1, Math.max(50, kills * 4)),
    seed: whole('seed', 0),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const { lost: gone, doubled: twice, stuck: open, crashes: ended, ...counts } = result;
  const bad = { lost: gone.length, doubled: twice.length, stuck: open.length, crashes: ended.length };
  const examples = [...gone, ...twice, ...open, ...ended].slice(0, 20);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...counts, ...bad, examples })}\n`);
  else {
    const { cuts, answers, complaints, ...plain } = counts;
    console.table({ ...plain, 'imap cuts': cuts.imap, 'smtp cuts': cuts.smtp, ...answers });
    console.table(bad);
    for (const line of examples) process.stdout.write(`${line}\n`);
    for (const [words, times] of Object.entries(complaints))
      process.stdout.write(`the server said ${times} times: ${words}\n`);
  }
  process.exit(Object.values(bad).every((number) => number === 0) ? 0 : 1);
}

function print(report: ChaosReport): void {
  const {
    engine,
    processes,
    seed,
    kills,
    conversations,
    messages,
    acknowledged,
    agentMessages,
    resent,
    replies,
    turns,
    takeovers,
    tickets,
    answerMs,
    complaints,
    seconds,
  } = report;
  process.stdout.write(
    `\n${engine}, ${processes === 1 ? 'one process' : `${processes} processes`}, seed ${seed}: ${kills} kills in ${seconds} s\n`,
  );
  console.table({
    conversations,
    messages,
    acknowledged,
    resent,
    turns,
    replies,
    'agent messages': agentMessages,
    takeovers,
    tickets,
    'answer p50 ms': answerMs.p50,
    'answer p99 ms': answerMs.p99,
    'answer max ms': answerMs.max,
  });
  console.table({ ...faults, crashes: crashes.length });
  for (const [name, list] of Object.entries(examplesOf(report)))
    for (const words of list) process.stdout.write(`${name}: ${words}\n`);
  for (const [words, count] of Object.entries(complaints))
    process.stdout.write(`the servers said ${count} times: ${words}\n`);
}
