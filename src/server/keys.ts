/** The keys of the house: made on the first start, kept in the store, the same for every process. */
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { SigningKey } from '../channels/web/token.ts';
import type { SettingStore } from '../store/store.ts';
import { safeEqual } from './safe-equal.ts';

export type Keys = {
  /** Sign web tokens; the first signs, all verify. */
  signing: readonly [SigningKey, ...SigningKey[]];
  isDirectLineSecret(candidate: string): boolean;
  /** The Direct Line secret when this very start made it: only its hash is kept, so it can be shown this once. */
  freshSecret: string | null;
};

const storedKeys = z.tuple(
  [z.object({ kid: z.string(), secret: z.string() })],
  z.object({ kid: z.string(), secret: z.string() }),
);

const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/**
 * @param configured Secrets from the configuration, separated by commas (two are valid at a time while one replaces
 *   the other); they win over the generated one.
 */
export async function openKeys(settings: SettingStore, configured: string | undefined): Promise<Keys> {
  const ring = storedKeys.parse(
    await settings.getOrCreate('web.signing-keys', () => [
      { kid: randomBytes(6).toString('hex'), secret: randomBytes(32).toString('base64url') },
    ]),
  );
  const [first, ...others] = ring.map(({ kid, secret }) => ({ kid, secret: Buffer.from(secret, 'base64url') }));
  if (!first) throw new Error('no signing key');
  const named = (configured ?? '').split(',').flatMap((secret) => secret.trim() || []);
  const { hashes, fresh } =
    named.length > 0 ? { hashes: named.map(hashSecret), fresh: null } : await generated(settings);
  return {
    signing: [first, ...others],
    /** Every hash is compared, so that the time taken does not tell which one came near. */
    isDirectLineSecret: (candidate) =>
      hashes.map((hash) => safeEqual(hashSecret(candidate), hash)).some((matches) => matches),
    freshSecret: fresh,
  };
}

async function generated(settings: SettingStore): Promise<{ hashes: string[]; fresh: string | null }> {
  const secret = `zdl_${randomBytes(32).toString('base64url')}`;
  const hash = z.string().parse(await settings.getOrCreate('web.direct-line-secret-hash', () => hashSecret(secret)));
  return { hashes: [hash], fresh: hash === hashSecret(secret) ? secret : null };
}
