/** Promises: the lists, and what people say about one. */
import type { PromiseShape } from '../../contract/clocks.ts';
import { ZhikeError } from '../../domain/errors.ts';
import type { PromiseRow } from '../../domain/promise.ts';
import type { Handlers } from '../bind.ts';
import type { ApiDeps } from './deps.ts';

export function promiseHandlers({
  store,
  promises,
}: ApiDeps): Pick<Handlers, 'listPromises' | 'settlePromise' | 'postponePromise'> {
  return {
    listPromises: {
      may: 'conversation.read',
      run: async ({ query: { state, cursor, limit } }) => {
        const page = await store.promises.list({ state, cursor: cursor ?? null, limit });
        const items = page.items.map((row) => ({ ...presentPromise(row), customer: row.customer, owner: row.owner }));
        return { items, nextCursor: page.nextCursor };
      },
    },
    settlePromise: {
      may: 'conversation.reply',
      run: async ({ params: { id }, body: { state, dueAt }, session }) => {
        await promises.settle(session.actor, id, { state, ...(dueAt ? { dueAt: new Date(dueAt) } : {}) });
        const row = await store.promises.find(id);
        if (!row) throw new ZhikeError('NotFound');
        return presentPromise(row);
      },
    },
    postponePromise: {
      may: 'conversation.reply',
      run: async ({ params: { id }, body, session }) => {
        await promises.postpone(session.actor, id, new Date(body.dueAt));
        return { ok: true };
      },
    },
  };
}

export function presentPromise(row: PromiseRow): PromiseShape {
  const { id, conversationId, seq, author, act, quote, dueAt, state, createdAt } = row;
  return {
    id,
    conversationId,
    seq,
    author: { kind: author.kind, name: author.name },
    act,
    quote,
    dueAt,
    state,
    createdAt,
  };
}
