/** The team: who is there, inviting, roles, disabling, new sign-in links. */
import { ZhikeError } from '../../domain/errors.ts';
import type { AgentRecord } from '../../store/store.ts';
import { INVITATION_MS, makeLink } from '../auth/links.ts';
import type { Handlers } from '../bind.ts';
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
      run: async ({ body: { email, name, role }, session }) => {
        const { locale } = session.agent;
        const agent = await store.agents.create({ id: deps.newId(), email: email.toLowerCase(), name, role, locale });
        return { agent: present(agent), ...(await makeLink(deps, agent.id, INVITATION_MS)) };
      },
    },
    updateAgent: {
      may: 'agent.manage',
      run: async ({ params, body: { name, role, disabled } }) => {
        const former = await store.agents.find(params.id);
        const agent = await store.agents.update(params.id, {
          ...(name === undefined ? {} : { name }),
          ...(role === undefined ? {} : { role }),
          ...(disabled === undefined ? {} : { disabledAt: disabled ? deps.clock() : null }),
        });
        if (!former || !agent) throw new ZhikeError('NotFound');
        // A session keeps no right that its owner has lost: it ends, and its streams within seconds.
        if (agent.disabledAt !== null || agent.role !== former.role) await store.sessions.endAll(agent.id);
        return present(agent);
      },
    },
    renewLink: {
      may: 'agent.manage',
      run: async ({ params }) => {
        const agent = await store.agents.find(params.id);
        if (!agent) throw new ZhikeError('NotFound');
        if (agent.disabledAt !== null) throw new ZhikeError('IllegalMove', { detail: 'the account is disabled' });
        return { agent: present(agent), ...(await makeLink(deps, agent.id, INVITATION_MS)) };
      },
    },
  };
}
