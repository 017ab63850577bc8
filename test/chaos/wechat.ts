/** Customers write on WeChat while servers are killed, pushes repeat, answers get lost and tokens die; then all is reckoned. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect, DEMO_ACCOUNT, signInByLink } from '../support/wechat-sim/connect.ts';
import { openSimFront, type SimFront } from '../support/wechat-sim/front.ts';
import type { FaultName } from '../support/wechat-sim/state.ts';
import { createDice, type Dice } from './dice.ts';
import { openHouse } from './house.ts';
import { until } from './http.ts';
import { killAtRandom } from './killer.ts';
import { faqLines } from './script.ts';
import type { ServerProcess } from './server-process.ts';
import {
  answersTo,
  readSent,
  reckonWeChat,
  type WeChatLedger,
  type WeChatSaid,
  wasAcknowledged,
} from './wechat-ledger.ts';

export type WeChatChaosOptions = {
  kills: number;
  messages: number;
  seed: number;
  processes: number;
  databaseUrl: string | null;
  redisUrl: string | null;
  say: (line: string) => void;
};

export type WeChatChaosReport = WeChatLedger & {
  channel: 'wechat';
  engine: 'pglite' | 'postgres';
  processes: number;
  seed: number;
  kills: number;
  customers: number;
  crashes: string[];
  complaints: Record<string, number>;
  seconds: number;
};

/** Each customer asks each question once, so that an answer names the question that it belongs to. */
const QUESTIONS = 20;
const TALKING_AT_ONCE = 24;
const ANSWER_MS = 12_000;
const QUIET_MS = 300_000;
const STILL_MS = 4_000;
/** A message that was on its way when its process died is taken up by another after a minute. */
const LEASE_MS = 75_000;
const PASSWORD = 'tea-cups in the harbour';

/** What goes wrong besides the kills, and how often of a hundred. */
const FAULTS: readonly (readonly [name: FaultName, percent: number])[] = [
  ['duplicate', 6],
  ['response-lost', 6],
  ['same-msg-id', 6],
  ['slow-body', 2],
  ['location-flood', 1],
  ['send-busy', 1],
  ['send-lost-after-delivery', 2],
  ['token-revoked', 0.7],
];

export async function runWeChatChaos(options: WeChatChaosOptions): Promise<WeChatChaosReport> {
  const started = performance.now();
  const dice = createDice(options.seed, 5);
  const front = await openSimFront(DEMO_ACCOUNT, { random: dice.next });
  const house = await openHouse({ ...options, planted: false, env: { WECHAT_API_BASE: front.url } });
  try {
    const { said, kills } = await talkThrough(options, front, house.servers);
    const codes = await Promise.all(house.servers.map((server) => server.stop()));
    const sent = await readSent(house);
    return {
      channel: 'wechat',
      engine: options.databaseUrl === null ? 'pglite' : 'postgres',
      processes: options.processes,
      seed: options.seed,
      kills,
      customers: front.account.account.users.size,
      ...reckonWeChat({ said, sent, account: front.account.account }),
      crashes: [
        ...house.servers.flatMap((server) => server.crashes),
        ...codes.filter((code) => code !== 0).map((code) => `stopped with ${code}`),
      ],
      complaints: complaintsOf(house.servers),
      seconds: Math.round((performance.now() - started) / 100) / 10,
    };
  } finally {
    await house.close();
    await front.close();
  }
}

async function talkThrough(options: WeChatChaosOptions, front: SimFront, servers: readonly ServerProcess[]) {
  const { messages, kills, seed, say } = options;
  const admin = await signInByLink(servers.at(-1)?.base ?? '', String(servers.at(-1)?.firstLink), PASSWORD);
  await connect(
    front,
    admin,
    servers.map(({ base }) => base),
  );
  for (const [name, percent] of FAULTS) front.sim.setFault(name, Number.POSITIVE_INFINITY, percent / 100);
  const said: WeChatSaid[] = [];
  const killing = killAtRandom({
    servers,
    kills,
    dice: createDice(seed, 2),
    // By answers: a house that lies down does not make progress, and the next kill waits until it is up.
    progress: () => said.filter(({ answeredMs }) => answeredMs !== null).length,
    target: Math.floor(messages * 0.8),
    say,
  });
  const waiting = Array.from({ length: Math.ceil(messages / QUESTIONS) }, (_, index) => index);
  const talk = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const count = Math.min(QUESTIONS, messages - index * QUESTIONS);
      await converse({ front, said, openid: `oChaos${index}`, dice: createDice(seed, 100 + index) }, count);
    }
  };
  await Promise.all(Array.from({ length: TALKING_AT_ONCE }, talk));
  const killed = await killing;
  await Promise.all(servers.map((server) => server.ready()));
  await until(() => said.every(({ pushed }) => pushed), QUIET_MS, 100);
  await settled(front, said);
  return { said, kills: killed };
}

type Talk = { front: SimFront; said: WeChatSaid[]; openid: string; dice: Dice };

/** One thing at a time: the next when the last was answered, or when waiting is over. */
async function converse({ front, said, openid, dice }: Talk, count: number): Promise<void> {
  const customer = front.account.customer(openid, { following: true });
  for (const { text, article } of faqLines(dice, count)) {
    const one: WeChatSaid = {
      openid,
      text,
      article: article ?? '',
      at: Date.now(),
      key: '',
      pushed: false,
      answeredMs: null,
    };
    said.push(one);
    void customer.say(text).then((key) => Object.assign(one, { key, pushed: true }));
    const isAnswered = () => answersTo(front.account.account, one).length > 0;
    if (await until(isAnswered, ANSWER_MS)) one.answeredMs = Date.now() - one.at;
    await pause(dice.below(100));
  }
}

/** All that was acknowledged has its answer, or nothing moves for longer than the lease that a killed process left behind. */
async function settled({ account }: SimFront, said: readonly WeChatSaid[]): Promise<void> {
  let last = { calls: -1, at: Date.now() };
  const isOpen = (one: WeChatSaid) =>
    wasAcknowledged(account.account, one) && answersTo(account.account, one).length === 0;
  await until(
    () => {
      const calls = account.apiCalls().length;
      if (calls !== last.calls) last = { calls, at: Date.now() };
      const stillFor = Date.now() - last.at;
      return stillFor > STILL_MS && (stillFor > LEASE_MS || !said.some(isOpen));
    },
    QUIET_MS,
    250,
  );
}

function complaintsOf(servers: readonly ServerProcess[]): Record<string, number> {
  const all = new Map<string, number>();
  for (const { complaints } of servers)
    for (const [words, count] of complaints) all.set(words, (all.get(words) ?? 0) + count);
  return Object.fromEntries(all);
}
