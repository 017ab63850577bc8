import { decodeJwt } from 'jose';
import { afterEach, expect, test } from 'vitest';
import type { WebSession } from '../../src/contract/web.ts';
import { createClient } from '../support/direct-line.ts';
import { type Bare, openBare, SHOP_ORIGIN } from '../support/direct-line-bare.ts';

let server: Bare;
afterEach(() => server.close());

async function begin(given: Parameters<typeof openBare>[0] = {}) {
  server = await openBare(given);
  const client = createClient(server.base);
  const ask = (body: unknown = {}, headers: Record<string, string> = { origin: SHOP_ORIGIN }) =>
    client.request<WebSession>('POST', `${server.origin}/api/web/session`, { body, headers });
  return { client, ask };
}

test('a visitor gets a conversation, a token for it and a way back to it', async () => {
  const { client, ask } = await begin();
  const first = (await ask({ locale: 'zh-CN' })).body;
  expect(decodeJwt(first.token)).toMatchObject({
    conv: first.conversationId,
    user: expect.stringMatching(/^dl_[\w-]{22}$/),
  });
  expect(first.resumed).toBe(false);
  const chat = await client.start(first.token);
  await client.say(chat, { type: 'message', text: '我又来了' });
  const back = (await ask({ credential: first.credential })).body;
  expect(back).toMatchObject({ conversationId: first.conversationId, resumed: true });
  const { activities } = await client.history(back);
  expect(activities.map(({ text }) => text)).toEqual(['我又来了']);
  expect((await ask({ credential: back.credential })).body.conversationId).toBe(first.conversationId);
});

test('a credential that is forged, expired, revoked or no credential at all makes a new visitor and never an error', async () => {
  const { ask } = await begin();
  const [mine, theirs] = [(await ask()).body, (await ask()).body];
  const [head, , signature] = mine.credential.split('.');
  const claims = { ...decodeJwt(mine.credential), user: decodeJwt(theirs.token).user };
  const stolen = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
  const known = new Set([mine.conversationId, theirs.conversationId]);
  for (const credential of ['', 'junk', stolen, mine.token, 'x'.repeat(5_000), null, [], 7]) {
    const { status, body } = await ask({ credential });
    expect([status, body.resumed, known.has(body.conversationId)]).toEqual([200, false, false]);
    known.add(body.conversationId);
  }
  server.store.revoke(mine.conversationId);
  expect((await ask({ credential: mine.credential })).body.resumed).toBe(false);
  server.pass(24 * 3_600 + 1);
  expect((await ask({ credential: theirs.credential })).body.resumed).toBe(false);
});

test('a credential opens nothing by itself, and two visitors never meet', async () => {
  const { client, ask } = await begin();
  const [one, two] = [(await ask()).body, (await ask()).body];
  const asBearer = await client.request('GET', `/conversations/${one.conversationId}`, { as: one.credential });
  const foreign = await client.request('GET', `/conversations/${one.conversationId}/activities`, { as: two.token });
  expect([asBearer.status, foreign.status]).toEqual([403, 403]);
  expect(decodeJwt(one.token).user).not.toBe(decodeJwt(two.token).user);
});

test('only pages that the shop trusts may ask, and only so often', async () => {
  const { ask } = await begin();
  expect((await ask({}, {})).status).toBe(200);
  expect((await ask({}, { origin: server.origin })).status).toBe(200);
  const foreign = await ask({}, { origin: 'http://evil.test' });
  expect(foreign).toMatchObject({ status: 403, body: { error: { code: 'NotAllowed' } } });
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  expect((await ask({}, { origin: 'null' })).status).toBe(403);
  expect(await ask({ admin: true })).toMatchObject({ status: 400, body: { error: { code: 'MalformedData' } } });
  expect((await ask('{')).status).toBe(400);
});
