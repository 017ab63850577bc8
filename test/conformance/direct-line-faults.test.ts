/** Proof that the suite sees: each fault here has been made by somebody's server, and each must be noticed. */
import type { RequestHandler } from 'express';
import { afterEach, expect, test } from 'vitest';
import { createClient, type Frame, type History, openStream, type Started, until } from '../support/direct-line.ts';
import { type Bare, openBare } from '../support/direct-line-bare.ts';

let server: Bare;
afterEach(() => server.close());

/** Watches one conversation as a client would; names the promises that it saw broken. */
async function brokenPromises({ base, secret, store, live }: Bare): Promise<string[]> {
  const client = createClient(base);
  const broken: string[] = [];
  const promise = (what: string, kept: boolean) => (kept ? undefined : broken.push(what));
  const chat = await client.start((await client.generate(secret)).token);
  const path = `/conversations/${chat.conversationId}`;
  promise('a bad token is 403', (await client.request('GET', path, { as: 'bad' })).status === 403);

  const message = { type: 'message', text: 'once', from: { id: 'mallory' }, channelData: { clientActivityID: 'a1' } };
  const ids = [await client.say(chat, message), await client.say(chat, message)].map(({ body }) => body.id);
  promise('one key is one message', ids[0] === ids[1]);
  await client.say(chat, { type: 'typing' });

  const stream = await openStream(chat.streamUrl);
  const bot = { kind: 'bot', id: null, name: null } as const;
  const say = (text: string) => {
    const said = store.append(chat.conversationId, {
      author: bot,
      visibility: 'customer',
      body: { type: 'message', text },
    });
    live.publish({ kind: 'conversation', id: chat.conversationId, ...said });
  };
  say('two');
  await until('the first words', () => stream.frames.length > 0).catch(() => {});
  say('three');
  const whole = (await client.history(chat)) as History;
  const complete = () =>
    stream
      .heard()
      .map(({ text }) => text)
      .join() === whole.activities.map(({ text }) => text).join();
  await until('all on the stream', complete).catch(() => promise('stream and history agree', false));
  stream.close();

  promise('a watermark is a string', typeof whole.watermark === 'string');
  promise(
    'typing is not kept',
    whole.activities.every(({ type }) => type !== 'typing'),
  );
  promise(
    'the token decides who speaks',
    whole.activities.every(({ from }) => from.id !== 'mallory'),
  );
  const behind = async ({ watermark, activities: [one] }: Frame) => {
    const { activities } = await client.history(chat, watermark);
    const place = whole.activities.findIndex(({ id }) => id === one?.id);
    return activities.length === whole.activities.length - place - 1;
  };
  for (const frame of stream.frames) promise('each place resumes exactly behind itself', await behind(frame));
  const reconnected = await client.request<Started>('GET', `${path}?watermark=`, { as: chat.token });
  const replay = await openStream(reconnected.body.streamUrl);
  await until('a replay', () => replay.heard().length >= whole.activities.length).catch(() => {});
  promise(
    'a replay is one activity per frame',
    replay.frames.every(({ activities }) => activities.length === 1),
  );
  replay.close();
  return [...new Set(broken)];
}

/** Rewrites answers on their way out. */
const answering = (
  spoil: (given: { status: number; body: unknown }) => { status: number; body: unknown },
): RequestHandler => {
  return (_request, response, next) => {
    const json = response.json.bind(response);
    response.json = (body: unknown) => {
      const spoiled = spoil({ status: response.statusCode, body });
      return json.call(response.status(spoiled.status), spoiled.body);
    };
    next();
  };
};

test('a server without faults breaks no promise', async () => {
  server = await openBare();
  expect(await brokenPromises(server)).toEqual([]);
});

test('answering 401 where it is 403 is noticed', async () => {
  server = await openBare({
    before: answering(({ status, body }) => ({ status: status === 403 ? 401 : status, body })),
  });
  expect(await brokenPromises(server)).toEqual(['a bad token is 403']);
});

test('a watermark that is a number is noticed', async () => {
  const numbered = (body: unknown) =>
    typeof body === 'object' && body && 'watermark' in body ? { ...body, watermark: Number(body.watermark) } : body;
  server = await openBare({ before: answering(({ status, body }) => ({ status, body: numbered(body) })) });
  expect(await brokenPromises(server)).toEqual(['a watermark is a string']);
});

test('forgetting what was received is noticed', async () => {
  server = await openBare();
  const { accept } = server.store.conversations;
  server.store.conversations.accept = (inbound) => accept({ ...inbound, externalKey: null });
  expect(await brokenPromises(server)).toEqual(['one key is one message']);
});

test('a replay that is off by one is noticed', async () => {
  server = await openBare();
  const { activitiesAfter } = server.store.conversations;
  server.store.conversations.activitiesAfter = (id, after, options) =>
    activitiesAfter(id, Math.max(0, after - 1), options);
  expect(await brokenPromises(server)).toContain('each place resumes exactly behind itself');
});

test('a pause between replay and live is noticed', async () => {
  server = await openBare({ tuning: { sweepMs: 1_000_000 } });
  server.live.losing = true;
  expect(await brokenPromises(server)).toEqual(['stream and history agree']);
}, 30_000);

test('believing the client about who speaks is noticed', async () => {
  const believing = (body: unknown) =>
    JSON.parse(JSON.stringify(body).replace(/"from":\{"id":"dl_[^"]+"/g, '"from":{"id":"mallory"')) as unknown;
  server = await openBare({ before: answering(({ status, body }) => ({ status, body: believing(body) })) });
  expect(await brokenPromises(server)).toEqual(['the token decides who speaks']);
});
