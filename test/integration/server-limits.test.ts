/** Whoever knocks too often waits, and hears for how long. Behind a trusted proxy each test is a client of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRedis, openPrivateRedis, type PrivateRedis } from '../support/redis-server.ts';
import { type Answer, openServerWorld, PASSWORD, type Person, type ServerWorld } from '../support/server-world.ts';

const small = { points: 5, seconds: 60 };
const limits = {
  signInPair: { points: 3, seconds: 60 },
  signInAddress: { points: 8, seconds: 60 },
  changePassword: { points: 2, seconds: 60 },
  reading: { points: 20, seconds: 60 },
  refused: { points: 20, seconds: 60 },
  webSession: small,
  redeemLink: small,
};

const from = (address: string) => ({ 'x-forwarded-for': address });
const signIn = (world: ServerWorld, address: string, { email, password }: { email: string; password: string }) =>
  world.call('POST', '/api/v1/auth/sign-in', { body: { email, password }, headers: from(address) });
const guess = (world: ServerWorld, address: string, email: string) =>
  signIn(world, address, { email, password: 'a guess' });

function expectThrottled(answer: Answer): void {
  expect([answer.status, answer.problem.code]).toEqual([429, 'Throttled']);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
}

describe('behind a trusted proxy', () => {
  let world: ServerWorld;
  let colleague: Person;
  let clients = 0;
  beforeAll(async () => {
    world = await openServerWorld({ env: { TRUST_PROXY: '127.0.0.1' }, overrides: { limits } });
    colleague = await world.join('agent');
  });
  afterAll(() => world.close());

  test('guesses at one account from one address end, the right password included; others still sign in', async () => {
    const here = '203.0.113.1';
    for (let i = 0; i < 3; i++) expect((await guess(world, here, 'admin@localhost')).status).toBe(401);
    expectThrottled(await guess(world, here, 'Admin@LocalHost'));
    expectThrottled(await signIn(world, here, { email: 'admin@localhost', password: PASSWORD }));
    expect((await signIn(world, here, colleague)).status).toBe(200);
    expect((await signIn(world, '203.0.113.2', world.admin)).status).toBe(200);
  });

  test('signing in forgets the mistakes before it', async () => {
    const here = '203.0.113.3';
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 2; i++) await guess(world, here, colleague.email);
      expect((await signIn(world, here, colleague)).status).toBe(200);
    }
  });

  test('guesses at many accounts from one address end', async () => {
    for (let i = 0; i < 8; i++) expect((await guess(world, '203.0.113.4', `person${i}@shop.test`)).status).toBe(401);
    expectThrottled(await guess(world, '203.0.113.4', 'person9@shop.test'));
  });

  test('one subscriber of IPv6 is one address, however many he has', async () => {
    for (let i = 0; i < 8; i++) await guess(world, `2001:db8:0:1::${i}`, `person${i}@shop.test`);
    expectThrottled(await guess(world, '2001:db8:0:1:ffff::1', 'person9@shop.test'));
    expect((await guess(world, '2001:db8:0:2::1', 'person9@shop.test')).status).toBe(401);
  });

  test.each([
    ['GET', '/help/en', undefined],
    ['GET', '/api/openapi.json', undefined],
    ['POST', '/api/web/session', {}],
    ['POST', '/api/v1/auth/link', { code: 'x'.repeat(43) }],
    ['GET', '/api/v1/me', undefined],
    ['POST', '/v3/directline/conversations', undefined],
    ['GET', '/v3/directline/conversations/none/activities', undefined],
  ])('%s %s is answered only so often', async (method, path, body) => {
    const headers = from(`198.51.100.${++clients}`);
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) {
      const answer = await world.call(method, path, { headers, ...(body === undefined ? {} : { body }) });
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(statuses[0]).not.toBe(429);
    expect(statuses.at(-1)).toBe(429);
  });

  test('the current password is not to be guessed from an open session', async () => {
    const body = { currentPassword: 'a guess', newPassword: 'a good long new one' };
    const change = () =>
      world.call('PATCH', '/api/v1/me', { cookie: world.admin.cookie, body, headers: from('203.0.113.7') });
    for (let i = 0; i < 2; i++) expect((await change()).problem.code).toBe('WrongCredentials');
    expectThrottled(await change());
  });
});

describe('without a trusted proxy', () => {
  test('a forged X-Forwarded-For buys no new tries', async () => {
    const world = await openServerWorld({ overrides: { limits } });
    for (let i = 0; i < 8; i++) await guess(world, `203.0.113.${i}`, `person${i}@shop.test`);
    expectThrottled(await guess(world, '203.0.113.9', 'person9@shop.test'));
    await world.close();
  });
});

describe.runIf(hasRedis)('two processes with redis', () => {
  let redis: PrivateRedis;
  let worlds: ServerWorld[];
  beforeAll(async () => {
    redis = await openPrivateRedis();
    const open = () =>
      openServerWorld({ env: { REDIS_URL: redis.url }, overrides: { limits: { signInPair: limits.signInPair } } });
    worlds = [await open(), await open()];
  });
  afterAll(async () => {
    for (const world of worlds) await world.close();
    await redis.stop();
  });

  test('count together, and each for itself while redis is away', async () => {
    const [one, two] = worlds as [ServerWorld, ServerWorld];
    const from = '127.0.0.1';
    for (let i = 0; i < 3; i++) expect((await guess(i % 2 ? one : two, from, 'shared@shop.test')).status).toBe(401);
    expectThrottled(await guess(one, from, 'shared@shop.test'));
    expectThrottled(await guess(two, from, 'shared@shop.test'));
    await redis.stop();
    for (let i = 0; i < 3; i++) expect((await guess(one, from, 'alone@shop.test')).status).toBe(401);
    expectThrottled(await guess(one, from, 'alone@shop.test'));
  });
});
