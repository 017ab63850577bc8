/** A customer, a conversation and an agent in a fresh store: the start of most stories. */
import { v7 } from 'uuid';
import type { NewActivity } from '../../src/domain/activity.ts';
import type { Accepted } from '../../src/domain/change.ts';
import type { Store } from '../../src/store/store.ts';

export type World = {
  conversationId: string;
  inboxId: string;
  say(text: string, key?: string | null): Promise<Accepted>;
  texts(): Promise<string[]>;
};

export async function newWorld(store: Store): Promise<World> {
  const inbox = await store.ensureInbox('web', 'default');
  const address = `dl_${v7()}`;
  const { id: conversationId } = await store.conversations.create({
    inboxId: inbox.id,
    address,
    name: '访客',
    locale: 'zh-CN',
    now: new Date(),
  });
  return {
    conversationId,
    inboxId: inbox.id,
    say: (text, key = null) =>
      store.conversations.accept({
        inboxId: inbox.id,
        address,
        externalKey: key,
        author: 'customer',
        body: { type: 'message', text },
        locale: null,
        receivedAt: new Date(),
        conversationId,
      }),
    texts: async () => {
      const { rows } = await store.conversations.activitiesAfter(conversationId, 0, { limit: 500, audience: 'all' });
      return rows.map(({ seq, author, body }) => `${seq} ${author.kind}: ${body.text ?? body.name ?? ''}`);
    },
  };
}

export function botSays(text: string): NewActivity {
  return { author: { kind: 'bot', id: null, name: '知客' }, visibility: 'customer', body: { type: 'message', text } };
}

export async function newAgent(store: Store, name: string, role: 'agent' | 'supervisor' | 'admin' = 'agent') {
  return store.agents.create({ id: v7(), email: `${name}-${v7()}@shop.test`, name, role, locale: 'zh-CN' });
}
