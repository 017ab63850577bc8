import { afterEach, describe, expect, test } from 'vitest';
import { ZhikeError } from '../../src/domain/errors.ts';
import { createClient, handshake, openStream, type Started, type Stream, until } from '../support/direct-line.ts';
import { type Bare, openBare, SHOP_ORIGIN } from '../support/direct-line-bare.ts';

const bot = { kind: 'bot', id: null, name: '小知' } as const;
const says = (text: string) => ({ author: bot, visibility: 'customer', body: { type: 'message', text } }) as const;
const note = { author: bot, visibility: 'internal', body: { type: 'message', text: 'colleagues only' } } as const;

let server: Bare;
const streams: Stream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await server.close();
});

async function begin(
  given: Parameters<typeof openBare>[0] = {},
): Promise<{ client: ReturnType<typeof createClient>; chat: Started }> {
  server = await openBare(given);
  const client = createClient(server.base);
  const { token } = await client.generate(server.secret);
  return { client, chat: await client.start(token) };
}
async function listen(streamUrl: string): Promise<Stream> {
  const stream = await openStream(streamUrl);
  streams.push(stream);
  return stream;
}
const texts = (stream: Stream) => stream.heard().map(({ text }) => text);

describe('a store that fails', () => {
  test.each(['fail', 'hang'] as const)('never fails a poll: %s', async (outage) => {
    const { client, chat } = await begin({ tuning: { historyTimeoutMs: 50 } });
    server.store.outage = outage;
    const answer = await client.request('GET', `/conversations/${chat.conversationId}/activities?watermark=7`, {
      as: chat.token,
    });
    expect(answer).toMatchObject({ status: 200, body: { activities: [], watermark: '7' } });
    server.store.outage = null;
    server.store.append(chat.conversationId, says('back again'));
    expect((await client.history(chat)).activities.map(({ text }) => text)).toEqual(['back again']);
  });

  test('breaks the connection of a start, which clients try again, instead of answering what they take as final', async () => {
    const { client, chat } = await begin();
    server.store.outage = 'fail';
    await expect(client.start(chat.token)).rejects.toThrow('fetch failed');
    server.store.outage = null;
    expect((await client.start(chat.token)).conversationId).toBe(chat.conversationId);
  });

  test('refuses a message with an error of its own form, and the message is not there', async () => {
    const { client, chat } = await begin();
    server.store.outage = 'fail';
    expect(await client.say(chat, { type: 'message', text: 'lost?' })).toMatchObject({
      status: 503,
      body: { error: { code: 'Unavailable' } },
    });
    server.store.outage = null;
    expect((await client.history(chat)).activities).toEqual([]);
  });

  test('delays a stream that is catching up and loses none of its messages', async () => {
    const { chat } = await begin({ tuning: { sweepMs: 10, pageSize: 2 } });
    const stream = await listen(chat.streamUrl);
    server.store.outage = 'fail';
    const numbers = Array.from({ length: 7 }, (_, index) => String(index));
    server.store.append(chat.conversationId, note, ...numbers.map(says));
    await until('a failed comparison', () => server.warnings.length > 0);
    server.store.outage = null;
    await until('all messages', () => stream.heard().length === 7);
    expect(texts(stream)).toEqual(numbers);
  });
});

