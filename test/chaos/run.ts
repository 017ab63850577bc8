/** One run: servers that are killed, customers and colleagues that go on, and the reckoning when all is quiet. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Agent, createAgent } from './agent.ts';
import { type Customer, openCustomer } from './customer.ts';
import { type DeskClient, openDesk } from './desk-client.ts';
import { createDice, type Dice } from './dice.ts';
import { readHistory } from './history.ts';
import { openHouse } from './house.ts';
import { until } from './http.ts';
import { killAtRandom } from './killer.ts';
import { type Ledger, reckon } from './ledger.ts';
import { openMicrosoft } from './microsoft.ts';
import { faqLine, nextLine } from './script.ts';
import type { ServerProcess } from './server-process.ts';

export type ChaosOptions = {
  kills: number;
  messages: number;
  seed: number;
  conversations: number;
  /** How many of the conversations are held by Microsoft's client. */
  microsoft: number;
  processes: number;
  /** null: the embedded engine. Leads to a server on which a fresh database may be created. */
  databaseUrl: string | null;
  redisUrl: string | null;
  planted: boolean;
  /** Hears each kill. */
  say: (line: string) => void;
};

export type ChaosReport = Ledger & {
  engine: 'pglite' | 'postgres';
  processes: number;
  seed: number;
  kills: number;
  conversations: number;
  messages: number;
  /** Messages that were posted again, because an answer did not come or for the sake of it. */
  resent: number;
  takeovers: number;
  /** What our own clients waited for an answer to an acknowledged question, kills included. */
  answerMs: { p50: number; p99: number; max: number };
  crashes: string[];
  complaints: Record<string, number>;
  seconds: number;
};

/** Without a pause in so many cases: the next message belongs to the same burst. */
const IN_ONE_BREATH = 0.35;
const ANSWER_MS = 1_500;
const LONGEST_PAUSE_MS = 150;
/** Longer than a lease that a killed process left behind. A house that lies is not waited for. */
const QUIET_MS = 60_000;
const LIAR_MS = 3_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const started = performance.now();
  const house = await openHouse(options);
  try {
    const talk = await talkThrough(options, house.servers);
    const codes = await Promise.all(house.servers.map((server) => server.stop()));
    const crashes = [
      ...house.servers.flatMap((server) => server.crashes),
      ...codes.filter((code) => code !== 0).map((code) => `stopped with ${code}`),
    ];
    const history = await readHistory(house);
    const ledger = reckon({ history, ...talk });
    const { seed, processes, conversations, messages } = options;
    const said = talk.customers.flatMap((customer) => customer.said);
    return {
      engine: house.databaseUrl === null ? 'pglite' : 'postgres',
      processes,
      seed,
      conversations,
      messages,
      crashes,
      kills: talk.kills,
      resent: said.reduce((sum, { attempts, repeats }) => sum + attempts - 1 + repeats, 0),
      takeovers: talk.agents.reduce((sum, agent) => sum + agent.taken(), 0),
      answerMs: summary(talk.customers.filter(({ kind }) => kind === 'widget').flatMap(waitsOf)),
      complaints: complaintsOf(house.servers),
      seconds: Number(((performance.now() - started) / 1_000).toFixed(1)),
      ...ledger,
    };
  } finally {
    await house.close();
  }
}

type Talked = { customers: Customer[]; agents: Agent[]; kills: number };

