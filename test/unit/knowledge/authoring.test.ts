/** What helps an editor: what a change does to questions, what contradicts, what nobody may read in a list. */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArticleContent } from '../../../src/domain/article.ts';
import { conflictsIn, healthOf, type Judged, vagueWords } from '../../../src/knowledge/alarms.ts';
import { readKnowledge } from '../../../src/knowledge/folder.ts';
import { type Ask, clusterGaps } from '../../../src/knowledge/gaps.ts';
import { maskPersonal } from '../../../src/knowledge/gaps-mask.ts';
import type { ReplayResult } from '../../../src/knowledge/rehearse.ts';
import { type ReplayedQuestion, reportOf } from '../../../src/knowledge/replay-report.ts';

const NOW = new Date('2026-11-22T08:00:00Z');
const content = (answer: string, given: Partial<ArticleContent> = {}): ArticleContent => ({
  question: '怎么退货？',
  similar: [],
  answer,
  category: 'returns',
  tags: [],
  verbatim: false,
  validFrom: null,
  validTo: null,
  ownerId: null,
  ...given,
});
const judged = (given: Partial<Judged> = {}): Judged => ({
  id: 'returns/a',
  locale: 'zh-CN',
  content: content('签收后7天内可以退。'),
  status: 'published',
  updatedAt: NOW.toISOString(),
  answers: 1,
  helpful: 0,
  unhelpful: 0,
  golden: 1,
  ...given,
});

const outcome = (decision: ReplayResult['decision'], id: string, confidence?: number): ReplayResult => ({
  id: 'q',
  decision,
  confidence: confidence ?? { answer: 0.9, clarify: 0.5, abstain: 0.1 }[decision],
  top: [{ id, locale: 'zh-CN', score: 1 }],
});
const golden = (expected: string | null): ReplayedQuestion => ({
  id: 'q',
  text: '问',
  locale: 'zh-CN',
  times: 1,
  kind: 'golden',
  expected,
});
const real: ReplayedQuestion = { id: 'q', text: '问', locale: 'zh-CN', times: 3, kind: 'real' };
const effect = (question: ReplayedQuestion, before: ReplayResult, after: ReplayResult) => {
  const report = reportOf({ questions: [question], before: [before], after: [after], edited: new Set() });
  return { effect: report.changes[0]?.effect ?? null, blocks: report.regressions > 0 };
};

test.each([
  ['a right answer that is lost', golden('a'), outcome('answer', 'a'), outcome('clarify', 'a'), 'lost', true],
  [
    'an answer from the wrong article',
    golden('a'),
    outcome('clarify', 'a'),
    outcome('answer', 'b'),
    'newly-wrong',
    true,
  ],
  ['an answer where none may be', golden(null), outcome('abstain', 'a'), outcome('answer', 'a'), 'newly-wrong', true],
  ['an answer that was found', golden('a'), outcome('abstain', 'a'), outcome('answer', 'a'), 'gained', false],
  ['a wrong answer that is mended', golden('a'), outcome('answer', 'b'), outcome('clarify', 'a'), 'mended', false],
  ['wrong as before', golden('a'), outcome('answer', 'b'), outcome('answer', 'c'), 'changed', false],
  ['right as before', golden('a'), outcome('answer', 'a'), outcome('answer', 'a'), null, false],
  [
    'a real question answered by another article',
    real,
    outcome('answer', 'a'),
    outcome('answer', 'b'),
    'changed',
    false,
  ],
  ['a real question answered no more', real, outcome('answer', 'a'), outcome('abstain', 'a'), 'lost', false],
  ['a real question that only changed its guess', real, outcome('abstain', 'a'), outcome('clarify', 'b'), null, false],
] as const)('before publishing, an editor sees %s', (_, question, before, after, expected, blocks) => {
  expect(effect(question, before, after)).toEqual({ effect: expected, blocks });
});

test('what only trembles at the threshold does not block, unless many more fall than rise', () => {
  const fall = [outcome('answer', 'a', 0.66), outcome('clarify', 'a', 0.64)] as const;
  const rise = [fall[1], fall[0]] as const;
  const report = (pairs: (readonly [ReplayResult, ReplayResult])[]) =>
    reportOf({
      questions: pairs.map(() => golden('a')),
      before: pairs.map(([before]) => before),
      after: pairs.map(([, after]) => after),
      edited: new Set(),
    });
  const one = report([fall]);
  expect([one.regressions, one.changes[0]?.effect, one.changes[0]?.tremor]).toEqual([0, 'lost', true]);
  expect(report(Array.from({ length: 6 }, () => fall)).regressions).toBe(6);
  expect(report([...Array.from({ length: 6 }, () => fall), rise]).regressions).toBe(0);
});

const conflictOf = (one: string, other: string, given: Partial<ArticleContent> = {}) =>
  conflictsIn([
    { id: 'a', locale: 'zh-CN', content: content(one, given) },
    { id: 'b', locale: 'zh-CN', content: content(other, given) },
  ]).size > 0;

test.each([
  ['签收后七天内可以无理由退货。', '无理由退货：签收后15天内可以申请。', true],
  ['签收后七天内可以无理由退货。', '签收后一周内可以无理由退货。', false],
  ['签收后7天内可以无理由退货。', '质量问题自签收起15天内可以换货。', false],
  ['退款在审核通过后 1-3 个工作日原路退回。', '审核通过后，退款 5 个工作日内原路退回。', false],
  ['退款审核通过后 3 个工作日内原路退回。', '审核通过后，退款 5 个工作日内原路退回。', true],
  ['满 99 元包邮，不满收运费 10 元。', '全场满 129 元包邮，运费 10 元。', false],
  ['首次退货运费补贴最多 12 元。', '首次退货的运费补贴最多 20 元。', true],
])('%s / %s: contradiction is %s', (one, other, expected) => {
  expect(conflictOf(one, other)).toBe(expected);
});

