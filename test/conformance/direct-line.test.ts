import { isDeepStrictEqual } from 'node:util';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Client,
  createClient,
  type History,
  handshake,
  openStream,
  type Started,
  type Stream,
  until,
  type Wire,
} from '../support/direct-line.ts';
import { type App, openApp } from '../support/direct-line-app.ts';
import { SHOP_ORIGIN } from '../support/direct-line-bare.ts';

let app: App;
let client: Client;
const streams: Stream[] = [];
beforeAll(async () => {
  app = await openApp();
  client = createClient(app.base);
});
afterAll(() => app.close());
afterEach(() => {
  for (const stream of streams.splice(0)) stream.close();
});

const begin = async (): Promise<Started> => client.start((await client.generate(app.secret)).token);
const at = ({ conversationId }: Pick<Started, 'conversationId'>) => `/conversations/${conversationId}`;
async function listen(streamUrl: string): Promise<Stream> {
  const stream = await openStream(streamUrl);
  streams.push(stream);
  return stream;
}
const reconnect = async (chat: Started, query = '') =>
  (await client.request<Started>('GET', at(chat) + query, { as: chat.token })).body;
const isReplyTo = (id: string) => (activity: Wire) => activity.replyToId === id && activity.from.role === 'bot';
const answered = (stream: Stream, id: string) => until('a reply', () => stream.heard().find(isReplyTo(id)));
/** Everything that a new conversation says by itself has been said. */
const greeted = (chat: Started) =>
  until('a greeting', async () => {
    const history = await client.history(chat);
    return history.activities.length > 0 && history;
  });
const hello = (text = '你好', clientActivityID: string = crypto.randomUUID()) => ({
  type: 'message',
  text,
  channelData: { clientActivityID },
});

