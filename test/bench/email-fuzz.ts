/** `npm run bench -- email-fuzz [--mails 200000] [--seed N] [--json]`: bombs, growing and mangled mails through the real readers; exits with 1 on a crash, a stall of the main loop, faster growth than linear, or memory without bound. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ReadMail } from '../../src/channels/email/mail.ts';
import { createMailPool, type MailPool } from '../../src/channels/email/read/pool.ts';
import { readMail } from '../../src/channels/email/read/read-mail.ts';
import { GIANTS, SEVEN, SHAPES, type Shape } from '../support/mails/bombs.ts';
import { mangledMails } from '../support/mails/fuzz.ts';

const MAX_LAG_MS = 50;
const MAX_PEAK_MB = 1_000;
/** Time for eight times the size, in powers of the size: 1 is linear. */
const MAX_EXPONENT = 1.2;
const SMALL = 64 * 1024;
/** What a mail costs however small it is. */
const FLOOR_MS = 2;
const OWN = {
  addresses: ['support@zhike.example'],
  marks: { key: 'k'.repeat(64), inboxId: 'inbox', address: 'support@zhike.example' },
};

const fate = (mail: ReadMail): string =>
  'unparsed' in mail ? `unparsed: ${mail.unparsed}` : ['parsed', ...mail.flags].join(', ');
const round = (value: number): number => Math.round(value * 10) / 10;
const peakMb = (): number => Math.round(process.resourceUsage().maxRSS / 1024);

/** How long the main loop stood still while the work went on, and how much of that was work of its own. */
async function lagOf(work: () => Promise<unknown>): Promise<{ lagMs: number; ownMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  let last = process.threadCpuUsage();
  let own = 0;
  const look = setInterval(() => {
    const now = process.threadCpuUsage();
    own = Math.max(own, (now.user + now.system - last.user - last.system) / 1_000);
    last = now;
  }, 1);
  delay.enable();
  await work();
  await pause(20);
  delay.disable();
  clearInterval(look);
  return { lagMs: round(delay.max / 1e6), ownMs: round(own) };
}

async function explode(pool: MailPool) {
  await pool.read((SEVEN[4] as (typeof SEVEN)[number]).raw(), OWN);
  const rows = [{ name: '(idle)', fate: '', ms: 1_000, ...(await lagOf(() => pause(1_000))) }];
  for (const { name, raw } of [...SEVEN, ...GIANTS]) {
    const bytes = raw();
    await pause(50);
    const since = performance.now();
    let [mail, ms]: [ReadMail | undefined, number] = [undefined, 0];
    const lag = await lagOf(async () => {
      mail = await pool.read(bytes, OWN);
      ms = Math.round(performance.now() - since);
    });
    rows.push({ name, fate: mail ? fate(mail) : 'lost', ms, ...lag });
  }
  return rows;
}

/** The processor's time, best of three: what other programs do meanwhile does not count. */
async function cost(raw: () => Buffer): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 3; times += 1) {
    const bytes = raw();
    const before = process.threadCpuUsage();
    await readMail(bytes, OWN);
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}

async function grow({ name, make }: Shape) {
  const times: number[] = [];
  for (const factor of [1, 2, 4, 8]) times.push(await cost(() => make(SMALL * factor)));
  const [n = 0, , , n8 = 0] = times;
  const exponent = Math.log2((n8 + FLOOR_MS) / (n + FLOOR_MS)) / 3;
  return {
    name,
    ms: times.map(round),
    ratio: round(n8 / Math.max(n, 0.1)),
    exponent: Math.round(exponent * 100) / 100,
  };
}

async function mangle({ mails, seed, pool }: { mails: number; seed: number; pool: MailPool }) {
  const fates: Record<string, number> = {};
  const source = mangledMails(seed);
  let slowestMs = 0;
  let given = 0;
  const since = performance.now();
  const feed = async () => {
    while (given < mails) {
      given += 1;
      const bytes = source.next().value;
      const begun = performance.now();
      const mail = await pool.read(bytes, OWN);
      slowestMs = Math.max(slowestMs, performance.now() - begun);
      const key = 'unparsed' in mail ? `unparsed: ${mail.unparsed}` : mail.classification.kind;
      fates[key] = (fates[key] ?? 0) + 1;
    }
  };
  const lag = await lagOf(() => Promise.all([feed(), feed()]));
  return {
    mails,
    fates,
    slowestMs: Math.round(slowestMs),
    seconds: round((performance.now() - since) / 1_000),
    ...lag,
  };
}

export async function benchEmailFuzz(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      mails: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '20261122' },
      json: { type: 'boolean', default: false },
    },
  });
  const pool = createMailPool({ threads: 2 });
  const bombs = await explode(pool);
  const bombsPeakMb = peakMb();
  const mangled = await mangle({ mails: Number(values.mails), seed: Number(values.seed), pool });
  const mangledPeakMb = peakMb();
  await pool.close();
  const growth: Awaited<ReturnType<typeof grow>>[] = [];
  for (const shape of SHAPES) growth.push(await grow(shape));
  if (values.json) process.stdout.write(`${JSON.stringify({ bombs, bombsPeakMb, mangled, mangledPeakMb, growth })}\n`);
  else {
    console.table(bombs);
    console.table(growth.map(({ ms, ...row }) => ({ ...row, ms: ms.join(' / ') })));
    console.table(mangled.fates);
    const { mails, seconds, slowestMs, lagMs, ownMs } = mangled;
    process.stdout.write(
      `${mails} mangled mails in ${seconds} s, slowest ${slowestMs} ms, main loop at most ${lagMs} ms late (${ownMs} ms of work); peak memory ${bombsPeakMb} MB after the bombs, ${mangledPeakMb} MB at the end\n`,
    );
  }
  const overBudget = mangled.fates['unparsed: too-slow'] ?? 0;
  const good =
    bombs.slice(1).every(({ fate: end, lagMs }) => end !== 'lost' && lagMs < MAX_LAG_MS) &&
    growth.every(({ exponent }) => exponent <= MAX_EXPONENT) &&
    overBudget + (mangled.fates['unparsed: too-much-memory'] ?? 0) === 0 &&
    mangledPeakMb < MAX_PEAK_MB;
  process.exitCode = good ? 0 : 1;
}
