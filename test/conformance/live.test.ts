/** Every bus of live hints keeps the same promises; the one over Redis keeps them also while Redis comes and goes. */
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { MAX_ROWS } from '../../src/live/frame.ts';
import { createMemoryLive } from '../../src/live/memory.ts';
import { createRedisLive } from '../../src/live/redis.ts';
import type { Live, LiveEvent, Log } from '../../src/ports.ts';
import { hasRedis, openPrivateRedis, type PrivateRedis } from '../support/redis-server.ts';

type Line = { level: string; message: string };
function recorder(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: string) => (_fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, message });
  return { log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, lines };
}

const opened: Live[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((live) => live.close()));
});
function keep(live: Live): Live {
  opened.push(live);
  return live;
}
function hear(live: Live): LiveEvent[] {
  const heard: LiveEvent[] = [];
  live.subscribe((event) => heard.push(event));
  return heard;
}

function conversation(id: string, text = 'hello'): LiveEvent {
  const author = { kind: 'customer', id: null, name: null } as const;
  const row = {
    conversationId: id,
    seq: 3,
    author,
    visibility: 'customer',
    at: '2026-01-01T00:00:00.000Z',
    delivery: null,
  } as const;
  const activities = [{ ...row, body: { type: 'message', text, channelData: { clientId: 'c-1' } } as const }];
  return { kind: 'conversation', id, status: 'bot', ownerId: null, seq: 3, version: 5, due: true, activities };
}
const presence = (agentId: string): LiveEvent => ({ kind: 'presence', agentId, online: true });

let redis: PrivateRedis;
beforeAll(async () => {
  if (hasRedis) redis = await openPrivateRedis();
});
afterAll(() => redis?.stop());

const kinds: [string, (log: Log) => Live][] = [
  ['memory', (log) => createMemoryLive(log)],
  ...(hasRedis
    ? [['redis', (log: Log) => createRedisLive({ url: redis.url, log })] as [string, (log: Log) => Live]]
    : []),
  ['redis that is not there', (log) => createRedisLive({ url: 'redis://127.0.0.1:1', log })],
];

describe.each(kinds)('live hints: %s', (_name, open) => {
  test('whoever publishes is heard in the same process before publish returns', () => {
    const live = keep(open(recorder().log));
    const heard = hear(live);
    live.publish(conversation('a'));
    live.publish({ kind: 'outbox' });
    expect(heard).toEqual([conversation('a'), { kind: 'outbox' }]);
  });

  test('nobody is told after leaving, and the same listener may come twice', () => {
    const live = keep(open(recorder().log));
    const listener = vi.fn();
    const leave = live.subscribe(listener);
    live.subscribe(listener);
    leave();
    live.publish(presence('a'));
    expect(listener).toHaveBeenCalledTimes(1);
  });

  test('a listener that throws is logged and harms neither the publisher nor the others', () => {
    const { log, lines } = recorder();
    const live = keep(open(log));
    live.subscribe(() => {
      throw new Error('broken listener');
    });
    const heard = hear(live);
    expect(() => live.publish(presence('a'))).not.toThrow();
    expect(heard).toHaveLength(1);
    expect(lines.map((line) => line.message)).toContain('a live listener failed');
  });

  test('after close nothing is published and closing again is harmless', async () => {
    const live = keep(open(recorder().log));
    const heard = hear(live);
    await live.close();
    live.publish(presence('a'));
    await live.close();
    expect(heard).toEqual([]);
  });
});

describe.runIf(hasRedis)('live hints between processes over redis', () => {
  /** Two buses that hear each other already. */
  async function pair(logs = [recorder(), recorder()]): Promise<[Live, Live]> {
    const [one, two] = logs.map(({ log }) => keep(createRedisLive({ url: redis.url, log }))) as [Live, Live];
    await reach(one, two, 'warm-up-1');
    await reach(two, one, 'warm-up-2');
    return [one, two];
  }
  /** Publishes until the other side has heard it. */
  async function reach(from: Live, to: Live, agentId: string): Promise<void> {
    const heard = hear(to);
    await vi.waitFor(
      () => {
        from.publish(presence(agentId));
        expect(heard).toContainEqual(presence(agentId));
      },
      { timeout: 10_000, interval: 20 },
    );
  }

  test('the other process hears the same event, rows and all, and the sender hears it once', async () => {
    const [one, two] = await pair();
    const [own, others] = [hear(one), hear(two)];
    one.publish(conversation('b'));
    two.publish(presence('last'));
    await vi.waitFor(() => expect(others).toContainEqual(conversation('b')));
    await vi.waitFor(() => expect(own).toContainEqual(presence('last')));
    expect(own.filter((event) => event.kind === 'conversation')).toEqual([conversation('b')]);
  });

  test('rows over 64 KB stay at home: the hint travels without them', async () => {
    const [one, two] = await pair();
    const others = hear(two);
    one.publish(conversation('c', '退'.repeat(MAX_ROWS)));
    await vi.waitFor(() => expect(others).toContainEqual({ ...conversation('c'), activities: [] }));
  });

  test('rubbish on the channel is not believed', async () => {
    const [one, two] = await pair();
    const others = hear(two);
    const stranger = new Redis(redis.url);
    for (const text of [
      '',
      'null',
      '{"origin":"x"}',
      '{"origin":"x","event":{"kind":"presence","agentId":7,"online":1}}',
      'x'.repeat(200_000),
    ])
      await stranger.publish('zhike:live', text);
    stranger.disconnect();
    await reach(one, two, 'after-rubbish');
    expect(others.every((event) => JSON.stringify(event) === JSON.stringify(presence('after-rubbish')))).toBe(true);
  });

  test('redis stops: publishing goes on in the process; it starts: hints travel again and all are told to read', async () => {
    const logs = [recorder(), recorder()];
    const [one, two] = await pair(logs);
    const resynced = vi.fn();
    two.onResync(resynced);
    await redis.stop();
    await vi.waitFor(() => expect(logs.every(({ lines }) => lines.some((line) => line.level === 'warn'))).toBe(true));
    const own = hear(one);
    for (let i = 0; i < 50; i++) one.publish(presence(`alone-${i}`));
    expect(own).toHaveLength(50);
    expect(resynced).not.toHaveBeenCalled();

    await redis.start();
    await vi.waitFor(() => expect(resynced).toHaveBeenCalledTimes(1), { timeout: 10_000 });
    await reach(one, two, 'together-again');
    await reach(two, one, 'and-back');
    for (const { lines } of logs) {
      expect(lines.filter((line) => line.level === 'warn')).toHaveLength(1);
      expect(lines.filter((line) => line.level === 'info')).toHaveLength(1);
    }
  });
});
