/** The team: who is there, inviting, roles, disabling, new sign-in links. */
import { ZhikeError } from '../../domain/errors.ts';
import type { AgentRecord } from '../../store/store.ts';
import { INVITATION_MS, makeLink } from '../auth/links.ts';
import type { Handlers } from '../bind.ts';
import { agentObject, entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';
import { presentAgent } from './present.ts';

export function agentHandlers(
  deps: ApiDeps,
): Pick<Handlers, 'listAgents' | 'inviteAgent' | 'updateAgent' | 'renewLink'> {
  const { store, presence } = deps;
  const present = (agent: AgentRecord) => presentAgent(agent, presence.isOnline(agent.id));
  return {
    listAgents: { may: 'agent.list', run: async () => ({ items: (await store.agents.list()).map(present) }) },
    inviteAgent: {
      may: 'agent.manage',
      run: async ({ body: { email, name, role }, session, request }) => {
        const { locale } = session.agent;
        const invited = { id: deps.newId(), email: email.toLowerCase(), name, role, locale };
        const told = { action: 'agent.invited', object: agentObject(invited), detail: { email, role } } as const;
        const agent = await store.recording(entryOf(deps, { session, request }, told)).agents.create(invited);
        return { agent: present(agent), ...(await makeLink(deps, agent.id, INVITATION_MS)) };
      },
    },
    updateAgent: {
      may: 'agent.manage',
      run: async ({ params, body, session, request }) => {
        const { name, role, disabled } = body;
        const former = await store.agents.find(params.id);
        if (!former) throw new ZhikeError('NotFound');
        const before = { name: former.name, role: former.role, disabled: former.disabledAt !== null };
        const told = { action: 'agent.changed', object: agentObject(former), detail: { before, after: body } } as const;
        const agent = await store.recording(entryOf(deps, { session, request }, told)).agents.update(params.id, {
          ...(name === undefined ? {} : { name }),
          ...(role === undefined ? {} : { role }),
          ...(disabled === undefined ? {} : { disabledAt: disabled ? deps.clock() : null }),
        });
        if (!agent) throw new ZhikeError('NotFound');
        // A session keeps no right that its owner has lost: it ends, and its streams within seconds.
        if (agent.disabledAt !== null || agent.role !== former.role) await store.sessions.endAll(agent.id);
        return present(agent);
      },
    },
    renewLink: {
      may: 'agent.manage',
      run: async ({ params, session, request }) => {
        const agent = await store.agents.find(params.id);
        if (!agent) throw new ZhikeError('NotFound');
        if (agent.disabledAt !== null) throw new ZhikeError('IllegalMove', { detail: 'the account is disabled' });
        const entry = entryOf(deps, { session, request }, { action: 'agent.link', object: agentObject(agent) });
        const kept = { ...deps, store: { ...store, ...store.recording(entry) } };
        return { agent: present(agent), ...(await makeLink(kept, agent.id, INVITATION_MS)) };
      },
    },
  };
}
