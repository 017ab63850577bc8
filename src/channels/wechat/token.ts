/** The access token of an account: one for all processes, one refresh at a time, and never a loop of them. */
import * as z from 'zod';
import type { Clock, NewId, Random, SharedState } from '../../ports.ts';
import { type ApiAccount, type ApiAnswer, request } from './request.ts';

export type TokenAnswer = { kind: 'ok'; value: string } | Exclude<ApiAnswer, { kind: 'ok' }>;
export type Tokens = {
  get(account: ApiAccount): Promise<TokenAnswer>;
  /** WeChat does not take `used` (any more): another one, or why there is none. */
  renew(account: ApiAccount, used: string): Promise<TokenAnswer>;
};
export type TokenDeps = { base: string; shared: SharedState; clock: Clock; random: Random; newId: NewId };

const keptSchema = z.object({ value: z.string().min(1).max(1_024), expiresAt: z.number() });
type Kept = z.output<typeof keptSchema>;
const freshSchema = z.object({ access_token: z.string().min(1).max(1_024), expires_in: z.number().min(1) });

/** WeChat keeps two tokens alive for so long; a refresh inside it leaves no hole. */
const EARLY_MS = 300_000;
const JITTER_MS = 60_000;
const LOCK_MS = 10_000;
const WAIT_MS = 100;
/** A forced refresh kills the token of everybody else and is allowed twenty times a day. */
const FORCE_GUARD_MS = 60_000;

export function createTokens(deps: TokenDeps): Tokens {
  const { shared, clock, random, newId } = deps;
  const holder = newId();
  const early = EARLY_MS + random() * JITTER_MS;
  const known = new Map<string, Kept>();
  const flying = new Map<string, Promise<TokenAnswer>>();

  const left = (kept: Kept | undefined | null) => (kept ? kept.expiresAt - clock().getTime() : 0);
  const read = async ({ appId }: ApiAccount) => {
    const kept = keptSchema.safeParse(jsonOf(await shared.get(keyOf(appId)))).data;
    if (kept) known.set(appId, kept);
    return kept ?? null;
  };
  const fetchNew = async (account: ApiAccount, force: boolean): Promise<TokenAnswer> => {
    const { appId, secret } = account;
    const body = { grant_type: 'client_credential', appid: appId, secret, force_refresh: force };
    const answer = await request(deps.base, { method: 'POST', path: '/cgi-bin/stable_token', body });
    if (answer.kind !== 'ok') return answer;
    const fresh = freshSchema.safeParse(answer.data);
    if (!fresh.success) return { kind: 'lost', sent: true, cause: 'no token' };
    const ms = fresh.data.expires_in * 1_000;
    const kept = { value: fresh.data.access_token, expiresAt: clock().getTime() + ms };
    known.set(appId, kept);
    await shared.set(keyOf(appId), JSON.stringify(kept), ms);
    return { kind: 'ok', value: kept.value };
  };
  /** One refresh per account at a time in this process, and under the lock one in all of them. */
  const single = (account: ApiAccount, isGood: (kept: Kept) => boolean): Promise<TokenAnswer> => {
    const { appId } = account;
    const earlier = flying.get(appId);
    if (earlier) return earlier;
    const tryKept = async () => {
      const kept = await read(account);
      return kept && isGood(kept) ? ({ kind: 'ok', value: kept.value } as const) : null;
    };
    const lock = { name: `${keyOf(appId)}:refresh`, holder, shared };
    const work = () => underLock(lock, tryKept, () => fetchNew(account, false));
    const mine = work().finally(() => flying.delete(appId));
    flying.set(appId, mine);
    return mine;
  };
  return {
    get: async (account) => {
      const mine = known.get(account.appId);
      if (mine && left(mine) > early) return { kind: 'ok', value: mine.value };
      const kept = await read(account);
      if (kept && left(kept) > early) return { kind: 'ok', value: kept.value };
      const fresh = await single(account, (one) => left(one) > early);
      // The old one still works while the new one cannot be had.
      return fresh.kind !== 'ok' && kept && left(kept) > 0 ? { kind: 'ok', value: kept.value } : fresh;
    },
    renew: async (account, used) => {
      const { appId } = account;
      known.delete(appId);
      const other = await single(account, ({ value }) => value !== used);
      if (other.kind !== 'ok' || other.value !== used) return other;
      if (!(await shared.takeLease(`${keyOf(appId)}:force`, newId(), FORCE_GUARD_MS))) {
        const kept = await read(account);
        if (kept && kept.value !== used) return { kind: 'ok', value: kept.value };
        return { kind: 'refused', code: 40001, message: 'the token is refused again', rid: null };
      }
      const forced = await fetchNew(account, true);
      if (forced.kind === 'ok' && forced.value === used)
        return { kind: 'refused', code: 40001, message: 'the token is refused again', rid: null };
      return forced;
    },
  };
}

type Lock = { name: string; holder: string; shared: SharedState };

/** Whoever gets the lock looks once more before asking WeChat; the others wait for what that one brings. */
async function underLock(
  { name, holder, shared }: Lock,
  tryKept: () => Promise<TokenAnswer | null>,
  fetchNew: () => Promise<TokenAnswer>,
): Promise<TokenAnswer> {
  for (let waited = 0; waited <= LOCK_MS; waited += WAIT_MS) {
    const kept = await tryKept();
    if (kept) return kept;
    if (await shared.takeLease(name, holder, LOCK_MS)) {
      try {
        return (await tryKept()) ?? (await fetchNew());
      } finally {
        await shared.dropLease(name, holder);
      }
    }
    await new Promise((resume) => setTimeout(resume, WAIT_MS));
  }
  return { kind: 'lost', sent: false, cause: 'token-lock' };
}

function keyOf(appId: string): string {
  return `wechat-token:${appId}`;
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
