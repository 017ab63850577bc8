/** Small pieces of the server, each with its promise. */
import { Writable } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { createMemoryLive } from '../../../src/live/memory.ts';
import type { LiveEvent, Log } from '../../../src/ports.ts';
import { presentActivity } from '../../../src/server/api/present.ts';
import { renderMarkdown } from '../../../src/server/help/markdown.ts';
import { addressKey } from '../../../src/server/limits.ts';
import { createLog } from '../../../src/server/log.ts';
import { escapeHtml } from '../../../src/server/page.ts';
import { createPresence } from '../../../src/server/presence.ts';
import { createSweeper } from '../../../src/server/sweeper.ts';
import type { Head, Store } from '../../../src/store/store.ts';

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('addresses are counted by subscriber', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:1:2::', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    [undefined, 'unknown'],
  ])('%s is %s', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });
});

describe('the log', () => {
  function written(level: string, write: (log: Log) => void): string {
    let text = '';
    const destination = new Writable({
      write: (chunk, _encoding, done) => {
        text += String(chunk);
        done();
      },
    });
    write(createLog({ level, destination }));
    return text;
  }

  test('masks what is secret or said, one level deep too', () => {
    const canary = 'canary-4711';
    const text = written('info', (log) => {
      for (const name of ['password', 'token', 'cookie', 'text', 'body', 'code', 'email'])
        log.info({ [name]: canary, request: { [name]: canary } }, 'something happened');
    });
    expect(text).toContain('something happened');
    expect(text).not.toContain(canary);
  });

  test('keeps of an error its words and place, never the rows that a driver hangs on it', () => {
    const error = Object.assign(new Error('duplicate key'), {
      code: '23505',
      detail: 'Key (email)=(wang@shop.test)',
      parameters: ['wang@shop.test'],
    });
    const text = written('info', (log) => log.error({ err: error }, 'a statement failed'));
    expect(JSON.parse(text)).toMatchObject({
      err: { message: 'duplicate key', errorCode: '23505', stack: expect.any(String) },
    });
    expect(text).not.toContain('wang@');
  });

  test('says nothing below its level', () => {
    expect(written('warn', (log) => log.info({}, 'quiet'))).toBe('');
  });
});

