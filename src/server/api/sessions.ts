/** Where one is signed in, and ending it there. */
import { ZhikeError } from '../../domain/errors.ts';
import type { Handlers } from '../bind.ts';
import { entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';

export function sessionHandlers(deps: ApiDeps): Pick<Handlers, 'listSessions' | 'endSession' | 'endOtherSessions'> {
  const { store, clock } = deps;
  return {
    listSessions: {
      may: 'self',
      run: async ({ session }) => {
        const kept = await store.sessions.list(session.agent.id, clock());
        return {
          items: kept.map(({ tokenHash, ...shown }) => ({ ...shown, current: tokenHash === session.tokenHash })),
        };
      },
    },
    endSession: {
      may: 'self',
      run: async ({ session, request, params }) => {
        const object = { kind: 'session', id: params.id };
        const entry = entryOf(deps, { session, request }, { action: 'session.ended', object });
        const ended = await store.recording(entry).sessions.endOne(session.agent.id, params.id);
        if (!ended) throw new ZhikeError('NotFound');
        return { ok: true };
      },
    },
    endOtherSessions: {
      may: 'self',
      run: async ({ session, request }) => {
        const entry = entryOf(deps, { session, request }, { action: 'session.ended', detail: { all: 'others' } });
        await store.recording(entry).sessions.endAll(session.agent.id, session.tokenHash);
        return { ok: true };
      },
    },
  };
}