test('the articles that are shipped contradict each other nowhere and promise nothing vague', () => {
  const shipped = readKnowledge(join(import.meta.dirname, '../../../knowledge'));
  expect(shipped.length).toBeGreaterThan(100);
  const articles = shipped.map(({ id, locale, ...rest }) => ({
    id,
    locale,
    content: { ...rest, validFrom: null, validTo: null, ownerId: null },
  }));
  expect([...conflictsIn(articles).values()]).toEqual([]);
  expect(articles.flatMap(({ content: { answer }, locale }) => vagueWords(answer, locale))).toEqual([]);
});

test('health marks say what is wrong with an article and nothing else', () => {
  const marks = (given: Partial<Judged>) => healthOf([judged(given)], NOW).get('zh-CN returns/a')?.marks;
  const day = 86_400_000;
  const at = (days: number) => new Date(NOW.getTime() + days * day).toISOString();
  expect(marks({})).toEqual([]);
  expect(marks({ content: content('我们会尽快处理。') })).toEqual(['vague']);
  expect(marks({ content: content('好', { validTo: at(13) }) })).toEqual(['expiring']);
  expect(marks({ content: content('好', { validTo: at(15) }) })).toEqual([]);
  expect(marks({ content: content('好', { validTo: at(-1) }), status: 'retired' })).toEqual(['expired']);
  expect(marks({ answers: 0, updatedAt: at(-31) })).toEqual(['unused']);
  expect(marks({ answers: 0, updatedAt: at(-29) })).toEqual([]);
  expect(marks({ helpful: 2, unhelpful: 3 })).toEqual(['unhelpful']);
  expect(marks({ helpful: 0, unhelpful: 4 })).toEqual([]);
  expect(marks({ golden: 0 })).toEqual(['untested']);
});

test.each([
  ['我的手机13812345678收不到验证码', '我的手机[phone]收不到验证码'],
  ['打 138 1234 5678 或 +86-13912345678', '打 [phone] 或 [phone]'],
  ['订单 20261122000123 没到', '订单 [number] 没到'],
  ['运单SF1234567890123在哪', '运单[number]在哪'],
  ['寄到南京路100号3单元502室可以吗', '[address]可以吗'],
  ['发票发到 li.lei@example.com 谢谢', '发票发到 [mail] 谢谢'],
  ['我叫王小明，要退货', '我叫[name]，要退货'],
  ['where is order AB-12345678', 'where is order [number]'],
  ['send it to 221 Baker Street, call +44 20 7946 0958', 'send it to [address], call [phone]'],
  ['手机１３８１２３４５６７８', '手机[phone]'],
  ['7天无理由退货，满 99 元包邮，iPhone 15 能退吗', '7天无理由退货，满 99 元包邮，iPhone 15 能退吗'],
])('what tells who it was is masked: %s', (text, masked) => {
  expect(maskPersonal(text)).toBe(masked);
});

test('no phone number survives, wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 13_000_000_000, max: 19_999_999_999 }),
      fc.string(),
      (before, phone, after) => {
        const around = (text: string) => text.replace(/[\d０-９+＋-]/g, '');
        expect(maskPersonal(`${around(before)} ${phone} ${around(after)}`)).not.toContain(String(phone));
      },
    ),
  );
});

const ask = (question: string, customer: string, given: Partial<Ask> = {}): Ask => ({
  question,
  locale: /[a-z]/.test(question) ? 'en' : 'zh-CN',
  customerId: customer,
  conversationId: `c-${customer}`,
  seq: 1,
  at: NOW.toISOString(),
  why: 'abstained',
  ...given,
});
const means = { near: () => [], breathe: async () => {} };

test('what customers ask in vain is one gap per thing, the one of most customers first', async () => {
  const gaps = await clusterGaps(
    [
      ask('可以门店自提吗', '1'),
      ask('可以门店自提吗？', '2'),
      ask('支持门店自提吗', '3'),
      ask('能送礼盒包装吗', '4'),
      ask('能送礼盒包装吗', '4'),
      ask('有礼盒包装吗', '5'),
      ask('do you do gift wrapping', '6'),
      ask('do you offer gift wrapping', '7'),
      ask('你好', '8'),
    ],
    means,
  );
  expect(gaps.slice(0, 3).map(({ customers, asks }) => [customers, asks.length])).toEqual([
    [3, 3],
    [2, 3],
    [2, 2],
  ]);
  expect(gaps.slice(0, 3).map(({ question }) => /自提|礼盒|gift/.exec(question)?.[0])).toEqual([
    '自提',
    '礼盒',
    'gift',
  ]);
});

test('gaps are the same in whatever order the questions are read', async () => {
  const all = ['门店自提', '门店能自提吗', '礼盒包装', '要礼盒包装', '开机没声音', '音量很小'].map((text, n) =>
    ask(text, `${n}`),
  );
  const shape = async (asks: Ask[]) => (await clusterGaps(asks, means)).map(({ keys }) => [...keys].sort()).sort();
  const expected = await shape(all);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), async (shuffled) => {
      expect(await shape(shuffled)).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});
