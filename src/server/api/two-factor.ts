/** Two-step sign-in: turned on by oneself, asked for by the desk's rule, reset by an administrator. */
import type { Request } from 'express';
import { ZhikeError } from '../../domain/errors.ts';
import { newRecoveryCodes, newTotp, openSecret, passSecondFactor, stepOf } from '../auth/second-factor.ts';
import type { Session } from '../auth/sessions.ts';
import type { Handlers } from '../bind.ts';
import { agentObject, entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';
import { presentAgent } from './present.ts';

type Routes =
  | 'getTwoFactor'
  | 'beginTwoFactor'
  | 'confirmTwoFactor'
  | 'renewRecoveryCodes'
  | 'disableTwoFactor'
  | 'resetTwoFactor'
  | 'getSecurity'
  | 'setSecurity';

export function twoFactorHandlers(deps: ApiDeps): Pick<Handlers, Routes> {
  const { store, sessions, vault, clock } = deps;
  const status = async (agentId: string) => {
    const [kept, agent] = await Promise.all([store.totp.find(agentId), store.agents.find(agentId)]);
    const enabled = kept !== null && kept.confirmedAt !== null;
    const demanded = agent !== null && (await sessions.demands(agent.role));
    return { enabled, demanded, recoveryLeft: enabled ? kept.recoveryLeft : 0 };
  };
  return {
    getTwoFactor: { may: 'self', run: ({ session }) => status(session.agent.id) },
    beginTwoFactor: {
      may: 'self',
      run: async ({ session: { agent, byLink }, body }) => {
        // Whoever sits down at a desk that was left open must not lock its owner out.
        if (!(byLink && agent.passwordHash === null)) await provePassword(deps, agent, body.password);
        const { secret, uri } = newTotp(agent.email);
        if (!(await store.totp.begin(agent.id, vault.seal(secret), clock()))) throw new ZhikeError('IllegalMove');
        return { secret, uri };
      },
    },
    confirmTwoFactor: {
      may: 'self',
      run: async ({ session, request, body }) => {
        const { agent } = session;
        const kept = await store.totp.find(agent.id);
        if (!kept || kept.confirmedAt) throw new ZhikeError('IllegalMove');
        await deps.limits.take('secondFactor', agent.id);
        const step = stepOf(openSecret(deps, kept.secret), body.code.replace(/\s/g, ''), clock());
        if (step === null) throw new ZhikeError('WrongCode', { fields: [{ path: 'code', message: 'wrong' }] });
        const { codes, hashes: codeHashes } = newRecoveryCodes(agent.id);
        const { totp } = store.recording(entryOf(deps, { session, request }, { action: 'twoFactor.enabled' }));
        if (!(await totp.confirm(agent.id, { step, codeHashes, now: clock() }))) throw new ZhikeError('Conflict');
        await store.sessions.endAll(agent.id, session.tokenHash);
        return { recoveryCodes: codes };
      },
    },
    renewRecoveryCodes: {
      may: 'self',
      run: async ({ session, request, body }) => {
        if ((await passSecondFactor(deps, session.agent, body.code)) === null) throw new ZhikeError('IllegalMove');
        const { codes, hashes } = newRecoveryCodes(session.agent.id);
        const { totp } = store.recording(entryOf(deps, { session, request }, { action: 'twoFactor.codesRenewed' }));
        await totp.renewCodes(session.agent.id, hashes);
        return { recoveryCodes: codes };
      },
    },
    disableTwoFactor: {
      may: 'self',
      run: async ({ session, request, body }) => {
        if (await sessions.demands(session.agent.role)) throw new ZhikeError('SecondFactorNeeded');
        if ((await passSecondFactor(deps, session.agent, body.code)) === null) throw new ZhikeError('IllegalMove');
        const { totp } = store.recording(entryOf(deps, { session, request }, { action: 'twoFactor.disabled' }));
        await totp.remove(session.agent.id);
        return status(session.agent.id);
      },
    },
    resetTwoFactor: { may: 'agent.manage', run: (call) => reset(deps, { ...call, agentId: call.params.id }) },
    getSecurity: { may: 'security.manage', run: () => sessions.rule() },
    setSecurity: {
      may: 'security.manage',
      run: async ({ session, request, body: { twoFactorFor } }) => {
        const { twoFactorFor: before, fixed } = await sessions.rule();
        if (fixed) throw new ZhikeError('IllegalMove', { detail: 'REQUIRE_TWO_FACTOR is set' });
        const told = { action: 'security.changed', detail: { before, after: twoFactorFor } } as const;
        const kept = store.recording(entryOf(deps, { session, request }, told));
        await kept.settings.put('security', { twoFactorFor });
        return sessions.rule();
      },
    },
  };
}

async function provePassword({ limits, passwords }: ApiDeps, agent: Session['agent'], password: string) {
  await limits.take('changePassword', agent.id);
  const { ok } = await passwords.verify(password, agent.passwordHash);
  if (!ok) throw new ZhikeError('WrongCredentials', { fields: [{ path: 'password', message: 'wrong' }] });
}

type Reset = { session: Session; request: Request; agentId: string };

/** For a colleague whose phone is gone. One's own is turned off with a code, so that an open desk is not enough. */
async function reset(deps: ApiDeps, { session, request, agentId }: Reset) {
  const { store, presence } = deps;
  const agent = await store.agents.find(agentId);
  if (!agent) throw new ZhikeError('NotFound');
  if (agent.id === session.agent.id) throw new ZhikeError('IllegalMove', { detail: 'ask another administrator' });
  const entry = entryOf(deps, { session, request }, { action: 'twoFactor.reset', object: agentObject(agent) });
  if (!(await store.recording(entry).totp.remove(agent.id))) throw new ZhikeError('IllegalMove');
  await store.sessions.endAll(agent.id);
  return presentAgent({ ...agent, hasTotp: false }, presence.isOnline(agent.id));
}
