/** How many messages an account may send a customer, after Tencent's table: 5 in 48 h, 3 in 1 min, by what the customer did. */
import type { AccountKind } from '../../../src/channels/wechat/account.ts';
import type { Bucket, QuotaReading, SimUser, Trigger } from './state.ts';

const HOURS = 3_600_000;
const MINUTE = 60_000;

const TABLE: Record<Trigger, { limit: number; lifeMs: number }> = {
  message: { limit: 5, lifeMs: 48 * HOURS },
  menu: { limit: 3, lifeMs: MINUTE },
  follow: { limit: 3, lifeMs: MINUTE },
  scan: { limit: 3, lifeMs: MINUTE },
  enter: { limit: 2, lifeMs: MINUTE },
};

/** What a customer's act grants; entering a session counts for Mini Programs alone. */
export function grant(
  user: SimUser,
  trigger: Trigger,
  given: { now: number; reading: QuotaReading; kind: AccountKind },
): void {
  if (trigger === 'enter' && given.kind !== 'miniprogram') return;
  const { limit, lifeMs } = TABLE[trigger];
  const kept = user.buckets.filter(
    (bucket) => bucket.expiresAt > given.now && (given.reading === 'add' || bucket.trigger !== trigger),
  );
  user.buckets = [...kept, { trigger, grantedAt: given.now, expiresAt: given.now + lifeMs, limit, used: 0 }];
}

export function quotaLeft(user: SimUser, now: number): number {
  return live(user, now).reduce((sum, { limit, used }) => sum + limit - used, 0);
}

/** Spends one message of what expires first: 0, 45015 when no window is open, 45047 when all are used up. */
export function spend(user: SimUser, now: number): 0 | 45015 | 45047 {
  const open = live(user, now);
  if (open.length === 0) return 45015;
  const [bucket] = open.filter(({ limit, used }) => used < limit).sort((a, b) => a.expiresAt - b.expiresAt);
  if (!bucket) return 45047;
  bucket.used++;
  return 0;
}

function live(user: SimUser, now: number): Bucket[] {
  return user.buckets.filter(({ expiresAt }) => expiresAt > now);
}