describe('tokens', () => {
  test('are made with the secret alone, for one conversation, and name the user', async () => {
    const user = { id: 'dl_0123456789abcdef', name: '王小明' };
    const made = await client.request<Started>('POST', '/tokens/generate', { as: app.secret, body: { user } });
    expect(made).toMatchObject({
      status: 200,
      body: { conversationId: expect.any(String), expires_in: expect.any(Number) },
    });
    expect(made.body.expires_in).toBeGreaterThanOrEqual(1800);
    const claims = decodeJwt(made.body.token);
    expect(claims).toMatchObject({ user: user.id, conv: made.body.conversationId, aud: 'directline' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(made.body.expires_in);
    const anonymous = decodeJwt((await client.generate(app.secret)).token);
    expect(anonymous.user).toMatch(/^dl_[\w-]{22,}$/);
  });

  test('are refused to everybody else, with the code that clients understand', async () => {
    const { token } = await client.generate(app.secret);
    const ask = async (path: string, as?: string, body?: unknown) => {
      const { status, body: answer } = await client.request<{ error: { code: string } }>('POST', path, { as, body });
      return [status, answer.error?.code];
    };
    expect(await ask('/tokens/generate', app.secret, { user: { id: 'mallory' } })).toEqual([400, 'MalformedData']);
    expect(await ask('/tokens/generate', `${app.secret}x`)).toEqual([403, 'BadToken']);
    expect(await ask('/tokens/generate')).toEqual([401, 'MissingToken']);
    expect(await ask('/tokens/generate', token)).toEqual([403, 'NotAllowed']);
    expect(await ask('/tokens/refresh', app.secret)).toEqual([403, 'NotAllowed']);
    expect(await ask('/tokens/refresh', 'junk')).toEqual([403, 'BadToken']);
  });

  test('are refreshed to new ones of the same conversation, and the old one works on', async () => {
    const chat = await begin();
    const fresh = await client.request<Started>('POST', '/tokens/refresh', { as: chat.token });
    expect(fresh).toMatchObject({ status: 200, body: { conversationId: chat.conversationId } });
    expect(fresh.body.token).not.toBe(chat.token);
    for (const token of [chat.token, fresh.body.token])
      expect((await client.request('GET', at(chat), { as: token })).status).toBe(200);
  });

  test('that are forged, altered, or meant for something else open nothing', async () => {
    const chat = await begin();
    const claims = decodeJwt(chat.token);
    const ticket = new URL(chat.streamUrl).searchParams.get('t') ?? '';
    const [head, , signature] = chat.token.split('.');
    const altered = Buffer.from(JSON.stringify({ ...claims, conv: crypto.randomUUID() })).toString('base64url');
    const bad = {
      unsigned: new UnsecuredJWT(claims).encode(),
      foreign: await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
      altered: `${head}.${altered}.${signature}`,
      ticket,
      cut: chat.token.slice(0, -2),
    };
    for (const [name, token] of Object.entries(bad)) {
      const seen = await client.request('GET', `${at(chat)}/activities`, { as: token });
      expect([name, seen.status]).toEqual([name, 403]);
    }
  });

  test('of one conversation do not open another, existing or not', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    for (const id of [theirs.conversationId, crypto.randomUUID(), '..%2f..', '%00']) {
      const path = `/conversations/${id}`;
      const answers = await Promise.all([
        client.request('POST', `${path}/activities`, { as: mine.token, body: hello() }),
        client.request('GET', `${path}/activities`, { as: mine.token }),
        client.request('GET', path, { as: mine.token }),
        client.request('POST', `${path}/upload?userId=x`, {
          as: mine.token,
          body: 'x',
          headers: { 'content-type': 'text/plain' },
        }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    }
    expect((await client.request('GET', `/conversations/${crypto.randomUUID()}`, { as: app.secret })).status).toBe(404);
    expect((await client.request('GET', at(theirs), { as: app.secret })).status).toBe(200);
  });
});

describe('a start', () => {
  test('is 201 once and 200 after, gives the same conversation on the public host, and one greeting', async () => {
    const { token, conversationId } = await client.generate(app.secret);
    const ask = () =>
      client.request<Started>('POST', '/conversations', { as: token, body: { user: {}, locale: 'zh-CN' } });
    const starts = await Promise.all([ask(), ask(), ask()]);
    expect(starts.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(new Set(starts.map(({ body }) => body.conversationId))).toEqual(new Set([conversationId]));
    const first = starts.find(({ status }) => status === 201)?.body as Started;
    expect(new URL(first.streamUrl)).toMatchObject({ protocol: 'ws:', host: new URL(app.base).host });
    const { activities } = await greeted(first);
    const said = await client.say(first, hello());
    const stream = await listen(first.streamUrl);
    await answered(stream, said.body.id);
    const before = stream.heard().slice(
      0,
      stream.heard().findIndex(({ id }) => id === said.body.id),
    );
    expect(before.map(({ id }) => id)).toEqual(activities.map(({ id }) => id));
    expect(activities.filter(({ type }) => type === 'message')).toHaveLength(1);
    const ids = stream.heard().map(({ id }) => id);
    for (const { replyToId } of stream.heard()) expect(ids).toContain(replyToId ?? said.body.id);
  });

  test('again begins the stream at the present end, a reconnect where it is asked to', async () => {
    const chat = await begin();
    const { activities, watermark } = await greeted(chat);
    const again = await client.start(chat.token);
    const from = (url: string) => new URL(url).searchParams.get('watermark');
    expect(Number(from(again.streamUrl))).toBeGreaterThanOrEqual(Number(watermark));
    expect(from((await reconnect(chat)).streamUrl)).toBe(from(again.streamUrl));
    expect(from((await reconnect(chat, '?watermark=')).streamUrl)).toBe('0');
    expect(from((await reconnect(chat, '?watermark=1')).streamUrl)).toBe('1');
    const stream = await listen((await reconnect(chat, '?watermark=')).streamUrl);
    await until('the greeting', () => stream.frames.length >= activities.length);
  });
});

describe('a message', () => {
  test('comes back with the id of its post and all it was sent with, before the reply that points at it', async () => {
    const chat = await begin();
    const stream = await listen(chat.streamUrl);
    const channelData = { clientActivityID: crypto.randomUUID(), page: { title: '订单', items: [1, null, 'x'] } };
    const posted = await client.say(chat, { ...hello('你好'), channelData });
    expect(posted.status).toBe(200);
    const reply = await answered(stream, posted.body.id);
    const heard = stream.heard().filter(({ type }) => type !== 'typing');
    const echo = heard.find(({ id }) => id === posted.body.id);
    expect(echo).toMatchObject({ type: 'message', text: '你好', channelData, channelId: 'directline' });
    expect(echo?.from).toMatchObject({ id: decodeJwt(chat.token).user, role: 'user' });
    expect(heard.indexOf(echo as Wire)).toBeLessThan(heard.indexOf(reply));
    const times = heard.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    for (const activity of heard)
      expect(Object.keys(activity).filter((key) => /^(serviceUrl|recipient|internal)/.test(key))).toEqual([]);
  });

  test('sets nothing that is not its client’s to set', async () => {
    const chat = await begin();
    const stream = await listen(chat.streamUrl);
    const forged = {
      id: 'mine',
      from: { id: 'agent:1', name: '客服', role: 'bot' },
      timestamp: '2001-01-01T00:00:00Z',
      deliveryMode: 'expectReplies',
      serviceUrl: 'http://127.0.0.1:1/',
      recipient: { id: 'x' },
      conversation: { id: crypto.randomUUID() },
      replyToId: 'x|1',
      suggestedActions: { actions: [{ type: 'openUrl', title: 'x', value: 'http://evil.test' }] },
      attachments: [{ contentType: 'image/png', contentUrl: 'http://evil.test/pixel.png', name: 'a.png' }],
    };
    const persona = { name: '官方客服' };
    const posted = await client.say(chat, {
      ...hello(),
      ...forged,
      channelData: { persona, internalNote: 'x', own: 1 },
    });
    await answered(stream, posted.body.id);
    const echo = stream.heard().find(({ id }) => id === posted.body.id) as Wire;
    expect(echo.from).toMatchObject({ id: decodeJwt(chat.token).user, role: 'user' });
    expect(echo.conversation).toEqual({ id: chat.conversationId });
    expect(Date.parse(echo.timestamp)).toBeGreaterThan(Date.parse('2020-01-01'));
    expect(echo.channelData).toEqual({ own: 1 });
    expect(JSON.stringify(stream.frames)).not.toMatch(/evil\.test|expectReplies|官方客服|serviceUrl|127\.0\.0\.1:1\//);
  });

  test('sent twice at once and a third time is one message with one id and one turn', async () => {
    const chat = await begin();
    await greeted(chat);
    const message = hello('你好', 'the-same-for-ever');
    const twice = await Promise.all([client.say(chat, message), client.say(chat, message)]);
    const stream = await listen((await reconnect(chat, '?watermark=')).streamUrl);
    await answered(stream, twice[0].body.id);
    const third = await client.say(chat, message);
    expect(new Set([...twice, third].map(({ body }) => body.id)).size).toBe(1);
    // A turn of the third post would have been committed before the turn of a later message.
    const later = await client.say(chat, hello('在吗'));
    await answered(stream, later.body.id);
    const heard = stream.heard();
    expect(heard.filter(({ id }) => id === third.body.id)).toHaveLength(1);
    expect(
      new Set(heard.filter(({ from, type }) => from.role === 'user' && type === 'message').map(({ id }) => id)).size,
    ).toBe(2);
    const replies = heard.filter(isReplyTo(third.body.id));
    expect(replies.length).toBe(new Set(replies.map(({ id }) => id)).size);
  });

  test.each([
    ['not JSON', 'hello', 400],
    ['nothing', '', 400],
    ['an array', [], 400],
    ['a string', '"message"', 400],
    ['no type', { text: 'x' }, 400],
    ['conversationUpdate', { type: 'conversationUpdate' }, 400],
    ['trace', { type: 'trace' }, 400],
    ['an event of the desk', { type: 'event', name: 'handoff.status' }, 400],
    ['an abyss', `{"type":"message","value":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400],
    ['a text that is a number', { type: 'message', text: 7 }, 400],
    ['a text beyond the limit', { type: 'message', text: 'x'.repeat(20_001) }, 413],
    ['eleven attachments', { type: 'message', attachments: Array(11).fill({ contentType: 'a/b' }) }, 413],
    ['four megabytes', { type: 'message', text: 'x'.repeat(4_000_000) }, 413],
  ])('of %s is refused in Direct Line’s form, and the server lives', async (_name, body, status) => {
    const chat = await begin();
    const answer = await client.request('POST', `${at(chat)}/activities`, {
      as: chat.token,
      body,
      headers: { origin: SHOP_ORIGIN },
    });
    expect(answer).toMatchObject({
      status,
      body: { error: { code: expect.any(String), message: expect.any(String) } },
    });
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect((await client.say(chat, hello())).status).toBe(200);
  });

  test('with what no database takes is cleaned and kept', async () => {
    const chat = await begin();
    const { body } = await client.request<{ id: string }>('POST', `${at(chat)}/activities`, {
      as: chat.token,
      body: '{"type":"message","text":"a\\u0000b\\ud800","__proto__":{"admin":true},"channelData":{"k\\u0000":"\\udc00"}}',
    });
    const echo = (await client.history(chat)).activities.find(({ id }) => id === body.id);
    expect(echo).toMatchObject({ text: 'ab\ufffd', channelData: { k: '\ufffd' } });
  });

  test('to a conversation that does not exist is 404 for the secret', async () => {
    const body = hello();
    const answer = await client.request('POST', `/conversations/${crypto.randomUUID()}/activities`, {
      as: app.secret,
      body,
    });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  });
});

describe('the history', () => {
  test('is the same for no watermark, an empty one and again; goes on behind each; and never holds typing', async () => {
    const chat = await begin();
    const stream = await listen(chat.streamUrl);
    await client.say(chat, { type: 'typing' });
    const { body } = await client.say(chat, hello());
    await answered(stream, body.id);
    const whole = await until('the history to stand still', async () => {
      const [one, two] = [await client.history(chat), await client.history(chat)];
      return JSON.stringify(one) === JSON.stringify(two) && one;
    });
    expect((await client.request('GET', `${at(chat)}/activities`, { as: chat.token })).body).toEqual(whole);
    expect(whole.activities.map(({ type }) => type)).not.toContain('typing');
    expect(stream.frames.filter(({ watermark }) => watermark).flatMap(({ activities }) => activities)).toEqual(
      whole.activities,
    );
    const end = await client.history(chat, whole.watermark);
    expect(end).toEqual({ activities: [], watermark: whole.watermark });
    expect(await client.history(chat, '999999')).toEqual(end);
    for (const frame of stream.frames) {
      if (frame.watermark === undefined) continue;
      const place = whole.activities.findIndex(({ id }) => id === frame.activities[0]?.id);
      expect((await client.history(chat, frame.watermark)).activities).toEqual(whole.activities.slice(place + 1));
    }
  });

  test.each(['junk', '-1', '1.5', '0x1', '1e3', '99999999999999999999', '1&watermark=2'])(
    'refuses the watermark %s',
    async (junk) => {
      const chat = await begin();
      const answer = await client.request('GET', `${at(chat)}/activities?watermark=${junk}`, { as: chat.token });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidRange' } } });
    },
  );

  test('answers the fastest poller: sixty polls in a row are sixty times 200', async () => {
    const chat = await begin();
    const polls = Array.from({ length: 60 }, () =>
      client.request('GET', `${at(chat)}/activities?watermark=`, { as: chat.token }),
    );
    expect((await Promise.all(polls)).filter(({ status }) => status !== 200)).toEqual([]);
  });
});

describe('a stream', () => {
  test('sends one activity per frame with its place as a string, resumes exactly behind each, and replays what was before', async () => {
    const chat = await begin();
    const texts = ['你好', '怎么退货', '运费谁出'];
    for (const text of texts) await client.say(chat, hello(text));
    await app.note(chat.conversationId);
    const { body } = await client.say(chat, hello('你好'));
    await app.note(chat.conversationId);
    const first = await listen(chat.streamUrl);
    await answered(first, body.id);
    const frames = first.frames.filter(({ watermark }) => watermark !== undefined);
    expect(frames.map(({ activities }) => activities.length)).toEqual(frames.map(() => 1));
    expect(frames.every(({ watermark }) => typeof watermark === 'string' && /^\d+$/.test(watermark))).toBe(true);
    expect(JSON.stringify(frames)).not.toContain(app.noteText);
    for (const [index, { watermark }] of frames.entries()) {
      const second = await listen((await reconnect(chat, `?watermark=${watermark}`)).streamUrl);
      const rest = frames.slice(index + 1);
      await until('the rest', () => second.frames.length >= rest.length);
      expect(second.frames.slice(0, rest.length)).toEqual(rest);
      second.close();
    }
  });

  test('gives two tabs the same, and a typing colleague without a place', async () => {
    const chat = await begin();
    await greeted(chat);
    const tabs = [await listen(chat.streamUrl), await listen((await reconnect(chat, '?watermark=')).streamUrl)];
    await Promise.all(tabs.map((tab) => until('the greeting', () => tab.frames.length > 0)));
    app.agentTypes(chat.conversationId);
    for (const tab of tabs) {
      const typing = await until('typing', () =>
        tab.frames.find(({ activities: [one] }) => one?.type === 'typing' && one.from.id !== 'bot'),
      );
      expect(typing.watermark).toBeUndefined();
      expect(typing.activities[0]?.from).toMatchObject({ id: 'agent:7', name: '小李', role: 'bot' });
    }
    const { body } = await client.say(chat, hello());
    await Promise.all(tabs.map((tab) => answered(tab, body.id)));
    const [one, two] = tabs.map((tab) => tab.heard().filter(({ type }) => type === 'message'));
    const common = Math.min(one?.length ?? 0, two?.length ?? 0);
    expect(one?.slice(0, common)).toEqual(two?.slice(0, common));
  });

  test('is refused at the handshake without a right ticket, from a foreign page, and where none is', async () => {
    const [chat, other] = [await begin(), await begin()];
    const stream = (t: string | null, watermark = '0') => {
      const url = new URL(chat.streamUrl);
      url.searchParams.set('watermark', watermark);
      if (t === null) url.searchParams.delete('t');
      else url.searchParams.set('t', t);
      return url.href;
    };
    const ticket = new URL(chat.streamUrl).searchParams.get('t');
    const foreign = new URL(other.streamUrl).searchParams.get('t');
    for (const bad of ['junk', foreign, chat.token, app.secret, null, ''])
      expect(await handshake(stream(bad))).toBe(403);
    expect(await handshake(chat.streamUrl, { origin: 'http://evil.test' })).toBe(403);
    expect(await handshake(chat.streamUrl, { origin: SHOP_ORIGIN })).toBe(101);
    expect(await handshake(stream(ticket, 'junk'))).toBe(400);
    for (const path of ['/conversations/connect', `${at(chat)}/stream/multimodal`])
      expect(await handshake(`${app.base.replace('http', 'ws')}${path}`)).toBe(404);
  });
});

describe('cross-origin', () => {
  test('preflights allow the shop’s pages what clients send, and a foreign page nothing', async () => {
    const ask = (origin: string) =>
      client.request('OPTIONS', '/conversations', {
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,x-ms-bot-agent',
        },
      });
    const shop = await ask(SHOP_ORIGIN);
    expect(shop.status).toBe(204);
    expect(shop.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
    expect(shop.headers.get('access-control-allow-credentials')).toBe('true');
    expect(shop.headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
    expect(shop.headers.get('access-control-max-age')).toBe('7200');
    expect(shop.headers.get('vary')).toContain('Origin');
    for (const header of ['authorization', 'content-type', 'accept', 'x-ms-bot-agent', 'x-requested-with'])
      expect(shop.headers.get('access-control-allow-headers')).toContain(header);
    for (const origin of ['http://evil.test', 'null', `${SHOP_ORIGIN}.evil.test`]) {
      const foreign = await ask(origin);
      expect([...foreign.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test.each([
    ['no credential', 401, {}],
    ['a bad credential', 403, { as: 'junk' }],
    ['nothing there', 404, { path: '/nowhere' }],
  ])(
    'answers for %s carry the headers and the form too',
    async (_name, status, { as, path = '/conversations' }: { as?: string; path?: string }) => {
      const answer = await client.request('POST', path, { as, headers: { origin: SHOP_ORIGIN }, body: {} });
      expect(answer).toMatchObject({
        status,
        body: { error: { code: expect.any(String), message: expect.any(String) } },
      });
      expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );

  test('the session id is given to whoever is in', async () => {
    const { token } = await begin();
    const answer = await client.request('GET', '/session/getsessionid', { as: token });
    expect(answer).toMatchObject({ status: 200, body: { sessionId: expect.any(String) } });
    expect((await client.request('GET', '/session/getsessionid')).status).toBe(401);
  });
});

test('polling and streaming can’t disagree: both give the same list', async () => {
  const chat = await begin();
  const stream = await listen(chat.streamUrl);
  const ids = [];
  for (const text of ['你好', '怎么退货', '几天到账']) ids.push((await client.say(chat, hello(text))).body.id);
  await answered(stream, ids.at(-1) ?? '');
  const polled: Wire[] = [];
  let watermark = '';
  await until('the poller to catch up', async () => {
    const page: History = await client.history(chat, watermark);
    polled.push(...page.activities);
    watermark = page.watermark;
    const streamed = stream.frames.filter((frame) => frame.watermark).flatMap(({ activities }) => activities);
    return page.activities.length === 0 && isDeepStrictEqual(polled, streamed);
  });
});
