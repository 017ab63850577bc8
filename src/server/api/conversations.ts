/** Conversations: lists, what was said, and what people do about it. */
import type { Attachment } from '../../domain/activity.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { fileReference } from '../../domain/file-reference.ts';
import { can } from '../../domain/permission.ts';
import type { WebConversation } from '../../store/store.ts';
import type { Handlers } from '../bind.ts';
import { makeWebLink } from '../web-links.ts';
import { entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';
import { presentActivity, presentConversation, presentDelivery, presentDetail } from './present.ts';

type Reading =
  | 'listConversations'
  | 'countConversations'
  | 'getConversation'
  | 'listActivities'
  | 'getSendWindow'
  | 'markSeen';
type Acting =
  | 'sendMessage'
  | 'retryMessage'
  | 'createWebLink'
  | 'addNote'
  | 'takeOver'
  | 'handBack'
  | 'resolve'
  | 'sendTyping';

async function mustFind({ store }: ApiDeps, id: string): Promise<WebConversation> {
  const conversation = await store.conversations.find(id);
  if (!conversation) throw new ZhikeError('NotFound');
  return conversation;
}

/** Files of this conversation only: an id alone shows nobody anything. */
async function attachmentsOf(
  { store }: ApiDeps,
  conversationId: string,
  ids: readonly string[],
): Promise<Attachment[]> {
  const found = await Promise.all(ids.map((id) => store.files.get(id)));
  return found.map((file) => {
    if (file?.conversationId !== conversationId) throw new ZhikeError('NotFound');
    return { contentType: file.contentType, contentUrl: fileReference(file.id), name: file.name };
  });
}

async function detail({ store }: ApiDeps, id: string, agentId: string) {
  const found = await store.views.detail(id, agentId);
  if (!found) throw new ZhikeError('NotFound');
  return presentDetail(found);
}

export function conversationReading(deps: ApiDeps): Pick<Handlers, Reading> {
  const { store } = deps;
  return {
    listConversations: {
      may: 'conversation.read',
      run: async ({ query: { view, cursor, limit }, session }) => {
        const page = await store.views.list({ view, limit, cursor: cursor ?? null, agentId: session.agent.id });
        return { items: page.items.map(presentConversation), nextCursor: page.nextCursor };
      },
    },
    countConversations: { may: 'conversation.read', run: ({ session }) => store.views.counts(session.agent.id) },
    getConversation: {
      may: 'conversation.read',
      run: ({ params, session }) => detail(deps, params.id, session.agent.id),
    },
    listActivities: { may: 'conversation.read', run: ({ params, query }) => listActivities(deps, params.id, query) },
    getSendWindow: {
      may: 'conversation.read',
      run: async ({ params }) => {
        const { inboxId, address } = await mustFind(deps, params.id);
        return { window: await store.ledger.window(inboxId, address) };
      },
    },
    markSeen: {
      may: 'conversation.read',
      run: async ({ params, body, session }) => {
        const { id, seq } = await mustFind(deps, params.id);
        await store.views.markSeen(id, session.agent.id, Math.min(body.seq, seq));
        return { ok: true };
      },
    },
  };
}

async function listActivities(
  deps: ApiDeps,
  id: string,
  query: { after?: number | undefined; before?: number | undefined; limit: number },
) {
  const { after, before, limit } = query;
  if (after !== undefined && before !== undefined)
    throw new ZhikeError('MalformedData', { detail: 'either after or before' });
  const { seq } = await mustFind(deps, id);
  if (after !== undefined) {
    const { rows, through } = await deps.store.conversations.activitiesAfter(id, after, { limit, audience: 'all' });
    return { items: rows.map(presentActivity), hasMore: through < seq };
  }
  const rows = await deps.store.conversations.activitiesBefore(id, before ?? seq + 1, limit);
  return { items: rows.map(presentActivity), hasMore: (rows[0]?.seq ?? 1) > 1 };
}

export function conversationActing(deps: ApiDeps): Pick<Handlers, Acting> {
  const { desk } = deps;
  return {
    sendMessage: {
      may: 'conversation.reply',
      run: async ({ params, body: { files = [], cc = [], ...words }, session }) => {
        const attachments = await attachmentsOf(deps, params.id, files);
        return presentActivity(await desk.reply(session.actor, params.id, { ...words, cc, attachments }));
      },
    },
    retryMessage: {
      may: 'conversation.reply',
      run: async ({ params: { id, seq }, body }) => {
        await mustFind(deps, id);
        const delivery = await deps.store.outbox.retryDelivery(id, seq, body.evenIfSent);
        if (delivery === 'asked') throw new ZhikeError('MayHaveArrived');
        if (!delivery) throw new ZhikeError('IllegalMove');
        deps.live.publish({ kind: 'delivery', conversationId: id, seq, delivery });
        deps.live.publish({ kind: 'outbox' });
        return { delivery: presentDelivery(delivery) };
      },
    },
    createWebLink: {
      may: 'conversation.link',
      run: async ({ params, session, request }) => {
        const { id, inboxId } = await mustFind(deps, params.id);
        if ((await deps.store.inboxes.find(inboxId))?.channel !== 'wechat') throw new ZhikeError('NotSupported');
        return makeWebLink(deps, id, entryOf(deps, { session, request }, { action: 'conversation.linkMade' }));
      },
    },
    addNote: {
      may: 'conversation.note',
      run: async ({ params, body, session }) => presentActivity(await desk.note(session.actor, params.id, body)),
    },
    takeOver: {
      may: 'conversation.takeOver',
      run: async ({ params, body, session }) => {
        const force = body.force ?? false;
        if (force && !can(session.actor, 'conversation.takeFromColleague')) throw new ZhikeError('NotAllowed');
        await desk.takeOver(session.actor, params.id, force);
        return detail(deps, params.id, session.agent.id);
      },
    },
    handBack: {
      may: 'conversation.reply',
      run: async ({ params, session }) => {
        await desk.handBack(session.actor, params.id);
        return detail(deps, params.id, session.agent.id);
      },
    },
    resolve: {
      may: 'conversation.reply',
      run: async ({ params, session }) => {
        await desk.resolve(session.actor, params.id);
        return detail(deps, params.id, session.agent.id);
      },
    },
    sendTyping: {
      may: 'conversation.reply',
      run: async ({ params, session: { actor } }) => {
        const { id, ownerId } = await mustFind(deps, params.id);
        // Customers see only the one who talks with them.
        if (ownerId === actor.id)
          deps.live.publish({
            kind: 'typing',
            conversationId: id,
            author: 'agent',
            authorId: actor.id,
            name: actor.name,
          });
        return { ok: true };
      },
    },
  };
}
