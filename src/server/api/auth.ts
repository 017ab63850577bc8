/** Signing in and out: constant work for whoever guesses, one answer for every wrong pair. */
import type { Request } from 'express';
import { ZhikeError } from '../../domain/errors.ts';
import type { AgentRecord } from '../../store/store.ts';
import { passSecondFactor } from '../auth/second-factor.ts';
import { sha256 } from '../auth/sessions.ts';
import type { Handlers } from '../bind.ts';
import { addressKey } from '../limits.ts';
import { agentObject, entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';
import { presentMe } from './me.ts';

type Credentials = { email: string; password: string; totp?: string | undefined };

export function authHandlers(deps: ApiDeps): Pick<Handlers, 'signIn' | 'redeemLink' | 'signOut'> {
  const { store, sessions } = deps;
  return {
    signIn: {
      may: 'anyone',
      run: async ({ body, request, response }) => {
        const { agent, detail } = await prove(deps, request, body);
        const entry = entryOf(deps, { session: { actor: agent }, request }, { action: 'signIn.succeeded', detail });
        await sessions.start(request, response, { agentId: agent.id, byLink: false, entry });
        return presentMe(deps, { agent, byLink: false });
      },
    },
    redeemLink: {
      may: 'anyone',
      run: async ({ body, request, response }) => {
        await deps.limits.take('redeemLink', addressKey(request.ip));
        const owner = await store.sessions.findLink(sha256(body.code), deps.clock());
        if (!owner) throw new ZhikeError('LinkInvalid');
        // A link replaces a forgotten password and nothing more.
        const detail = await secondStep(deps, request, { agent: owner, totp: body.totp });
        const agent = await store.sessions.redeemLink(sha256(body.code), deps.clock());
        if (!agent || agent.disabledAt !== null) throw new ZhikeError('LinkInvalid');
        const entry = entryOf(deps, { session: { actor: agent }, request }, { action: 'signIn.link', detail });
        await sessions.start(request, response, { agentId: agent.id, byLink: true, entry });
        return presentMe(deps, { agent, byLink: true });
      },
    },
    signOut: {
      may: 'self',
      run: async ({ session, request, response }) => {
        const entry = entryOf(deps, { session, request }, { action: 'signIn.out' });
        await sessions.end(session, response, entry);
        return { ok: true };
      },
    },
  };
}

async function prove(deps: ApiDeps, request: Request, { email, password, totp }: Credentials) {
  const { store, limits, passwords } = deps;
  const account = sha256(email.toLowerCase());
  const address = addressKey(request.ip);
  const pair = `${account}:${address}`;
  await limits.take('signInAddress', address);
  await limits.take('signInAccount', account);
  await limits.take('signInPair', pair);
  const agent = await store.agents.findByEmail(email.toLowerCase());
  const usable = agent && agent.disabledAt === null ? agent.passwordHash : null;
  const { ok, stale } = await passwords.verify(password, usable);
  if (!agent || !ok) {
    await refused(deps, request, { email, agent });
    throw new ZhikeError('WrongCredentials');
  }
  const detail = await secondStep(deps, request, { agent, totp });
  if (stale) await store.agents.update(agent.id, { passwordHash: await passwords.hash(password) });
  await limits.forget('signInPair', pair);
  await limits.forget('signInAccount', account);
  return { agent, detail };
}

/** What the log is told of the second step; a wrong code is in it too, since whoever gives one knows the password. */
async function secondStep(
  deps: ApiDeps,
  request: Request,
  { agent, totp }: { agent: AgentRecord; totp: string | undefined },
): Promise<Record<string, unknown>> {
  try {
    const used = await passSecondFactor(deps, agent, totp);
    if (used === 'recovery') {
      const told = { action: 'twoFactor.recoveryUsed' } as const;
      await deps.store.audit.record(entryOf(deps, { session: { actor: agent }, request }, told));
    }
    return used === null ? {} : { secondFactor: used };
  } catch (error) {
    if (error instanceof ZhikeError && error.code === 'WrongCode')
      await refused(deps, request, { email: agent.email, agent, detail: { secondFactor: 'wrong' } });
    throw error;
  }
}

/** Who was not let in, under the address that was given; the limits above bound how often. */
function refused(
  { store, clock }: ApiDeps,
  request: Request,
  { email, agent, detail = {} }: { email: string; agent: AgentRecord | null; detail?: Record<string, unknown> },
): Promise<void> {
  return store.audit.record({
    at: clock(),
    actor: { kind: 'nobody', id: null, name: email.toLowerCase() },
    action: 'signIn.failed',
    object: agent && agentObject(agent),
    detail,
    ip: request.ip ?? null,
  });
}
