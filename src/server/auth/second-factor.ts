/** The second step of signing in: codes by time (TOTP, RFC 6238) and recovery codes, each of which works once. */
import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { ZhikeError } from '../../domain/errors.ts';
import type { AgentRecord } from '../../store/store.ts';
import type { ApiDeps } from '../api/deps.ts';
import { sha256 } from './sessions.ts';

/** What authenticator apps agree on: SHA-1, six digits, 30 seconds; a clock may be one step off. */
const PERIOD_S = 30;
const WINDOW = 1;
const RECOVERY_CODES = 10;
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

type Deps = Pick<ApiDeps, 'store' | 'vault' | 'limits' | 'clock'>;
export type Used = 'time' | 'recovery';

function totpOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Zhike', label, secret: Secret.fromBase32(secret), digits: 6, period: PERIOD_S });
}

/** A new secret of 160 bits, and the address an authenticator app takes it from. */
export function newTotp(label: string): { secret: string; uri: string } {
  const secret = new Secret({ size: 20 }).base32;
  return { secret, uri: totpOf(secret, label).toString() };
}

/** The time step of a code that is right about now, else null. */
export function stepOf(secret: string, code: string, now: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const delta = totpOf(secret, '').validate({ token: code, timestamp: now.getTime(), window: WINDOW });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / PERIOD_S) + delta;
}

/** Ten codes of 80 bits; of each only its hash is kept. */
export function newRecoveryCodes(agentId: string): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: RECOVERY_CODES }, () => {
    const letters = [...randomBytes(16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
    return letters.replace(/.{4}(?!$)/g, '$&-');
  });
  return { codes, hashes: codes.map((code) => hashOf(agentId, code)) };
}

function hashOf(agentId: string, code: string): string {
  return sha256(`${agentId}:${code.toUpperCase().replace(/[^A-Z2-9]/g, '')}`);
}

/** Opens the sealed secret; throws `Unavailable` when the key that sealed it is not ours. */
export function openSecret({ vault }: Pick<Deps, 'vault'>, sealed: string): string {
  const secret = vault.open(sealed);
  if (secret === null) throw new ZhikeError('Unavailable', { detail: 'SECRET_KEY is not the one of before' });
  return secret;
}

/**
 * Uses a code up: `time` or `recovery`. Throws `CodeNeeded` where there is none, `WrongCode` for a wrong or used one, and
 * `Throttled` after too many of these. Whoever has no second factor needs no code: null.
 */
export async function passSecondFactor(
  deps: Deps,
  agent: Pick<AgentRecord, 'id'>,
  given: string | undefined,
): Promise<Used | null> {
  const { store, limits, clock } = deps;
  const kept = await store.totp.find(agent.id);
  if (!kept?.confirmedAt) return null;
  const code = given?.replace(/\s/g, '') ?? '';
  if (code === '') throw new ZhikeError('CodeNeeded');
  await limits.take('secondFactor', agent.id);
  const step = stepOf(openSecret(deps, kept.secret), code, clock());
  if (step !== null) {
    if (await store.totp.spendStep(agent.id, step)) return 'time';
  } else if (/^[A-Za-z2-9-]{16,24}$/.test(code)) {
    if ((await store.totp.spendCode(agent.id, hashOf(agent.id, code), clock())) !== null) return 'recovery';
  }
  throw new ZhikeError('WrongCode');
}
