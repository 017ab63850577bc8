/** Customers that turned out to be one person, and the way back. */
import { ZhikeError } from '../../domain/errors.ts';
import type { Handlers } from '../bind.ts';
import type { ApiDeps } from './deps.ts';

export function customerHandlers({ store, log }: ApiDeps): Pick<Handlers, 'listMerges' | 'undoMerge'> {
  return {
    listMerges: {
      may: 'conversation.read',
      run: async ({ params }) => ({ items: await store.contacts.mergesOf(params.id) }),
    },
    undoMerge: {
      may: 'customer.unmerge',
      run: async ({ params, session }) => {
        const merge = await store.contacts.undoMerge(params.id, session.agent.id);
        if (!merge) throw new ZhikeError('NotFound');
        log.info({ mergeId: merge.id, agentId: session.agent.id }, 'two customers were parted again');
        return merge;
      },
    },
  };
}
