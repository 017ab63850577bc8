/** What a live frame does to the lists: one patch, the right place, nothing lost. */
import { describe, expect, test } from 'vitest';
import type { ActivityShape, ConversationShape } from '../../../src/contract/shapes.ts';
import { hasGap, type Log, mergeInto, prependTo } from '../../../src/web/console/data/log.ts';
import {
  type ConversationFrame,
  compareRows,
  fits,
  mayAppear,
  needsReading,
  patchRow,
  placeRow,
} from '../../../src/web/console/data/rows.ts';
import { calmOrder } from '../../../src/web/console/inbox/calm-order.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 8, 0, second)).toISOString();

function rowOf(id: string, given: Partial<ConversationShape> = {}): ConversationShape {
  return {
    id,
    channel: 'web',
    status: 'human',
    owner: { id: 'me', name: '小吴' },
    customer: { id: `c-${id}`, name: id },
    locale: 'zh-CN',
    seq: 3,
    version: 5,
    preview: null,
    lastMessageAt: at(0),
    waitingSince: null,
    riskAt: null,
    clock: null,
    ticket: null,
    unread: 0,
    ...given,
  };
}
function said(seq: number, kind: 'customer' | 'agent' | 'bot', given: Partial<ActivityShape> = {}): ActivityShape {
  return {
    id: `x|${seq}`,
    conversationId: 'x',
    seq,
    author: { kind, id: kind === 'agent' ? 'me' : null, name: null },
    visibility: 'customer',
    at: at(seq),
    type: 'message',
    text: `message ${seq}`,
    delivery: null,
    ...given,
  };
}
function frameOf(activities: ActivityShape[], given: Partial<ConversationFrame> = {}): ConversationFrame {
  return {
    type: 'conversation',
    id: 'x',
    status: 'human',
    ownerId: 'me',
    seq: activities.at(-1)?.seq ?? 3,
    version: 6,
    activities,
    ...given,
  };
}

describe('a row', () => {
  test('counts what the customer said, shows it, and starts the wait at the first unanswered message', () => {
    const row = patchRow(rowOf('x'), frameOf([said(4, 'customer'), said(5, 'customer')]));
    expect(row).toMatchObject({
      unread: 2,
      preview: { text: 'message 5', author: 'customer' },
      waitingSince: at(4),
      lastMessageAt: at(5),
      seq: 5,
      version: 6,
    });
    expect(patchRow(row, frameOf([said(6, 'agent')], { version: 7 }))).toMatchObject({
      waitingSince: null,
      preview: { author: 'agent' },
    });
  });
  test('does not count a message twice when its frame comes twice', () => {
    const frame = frameOf([said(4, 'customer')]);
    const once = patchRow(rowOf('x'), frame);
    expect(patchRow(once, frame)).toBe(once);
  });
  test('never shows a note as its preview', () => {
    expect(patchRow(rowOf('x'), frameOf([said(4, 'agent', { visibility: 'internal' })])).preview).toBeNull();
  });
  test('is read again when somebody moved it, and not when an older frame comes late', () => {
    expect(needsReading(rowOf('x'), frameOf([], { status: 'resolved', ownerId: null }))).toBe(true);
    expect(needsReading(rowOf('x'), frameOf([], { status: 'waiting', ownerId: null, version: 4 }))).toBe(false);
    expect(needsReading(rowOf('x'), frameOf([said(4, 'customer')]))).toBe(false);
  });
});

