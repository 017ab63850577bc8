/** What counts as a promise, and when it is late; the wordings here are not those that the patterns were written from. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../../src/domain/calendar.ts';
import { findPromises } from '../../../src/domain/promise-text.ts';
import { dueOf } from '../../../src/domain/promise-time.ts';

const WORK: Calendar = {
  timeZone: 'Asia/Shanghai',
  week: [0, 1, 2, 3, 4, 5, 6].map((day) =>
    day < 5
      ? [
          { opens: 540, closes: 720 },
          { opens: 780, closes: 1080 },
        ]
      : [],
  ),
  days: new Map([
    ['2026-10-01', []],
    ['2026-10-02', []],
    ['2026-10-10', [{ opens: 540, closes: 1080 }]],
  ]),
};
/** A Wednesday, 10:00 in Shanghai. */
const NOW = new Date('2026-09-23T10:00:00+08:00');
const found = (text: string) =>
  findPromises(text).map(
    ({ act, time }) =>
      `${act} ${new Date(dueOf(time, NOW, WORK).getTime() + 8 * 3_600_000).toISOString().slice(0, 16)}`,
  );

describe('a promise is found in', () => {
  it.each([
    ['我明天给您答复。', 'reply 2026-09-24T18:00'],
    ['24小时内处理', 'handle 2026-09-24T10:00'],
    ['亲，这边两个小时内给您回电哦', 'call 2026-09-23T12:00'],
    ['我们会在3个工作日内退款到您的账户。', 'refund 2026-09-28T18:00'],
    ['明天上午就给您补发', 'ship 2026-09-24T12:00'],
    ['今天下班前一定告诉您结果！', 'reply 2026-09-23T18:00'],
    ['下周一安排师傅上门。', 'handle 2026-09-28T18:00'],
    ['四十八小时内发货', 'ship 2026-09-25T10:00'],
    ['半小时内回复您', 'reply 2026-09-23T10:30'],
    ["We'll refund you within 3 days.", 'refund 2026-09-25T18:00'],
    ['I will get back to you by tomorrow noon', 'reply 2026-09-24T12:00'],
    ['You will receive a replacement within two business days.', 'ship 2026-09-25T18:00'],
    ['My colleague will call you on Friday.', 'call 2026-09-25T18:00'],
    ["I'll look into this and let you know in 30 minutes", 'reply 2026-09-23T10:30'],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  it('several sentences of one message, each with its own time', () => {
    expect(found('您好！退款明天给您办好。结果周五前通知您。')).toEqual([
      'refund 2026-09-24T18:00',
      'reply 2026-09-25T18:00',
    ]);
  });
});

describe('two promises of one sentence', () => {
  it('have their own acts and times', () => {
    expect(found('明天下午给您答复，2小时内给您退款。')).toEqual(['reply 2026-09-24T18:00', 'refund 2026-09-23T12:00']);
    expect(found('您放心，东西我们这边查一下，明天给您回复')).toEqual(['reply 2026-09-24T18:00']);
  });
});

describe('no promise is found in', () => {
  it.each([
    '请您在24小时内回复',
    '您可以在7天内申请退款',
    '签收后7天内支持无理由退货',
    '退款一般3个工作日到账',
    '仓库收到退货后3天内退款',
    '我明天能收到退款吗？',
    '昨天已经给您退款了',
    '无法保证明天发货',
    '如果明天还没到，我们再处理',
    '您好，很高兴为您服务',
    '我们会尽快处理',
    'Refunds usually arrive within 3 business days.',
    'Please reply within 24 hours',
    'If it does not arrive by Friday, we will refund you.',
    'You can return it within 7 days',
    "We won't be able to ship it tomorrow",
    'Will you refund me tomorrow?',
    'The parcel was shipped yesterday',
  ])('%s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('any text at all makes it fail or hang', () => {
    fc.assert(fc.property(fc.string({ maxLength: 500 }), (text) => findPromises(text).length <= 3));
    const started = performance.now();
    findPromises('明天'.repeat(2_000));
    findPromises(`${'收到'.repeat(2_000)}后`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('the due instant', () => {
  it('counts working days over holidays and make-up days', () => {
    const [promise] = findPromises('5个工作日内退款');
    if (!promise) throw new Error('none');
    expect(dueOf(promise.time, new Date('2026-09-30T10:00:00+08:00'), WORK).toISOString()).toBe(
      '2026-10-09T10:00:00.000Z',
    );
  });
  it('is never later than what was said, and in working time where there is some before', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (hours, at) => {
          const due = dueOf({ unit: 'minutes', n: hours * 60 }, at, WORK).getTime();
          expect(due).toBeLessThanOrEqual(at.getTime() + hours * 3_600_000);
          expect(due).toBeGreaterThan(at.getTime());
        },
      ),
    );
  });
});
