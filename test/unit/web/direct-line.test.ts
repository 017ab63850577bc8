import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Connection, DirectLine } from '../../../src/web/widget/chat/direct-line.ts';
import type { Activity } from '../../../src/web/widget/chat/wire.ts';

const ORIGIN = 'https://chat.example';
type Raw = Record<string, unknown>;

/** A Direct Line server in a few lines, with the ways in which a real one and the network between can fail. */
class World {
  conversation = 'c1';
  token = 't1';
  tokens = 1;
  log: Raw[] = [];
  started = new Set<string>();
  requests: string[] = [];
  posted: Raw[] = [];
  credentials = new Map<string, string>();
  links = new Set<string>();
  network = true;
  sockets = true;
  gone = new Set<string>();
  open: FakeSocket[] = [];

  say(text: string): void {
    this.log.push({
      type: 'message',
      id: `${this.conversation}|${this.log.length + 1}`,
      text,
      from: { id: 'bot', role: 'bot' },
      timestamp: '2026-11-22T04:00:00.000Z',
    });
    for (const socket of this.open) socket.deliver(this.log.slice(-1), this.log.length);
  }

  answer(method: string, url: URL, headers: Headers, body: Raw): { status: number; body: Raw } {
    this.requests.push(`${method} ${url.pathname}${url.search}`);
    if (url.pathname === '/api/web/session') return this.session(body);
    if (headers.get('authorization') !== `Bearer ${this.token}`)
      return { status: 403, body: { error: { code: 'TokenExpired' } } };
    const [, , , noun, id, what] = url.pathname.split('/');
    if (noun === 'tokens')
      return { status: 200, body: { token: this.renew(), expires_in: 1800, conversationId: this.conversation } };
    if (id !== undefined && this.gone.has(id)) return { status: 404, body: { error: { code: 'NotFound' } } };
    const after = Number(url.searchParams.get('watermark') || 0);
    const streamUrl = `wss://elsewhere.example/v3/directline/conversations/${this.conversation}/stream?watermark=${after}&t=ticket`;
    if (id === undefined) {
      const first = !this.started.has(this.conversation);
      this.started.add(this.conversation);
      return { status: first ? 201 : 200, body: { streamUrl } };
    }
    if (what === undefined) return { status: 200, body: { streamUrl } };
    if (method === 'GET')
      return { status: 200, body: { activities: this.log.slice(after), watermark: String(this.log.length) } };
    this.posted.push(body);
    return { status: 200, body: { id: `p${this.posted.length}` } };
  }

  session({ credential, continue: code }: Raw): { status: number; body: Raw } {
    if (code !== undefined && !this.links.delete(String(code)))
      return { status: 410, body: { error: { code: 'ChatLinkInvalid' } } };
    const known = typeof credential === 'string' ? this.credentials.get(credential) : undefined;
    if (known === undefined || this.gone.has(known)) {
      this.conversation = `c${this.credentials.size + 1}`;
      this.log = [];
    }
    const next = `credential-${this.credentials.size}`;
    this.credentials.set(next, this.conversation);
    return {
      status: 200,
      body: {
        conversationId: this.conversation,
        token: this.renew(),
        expiresIn: 1800,
        credential: next,
        resumed: known !== undefined,
      },
    };
  }

  renew(): string {
    this.tokens += 1;
    this.token = `t${this.tokens}`;
    return this.token;
  }

  cut(): void {
    for (const socket of this.open.splice(0)) socket.onclose?.();
  }
}

let world: World;
class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    const after = Number(new URL(url).searchParams.get('watermark'));
    queueMicrotask(() => {
      if (!world.sockets || !world.network) return this.onclose?.();
      world.open.push(this);
      this.onopen?.();
      for (const [index, activity] of world.log.slice(after).entries()) this.deliver([activity], after + index + 1);
    });
  }
  deliver(activities: Raw[], watermark: number): void {
    this.onmessage?.({ data: JSON.stringify({ activities, watermark: String(watermark) }) });
  }
  close(): void {
    world.open = world.open.filter((socket) => socket !== this);
    this.onclose?.();
  }
}

