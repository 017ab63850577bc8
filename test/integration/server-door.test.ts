/** The HTTP door: broken input gets a clear answer, every answer is dressed, pages come as they should. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newWorld } from '../support/desk-world.ts';
import { openServerWorld, type ServerWorld } from '../support/server-world.ts';

const METRICS_TOKEN = 'a-long-enough-metrics-word';
let world: ServerWorld;
let conversation: string;
beforeAll(async () => {
  world = await openServerWorld({
    env: { METRICS_TOKEN, SHOP_NAME: '<b>店</b>', WEB_ORIGINS: 'https://www.shop.test' },
  });
  const made = await newWorld(world.app.store);
  conversation = made.conversationId;
  for (let i = 1; i <= 5; i++) await made.say(`message ${i}`);
});
afterAll(() => world.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  world.call('GET', path, { cookie: world.admin.cookie, headers });
const post = (path: string, given: Parameters<ServerWorld['call']>[2]) =>
  world.call('POST', path, { cookie: world.admin.cookie, ...given });

describe('broken requests', () => {
  const messages = () => `/api/v1/conversations/${conversation}/messages`;
  const jsonType = { 'content-type': 'application/json' };

  test.each([
    ['half of JSON', '{"text":'],
    ['no JSON', 'text=hello'],
    ['a bare string', '"text"'],
    ['a bare number', '7'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a forbidden key', '{"text":"a","clientId":"12345678","__proto__":{"role":"admin"}}'],
    ['a forbidden key, deep', '{"text":{"a":[{"__proto__":{"x":1}}]},"clientId":"12345678"}'],
    ['an unknown key', '{"text":"a","clientId":"12345678","from":{"role":"bot"}}'],
    ['wrong types', '{"text":7,"clientId":["12345678"]}'],
    ['nothing that is required', '{}'],
    ['blank text', '{"text":"   ","clientId":"12345678"}'],
    ['text beyond the limit', JSON.stringify({ text: 'x'.repeat(20_001), clientId: '12345678' })],
    ['nesting without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('%s is malformed data', async (_what, raw) => {
    const answer = await post(messages(), { raw, headers: jsonType });
    expect([answer.status, answer.problem.code]).toEqual([400, 'MalformedData']);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('a malformed answer says which fields, in the language that was asked for', async () => {
    const ask = (language: string) =>
      post('/api/v1/agents', {
        body: { email: 'nope', name: '', role: 'boss' },
        headers: { 'accept-language': language },
      });
    const [zh, en] = [await ask('zh-CN,zh;q=0.9'), await ask('en-GB')];
    expect(zh.problem.fields?.map(({ path }) => path)).toEqual(['email', 'name', 'role']);
    expect(zh.problem.title).toMatch(/请求/);
    expect(en.problem.title).toMatch(/request/);
    expect(zh.problem.fields?.[0]?.message).not.toBe(en.problem.fields?.[0]?.message);
  });

  test('a body over 256 KB is too large, whether its length is told or not', async () => {
    const raw = JSON.stringify({ text: 'x'.repeat(300_000), clientId: '12345678' });
    const told = await post(messages(), { raw, headers: jsonType });
    expect([told.status, told.problem.code]).toEqual([413, 'TooLarge']);
    const status = await new Promise((resolve, reject) => {
      const headers = {
        ...jsonType,
        cookie: world.admin.cookie,
        origin: world.url,
        'x-zhike': '1',
        'transfer-encoding': 'chunked',
      };
      const request = httpRequest(world.url + messages(), { method: 'POST', headers }, (response) =>
        resolve(response.resume().statusCode),
      );
      request.on('error', reject).end(raw);
    });
    expect(status).toBe(413);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json-patch+json',
  ])('a body of %s is not read', async (type) => {
    const raw = JSON.stringify({ text: 'hi', clientId: '12345678' });
    expect((await post(messages(), { raw, headers: { 'content-type': type } })).problem.code).toBe('NotSupported');
  });

  test('a compressed body and a strange charset are refused', async () => {
    const raw = JSON.stringify({ text: 'hi', clientId: '12345678' });
    for (const headers of [
      { ...jsonType, 'content-encoding': 'gzip' },
      { 'content-type': 'application/json; charset=gbk' },
    ])
      expect((await post(messages(), { raw, headers })).problem.code).toBe('NotSupported');
  });

  test.each([
    'limit=1&limit=2',
    'view=all&view=all',
    'limit=0',
    'limit=101',
    'limit=1.5',
    'limit=abc',
    'view=secret',
    'color=red',
    'view[]=all',
    '__proto__=1',
  ])('?%s is malformed data', async (query) => {
    const { status, problem } = await get(`/api/v1/conversations?${query}`);
    expect([status, problem.code]).toEqual([400, 'MalformedData']);
  });

  test('a cursor that we did not make is an invalid range or malformed, never an error of ours', async () => {
    for (const cursor of ['x', '%00', 'bnVsbA', `${'A'.repeat(200)}`])
      expect((await get(`/api/v1/conversations?cursor=${cursor}`)).status).toBe(400);
  });

  test.each(['1', 'x', "1'--", '00000000-0000-0000-0000-00000000000g'])('the id %s is malformed', async (id) => {
    expect((await get(`/api/v1/conversations/${id}`)).problem.code).toBe('MalformedData');
  });

  test('a broken percent sign in the path is malformed', async () => {
    expect((await get('/api/v1/conversations/%E0%A4%A')).problem.code).toBe('MalformedData');
  });

  test('an unknown route or method is not found, as a problem', async () => {
    for (const [method, path] of [
      ['GET', '/api'],
      ['GET', '/api/v1/nope'],
      ['DELETE', '/api/v1/me'],
      ['PUT', '/api/v1/agents'],
      ['GET', '/v3/nope'],
    ] as const) {
      const answer = await world.call(method, path);
      expect([answer.status, answer.problem.code, answer.headers.get('content-type')]).toEqual([
        404,
        'NotFound',
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  test('a header block that never ends, and one that is no HTTP, end the connection and nothing else', async () => {
    const { port } = new URL(world.url);
    const talk = (words: string) =>
      new Promise<string>((resolve) => {
        let heard = '';
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(words));
        socket.on('data', (chunk) => {
          heard += String(chunk);
        });
        socket.on('close', () => resolve(heard)).on('error', () => undefined);
      });
    expect(await talk(`GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431/);
    expect(await talk('\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect((await get('/livez')).status).toBe(200);
  });
});

describe('every answer', () => {
  const paths = [
    '/',
    '/shop',
    '/chat',
    '/console',
    '/console/inbox/mine',
    '/help/en',
    '/help/xx',
    '/nope',
    '/console/assets/gone.js',
    '/api/nope',
    '/api/v1/me',
    '/api/openapi.json',
    '/livez',
    '/readyz',
    '/metrics',
    '/widget.js',
    '/chat/assets/../../../package.json',
    '/v3/directline/conversations',
    '/%ff',
  ];
  test.each(paths)('%s has a policy, no sniffing, and nothing that names the software', async (path) => {
    const { headers, text } = await world.call('GET', path, { headers: { accept: 'text/html' } });
    expect(headers.get('content-security-policy')).toMatch(/frame-ancestors/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(text).not.toMatch(/node_modules|at .*\.ts:\d+/);
  });

  test('a failure of ours says no more than that, with the id under which it is logged', async () => {
    const { store } = world.app;
    const original = store.views.counts;
    store.views.counts = () => Promise.reject(new Error('secret detail of the database'));
    const answer = await get('/api/v1/conversations/counts');
    store.views.counts = original;
    expect([answer.status, answer.problem.code]).toEqual([500, 'Internal']);
    expect(answer.problem.requestId).toBe(answer.headers.get('x-request-id'));
    expect(answer.text).not.toContain('secret');
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
  });

  test('the API is never kept by a cache', async () => {
    for (const path of ['/api/v1/me', '/api/v1/conversations', '/api/v1/nope'])
      expect((await get(path)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('pages', () => {
  const pageOf = (path: string, headers: Record<string, string> = {}) =>
    world.call('GET', path, { headers: { accept: 'text/html', ...headers } });

  test('the console comes with a fresh nonce in the policy and in the page, and cannot be framed', async () => {
    const [one, two] = [await pageOf('/console/inbox/mine'), await pageOf('/console')];
    const nonces = [one, two].map(
      ({ headers }) => /'nonce-([^']+)'/.exec(headers.get('content-security-policy') ?? '')?.[1],
    );
    expect(nonces[0]).toMatch(/^[\w+/=]{20,}$/);
    expect(nonces[1]).not.toBe(nonces[0]);
    expect(one.text).toContain(`nonce="${nonces[0]}"`);
    expect(one.text).not.toContain('__NONCE__');
    expect(one.headers.get('cache-control')).toBe('no-store');
    expect(one.headers.get('x-frame-options')).toBe('DENY');
    expect(one.headers.get('content-security-policy')).toMatch(
      /frame-ancestors 'none'.*require-trusted-types-for 'script'/,
    );
  });

  test('the chat may be framed by us and by the origins that are named, by nobody else', async () => {
    const { headers } = await pageOf('/chat');
    expect(headers.get('content-security-policy')).toContain(
      `frame-ancestors 'self' ${world.url} https://www.shop.test;`,
    );
    expect(headers.get('x-frame-options')).toBeNull();
  });

  test('the demo shop names our address', async () => {
    const { text } = await pageOf('/');
    expect(text).toContain(`src="${world.url}/widget.js"`);
    expect(text).not.toContain('__ORIGIN__');
  });

  test('hashed files are kept for a year and come packed; a missing one is a 404, never the page', async () => {
    const file = /\/console\/assets\/[\w-]+\.js/.exec((await pageOf('/console')).text)?.[0];
    const found = await pageOf(String(file), { 'accept-encoding': 'br' });
    expect(found.headers.get('cache-control')).toMatch(/max-age=31536000.*immutable/);
    expect(found.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(found.headers.get('content-encoding')).toBe('br');
    for (const path of [
      '/console/assets/index-00000000.js',
      '/chat/assets/',
      '/chat/index.html',
      '/console/index.html.br',
      '/shop/nothing.js',
    ])
      expect((await world.call('GET', path, { headers: { accept: '*/*' } })).text, path).not.toContain('id="root"');
    for (const path of ['/console/assets/index-00000000.js', '/console/main.js', '/console/index.html'])
      expect((await pageOf(path)).status, path).toBe(404);
  });

  test('the launcher may be loaded by any page, in its own charset, and is asked for again after five minutes', async () => {
    const { headers, status } = await pageOf('/widget.js');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(headers.get('cache-control')).toBe('public, max-age=300, stale-while-revalidate=86400');
  });
});

