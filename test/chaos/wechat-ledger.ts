/** What became of every message on WeChat: what the customer saw, compared with what the house says it did. */
import { v7 } from 'uuid';
import { openStore } from '../../src/store/open.ts';
import type { Entry, SimAccount } from '../support/wechat-sim/state.ts';

export type WeChatSaid = {
  openid: string;
  text: string;
  article: string;
  at: number;
  /** The push's key; WeChat is done with it when `pushed`. */
  key: string;
  pushed: boolean;
  answeredMs: number | null;
};

/** An answer as the house keeps it: to whom, from which article, and what it says became of it. */
export type Sent = { openid: string; article: string; delivery: string | null };
/** A message as the house keeps it. */
export type Kept = { openid: string; text: string };

export type WeChatLedger = {
  messages: number;
  /** WeChat heard `success` (or would have, had it not been lost on its way). */
  acknowledged: number;
  /** WeChat gave up after three attempts: the customer saw the fault notice. */
  givenUp: number;
  attempts: number;
  /** How the attempts ended. */
  outcomes: Record<string, number>;
  answered: number;
  /** The house cannot know whether the answer arrived, and says so to the agent. */
  unknown: number;
  lost: string[];
  doubled: string[];
  outOfOrder: string[];
  /** Sends beyond the count or the window that WeChat refused. */
  quotaExceeded: number;
  tokenCalls: number;
  tokenFaults: number;
  apiErrors: Record<string, number>;
  answerMs: { p50: number; p99: number; max: number };
};

const SENT = `
select c.address as openid, a.body -> 'channelData' -> 'source' ->> 'articleId' as article, a.delivery ->> 'state' as delivery
from activity a join conversation c on c.id = a.conversation_id join inbox i on i.id = c.inbox_id
where i.channel = 'wechat' and a.author_kind = 'bot' and a.body -> 'channelData' ? 'source' order by a.conversation_id, a.seq`;
const KEPT = `
select c.address as openid, coalesce(a.body ->> 'text', '') as text
from activity a join conversation c on c.id = a.conversation_id join inbox i on i.id = c.inbox_id
where i.channel = 'wechat' and a.author_kind = 'customer' order by a.conversation_id, a.seq`;

/** To be read when no server runs any more. */
export async function readSent(place: {
  databaseUrl: string | null;
  dataDir: string;
}): Promise<{ sent: Sent[]; kept: Kept[] }> {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const store = await openStore({
    ...place,
    templateDir: null,
    burstWindowMs: 0,
    usesOutbox: () => false,
    clock: () => new Date(),
    newId: v7,
    random: Math.random,
    log: silent,
  });
  const found = { sent: await store.db.query<Sent>(SENT), kept: await store.db.query<Kept>(KEPT) };
  await store.close();
  return found;
}

/** The account's messages that cite the article which answers the question; each customer asks for it once. */
export function answersTo({ users }: SimAccount, { openid, article }: WeChatSaid): Entry[] {
  const transcript = users.get(openid)?.transcript ?? [];
  return transcript.filter((entry) => entry.from === 'account' && entry.text.includes(`/${article}"`));
}

/** `success` left the house, whether it arrived or not. */
export function wasAcknowledged({ deliveries }: SimAccount, { key, openid }: WeChatSaid): boolean {
  return deliveries.some(
    (one) => one.key === key && one.openid === openid && ['success', 'reply', 'response-lost'].includes(one.outcome),
  );
}

type Told = { said: readonly WeChatSaid[]; sent: { sent: Sent[]; kept: Kept[] }; account: SimAccount };

const UNCERTAIN = ['unknown', 'failed', 'held'];

export function reckonWeChat({ said, sent: { sent, kept }, account }: Told): WeChatLedger {
  const ledger: WeChatLedger = {
    messages: said.length,
    acknowledged: 0,
    givenUp: 0,
    attempts: account.deliveries.length,
    outcomes: countBy(
      account.deliveries.map(({ outcome, status }) => (status && status !== 200 ? `${outcome} ${status}` : outcome)),
    ),
    answered: 0,
    unknown: 0,
    lost: [],
    doubled: [],
    outOfOrder: [],
    quotaExceeded: account.apiCalls.filter(({ errcode }) => errcode === 45015 || errcode === 45047).length,
    tokenCalls: account.apiCalls.filter(({ path }) => path.endsWith('token')).length,
    tokenFaults: account.apiCalls.filter(({ errcode }) => [40001, 40014, 42001].includes(errcode)).length,
    apiErrors: countBy(account.apiCalls.flatMap(({ errcode }) => (errcode === 0 ? [] : [String(errcode)]))),
    answerMs: summary(said.flatMap(({ answeredMs }) => answeredMs ?? [])),
  };
  for (const one of said) reckonOne(one, { ledger, sent, kept, account });
  checkOrder(said, account, ledger);
  return ledger;
}

function reckonOne(
  one: WeChatSaid,
  told: { ledger: WeChatLedger; sent: Sent[]; kept: Kept[]; account: SimAccount },
): void {
  const { ledger, sent, kept, account } = told;
  const { openid, text } = one;
  const words = `"${text}" of ${openid}`;
  const heard = answersTo(account, one).length;
  const acknowledged = wasAcknowledged(account, one);
  const times = kept.filter((row) => row.openid === openid && row.text === text).length;
  if (acknowledged) ledger.acknowledged++;
  else ledger.givenUp++;
  if (times > 1) ledger.doubled.push(`${words} was kept ${times} times`);
  if (heard > 1) ledger.doubled.push(`${words} was answered ${heard} times`);
  if (heard >= 1) ledger.answered++;
  else if (times > 0) missing(one, { ledger, sent, words });
  else if (acknowledged) ledger.lost.push(`${words} was acknowledged and not kept`);
}

/** Not seen by the customer: then the house must say so itself. */
function missing(
  { openid, article }: WeChatSaid,
  { ledger, sent, words }: { ledger: WeChatLedger; sent: Sent[]; words: string },
): void {
  const mine = sent.filter((row) => row.openid === openid && row.article === article);
  if (mine.length === 0) ledger.lost.push(`${words} was kept and not answered`);
  else if (mine.some(({ delivery }) => delivery !== null && UNCERTAIN.includes(delivery))) ledger.unknown++;
  else ledger.lost.push(`${words}: the answer is "${mine[0]?.delivery}" and never came`);
}

/** The answers that came stand in the order of the questions that were answered in time. */
function checkOrder(said: readonly WeChatSaid[], account: SimAccount, ledger: WeChatLedger): void {
  for (const [openid, mine] of Map.groupBy(said, (one) => one.openid)) {
    const places = mine
      .filter(({ answeredMs }) => answeredMs !== null)
      .map((one) => answersTo(account, one)[0]?.id ?? 0);
    if (places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0)))
      ledger.outOfOrder.push(`the answers to ${openid} came in another order`);
  }
}

function countBy(names: string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

function summary(waits: number[]): WeChatLedger['answerMs'] {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
