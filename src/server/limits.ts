/**
 * How often somebody may knock. Guards of credentials count in Redis where there is one (memory while it is away), so
 * that more processes are not more tries; guards against floods count in memory, so that no message waits for Redis.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { RequestHandler } from 'express';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { ZhikeError } from '../domain/errors.ts';

type Limit = { points: number; seconds: number; counts: 'shared' | 'process' };

export const LIMITS = {
  /** One account from one address: a person who mistypes has room, a guesser has 80 tries an hour. */
  signInPair: { points: 20, seconds: 900, counts: 'shared' },
  /** One account from everywhere: a botnet cannot guess, and can lock a person out of no other address cheaply. */
  signInAccount: { points: 200, seconds: 900, counts: 'shared' },
  /** One address for all accounts; an office behind one address signs in at nine o'clock. */
  signInAddress: { points: 300, seconds: 900, counts: 'shared' },
  /** Codes of 256 bits cannot be guessed; this keeps the database quiet. */
  redeemLink: { points: 60, seconds: 900, counts: 'shared' },
  /** Links to a chat, opened by customers; many share the address of a mobile network. */
  chatLink: { points: 300, seconds: 900, counts: 'shared' },
  /** The current password, asked again before a change. */
  changePassword: { points: 10, seconds: 900, counts: 'shared' },
  /** Six digits, of which three are right at a time: twenty guesses an hour come to nothing. */
  secondFactor: { points: 20, seconds: 3_600, counts: 'shared' },
  /** One API key: ten requests a second. */
  apiKey: { points: 600, seconds: 60, counts: 'process' },
  /** Reading of what is public: the API's document, the help pages. */
  reading: { points: 600, seconds: 60, counts: 'process' },
  /** Votes of one address on help pages, and one a day for each article. */
  feedback: { points: 60, seconds: 3_600, counts: 'process' },
  feedbackOnce: { points: 1, seconds: 86_400, counts: 'shared' },
  /** New chats; a school or a mall behind one address opens many. */
  webSession: { points: 1_200, seconds: 60, counts: 'process' },
  /** Messages of one chat: four a second for a minute is no person. */
  webMessage: { points: 240, seconds: 60, counts: 'process' },
  /** Requests of one address that were refused (401, 403, 404); whoever has the right token is never counted. */
  refused: { points: 600, seconds: 60, counts: 'process' },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof LIMITS;

export type Limits = {
  /** Counts one; throws `Throttled` with the wait when there were too many, `Unavailable` when nobody can count. */
  take(name: LimitName, key: string): Promise<void>;
  forget(name: LimitName, key: string): Promise<void>;
  /** `take` by the client's address, as a handler. */
  guard(name: LimitName): RequestHandler;
  /** Refuses an address that was refused too often of late, and counts the refusals behind it. */
  guardRefusals: RequestHandler;
  close(): void;
};

/** The part of an address that stands for one subscriber: all of IPv4, the first 64 bits of IPv6. */
export function addressKey(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIPv4(plain) || !isIPv6(plain)) return plain || 'unknown';
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) while (groups.length < 4) groups.push('0');
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

export type LimitsOptions = {
  redisUrl: string | null;
  override?: Partial<Record<LimitName, { points: number; seconds: number }>>;
};

export async function openLimits({ redisUrl, override = {} }: LimitsOptions): Promise<Limits> {
  const redis = redisUrl === null ? null : (await import('../live/redis.ts')).openCommands(redisUrl);
  const names = Object.keys(LIMITS) as LimitName[];
  const limiters = new Map(names.map((name) => [name, limiterOf(name)]));

  function limiterOf(name: LimitName): RateLimiterAbstract {
    const { points, seconds } = override[name] ?? LIMITS[name];
    const options = { keyPrefix: `zhike:limit:${name}`, points, duration: seconds };
    if (redis === null || LIMITS[name].counts === 'process') return new RateLimiterMemory(options);
    const insuranceLimiter = new RateLimiterMemory(options);
    return new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true, insuranceLimiter });
  }
  async function take(name: LimitName, key: string): Promise<void> {
    try {
      await limiters.get(name)?.consume(key);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) throw new ZhikeError('Throttled', { retryAfterMs: refusal.msBeforeNext });
      throw new ZhikeError('Unavailable');
    }
  }
  return {
    take,
    forget: async (name, key) => {
      await limiters
        .get(name)
        ?.delete(key)
        .catch(() => undefined);
    },
    guard: (name) => async (request, _response, next) => {
      await take(name, addressKey(request.ip));
      next();
    },
    guardRefusals: async (request, response, next) => {
      const key = addressKey(request.ip);
      const { points } = override.refused ?? LIMITS.refused;
      const counted = await limiters.get('refused')?.get(key);
      if (counted && counted.consumedPoints > points)
        throw new ZhikeError('Throttled', { retryAfterMs: counted.msBeforeNext });
      response.once('finish', () => {
        if ([401, 403, 404].includes(response.statusCode)) take('refused', key).catch(() => undefined);
      });
      next();
    },
    close: () => redis?.disconnect(),
  };
}