describe('articles as HTML', () => {
  test.each([
    ['<script>alert(1)</script>', /<script/],
    ['<img src=x onerror=alert(1)>', /<img/],
    ['![x](https://evil.test/p.png)', /<img/],
    ['[x](javascript:alert(1))', /href/],
    ['[x](data:image/svg+xml;base64,AAAA)', /href/],
    ['[x](//evil.test)', /href/],
    ['[x](vbscript:x)', /href/],
    ['<https://a.test/"onmouseover=alert(1)>', /"onmouseover/],
  ])('%s does nothing', (source, danger) => {
    expect(renderMarkdown(source)).not.toMatch(danger);
  });
  test('Chinese emphasis closes where people mean it to', () => {
    expect(renderMarkdown('**注意：**退款，点击**“退款”**按钮')).toBe(
      '<p><strong>注意：</strong>退款，点击<strong>“退款”</strong>按钮</p>\n',
    );
  });
  test('links, tables and lists come through', () => {
    expect(renderMarkdown('[a](https://shop.test/a) [b](/help) [c](tel:400)')).toBe(
      '<p><a href="https://shop.test/a">a</a> <a href="/help">b</a> <a href="tel:400">c</a></p>\n',
    );
    expect(renderMarkdown('|a|\n|-|\n|1|')).toContain('<td>1</td>');
  });
  test('text in pages is escaped', () => {
    expect(escapeHtml(`<a href="x" title='&'>`)).toBe('&lt;a href=&quot;x&quot; title=&#39;&amp;&#39;&gt;');
  });
});

describe('an activity as the desk sees it', () => {
  const row = {
    conversationId: 'c',
    seq: 3,
    visibility: 'customer',
    at: '2026-01-01T00:00:00.000Z',
    delivery: null,
  } as const;
  const source = { articleId: 'returns/how', version: 2, title: 'How', url: 'https://shop.test/help' };

  test("shows a bot's source, label and certainty", () => {
    const channelData = { source, label: 'auto', confidence: 0.9, clientId: 'abc' };
    const author = { kind: 'bot', id: null, name: '知客' } as const;
    const suggestedActions = {
      actions: [{ type: 'imBack', title: 'Yes', value: 'yes' } as const, { type: 'imBack', title: 'No' } as const],
    };
    expect(
      presentActivity({ ...row, author, body: { type: 'message', text: 'hi', channelData, suggestedActions } }),
    ).toEqual({
      id: 'c|0000003',
      conversationId: 'c',
      seq: 3,
      author,
      visibility: 'customer',
      at: row.at,
      type: 'message',
      text: 'hi',
      delivery: null,
      suggestedActions: [
        { title: 'Yes', value: 'yes' },
        { title: 'No', value: 'No' },
      ],
      clientId: 'abc',
      source,
      label: 'auto',
      confidence: 0.9,
    });
  });

  test("believes nothing of that from a customer's client, and nothing else of the bag gets through", () => {
    const channelData = { source, label: 'ai', confidence: 1, clientActivityID: 'id-1', secret: 'x' };
    const shown = presentActivity({
      ...row,
      author: { kind: 'customer', id: null, name: null },
      body: { type: 'message', text: 'hi', channelData },
    });
    expect(shown).not.toHaveProperty('source');
    expect(shown).not.toHaveProperty('label');
    expect(shown).toMatchObject({ clientId: 'id-1' });
    expect(JSON.stringify(shown)).not.toContain('secret');
  });
});

describe('presence over two processes', () => {
  /** Two buses joined as Redis joins them: each hears itself, then the other. */
  function join() {
    const [one, two] = [createMemoryLive(silent), createMemoryLive(silent)];
    const cross = (from: typeof one, to: typeof one) => ({
      ...from,
      publish: (event: LiveEvent) => [from, to].forEach((live) => void live.publish(event)),
    });
    return [cross(one, two), cross(two, one)] as const;
  }

  test('an agent with streams in both is offline when the last one ends', () => {
    const [left, right] = join();
    const clock = () => new Date(0);
    const [one, two] = [createPresence({ live: left, clock }), createPresence({ live: right, clock })];
    one.arrive('a');
    two.arrive('a');
    expect([one, two].map((each) => each.isOnline('a'))).toEqual([true, true]);
    one.leave('a');
    expect([one, two].map((each) => each.isOnline('a'))).toEqual([true, true]);
    two.leave('a');
    expect([one, two].map((each) => each.isOnline('a'))).toEqual([false, false]);
    one.close();
    two.close();
  });

  test('a process that died takes its agents along after a while', () => {
    const [left, right] = join();
    let now = 0;
    const clock = () => new Date(now);
    const [one, two] = [createPresence({ live: left, clock }), createPresence({ live: right, clock })];
    two.arrive('a');
    expect(one.isOnline('a')).toBe(true);
    two.close();
    now += 80_000;
    expect(one.isOnline('a')).toBe(false);
    one.close();
  });
});

describe('the net under the hints', () => {
  const head = (id: string, version: number): Head => ({ id, seq: version, version, status: 'bot', ownerId: null });
  function sweep(changed: () => Promise<Head[]>, engine: 'pglite' | 'postgres' = 'postgres') {
    const live = createMemoryLive(silent);
    const heard: string[] = [];
    live.subscribe((event) => event.kind === 'conversation' && heard.push(`${event.id}@${event.version}`));
    const conversations = { changedWithin: changed };
    const store = { db: { engine }, conversations } as unknown as Pick<Store, 'db' | 'conversations'>;
    const warnings: string[] = [];
    const log = { ...silent, warn: (_: unknown, message: string) => void warnings.push(message) };
    const sweeper = createSweeper({ store, live, log, periodMs: 5 });
    sweeper.start();
    return { live, heard, warnings, sweeper };
  }

  test('what nobody told is told once, what was heard is not told again', async () => {
    let changed = [head('a', 1), head('b', 7)];
    let rounds = 0;
    const { live, heard, sweeper } = sweep(async () => {
      rounds++;
      return changed;
    });
    live.publish({
      kind: 'conversation',
      id: 'b',
      seq: 7,
      version: 7,
      status: 'bot',
      ownerId: null,
      due: false,
      activities: [],
    });
    await vi.waitFor(() => expect(rounds).toBeGreaterThan(3));
    expect(heard).toEqual(['b@7', 'a@1']);
    changed = [head('a', 2), head('b', 6)];
    await vi.waitFor(() => expect(heard).toEqual(['b@7', 'a@1', 'a@2']));
    sweeper.stop();
  });

  test('an outage is told once and ends by itself', async () => {
    let rounds = 0;
    const { heard, warnings, sweeper } = sweep(async () => {
      if (++rounds < 4) throw new Error('connection lost');
      return [head('a', 1)];
    });
    await vi.waitFor(() => expect(heard).toEqual(['a@1']));
    expect(warnings).toHaveLength(1);
    sweeper.stop();
  });

  test('the embedded database has no other processes: it is never asked', () => {
    const changed = vi.fn();
    vi.useFakeTimers();
    const { sweeper } = sweep(changed, 'pglite');
    vi.advanceTimersByTime(100);
    vi.useRealTimers();
    sweeper.stop();
    expect(changed).not.toHaveBeenCalled();
  });
});
