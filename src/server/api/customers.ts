/** Customers that turned out to be one person, and the way back. */
import { ZhikeError } from '../../domain/errors.ts';
import type { Handlers } from '../bind.ts';
import { entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';

export function customerHandlers(deps: ApiDeps): Pick<Handlers, 'listMerges' | 'undoMerge'> {
  const { store } = deps;
  return {
    listMerges: {
      may: 'conversation.read',
      run: async ({ params }) => ({ items: await store.contacts.mergesOf(params.id) }),
    },
    undoMerge: {
      may: 'customer.unmerge',
      run: async ({ params, session, request }) => {
        const object = { kind: 'merge', id: params.id };
        const entry = entryOf(deps, { session, request }, { action: 'customer.unmerged', object });
        const merge = await store.recording(entry).contacts.undoMerge(params.id, session.agent.id);
        if (!merge) throw new ZhikeError('NotFound');
        return merge;
      },
    },
  };
}
