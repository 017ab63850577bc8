import { expect, test } from 'vitest';
import { openKeys } from '../../src/server/keys.ts';
import { safeEqual } from '../../src/server/safe-equal.ts';
import { createMemoryStore } from '../support/direct-line-store.ts';

test('a secret that nobody configured is made once, shown once, kept as a hash, and the same for every process', async () => {
  const { settings } = createMemoryStore();
  const [first, second] = [await openKeys(settings, undefined), await openKeys(settings, undefined)];
  const secret = first.freshSecret ?? '';
  expect(secret).toMatch(/^zdl_[\w-]{43}$/);
  expect(second.freshSecret).toBeNull();
  expect(second.signing).toEqual(first.signing);
  for (const keys of [first, second]) {
    expect(keys.isDirectLineSecret(secret)).toBe(true);
    for (const wrong of ['', secret.slice(0, -1), `${secret} `, 'undefined'])
      expect(keys.isDirectLineSecret(wrong)).toBe(false);
  }
  const kept = await settings.getOrCreate('web.direct-line-secret-hash', () => 'none');
  expect(kept).not.toContain(secret);
});

test('configured secrets win over the made one, and two are valid while one replaces the other', async () => {
  const { settings } = createMemoryStore();
  const made = (await openKeys(settings, undefined)).freshSecret ?? '';
  const keys = await openKeys(settings, 'the-new-secret-of-the-shop, the-old-secret-of-the-shop');
  expect(['the-new-secret-of-the-shop', 'the-old-secret-of-the-shop', made].map(keys.isDirectLineSecret)).toEqual([
    true,
    true,
    false,
  ]);
  expect(keys.freshSecret).toBeNull();
});

test('an absent secret equals nothing, not even an absent one', () => {
  for (const nothing of ['', undefined, null, 0, [], {}]) expect(safeEqual(nothing, nothing)).toBe(false);
  expect(safeEqual('same', 'same')).toBe(true);
  expect(safeEqual('same', 'same but longer')).toBe(false);
});