describe('help center', () => {
  test('an article has its question, answer, version, the other language and a way to a person', async () => {
    const { status, text, headers } = await world.call('GET', '/help/zh-CN/returns/how-to-return');
    expect(status).toBe(200);
    expect(text).toMatch(/<html lang="zh-CN">/);
    expect(text).toContain('<h1>怎么退货？</h1>');
    expect(text).toContain('<li>选要退的商品和原因');
    expect(text).toMatch(/第 1 版 · 更新于/);
    expect(text).toContain('href="/help/en/returns/how-to-return" hreflang="en"');
    expect(text).toContain(`<link rel="canonical" href="${world.url}/help/zh-CN/returns/how-to-return">`);
    expect(text).toContain('href="/chat"');
    expect(headers.get('cache-control')).toBe('public, max-age=60');
    expect(headers.getSetCookie()).toEqual([]);
  });

  test('the name of the shop is text, not markup', async () => {
    const { text } = await world.call('GET', '/help/en');
    expect(text).toContain('&lt;b&gt;店&lt;/b&gt;');
    expect(text).not.toContain('<b>店</b>');
  });

  test('the index lists every published article of the language under its category', async () => {
    const { text } = await world.call('GET', '/help/en');
    const articles = (await world.app.store.articles.published()).filter(({ locale }) => locale === 'en');
    expect(articles.length).toBeGreaterThan(50);
    for (const { id } of articles) expect(text).toContain(`href="/help/en/${id}"`);
    expect(text).toContain('<h2>Returns</h2>');
  });

  test('a client that has the page is not sent it again', async () => {
    const first = await world.call('GET', '/help/en/returns/how-to-return');
    const again = await world.call('GET', '/help/en/returns/how-to-return', {
      headers: { 'if-none-match': String(first.headers.get('etag')), 'cache-control': 'max-age=0' },
    });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test.each([
    '/help/zh-CN/returns/nothing',
    '/help/zh-CN/..%2f..%2fpackage.json',
    '/help/xx',
    '/help/en/returns',
    "/help/en/a'b",
    '/help/en/%00',
  ])('%s is a page that says so', async (path) => {
    const { status, text } = await world.call('GET', path);
    expect(status).toBe(404);
    expect(text).toMatch(/href="\/help\/(en|zh-CN)"/);
  });
});

describe('health', () => {
  test('metrics need their word', async () => {
    expect((await world.call('GET', '/metrics')).status).toBe(401);
    expect(
      (await world.call('GET', '/metrics', { headers: { authorization: `Bearer ${METRICS_TOKEN}x` } })).status,
    ).toBe(401);
    const { status, text } = await world.call('GET', '/metrics', {
      headers: { authorization: `Bearer ${METRICS_TOKEN}` },
    });
    expect(status).toBe(200);
    expect(text).toMatch(/zhike_http_seconds_count\{method="GET",status="2xx"\} \d+/);
    expect(text).toContain('process_cpu_seconds_total');
  });

  test('readiness follows the database, liveness does not', async () => {
    const { store } = world.app;
    const { probe } = store;
    const ready = (status: number) =>
      vi.waitFor(async () => expect((await world.call('GET', '/readyz')).status).toBe(status), { timeout: 10_000 });
    store.probe = () => Promise.reject(new Error('no disk'));
    await ready(503);
    expect((await world.call('GET', '/livez')).status).toBe(200);
    store.probe = probe;
    await ready(200);
  });
});

describe('reading conversations', () => {
  const activities = async (query: string) => {
    const { status, json } = await get(`/api/v1/conversations/${conversation}/activities?${query}`);
    expect(status).toBe(200);
    return { seqs: (json.items as { seq: number }[]).map(({ seq }) => seq), hasMore: json.hasMore };
  };

  test('pages go forward from a number and backward from the end, and say whether there is more', async () => {
    expect(await activities('limit=2')).toEqual({ seqs: [4, 5], hasMore: true });
    expect(await activities('limit=2&before=4')).toEqual({ seqs: [2, 3], hasMore: true });
    expect(await activities('limit=2&before=2')).toEqual({ seqs: [1], hasMore: false });
    expect(await activities('limit=2&after=0')).toEqual({ seqs: [1, 2], hasMore: true });
    expect(await activities('limit=3&after=2')).toEqual({ seqs: [3, 4, 5], hasMore: false });
    expect(await activities('after=5')).toEqual({ seqs: [], hasMore: false });
    expect((await get(`/api/v1/conversations/${conversation}/activities?after=1&before=3`)).status).toBe(400);
  });

  test('an agent takes over, answers once however often it is sent, and gives back', async () => {
    const { conversationId, say, texts } = await newWorld(world.app.store);
    await say('is anybody there?');
    const path = `/api/v1/conversations/${conversationId}`;
    const clientId = v7();
    expect((await post(`${path}/messages`, { body: { text: 'early', clientId: v7() } })).problem.code).toBe('NotYours');
    expect((await post(`${path}/take-over`, {})).json).toMatchObject({
      status: 'human',
      owner: { id: world.admin.id },
      ticket: { label: expect.stringMatching(/^T-\d+$/) },
    });
    const answers = await Promise.all(
      [1, 2, 3].map(() => post(`${path}/messages`, { body: { text: 'yes', clientId } })),
    );
    expect(new Set(answers.map(({ json }) => json.seq)).size).toBe(1);
    expect(answers[0]?.json).toMatchObject({
      text: 'yes',
      clientId,
      author: { kind: 'agent', id: world.admin.id },
      visibility: 'customer',
    });
    expect((await texts()).filter((line) => line.endsWith(': yes'))).toHaveLength(1);
    expect((await post(`${path}/seen`, { body: { seq: 999 } })).status).toBe(200);
    expect((await get(path)).json).toMatchObject({ unread: 0 });
    const { json } = await get(path);
    const [ticket] = json.tickets as { id: string; moves: string[] }[];
    expect(ticket?.moves).toEqual(['pending', 'resolved']);
    expect((await post(`/api/v1/tickets/${ticket?.id}/status`, { body: { status: 'pending' } })).json).toMatchObject({
      status: 'pending',
      moves: ['open', 'resolved'],
    });
    expect((await post(`/api/v1/tickets/${ticket?.id}/status`, { body: { status: 'closed' } })).problem.code).toBe(
      'IllegalMove',
    );
    expect((await post(`${path}/hand-back`, {})).json).toMatchObject({ status: 'bot', owner: null });
  });
});
