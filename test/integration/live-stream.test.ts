/** The desk's live stream: colleagues hear at once, strangers never, and whoever is signed out is cut. */
import { once } from 'node:events';
import { v7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type LiveFrame, liveEventSchema } from '../../src/contract/live.ts';
import { newWorld } from '../support/desk-world.ts';
import { openServerWorld, type Person, type ServerWorld } from '../support/server-world.ts';

let world: ServerWorld;
let agent: Person;
beforeAll(async () => {
  world = await openServerWorld({ overrides: { timing: { recheckMs: 50, pingMs: 1_000 } } });
  agent = await world.join('agent');
});
afterAll(() => world.close());

const sockets: WebSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    if (socket.readyState === WebSocket.CLOSED) continue;
    const closed = once(socket, 'close');
    socket.terminate();
    await closed;
  }
});

type Stream = { socket: WebSocket; frames: LiveFrame[]; closed: Promise<number> };

/** Every frame is checked against the contract on its way in. */
async function open(cookie: string, headers: Record<string, string> = {}): Promise<Stream> {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { cookie, origin: world.url, ...headers },
  });
  sockets.push(socket);
  const frames: LiveFrame[] = [];
  socket.on('message', (data) => frames.push(liveEventSchema.parse(JSON.parse(String(data)))));
  const closed = once(socket, 'close').then(([code]) => Number(code));
  await once(socket, 'open');
  await vi.waitFor(() => expect(frames[0]?.type).toBe('ready'));
  return { socket, frames, closed };
}

/** The status of a refused handshake. */
async function refused(path: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(world.url.replace('http', 'ws') + path, { headers });
  const [, response] = await once(socket, 'unexpected-response').catch(() => [null, { statusCode: 0 }]);
  socket.on('error', () => undefined);
  socket.terminate();
  return Number(response.statusCode);
}

const ofType = <T extends LiveFrame['type']>(frames: LiveFrame[], type: T) =>
  frames.filter((frame): frame is LiveFrame & { type: T } => frame.type === type);

describe('the handshake', () => {
  test('is refused without a session, with a forged one, and from a foreign page', async () => {
    const own = { origin: world.url };
    expect(await refused('/api/v1/live', own)).toBe(401);
    expect(await refused('/api/v1/live', { ...own, cookie: `zhike=p${'A'.repeat(43)}` })).toBe(401);
    expect(await refused('/api/v1/live', { origin: 'https://evil.test', cookie: agent.cookie })).toBe(403);
    expect(await refused('/api/v1/live', { cookie: agent.cookie })).toBe(403);
  });

  test('leads nowhere at other addresses', async () => {
    for (const path of ['/', '/api/v1/live/x', '/api/v1/me', '/console', '/v3/other'])
      expect(await refused(path, { origin: world.url, cookie: agent.cookie }), path).toBe(404);
  });
});