describe('hints', () => {
  test('that are all lost cost one comparison of positions and no message', async () => {
    const { chat } = await begin({ tuning: { sweepMs: 10 } });
    const [one, two] = [await listen(chat.streamUrl), await listen(chat.streamUrl)];
    server.live.losing = true;
    server.store.append(chat.conversationId, says('a'), note, says('b'));
    await until('both tabs', () => one.heard().length === 2 && two.heard().length === 2);
    expect([texts(one), texts(two)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(one.frames.map(({ watermark }) => watermark)).toEqual(['2', '4']);
  });

  test('doubled, out of order, with and without rows give every message once and in order', async () => {
    const { chat } = await begin({ tuning: { sweepMs: 1_000_000 } });
    const stream = await listen(chat.streamUrl);
    const commits = Array.from({ length: 40 }, (_, index) =>
      server.store.append(chat.conversationId, says(`${index}`), note),
    );
    const hints = commits.flatMap((commit, index) => {
      const hint = { kind: 'conversation', id: chat.conversationId, ...commit } as const;
      return index % 3 === 0 ? [{ ...hint, activities: [] }, hint] : [hint, hint];
    });
    for (const hint of [...hints.slice(20), ...hints.slice(0, 30)]) server.live.publish(hint);
    await until('forty messages', () => stream.heard().length === 40);
    const last = server.store.append(chat.conversationId, says('last'));
    server.live.publish({ kind: 'conversation', id: chat.conversationId, ...last });
    await until('the last message', () => stream.heard().length === 41);
    expect(texts(stream)).toEqual([...commits.map((_, index) => `${index}`), 'last']);
  });

  test('of internal notes bring nothing to the customer', async () => {
    const { client, chat } = await begin();
    const stream = await listen(chat.streamUrl);
    for (const activity of [note, says('for you'), note]) {
      const committed = server.store.append(chat.conversationId, activity);
      server.live.publish({ kind: 'conversation', id: chat.conversationId, ...committed });
    }
    await until('the message', () => stream.heard().length > 0);
    const history = await client.history(chat);
    expect(texts(stream)).toEqual(['for you']);
    expect(history.activities.map(({ text }) => text)).toEqual(['for you']);
    expect(history.watermark).toBe('4');
  });
});

describe('a stream', () => {
  test('is kept alive in both directions, and nothing that a client says on it is answered', async () => {
    const { chat } = await begin({ tuning: { keepaliveMs: 10 } });
    const stream = await listen(chat.streamUrl);
    for (const said of ['', '{"activities":[]}', 'x'.repeat(1000)]) stream.socket.send(said);
    await until('keepalives', () => stream.keepalives >= 3);
    expect(stream.frames).toEqual([]);
  });

  test('whose peer has died silently is cut', async () => {
    const { chat } = await begin({ tuning: { keepaliveMs: 20 } });
    const stream = await listen(chat.streamUrl);
    stream.socket.pong = () => {};
    Object.assign(stream.socket, { _autoPong: false });
    await until('the end', () => stream.socket.readyState === stream.socket.CLOSED);
  });

  test('ends when its conversation is revoked, and every credential of it is a 403 then', async () => {
    const { client, chat } = await begin({ tuning: { keepaliveMs: 10 } });
    const stream = await listen(chat.streamUrl);
    server.store.revoke(chat.conversationId);
    await until('the end', () => stream.socket.readyState === stream.socket.CLOSED);
    const codes = await Promise.all([
      client.say(chat, { type: 'message', text: 'still here' }),
      client.request('GET', `/conversations/${chat.conversationId}`, { as: chat.token }),
      client.request('GET', `/conversations/${chat.conversationId}/activities`, { as: chat.token }),
      client.request('POST', '/tokens/refresh', { as: chat.token }),
    ]);
    expect(codes.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await handshake(chat.streamUrl)).toBe(403);
  });

  test('that sends more than a keepalive may hold loses its own socket alone', async () => {
    const { chat } = await begin();
    const [loud, quiet] = [await listen(chat.streamUrl), await listen(chat.streamUrl)];
    loud.socket.on('error', () => {});
    loud.socket.send('x'.repeat(70_000));
    await until('the end', () => loud.socket.readyState === loud.socket.CLOSED);
    const committed = server.store.append(chat.conversationId, says('hello'));
    server.live.publish({ kind: 'conversation', id: chat.conversationId, ...committed });
    await until('the message', () => quiet.heard().length === 1);
  });

  test('that does not read is cut before it fills the memory, and loses nothing', async () => {
    const { client, chat } = await begin({ tuning: { hardBuffer: 256 * 1024 } });
    const stream = await listen(chat.streamUrl);
    const text = 'x'.repeat(20_000);
    (stream.socket as unknown as { _socket: { pause(): void } })._socket.pause();
    const count = 1_000;
    for (let index = 0; index < count; index++) {
      const committed = server.store.append(chat.conversationId, says(text));
      server.live.publish({ kind: 'conversation', id: chat.conversationId, ...committed });
    }
    (stream.socket as unknown as { _socket: { resume(): void } })._socket.resume();
    await until('the end', () => stream.socket.readyState === stream.socket.CLOSED);
    const { streamUrl } = (
      await client.request<Started>(
        'GET',
        `/conversations/${chat.conversationId}?watermark=${stream.frames.at(-1)?.watermark ?? ''}`,
        {
          as: chat.token,
        },
      )
    ).body;
    const second = await listen(streamUrl);
    await until('the rest', () => stream.frames.length + second.frames.length === count);
  });

  test('is refused above the number of sockets that one conversation may have', async () => {
    const { chat } = await begin({ tuning: { maxSocketsPerConversation: 2 } });
    await listen(chat.streamUrl);
    const second = await listen(chat.streamUrl);
    expect(await handshake(chat.streamUrl)).toBe(429);
    second.close();
    await until('room', async () => (await handshake(chat.streamUrl)) === 101);
  });

  test('is closed when the server drains, and none is opened any more', async () => {
    const { chat } = await begin();
    const stream = await listen(chat.streamUrl);
    await server.drain();
    await until('the end', () => stream.socket.readyState === stream.socket.CLOSED);
    expect(await handshake(chat.streamUrl)).toBe(0);
  });

  test('ticket lives one minute, a token one hour, and an expired one says so with 403', async () => {
    const { client, chat } = await begin();
    server.pass(61);
    expect(await handshake(chat.streamUrl)).toBe(403);
    expect((await client.request('POST', '/tokens/refresh', { as: chat.token })).status).toBe(200);
    server.pass(3_600);
    expect(await client.request('POST', '/tokens/refresh', { as: chat.token })).toMatchObject({
      status: 403,
      body: { error: { code: 'TokenExpired' } },
    });
  });
});

test('a message above the limit is refused with 429 and the seconds to wait, and a poll never is', async () => {
  const { client, chat } = await begin({
    take: async (name) => {
      if (name === 'webMessage') throw new ZhikeError('Throttled', { retryAfterMs: 1_500 });
    },
  });
  const refused = await client.request('POST', `/conversations/${chat.conversationId}/activities`, {
    as: chat.token,
    body: { type: 'message', text: 'again' },
    headers: { origin: SHOP_ORIGIN },
  });
  expect(refused).toMatchObject({ status: 429, body: { error: { code: 'Throttled' } } });
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(refused.headers.get('access-control-allow-origin')).toBe(SHOP_ORIGIN);
  expect(
    (await client.request('GET', `/conversations/${chat.conversationId}/activities`, { as: chat.token })).status,
  ).toBe(200);
});