describe('a list', () => {
  test('has the longest wait first in the queue, the newest message first elsewhere', () => {
    const [a, b] = [
      rowOf('a', { waitingSince: at(1), lastMessageAt: at(1) }),
      rowOf('b', { waitingSince: at(2), lastMessageAt: at(2) }),
    ];
    expect([b, a].sort(compareRows('waiting')).map(({ id }) => id)).toEqual(['a', 'b']);
    expect([a, b].sort(compareRows('all')).map(({ id }) => id)).toEqual(['b', 'a']);
  });
  test('takes a row in, moves it and lets it go without losing another over page borders', () => {
    const pages = [
      { items: [rowOf('a', { lastMessageAt: at(9) }), rowOf('b', { lastMessageAt: at(8) })], nextCursor: 'more' },
      { items: [rowOf('c', { lastMessageAt: at(7) })], nextCursor: null },
    ];
    const ids = (given: typeof pages) => given.flatMap(({ items }) => items.map(({ id }) => id));
    const added = placeRow(pages, 'all', { row: rowOf('d', { lastMessageAt: at(10) }), belongs: true });
    expect(ids(added)).toEqual(['d', 'a', 'b', 'c']);
    const moved = placeRow(added, 'all', { row: rowOf('c', { lastMessageAt: at(11) }), belongs: true });
    expect(ids(moved)).toEqual(['c', 'd', 'a', 'b']);
    expect(ids(placeRow(moved, 'all', { row: rowOf('a'), belongs: false }))).toEqual(['c', 'd', 'b']);
  });
  test('knows whose a conversation is, and shows no visitor who has not spoken', () => {
    expect(fits('mine', { status: 'human', ownerId: 'me' }, 'me')).toBe(true);
    expect(fits('mine', { status: 'human', ownerId: 'you' }, 'me')).toBe(false);
    const greeting = frameOf([said(1, 'bot')], { status: 'bot', ownerId: null });
    expect(mayAppear('bot', greeting, 'me')).toBe(false);
    expect(mayAppear('bot', { ...greeting, activities: [said(2, 'customer')] }, 'me')).toBe(true);
  });
});

describe('rows under the pointer', () => {
  test('stay where they are while held; news wait, and what comes at the end is shown', () => {
    const held = calmOrder({ previous: ['a', 'b', 'c'], ids: ['new', 'c', 'a', 'end'], held: true, keep: null });
    expect(held).toEqual({ order: ['a', 'c', 'end'], fresh: 1 });
    expect(calmOrder({ previous: held.order, ids: ['new', 'c', 'a', 'end'], held: false, keep: null })).toEqual({
      order: ['new', 'c', 'a', 'end'],
      fresh: 0,
    });
  });
  test('keep the open conversation in its place after it left the view', () => {
    expect(calmOrder({ previous: ['a', 'b', 'c'], ids: ['a', 'c'], held: false, keep: 'b' }).order).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(calmOrder({ previous: ['a', 'b', 'c'], ids: ['a', 'c'], held: true, keep: 'b' }).order).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('the log of a conversation', () => {
  const log: Log = { items: [said(3, 'customer'), said(4, 'bot')], hasOlder: true };
  test('sees a gap before what a frame brings, and none where it fits', () => {
    expect(hasGap(log, { seq: 5, activities: [said(5, 'customer')] })).toBe(false);
    expect(hasGap(log, { seq: 7, activities: [said(6, 'customer'), said(7, 'bot')] })).toBe(true);
    expect(hasGap(log, { seq: 5, activities: [] })).toBe(true);
    expect(hasGap(log, { seq: 4, activities: [] })).toBe(false);
  });
  test('takes each activity once, in order, and the newer word about a delivery', () => {
    const failed = said(4, 'bot', { delivery: { state: 'failed', reason: 'gone' } });
    const merged = mergeInto(log, [said(5, 'customer'), failed]);
    expect(merged.items.map(({ seq, delivery }) => [seq, delivery?.state])).toEqual([
      [3, undefined],
      [4, 'failed'],
      [5, undefined],
    ]);
    expect(mergeInto(log, [said(2, 'customer')])).toBe(log);
  });
  test('puts an older page in front', () => {
    const whole = prependTo(log, { items: [said(1, 'customer'), said(2, 'bot'), said(3, 'customer')], hasMore: false });
    expect(whole.items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(whole.hasOlder).toBe(false);
  });
});
