/** Where a mail belongs: marks prove, names do not, and nobody walks into somebody else's conversation. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MailThread } from '../../../src/channels/email/mails.ts';
import { createMarks } from '../../../src/channels/email/marks.ts';
import { bareSubject, topicOf } from '../../../src/channels/email/subject.ts';
import { findPlace, type Letter } from '../../../src/channels/email/thread.ts';

const inboxId = '01a20238-0000-7000-8000-000000000001';
const marks = createMarks({ key: 'k'.repeat(64), inboxId, address: 'shop@example.test' });
const others = createMarks({ key: 'x'.repeat(64), inboxId, address: 'shop@example.test' });
const thread: MailThread = {
  conversationId: 'c1',
  inboxId,
  number: 10_001,
  subject: '退货',
  address: 'lan@customer.test',
  participants: ['friend@customer.test', 'lan@customer.test'],
};
const known = new Map([['theirs@customer.test', thread]]);
const mails = {
  findThread: async (_inbox: string, by: { number: number } | { conversationId: string }) =>
    'number' in by && by.number === thread.number ? thread : null,
  findByReferences: async (_inbox: string, ids: readonly string[]) =>
    ids.map((id) => known.get(id)).find((found) => found !== undefined) ?? null,
  findByTopic: async (_inbox: string, by: { address: string; topic: string; since: Date }) =>
    by.address === thread.address && by.topic === topicOf(thread.subject) && by.since < new Date('2026-03-01')
      ? thread
      : null,
};
const placeOf = (given: Partial<Letter>) =>
  findPlace(
    {
      inboxId,
      from: 'lan@customer.test',
      deliveredTo: ['shop@example.test'],
      inReplyTo: [],
      references: [],
      subject: '别的主题',
      text: '',
      receivedAt: new Date('2026-03-10T00:00:00Z'),
      check: 'none',
      checked: true,
      ...given,
    },
    { mails, marks },
  );

describe('a participant joins', () => {
  test.each<[string, Partial<Letter>]>([
    ['the mark in the address, in capitals too', { deliveredTo: [marks.replyAddress(10_001).toUpperCase()] }],
    [
      'our Message-ID answered to, whatever the subject',
      { inReplyTo: [marks.messageId(10_001, 'abc')], subject: 'Fw: 完全不同' },
    ],
    ['our Message-ID among the references', { references: ['x@y', marks.messageId(10_001, 'abc'), 'z@y'] }],
    ['the thread’s own id where the relay rewrote the mail’s', { references: [marks.messageId(10_001)] }],
    ['the mark in the quoted text', { text: `> 会话编号：${marks.marker(10_001)}\n> 谢谢` }],
  ])('by %s', async (_name, given) => {
    expect(await placeOf(given)).toEqual({ thread, confirmed: true, related: null });
  });

  test('whom a colleague copied in is one of them', async () => {
    const place = await placeOf({ from: 'friend@customer.test', inReplyTo: [marks.messageId(10_001, 'a')] });
    expect(place.thread).toBe(thread);
  });
});

describe('somebody else does not', () => {
  test.each<[string, Partial<Letter>]>([
    ['with the mark in the address', { deliveredTo: [marks.replyAddress(10_001)] }],
    ['with our Message-ID', { inReplyTo: [marks.messageId(10_001, 'abc')] }],
    ['with the mark from a forwarded mail', { text: marks.marker(10_001) }],
    ['from the customer’s other address', { from: 'lan@work.test', inReplyTo: ['theirs@customer.test'] }],
  ])('%s: a conversation of its own that says where it points', async (_name, given) => {
    const place = await placeOf({ from: 'mallory@evil.test', ...given });
    expect(place).toEqual({ thread: null, confirmed: false, related: thread });
  });

  test.each<[string, Partial<Letter>]>([
    ['all marks', { deliveredTo: [marks.replyAddress(10_001)], inReplyTo: [marks.messageId(10_001, 'a')] }],
    ['the subject tag', { subject: `Re: 退货 ${marks.tag(10_001)}` }],
    ['their own ids', { inReplyTo: ['theirs@customer.test'] }],
    ['the subject', { subject: 'Re: 退货', inReplyTo: ['unknown@x'] }],
  ])('under a forged name with %s', async (_name, given) => {
    expect((await placeOf({ ...given, check: 'fail' })).thread).toBeNull();
  });

  test('with marks of another key, or changed ones', async () => {
    for (const forged of [
      others.replyAddress(10_001),
      marks.replyAddress(10_001).replace(/.@/, 'a@'),
      'shop+t-7pt@example.test',
    ])
      expect((await placeOf({ deliveredTo: [forged] })).related).toBeNull();
    expect((await placeOf({ inReplyTo: [others.messageId(10_001, 'a')] })).related).toBeNull();
  });
});

describe('without a mark of ours', () => {
  test.each<[string, Partial<Letter>]>([
    ['their own id', { inReplyTo: ['theirs@customer.test'] }],
    ['the subject tag', { subject: `Re: ${marks.tag(10_001)}` }],
    ['unknown references under the same subject', { subject: 'RE: 回复: 退货', references: ['lost@relay'] }],
  ])('%s needs a proven address where senders are checked', async (_name, given) => {
    expect((await placeOf({ ...given, check: 'pass' })).thread).toBe(thread);
    expect((await placeOf({ ...given, check: 'none', checked: true })).thread).toBeNull();
    expect((await placeOf({ ...given, check: 'none', checked: false })).thread).toBe(thread);
  });

  test('the same subject alone joins nothing, nor after a month', async () => {
    expect((await placeOf({ subject: '退货', check: 'pass' })).thread).toBeNull();
    const late = new Date('2026-05-10T00:00:00Z');
    expect(
      (await placeOf({ subject: '退货', references: ['x@y'], check: 'pass', receivedAt: late })).thread,
    ).toBeNull();
  });

  test('a tag with a wrong digit is no tag', async () => {
    const wrong = marks.tag(10_001).replace(/\d\]$/, (digit) => `${(Number(digit[0]) + 1) % 10}]`);
    expect((await placeOf({ subject: wrong, check: 'pass' })).related).toBeNull();
  });
});

test('marks lead back to their number, and no other text does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.string({ maxLength: 60 }), (number, noise) => {
      expect(marks.readAddresses([noise, marks.replyAddress(number)])).toBe(number);
      expect(marks.readMessageId(marks.messageId(number, 'u'))).toBe(number);
      expect(marks.readMarker(`${noise} ${marks.marker(number)} ${noise}`)).toBe(number);
      expect(marks.readTag(`${noise.replaceAll('[', '')} ${marks.tag(number)}`)).toBe(number);
      expect(marks.readMarker(noise)).toBeNull();
    }),
  );
});

test.each([
  ['Re: Re[5]: RE：回复: 回复：答复: 回覆: 转发: 轉寄: Fw: FW: AW: WG: SV: 退货', '退货'],
  ['Re: 退货 [#10001-8]', '退货'],
  ['Reply to all', 'Reply to all'],
  ['  re : Order  12 ', 'Order 12'],
  ['', ''],
])('%j is about %j', (subject, bare) => {
  expect(bareSubject(subject)).toBe(bare);
});