function visit(credential: string | null = null, code: string | null = null) {
  const lapsed = vi.fn();
  const seen: { text: string; history: boolean }[] = [];
  const states: Connection[] = [];
  const renewed = vi.fn();
  const kept = [credential];
  const line = new DirectLine({
    origin: ORIGIN,
    locale: 'zh-CN',
    credential: { read: () => kept[0] ?? null, write: (value) => void kept.splice(0, 1, value) },
    continuation: { code, lapsed },
    hooks: {
      activities: (activities: Activity[], history) =>
        void seen.push(...activities.map(({ text }) => ({ text, history }))),
      connection: (state) => void states.push(state),
      renewed,
    },
  });
  return {
    line,
    lapsed,
    seen,
    states,
    renewed,
    texts: () => seen.map(({ text }) => text),
    credential: () => kept[0] ?? null,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (!world.network) throw new TypeError('network');
    const { status, body } = world.answer(
      init.method ?? 'GET',
      new URL(url),
      new Headers(init.headers),
      JSON.parse(String(init.body ?? '{}')),
    );
    return Response.json(body, { status });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('a new visitor is greeted once, and a reload shows the history as history', async () => {
  const first = visit();
  first.line.start();
  await vi.advanceTimersByTimeAsync(100);
  world.say('您好');
  expect(first.seen).toEqual([{ text: '您好', history: false }]);
  first.line.close();
  const second = visit(first.credential());
  second.line.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(second.seen).toEqual([{ text: '您好', history: true }]);
  second.line.close();
});

test('a cut stream goes on behind the last message, in less than a second', async () => {
  const { line, texts, states } = visit();
  line.start();
  await vi.advanceTimersByTimeAsync(100);
  world.say('一');
  world.cut();
  world.say('二');
  await vi.advanceTimersByTimeAsync(700);
  world.say('三');
  expect(texts()).toEqual(['一', '二', '三']);
  expect(world.requests.at(-1)).toBe(`GET /v3/directline/conversations/${world.conversation}?watermark=1`);
  expect(states).not.toContain('offline');
  line.close();
});

test('a network that is away is told, and everything missed arrives once when it is back', async () => {
  const { line, texts, states } = visit();
  line.start();
  await vi.advanceTimersByTimeAsync(100);
  world.network = false;
  world.cut();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(states.at(-1)).toBe('offline');
  world.say('错过的');
  world.network = true;
  line.nudge(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(texts()).toEqual(['错过的']);
  expect(states.at(-1)).toBe('online');
  line.close();
});

test('an expired token is renewed by the credential, and the message goes out', async () => {
  const { line, renewed } = visit();
  line.start();
  await vi.advanceTimersByTimeAsync(100);
  world.renew();
  const outcome = line.post({ type: 'message', text: '在吗' });
  await vi.advanceTimersByTimeAsync(100);
  expect(await outcome).toEqual({ kind: 'sent', id: 'p1' });
  expect(renewed).not.toHaveBeenCalled();
  line.close();
});

test('the token is refreshed at half its life, without a new session', async () => {
  const { line } = visit();
  line.start();
  await vi.advanceTimersByTimeAsync(901_000);
  expect(world.requests.filter((request) => request.includes('tokens/refresh'))).toHaveLength(1);
  expect(world.requests.filter((request) => request.includes('session'))).toHaveLength(1);
  line.close();
});

test('a conversation that has ended begins anew, and the message is not lost', async () => {
  const { line, texts, renewed } = visit();
  line.start();
  await vi.advanceTimersByTimeAsync(100);
  world.say('旧的');
  world.gone.add(world.conversation);
  const outcome = line.post({ type: 'message', text: '还在吗' });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await outcome).toMatchObject({ kind: 'sent' });
  expect(renewed).toHaveBeenCalledOnce();
  world.say('新的');
  expect(texts()).toEqual(['旧的', '新的']);
  expect(world.started.size).toBe(2);
  line.close();
});

test('where sockets are blocked, messages come by polling, each once', async () => {
  world.sockets = false;
  const { line, texts, states } = visit();
  line.start();
  await vi.advanceTimersByTimeAsync(5_000);
  for (const text of ['一', '二', '三']) {
    world.say(text);
    await vi.advanceTimersByTimeAsync(2_500);
  }
  expect(texts()).toEqual(['一', '二', '三']);
  expect(states.at(-1)).toBe('online');
  world.sockets = true;
  await vi.advanceTimersByTimeAsync(70_000);
  world.say('四');
  expect(texts()).toEqual(['一', '二', '三', '四']);
  expect(world.open).toHaveLength(1);
  line.close();
});

test('a socket that is silent too long is left for another one', async () => {
  const { line, texts } = visit();
  line.start();
  await vi.advanceTimersByTimeAsync(100);
  const dead = world.open[0];
  world.open = [];
  world.say('没人送');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(texts()).toEqual(['没人送']);
  expect(world.open).not.toContain(dead);
  line.close();
});

test('the stream is asked for at the origin of the page, whatever public name the server believes in', async () => {
  const { line } = visit();
  line.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(new URL(world.open[0]?.url ?? '').host).toBe('chat.example');
  line.close();
});

test.each([['not json'], ['[]'], ['{"activities":5}'], ['{"activities":[null,1,{"type":7}],"watermark":9}']])(
  'the frame %s harms nobody',
  async (frame) => {
    const { line, texts } = visit();
    line.start();
    await vi.advanceTimersByTimeAsync(100);
    world.open[0]?.onmessage?.({ data: frame });
    world.say('您好');
    expect(texts()).toEqual(['您好']);
    line.close();
  },
);

test('a link is used once and leaves a credential to come back with', async () => {
  world.links.add('code');
  const visitor = visit('credential-of-before', 'code');
  visitor.line.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(visitor.lapsed).not.toHaveBeenCalled();
  expect(visitor.states).toContain('online');
  expect(visitor.credential()).toBe('credential-0');
  expect(world.requests.filter((request) => request.endsWith('/web/session'))).toHaveLength(1);
});

test('whoever opens a link that was used is told so, once, and finds their own conversation', async () => {
  const visitor = visit(null, 'used');
  visitor.line.start();
  await vi.advanceTimersByTimeAsync(10);
  expect(visitor.lapsed).toHaveBeenCalledOnce();
  expect(visitor.states).toContain('online');
  expect(world.requests.filter((request) => request.endsWith('/web/session'))).toHaveLength(2);
});
