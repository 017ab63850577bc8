/** One's own account: who one is, what one may do, one's name, language and password. */
import type { Me } from '../../contract/shapes.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { permissionsOf } from '../../domain/permission.ts';
import { checkPassword } from '../auth/password.ts';
import type { Session } from '../auth/sessions.ts';
import type { Handlers } from '../bind.ts';
import { agentObject, entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';
import { presentAgent } from './present.ts';

type Identity = Pick<Session, 'agent' | 'byLink'>;

/** Whoever came by a link is asked for a new password, also when there is an old one: it was forgotten. */
export async function presentMe(deps: ApiDeps, { agent, byLink }: Identity): Promise<Me> {
  const { presence, clock, sessions } = deps;
  return {
    agent: presentAgent(agent, presence.isOnline(agent.id)),
    permissions: permissionsOf(agent.role),
    needsPassword: byLink || agent.passwordHash === null,
    needsTwoFactor: !agent.hasTotp && (await sessions.demands(agent.role)),
    serverTime: clock().toISOString(),
  };
}

export function meHandlers(deps: ApiDeps): Pick<Handlers, 'me' | 'updateMe'> {
  const { store, sessions } = deps;
  return {
    me: { may: 'self', run: async ({ session }) => presentMe(deps, session) },
    updateMe: {
      may: 'self',
      run: async ({ session, body, request, response }) => {
        const { name, locale, currentPassword, newPassword } = body;
        const passwordHash =
          newPassword === undefined ? null : await newHash(deps, session, { currentPassword, newPassword });
        const told = { action: 'password.changed', object: agentObject(session.agent) } as const;
        const kept = passwordHash === null ? store : store.recording(entryOf(deps, { session, request }, told));
        const agent = await kept.agents.update(session.agent.id, {
          ...(name === undefined ? {} : { name }),
          ...(locale === undefined ? {} : { locale }),
          ...(passwordHash === null ? {} : { passwordHash }),
        });
        if (!agent) throw new ZhikeError('NotFound');
        if (passwordHash === null) return presentMe(deps, { agent, byLink: session.byLink });
        // Whoever else is signed in with the old password is out, and this session gets a new id.
        await store.sessions.endAll(agent.id);
        await sessions.start(request, response, { agentId: agent.id, byLink: false });
        return presentMe(deps, { agent, byLink: false });
      },
    },
  };
}

type Change = { currentPassword: string | undefined; newPassword: string };

/** Throws `WrongCredentials` (field `currentPassword`), `WeakPassword` (field `newPassword`) or `Throttled`. */
async function newHash({ limits, passwords }: ApiDeps, { agent, byLink }: Session, change: Change): Promise<string> {
  checkPassword(change.newPassword, agent.email);
  if (agent.passwordHash !== null && !byLink) {
    await limits.take('changePassword', agent.id);
    const { ok } = await passwords.verify(change.currentPassword ?? '', agent.passwordHash);
    if (!ok) throw new ZhikeError('WrongCredentials', { fields: [{ path: 'currentPassword', message: 'wrong' }] });
  }
  return passwords.hash(change.newPassword);
}