describe('an open stream', () => {
  test('hears what an agent writes, notes too, with the rows themselves', async () => {
    const { conversationId, say } = await newWorld(world.app.store);
    await say('hello');
    const { frames } = await open(agent.cookie);
    const path = `/api/v1/conversations/${conversationId}`;
    await world.call('POST', `${path}/notes`, {
      cookie: world.admin.cookie,
      body: { text: 'a quiet word', clientId: v7() },
    });
    await vi.waitFor(() => expect(ofType(frames, 'conversation')).toHaveLength(1));
    const [hint] = ofType(frames, 'conversation');
    expect(hint).toMatchObject({
      id: conversationId,
      status: 'bot',
      activities: [{ text: 'a quiet word', visibility: 'internal' }],
    });
  });

  test('hears the owner typing, but not itself', async () => {
    const { conversationId } = await newWorld(world.app.store);
    const [own, other] = [await open(agent.cookie), await open(world.admin.cookie)];
    const path = `/api/v1/conversations/${conversationId}`;
    await world.call('POST', `${path}/typing`, { cookie: agent.cookie });
    await world.call('POST', `${path}/take-over`, { cookie: agent.cookie });
    await world.call('POST', `${path}/typing`, { cookie: agent.cookie });
    await vi.waitFor(() =>
      expect(ofType(other.frames, 'typing')).toEqual([
        { type: 'typing', conversationId, author: 'agent', authorId: agent.id, name: expect.any(String) },
      ]),
    );
    await vi.waitFor(() => expect(ofType(own.frames, 'conversation')).toHaveLength(1));
    expect(ofType(own.frames, 'typing')).toEqual([]);
  });

  test('rows too large for a hint stay out of it', async () => {
    const { conversationId } = await newWorld(world.app.store);
    const { frames } = await open(agent.cookie);
    const author = { kind: 'bot', id: null, name: null } as const;
    const at = '2026-01-01T00:00:00.000Z';
    const activities = [1, 2, 3, 4].map(
      (seq) =>
        ({
          conversationId,
          seq,
          author,
          visibility: 'customer',
          at,
          delivery: null,
          body: { type: 'message', text: 'x'.repeat(20_000) },
        }) as const,
    );
    world.app.live.publish({
      kind: 'conversation',
      id: conversationId,
      status: 'bot',
      ownerId: null,
      seq: 4,
      version: 2,
      due: false,
      activities,
    });
    await vi.waitFor(() => expect(ofType(frames, 'conversation')).toMatchObject([{ seq: 4, activities: [] }]));
  });

  test('tells what became of a message on its way out', async () => {
    const { frames } = await open(agent.cookie);
    const event = { conversationId: v7(), seq: 4, delivery: { state: 'failed', reason: 'no such address' } } as const;
    world.app.live.publish({ kind: 'delivery', ...event });
    world.app.live.publish({ kind: 'outbox' });
    await vi.waitFor(() => expect(ofType(frames, 'delivery')).toEqual([{ type: 'delivery', ...event }]));
  });

  test('shows who is there: online with the first stream, offline with the last', async () => {
    const watcher = await open(world.admin.cookie);
    const [one, two] = [await open(agent.cookie), await open(agent.cookie)];
    const mine = () =>
      ofType(watcher.frames, 'presence')
        .filter(({ agentId }) => agentId === agent.id)
        .map(({ online }) => online);
    await vi.waitFor(() => expect(mine()).toEqual([true]));
    const online = async () => {
      const { json } = await world.call('GET', '/api/v1/agents', { cookie: world.admin.cookie });
      return (json.items as { id: string; online: boolean }[]).find(({ id }) => id === agent.id)?.online;
    };
    one.socket.close();
    await one.closed;
    expect(await online()).toBe(true);
    two.socket.close();
    await vi.waitFor(() => expect(mine()).toEqual([true, false]));
    expect(await online()).toBe(false);
  });

  test('is cut when its colleague signs out, and told why', async () => {
    const cookie = await world.signIn(agent);
    const stream = await open(cookie);
    await world.call('POST', '/api/v1/auth/sign-out', { cookie });
    expect(await stream.closed).toBe(4401);
    expect(stream.frames.at(-1)).toEqual({ type: 'signedOut' });
  });

  test('is cut when its colleague is disabled, and hears nothing afterwards', async () => {
    const leaver = await world.join('agent');
    const stream = await open(leaver.cookie);
    await world.call('PATCH', `/api/v1/agents/${leaver.id}`, { cookie: world.admin.cookie, body: { disabled: true } });
    expect(await stream.closed).toBe(4401);
    const heard = stream.frames.length;
    world.app.live.publish({ kind: 'presence', agentId: v7(), online: true });
    expect(stream.frames).toHaveLength(heard);
    expect(await refused('/api/v1/live', { origin: world.url, cookie: leaver.cookie })).toBe(401);
  });

  test('that talks back is closed: nothing is expected from it', async () => {
    const { socket, closed } = await open(agent.cookie);
    socket.send('{"type":"subscribe","id":"%"}');
    expect(await closed).toBe(1008);
  });

  test('that sends a flood is closed too', async () => {
    const { socket, closed } = await open(agent.cookie);
    socket.on('error', () => undefined);
    socket.send('x'.repeat(100_000));
    expect([1008, 1009]).toContain(await closed);
  });

  test('whose reader is too slow misses hints, and is told to read once it can', async () => {
    const slow = await open(agent.cookie);
    slow.socket.pause();
    const event = (i: number) =>
      ({
        kind: 'typing',
        conversationId: v7(),
        author: 'customer',
        authorId: null,
        name: String(i).padEnd(50_000, '.'),
      }) as const;
    for (let i = 0; i < 400; i++) world.app.live.publish(event(i));
    slow.socket.resume();
    await vi.waitFor(() => expect(ofType(slow.frames, 'resync')).toHaveLength(1), { timeout: 10_000 });
    expect(ofType(slow.frames, 'typing').length).toBeLessThan(400);
    world.app.live.publish({ kind: 'presence', agentId: agent.id, online: true });
    await vi.waitFor(() => expect(slow.frames.at(-1)?.type).toBe('presence'));
  });
});

test('a server that drains says it is not ready and sends its readers away', async () => {
  const leaving = await openServerWorld();
  const socket = new WebSocket(`${leaving.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { cookie: leaving.admin.cookie, origin: leaving.url },
  });
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await leaving.close();
  expect((await closed)[0]).toBe(1001);
});
