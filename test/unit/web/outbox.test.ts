import { expect, test, vi } from 'vitest';
import type { Posted } from '../../../src/web/widget/chat/direct-line.ts';
import { Outbox, type Outgoing } from '../../../src/web/widget/chat/outbox.ts';

function shelf() {
  const kept = new Map<string, string>();
  return {
    get: (key: string) => kept.get(key) ?? null,
    set: (key: string, value: string | null) => void (value === null ? kept.delete(key) : kept.set(key, value)),
    keys: () => [...kept.keys()],
  };
}
const message = (id: string, files: string[] = []) => ({ id, text: `text of ${id}`, files, extra: {} });

/** A server that answers as told, and the order in which it was asked. */
function open(answers: Posted[], on = shelf()) {
  const asked: string[] = [];
  const sent = vi.fn();
  let clock = 0;
  const outbox = new Outbox({
    shelf: on,
    now: () => ++clock,
    changed: (items) => sent(items),
    send: async (item: Outgoing) => {
      asked.push(item.id);
      return answers.shift() ?? { kind: 'sent', id: `server-${item.id}` };
    },
  });
  return { outbox, asked, states: () => outbox.items().map(({ id, state }) => `${id} ${state}`) };
}

test('messages go in order, one at a time, and again with the same id when the network fails', async () => {
  vi.useFakeTimers();
  const { outbox, asked, states } = open([
    { kind: 'later', afterMs: 0 },
    { kind: 'later', afterMs: 0 },
  ]);
  for (const id of ['a', 'b', 'c']) outbox.add(message(id));
  await vi.runAllTimersAsync();
  expect(asked).toEqual(['a', 'a', 'a', 'b', 'c']);
  expect(states()).toEqual(['a sent', 'b sent', 'c sent']);
  vi.useRealTimers();
});

test('a server that asks for a pause gets it', async () => {
  vi.useFakeTimers();
  const { outbox, asked } = open([{ kind: 'later', afterMs: 60_000 }]);
  outbox.add(message('a'));
  await vi.advanceTimersByTimeAsync(59_000);
  expect(asked).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toEqual(['a', 'a']);
  vi.useRealTimers();
});

test('a refused message says why and lets the next one pass; the visitor may try it again', async () => {
  const { outbox, states } = open([{ kind: 'refused', status: 413, code: 'TooLarge' }]);
  outbox.add(message('a'));
  outbox.add(message('b'));
  await vi.waitFor(() => expect(states()).toEqual(['a failed', 'b sent']));
  expect(outbox.items()[0]?.reason).toBe('TooLarge');
  outbox.retry('a');
  await vi.waitFor(() => expect(states()).toEqual(['a sent', 'b sent']));
});

test('what was not sent is still there after a reload, and what was sent is not', async () => {
  vi.useFakeTimers();
  const on = shelf();
  const before = open(
    [
      { kind: 'sent', id: '1' },
      { kind: 'later', afterMs: 3_600_000 },
    ],
    on,
  );
  for (const id of ['a', 'b', 'c']) before.outbox.add(message(id));
  await vi.advanceTimersByTimeAsync(10);
  const after = open([], on);
  expect(after.states()).toEqual(['b waiting', 'c waiting']);
  after.outbox.flush();
  await vi.advanceTimersByTimeAsync(10);
  expect(after.asked).toEqual(['b', 'c']);
  vi.useRealTimers();
});

test('two tabs keep their messages apart', () => {
  const on = shelf();
  const never = (): Posted[] => [{ kind: 'later', afterMs: 3_600_000 }];
  open(never(), on).outbox.add(message('first-tab'));
  open(never(), on).outbox.add(message('second-tab'));
  expect(on.keys()).toHaveLength(2);
});

test('files that a reload lost are asked for, and never sent without their bytes', () => {
  const on = shelf();
  open([{ kind: 'later', afterMs: 3_600_000 }], on).outbox.add(message('a', ['photo.png']));
  const after = open([], on);
  expect(after.outbox.items()[0]).toMatchObject({ state: 'failed', reason: 'reselect' });
  after.outbox.flush();
  expect(after.asked).toEqual([]);
});

test('a message that came back in the history leaves the queue', async () => {
  const { outbox, states } = open([]);
  outbox.add(message('a'));
  await vi.waitFor(() => expect(states()).toEqual(['a sent']));
  outbox.remove(['a', 'unknown']);
  expect(states()).toEqual([]);
});

test('garbage in the storage is passed over', () => {
  const on = shelf();
  for (const [index, text] of ['', '{', 'null', '{"id":1}', '[]'].entries()) on.set(`zhike.out.${index}`, text);
  expect(open([], on).outbox.items()).toEqual([]);
});
