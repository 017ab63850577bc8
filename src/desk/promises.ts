/** The ledger of promises at work: what is said is noted, people confirm it, and nobody forgets it, the customer least of all. */
import type { NewActivity } from '../domain/activity.ts';
import type { Actor } from '../domain/agent.ts';
import { addBusinessTime, type Calendar } from '../domain/calendar.ts';
import { whenText } from '../domain/calendar-words.ts';
import type { Change, Committed } from '../domain/change.ts';
import { ZhikeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import { can } from '../domain/permission.ts';
import {
  canMovePromise,
  type NewPromise,
  type PromiseAct,
  type PromiseRow,
  type PromiseUpdate,
} from '../domain/promise.ts';
import { findPromises } from '../domain/promise-text.ts';
import { dueOf } from '../domain/promise-time.ts';
import type { Clock, DeskSnapshot, DeskStore, NewId, PromiseStore } from '../ports.ts';
import en from './texts.en.json' with { type: 'json' };
import zh from './texts.zh-CN.json' with { type: 'json' };

const TEXTS = { 'zh-CN': zh, en } satisfies Record<Locale, object>;

/** Reminded when so much of the time is gone. */
const REMIND_SHARE = 0.8;
/** Working minutes until the new time that a late promise is given. */
const GRACE_MINUTES = 240;
/** An answer so soon after "I will answer you tomorrow" is the rest of that sentence, not the answer. */
const SAME_BREATH_MS = 600_000;
const MAX_RACES = 8;
const GROUP = 100;

export type PromiseDeps = { clock: Clock; newId: NewId; calendarOf: (inboxId: string) => Calendar };

/** Adds to a change what its messages promise; an article's own words promise nothing to this customer. */
export function withPromises(change: Change, inboxId: string, { clock, newId, calendarOf }: PromiseDeps): Change {
  const now = clock();
  const promises = change.activities.flatMap((activity, index): NewPromise[] =>
    !isOurs(activity)
      ? []
      : findPromises(activity.body.text ?? '').map(({ act, time, quote }) => {
          const dueAt = dueOf(time, now, calendarOf(inboxId));
          return entry({ id: newId(), n: index + 1, act, quote, state: 'proposed', replaces: null }, now, dueAt);
        }),
  );
  return promises.length === 0 ? change : { ...change, promises: [...(change.promises ?? []), ...promises] };
}

/** What an answer promises, and the promises to answer that it keeps. */
export function promisedBy({
  promises,
  ...deps
}: PromiseDeps & { promises: PromiseStore }): (answer: Change, snapshot: DeskSnapshot) => Promise<Change> {
  return async (answer, { conversation }) => {
    const known = await promises.ofConversation(conversation.id);
    const kept = keptByAnswer(known, deps.clock());
    const change = withPromises(answer, conversation.inboxId, deps);
    return kept.length === 0 ? change : { ...change, updatePromises: kept };
  };
}

function keptByAnswer(known: readonly PromiseRow[], now: Date): PromiseUpdate[] {
  return known
    .filter(({ state }) => state === 'open' || state === 'broken')
    .filter(({ act, createdAt }) => act === 'reply' && now.getTime() - Date.parse(createdAt) > SAME_BREATH_MS)
    .map(({ id, state }) => ({ id, from: state, state: 'kept' as const }));
}

function isOurs({ author, visibility, body }: NewActivity): boolean {
  const spoken = visibility === 'customer' && body.type === 'message';
  if (author.kind === 'agent') return spoken;
  return author.kind === 'bot' && spoken && body.channelData?.source === undefined;
}

function entry(given: Omit<NewPromise, 'dueAt' | 'remindAt'>, now: Date, dueAt: Date): NewPromise {
  const remindAt = new Date(now.getTime() + (dueAt.getTime() - now.getTime()) * REMIND_SHARE);
  return { ...given, dueAt: dueAt.toISOString(), remindAt: remindAt.toISOString() };
}

export type Settlement = 'open' | 'kept' | 'waived' | 'dismissed';
export type PromiseDesk = {
  /** Confirms (with another time, where it was read wrong), keeps, waives or dismisses. `IllegalMove` where it cannot. */
  settle(actor: Actor, id: string, to: { state: Settlement; dueAt?: Date }): Promise<void>;
  /** Tells the customer before it is late, and follows the new time instead. */
  postpone(actor: Actor, id: string, dueAt: Date): Promise<void>;
  /** Reminds of what is nearly due, and says what is late; how many were seen to. */
  sweep(): Promise<number>;
};

export type PromiseDeskDeps = PromiseDeps & {
  store: DeskStore;
  promises: PromiseStore;
  announce: (committed: Committed & { due: boolean }) => void;
};
type Decide = (promise: PromiseRow, snapshot: DeskSnapshot) => Change | null;

export function createPromiseDesk(deps: PromiseDeskDeps): PromiseDesk {
  const { store, promises, clock, announce } = deps;
  const act = async (id: string, key: string | null, decide: Decide): Promise<boolean> => {
    for (let race = 0; race < MAX_RACES; race++) {
      const conversationId = (await promises.find(id))?.conversationId;
      const snapshot = conversationId === undefined ? null : await store.snapshot(conversationId, key);
      // Read again behind the snapshot: what moved after it makes the commit lose.
      const promise = await promises.find(id);
      if (!snapshot || !promise) throw new ZhikeError('NotFound');
      const change = snapshot.done ? null : decide(promise, snapshot);
      if (!change) return false;
      const committed = await store.commit(snapshot, key === null ? change : { ...change, idempotencyKey: key });
      if (!committed) continue;
      announce(committed);
      return true;
    }
    throw new ZhikeError('Conflict');
  };
  return {
    settle: async (actor, id, to) => {
      if (!can(actor, 'conversation.reply')) throw new ZhikeError('NotAllowed');
      await act(id, null, (promise) => settled(actor, promise, { ...to, now: clock() }));
    },
    postpone: async (actor, id, dueAt) => {
      if (!can(actor, 'conversation.reply')) throw new ZhikeError('NotAllowed');
      await act(id, null, (promise, snapshot) => postponed({ actor, promise, snapshot, dueAt }, deps));
    },
    sweep: async () => {
      let seen = 0;
      const now = clock();
      for (const { id, dueAt } of await promises.pressing(now, GROUP)) {
        const late = Date.parse(dueAt) <= now.getTime();
        const key = `promise:${id}:${late ? 'late' : 'soon'}`;
        if (await act(id, key, (promise, snapshot) => (late ? broken(promise, snapshot, deps) : reminded(promise))))
          seen++;
      }
      return seen;
    },
  };
}

function settled(actor: Actor, promise: PromiseRow, to: { state: Settlement; dueAt?: Date; now: Date }): Change | null {
  const { id, state: from } = promise;
  if (from === to.state) return null;
  if (!canMovePromise(from, to.state)) throw new ZhikeError('IllegalMove', { from, to: to.state });
  const change = { activities: [], actorId: actor.id };
  if (!to.dueAt) return { ...change, updatePromises: [{ id, from, state: to.state }] };
  if (to.dueAt <= to.now) throw new ZhikeError('InvalidRange', { parameter: 'dueAt' });
  const { dueAt, remindAt } = entry(
    { id, n: 0, act: promise.act, quote: '', state: 'open', replaces: null },
    to.now,
    to.dueAt,
  );
  return { ...change, updatePromises: [{ id, from, state: to.state, dueAt, remindAt }] };
}

type Postponing = { actor: Actor; promise: PromiseRow; snapshot: DeskSnapshot; dueAt: Date };

function postponed({ actor, promise, snapshot, dueAt }: Postponing, deps: PromiseDeskDeps): Change {
  const now = deps.clock();
  if (dueAt <= now) throw new ZhikeError('InvalidRange', { parameter: 'dueAt' });
  if (!canMovePromise(promise.state, 'replaced'))
    throw new ZhikeError('IllegalMove', { from: promise.state, to: 'replaced' });
  const words = lateWords('postponed', { promise, snapshot, now, dueAt }, deps);
  const author = { kind: 'agent' as const, id: actor.id, name: actor.name };
  return {
    activities: [
      {
        author,
        visibility: 'customer',
        body: { type: 'message', text: words, textFormat: 'plain', channelData: { persona: author } },
      },
    ],
    promises: [entry({ ...successor(promise, deps), quote: words }, now, dueAt)],
    updatePromises: [{ id: promise.id, from: promise.state, state: 'replaced' }],
    actorId: actor.id,
  };
}

function reminded({ id, state, act, dueAt, reminded }: PromiseRow): Change | null {
  if (state !== 'open' || reminded) return null;
  return { activities: [news('promise.soon', { act, dueAt })], updatePromises: [{ id, from: 'open', reminded: true }] };
}

/** The customer hears of it once, with a new time; if that is missed as well, only people here are told. */
function broken(promise: PromiseRow, snapshot: DeskSnapshot, deps: PromiseDeskDeps): Change | null {
  if (promise.state !== 'open') return null;
  const now = deps.clock();
  const { id, act, dueAt } = promise;
  const change: Change = {
    activities: [news('promise.broken', { act, dueAt })],
    updatePromises: [{ id, from: 'open', state: 'broken' }],
  };
  const next = addBusinessTime(deps.calendarOf(snapshot.conversation.inboxId), now, GRACE_MINUTES);
  if (promise.replaces !== null || next === null) return change;
  const text = lateWords('late', { promise, snapshot, now, dueAt: next }, deps);
  const body = {
    type: 'message' as const,
    text,
    textFormat: 'plain' as const,
    channelData: {
      label: 'auto',
      persona: { kind: 'bot', id: 'zhike', name: TEXTS[snapshot.conversation.locale].botName },
    },
  };
  return {
    ...change,
    activities: [...change.activities, { author: { kind: 'bot', id: null, name: null }, visibility: 'customer', body }],
    promises: [entry({ ...successor(promise, deps), act: 'reply', n: 2, quote: text }, now, next)],
  };
}

function successor({ id, act }: PromiseRow, { newId }: PromiseDeps): Omit<NewPromise, 'dueAt' | 'remindAt' | 'quote'> {
  return { id: newId(), n: 1, act, state: 'open', replaces: id };
}

type Late = { promise: PromiseRow; snapshot: DeskSnapshot; now: Date; dueAt: Date };

function lateWords(key: 'late' | 'postponed', { promise, snapshot, now, dueAt }: Late, deps: PromiseDeps): string {
  const { locale, inboxId } = snapshot.conversation;
  const { timeZone } = deps.calendarOf(inboxId);
  const acts: Record<PromiseAct, string> = TEXTS[locale].acts;
  return TEXTS[locale][key]
    .replace('{act}', acts[promise.act])
    .replace('{when}', whenText(locale, dueAt, { now, timeZone }));
}

/** A line for colleagues alone. */
function news(name: string, value: Record<string, unknown>): NewActivity {
  return {
    author: { kind: 'system', id: null, name: null },
    visibility: 'internal',
    body: { type: 'event', name, value },
  };
}