async function talkThrough(options: ChaosOptions, servers: ServerProcess[]): Promise<Talked> {
  const { seed, conversations, messages, kills, planted, say } = options;
  const quietMs = planted ? LIAR_MS : QUIET_MS;
  const bases = servers.map(({ base }) => base);
  const desk = await openDesk(
    { bases, dice: createDice(seed, 1) },
    { link: String(servers.at(-1)?.firstLink), agents: Math.max(2, Math.ceil(conversations / 16)) },
  );
  const customers = await openCustomers(options, bases);
  const agents = desk.map((client, n) => createAgent(client, createDice(seed, 1_000 + n)));
  let talking = true;
  let n = 0;
  const progress = () => customers.reduce((sum, { said }) => sum + said.filter(({ id }) => id !== null).length, 0);
  const working = agents.map((agent) => agent.work(() => !talking));
  const killing = killAtRandom({ servers, kills, dice: createDice(seed, 2), progress, target: messages, say });
  await Promise.all(
    customers.map(async (customer, index) => {
      const dice = createDice(seed, 100 + index);
      const share = Math.floor(messages / conversations) + (index < messages % conversations ? 1 : 0) - 1;
      for (let left = share; left > 0; left--) {
        const said = await customer.say(nextLine(++n, dice));
        if (!dice.chance(IN_ONE_BREATH)) await heard(customer, said.id, dice);
      }
    }),
  );
  const killed = await killing;
  await Promise.all(servers.map((server) => server.ready()));
  // Each customer has a last question; when the bot or a colleague has dealt with it, all before it has been dealt with.
  const last = await Promise.all(customers.map((customer) => customer.say(faqLine(++n, createDice(seed, n)))));
  await until(() => customers.every((customer, index) => isAnswered(customer, last[index]?.id ?? '')), quietMs, 50);
  talking = false;
  await Promise.all(working);
  const [first] = desk;
  if (first) await until(() => isQuiet(first, customers), quietMs, 250);
  for (const client of [...customers, ...agents]) client.close();
  return { customers, agents, kills: killed };
}

async function openCustomers({ conversations, microsoft, seed }: ChaosOptions, bases: string[]): Promise<Customer[]> {
  return Promise.all(
    Array.from({ length: conversations }, (_, index) => {
      const dice = createDice(seed, 10_000 + index);
      return index < microsoft
        ? openMicrosoft({ base: bases[index % bases.length] as string, dice })
        : openCustomer({ bases, home: index, dice });
    }),
  );
}

/** People wait for an answer before they go on, but not for ever. */
async function heard(customer: Customer, id: string | null, dice: Dice): Promise<void> {
  await until(() => isAnswered(customer, id ?? ''), ANSWER_MS);
  await pause(dice.below(LONGEST_PAUSE_MS));
}

/** The bot points at the message or behind it, or a colleague came or went after it. */
function isAnswered({ seen }: Customer, id: string): boolean {
  return seen.some((one) => one.id > id && (one.type === 'event' || (one.replyToId !== null && one.replyToId >= id)));
}

/** Every conversation ends with the bot's word, nobody waits, and all screens have seen the end. */
async function isQuiet(client: DeskClient, customers: readonly Customer[]): Promise<boolean> {
  const states = await Promise.all(
    customers.map(async ({ conversationId, seen }) => {
      const { json } = await client.call('GET', `/api/v1/conversations/${conversationId}/activities?limit=1`);
      const tail = (json.items as { id: string; author: { kind: string }; visibility: string }[])[0];
      return tail?.author.kind === 'bot' && seen.at(-1)?.id === tail.id;
    }),
  );
  const counts = await client.call('GET', '/api/v1/conversations/counts');
  return states.every(Boolean) && counts.json.waiting === 0;
}

/** How long each question waited until a word of the bot's pointed at it or behind it; not where a person came between. */
function waitsOf({ said, seen }: Customer): number[] {
  return said.flatMap(({ kind, id, at }) => {
    if (kind !== 'faq' || id === null) return [];
    const later = seen.filter((one) => one.id > id);
    const answer = later.findIndex(({ replyToId }) => replyToId !== null && replyToId >= id);
    if (answer < 0 || later.slice(0, answer).some(({ type }) => type === 'event')) return [];
    return [Math.max(0, (later[answer]?.at ?? at) - at)];
  });
}

function summary(waits: number[]): ChaosReport['answerMs'] {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function complaintsOf(servers: readonly ServerProcess[]): Record<string, number> {
  const all = new Map<string, number>();
  for (const { complaints } of servers)
    for (const [words, count] of complaints) all.set(words, (all.get(words) ?? 0) + count);
  return Object.fromEntries(all);
}
