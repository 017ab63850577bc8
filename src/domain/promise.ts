/** A promise: an act with a time, said to a customer by the bot or a person, followed until it is kept or broken. */

export const PROMISE_ACTS = ['reply', 'refund', 'ship', 'call', 'handle'] as const;
export type PromiseAct = (typeof PROMISE_ACTS)[number];

/**
 * `proposed`: found in a message, nobody has said yet that it is one. `open`: it binds. `broken`: its time passed.
 * `waived`: the customer needs it no more. `dismissed`: it was none. `replaced`: another one took its place.
 */
export const PROMISE_STATES = ['proposed', 'open', 'kept', 'broken', 'waived', 'dismissed', 'replaced'] as const;
export type PromiseState = (typeof PROMISE_STATES)[number];

/** What is late may still be kept, and is shown as late; what was never one says nothing about us. */
const PROMISE_MOVES: Record<PromiseState, readonly PromiseState[]> = {
  proposed: ['open', 'dismissed', 'kept', 'waived'],
  open: ['kept', 'broken', 'waived', 'replaced', 'dismissed'],
  broken: ['kept', 'waived', 'replaced'],
  kept: [],
  waived: [],
  dismissed: [],
  replaced: [],
};

export function canMovePromise(from: PromiseState, to: PromiseState): boolean {
  return PROMISE_MOVES[from].includes(to);
}

/** `n`: the activity of the change, counted from 1, that says it. Instants are ISO, UTC. */
export type NewPromise = {
  id: string;
  n: number;
  act: PromiseAct;
  quote: string;
  dueAt: string;
  remindAt: string;
  state: 'proposed' | 'open';
  replaces: string | null;
};

/** `from` is compared: a promise that somebody else moved meanwhile stays as they left it. */
export type PromiseUpdate = {
  id: string;
  from: PromiseState;
  state?: PromiseState;
  reminded?: true;
  dueAt?: string;
  remindAt?: string;
};

export type PromiseRow = {
  id: string;
  conversationId: string;
  seq: number;
  author: { kind: 'bot' | 'agent'; id: string | null; name: string | null };
  act: PromiseAct;
  quote: string;
  dueAt: string;
  remindAt: string;
  state: PromiseState;
  reminded: boolean;
  replaces: string | null;
  createdAt: string;
  settledAt: string | null;
};
