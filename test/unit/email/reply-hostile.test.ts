import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleReply } from '../../../src/channels/email/reply.ts';

/** Mails made to stall or break a reader: it ends in time that grows with the size, and drops nothing it is unsure of. */

const MEGABYTE = 1_000_000;
const fill = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length));

const TEXTS = [
  '>',
  '>\n',
  '> a\nb\n',
  '-',
  '-----\n',
  '-- a ',
  'On ',
  'On 4 Mar 2025 ',
  'On 4 Mar 2025 9:12 x wrote:\n',
  'x wrote: ',
];
const MORE = [
  'From: a@b\n',
  'From: a\nDate: b\n\n',
  'From:To:',
  '@',
  '<a@b ',
  '在 2025年',
  '写道：\n',
  '_',
  '|\n',
  'Sent from my iPhone\n',
  '\n',
  ' ',
];
const HTMLS = [
  '<',
  '<div>',
  '<div></x>',
  '<blockquote>',
  '<p>',
  '<table><tr><td>',
  '<br>',
  '<!--',
  '&lt;',
  '<span class="gmail_quote">',
];
const MORE_HTMLS = [
  '<b>a</b>',
  '<blockquote>a<br>b</blockquote>c',
  '<div id="divRplyFwdMsg">a',
  '<div style="border-top:solid #E1E1E1 1.0pt">a:',
  '<a ',
  '<a b="',
];

/** The best of three runs, in milliseconds: what the work costs without the noise of the machine. */
function cost(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const begun = performance.now();
    run();
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}

describe('the cost of a mail', () => {
  const bombs: [string, (size: number) => { text: string } | { html: string }][] = [
    ...[...TEXTS, ...MORE].map((piece): [string, (size: number) => { text: string }] => [
      JSON.stringify(piece),
      (size) => ({ text: fill(piece, size) }),
    ]),
    ...[...HTMLS, ...MORE_HTMLS].map((piece): [string, (size: number) => { html: string }] => [
      piece,
      (size) => ({ html: fill(piece, size) }),
    ]),
  ];
  it.each(bombs)('grows no faster than the mail when it is full of %s', (_, make) => {
    const [small, large] = [make(MEGABYTE / 16), make(MEGABYTE / 2)];
    // eight times the size: a quadratic reader would need sixty-four times as long
    const ratio = cost(() => visibleReply(large)) / (cost(() => visibleReply(small)) + 10);
    expect(ratio).toBeLessThan(40);
  });

  it('survives 50,000 nested quotations, closed or not', () => {
    const nested = `words${'<blockquote>'.repeat(50_000)}old${'</blockquote>'.repeat(50_000)}`;
    expect(visibleReply({ html: nested }).text).toBe('words');
    expect(visibleReply({ html: `words${'<div>'.repeat(50_000)}more` }).text).toContain('more');
  });
});

describe('any mail', () => {
  const piece = fc.constantFrom(
    ...TEXTS,
    ...MORE,
    '好的',
    'Thanks',
    '\n\n',
    '-- \n',
    '---- 原始邮件 ----\n',
    '<a@b>',
    ' wrote:',
    '：',
    '2025年3月4日 9:12',
    '> ',
    '\r',
    '\u00A0',
    '\uFEFF',
  );

  it('is told apart without adding or losing a word', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const text = pieces.join('');
        const { text: visible, quoted } = visibleReply({ text });
        const letters = (words: string): string[] => [...words.replace(/[^\p{L}\p{N}]/gu, '')].sort();
        const left = letters(visible + quoted);
        expect(left.length).toBeGreaterThanOrEqual(letters(text).length);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on HTML, whole or cut off anywhere', () => {
    const html = fc.constantFrom(
      ...HTMLS,
      ...MORE_HTMLS,
      'text',
      '</div>',
      '</blockquote>',
      '<style>',
      '<div style="display:none">',
      '&#0;',
      '&#xFFFFFFFF;',
    );
    fc.assert(
      fc.property(fc.array(html, { maxLength: 40 }), fc.nat(2000), (pieces, cut) => {
        expect(typeof visibleReply({ html: pieces.join('').slice(0, cut) }).text).toBe('string');
      }),
      { numRuns: 300 },
    );
  });

  it('keeps words of its own that look like nothing else', () => {
    const word = fc.stringMatching(/^[\p{Script=Han}a-z]{1,12}$/u);
    fc.assert(
      fc.property(
        fc.array(fc.array(word, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 }),
        (paragraphs) => {
          const text = paragraphs.map((words) => words.join(' ')).join('\n\n');
          expect(visibleReply({ text }).text).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps all of a mail longer than what is searched for borders', () => {
    const text = Array.from({ length: 5000 }, (_, line) => `line ${line}`).join('\n');
    expect(visibleReply({ text }).text).toBe(text);
    const long = `${'word '.repeat(1000)}end`;
    expect(visibleReply({ text: long }).text).toBe(long);
    expect(
      visibleReply({ text: `${long} On Tue, Mar 4, 2025 at 9:12 AM, Zhike <s@zhike.example> wrote:\n> old` }).text,
    ).toBe(long);
  });
});
