/** Access tokens as WeChat gives them: `token` kills the one before after 5 min, `stable_token` repeats itself. */
import { nowOf, randomText, type Sim, type SimAccount, type SimToken } from './state.ts';

const MINUTES = 60_000;
const LIFE = 7_200_000;
const OVERLAP = 5 * MINUTES;
const FORCED_A_DAY = 20;
const FORCED_APART = 30_000;

export type Granted = { access_token: string; expires_in: number };

/** `GET /cgi-bin/token`: always a new one. */
export function plainToken(sim: Sim, account: SimAccount): Granted {
  const now = nowOf(sim);
  for (const token of account.tokens)
    if (token.source === 'token') token.invalidAt = Math.min(token.invalidAt, now + OVERLAP);
  return granted(issue(sim, account, 'token'), now);
}

/** `POST /cgi-bin/stable_token`: the same until 5 min before its end; a forced one kills the old at once, rarely. */
export function stableToken(
  sim: Sim,
  account: SimAccount,
  force: boolean,
): Granted | { errcode: number; errmsg: string } {
  const now = nowOf(sim);
  const current = account.tokens.findLast(({ source }) => source === 'stable');
  if (force) {
    account.forcedAt = account.forcedAt.filter((at) => at > now - 24 * 60 * MINUTES);
    if (account.forcedAt.length >= FORCED_A_DAY) return { errcode: 45009, errmsg: 'reach max api daily quota limit' };
    if ((account.forcedAt.at(-1) ?? 0) > now - FORCED_APART)
      return { errcode: 45011, errmsg: 'api minute-quota reach limit' };
    account.forcedAt.push(now);
    if (current) current.invalidAt = Math.min(current.invalidAt, now);
    return granted(issue(sim, account, 'stable'), now);
  }
  const stays = current && current.invalidAt > now && current.expiresAt - now > OVERLAP;
  return granted(stays ? current : issue(sim, account, 'stable'), now);
}

function issue(sim: Sim, account: SimAccount, source: SimToken['source']): SimToken {
  const now = nowOf(sim);
  const token = {
    value: `9_${randomText(sim, 136)}`,
    source,
    expiresAt: now + LIFE,
    invalidAt: Number.POSITIVE_INFINITY,
  };
  account.tokens = [...account.tokens.filter(({ expiresAt }) => expiresAt > now - LIFE), token];
  return token;
}

function granted(token: SimToken, now: number): Granted {
  return { access_token: token.value, expires_in: Math.floor((token.expiresAt - now) / 1000) };
}

/** Whose token it is, and 0, 40001 (unknown, superseded), 41001 (none) or 42001 (expired). */
export function checkToken(
  sim: Sim,
  value: string | null,
): { account: SimAccount | null; errcode: 0 | 40001 | 41001 | 42001 } {
  if (!value) return { account: null, errcode: 41001 };
  const now = nowOf(sim);
  for (const account of sim.accounts.values()) {
    const token = account.tokens.find((one) => one.value === value);
    if (!token) continue;
    if (token.expiresAt <= now) return { account, errcode: 42001 };
    return { account, errcode: token.invalidAt <= now ? 40001 : 0 };
  }
  return { account: null, errcode: 40001 };
}

/** What a rival process, or an administrator in the console, does: every token is dead now. */
export function revokeTokens(sim: Sim, account: SimAccount): void {
  for (const token of account.tokens) token.invalidAt = nowOf(sim);
}
