import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength, MAX_TEXT_BYTES, splitText } from '../../../src/channels/wechat/split.ts';

const sentence = fc
  .array(fc.constantFrom('退货', '七天内', '运费', ' refund', '🙂', '👨‍👩‍👧', '123.45', '，', 'é', '\n'), {
    minLength: 1,
    maxLength: 60,
  })
  .map((words) => `${words.join('')}。`);
const prose = fc.array(sentence, { maxLength: 60 }).map((sentences) => sentences.join(''));

describe('a long text', () => {
  test('comes in parts of at most 2,000 bytes that joined are the text, with no half characters', () => {
    fc.assert(
      fc.property(fc.oneof(prose, fc.string({ unit: 'grapheme', maxLength: 4_000 })), (text) => {
        const parts = splitText(text);
        expect(parts.join('')).toBe(text);
        for (const part of parts) {
          expect(byteLength(part)).toBeLessThanOrEqual(MAX_TEXT_BYTES);
          expect(part).not.toBe('');
          expect(part.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
  test('ends its parts at sentence ends where the sentences are short', () => {
    fc.assert(
      fc.property(
        fc.array(
          sentence.filter((one) => byteLength(one) < 900),
          { minLength: 20, maxLength: 60 },
        ),
        (list) => {
          const parts = splitText(list.join(''));
          for (const part of parts.slice(0, -1)) expect(part).toMatch(/[。\n]$/);
        },
      ),
      { numRuns: 100 },
    );
  });
  test('is made well-formed when a half character is in it', () => {
    expect(splitText('a\ud83db')).toEqual(['a\ufffdb']);
    const parts = splitText('\ud83d'.repeat(3_000));
    expect(parts.every((part) => part.isWellFormed() && byteLength(part) <= MAX_TEXT_BYTES)).toBe(true);
  });
  test('at the limit is one part, one byte more are two', () => {
    expect(splitText('x'.repeat(2_000))).toHaveLength(1);
    expect(splitText(`${'好。'.repeat(333)}ab`)).toHaveLength(1);
    expect(splitText(`${'好。'.repeat(333)}abc`)).toHaveLength(2);
    expect(splitText('')).toEqual([]);
  });
});

describe('a part never ends', () => {
  const links = Array.from(
    { length: 40 },
    (_, n) => `<a href="https://shop.example/help/${n}">第 ${n} 条，退货。说明</a>`,
  );
  test('inside a link', () => {
    for (const part of splitText(links.join('和')))
      expect(part.match(/<a /g)?.length ?? 0, part).toBe(part.match(/<\/a>/g)?.length ?? 0);
  });
  test('inside a number or an address', () => {
    const numbers = Array.from({ length: 400 }, (_, n) => `¥${n}1234567.89`).join('元');
    for (const part of splitText(numbers).slice(0, -1)) expect(part).toMatch(/(89|元)$/);
    const url = `https://shop.example/${'a'.repeat(300)}`;
    for (const part of splitText(Array.from({ length: 12 }, () => `见 ${url}`).join('；')).slice(0, -1))
      expect(part).toMatch(/(a|；|见 ?)$/);
  });
  test('inside an item of a list, as long as items fit', () => {
    const item = (n: number) => `${n}. ${'先申请。再寄回。'.repeat(8)}`;
    const parts = splitText(Array.from({ length: 30 }, (_, n) => item(n + 1)).join('\n'));
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part).toMatch(/^\d+\. /);
  });
  test('with less than half a message when it can be avoided', () => {
    const parts = splitText('一句很短的话。'.repeat(600));
    for (const part of parts.slice(0, -1)) expect(byteLength(part)).toBeGreaterThan(1_000);
  });
});

test('a character of more than a message is cut between code points, and the end is reached', () => {
  const giant = `a${'\u0301'.repeat(3_000)}`;
  const parts = splitText(giant);
  expect(parts.join('')).toBe(giant);
  expect(parts.every((part) => byteLength(part) <= MAX_TEXT_BYTES)).toBe(true);
});
