/** Cuts a long text into parts that WeChat takes: at sentence ends where there are any, never inside a character, link or number. */

/** Bytes of UTF-8 in one text; 2,048 is where WeChat drops it. */
export const MAX_TEXT_BYTES = 2_000;

export function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

/** A link, an address, a number with its unit, a word: whole on one side. */
const ATOM =
  /<a\s[^>]*>[^<]*<\/a>|https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+|[¥$]?[A-Za-z0-9]+(?:[.,:/@%-]?[A-Za-z0-9]+)*%?/g;
const PARAGRAPH = /\n{2,}/g;
const LINE = /\n+/g;
const SENTENCE = /[。！？!?；;…]+[”’"'）)】》]*|[.][)"']?(?=\s)/g;
const PHRASE = /[，,、：:]|\s+/g;
const LIST_LINE = /^\s*(?:•|\d{1,3}[.、])\s/;

/** The best place to end a part, best first; a place counts for a rank when the part is at least so full. */
const RANKS: readonly { rank: Rank; least: number }[] = [
  { rank: 'paragraph', least: 0.5 },
  { rank: 'line', least: 0.5 },
  { rank: 'sentence', least: 0.5 },
  { rank: 'paragraph', least: 0 },
  { rank: 'line', least: 0 },
  { rank: 'sentence', least: 0 },
  { rank: 'item', least: 0 },
  { rank: 'phrase', least: 0.5 },
  { rank: 'grapheme', least: 0 },
];
type Rank = 'paragraph' | 'line' | 'sentence' | 'item' | 'phrase' | 'grapheme';

/**
 * Parts of at most `limit` bytes that joined are the text (made well-formed: a lone surrogate becomes U+FFFD).
 * An empty text has no parts.
 */
export function splitText(text: string, limit = MAX_TEXT_BYTES): string[] {
  const parts: string[] = [];
  let rest = text.toWellFormed();
  while (byteLength(rest) > limit) {
    const end = endOfPart(rest, limit);
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

/** The first part alone, for a text that is continued elsewhere. */
export function firstPart(text: string, limit: number): string {
  return splitText(text, limit)[0] ?? '';
}

function endOfPart(text: string, limit: number): number {
  // No character is shorter than a byte: what can fit is in here, and one more to see what follows it.
  const window = text.slice(0, limit + 1);
  const most = longestPrefix(window, limit);
  const atoms = [...window.matchAll(ATOM)].map((match) => ({ from: match.index, to: match.index + match[0].length }));
  const whole = (at: number) => !atoms.some(({ from, to }) => from < at && at < to);
  const places = placesIn(window, most);
  for (const { rank, least } of RANKS) {
    const end = places[rank].findLast((at) => at > 0 && at <= most && at >= least * most && whole(at));
    if (end !== undefined) return end;
  }
  return graphemeEnds(window, most).at(-1) ?? Math.max(most, [...window][0]?.length ?? 1);
}

function placesIn(window: string, most: number): Record<Rank, number[]> {
  const ends = (pattern: RegExp) => [...window.matchAll(pattern)].map((match) => match.index + match[0].length);
  const sentences = ends(SENTENCE);
  const inItem = (at: number) => LIST_LINE.test(window.slice(window.lastIndexOf('\n', at - 1) + 1, at));
  return {
    paragraph: ends(PARAGRAPH),
    line: ends(LINE),
    sentence: sentences.filter((at) => !inItem(at)),
    item: sentences.filter(inItem),
    phrase: ends(PHRASE),
    grapheme: graphemeEnds(window, most),
  };
}

/** Length in code units of the longest prefix of whole code points within the bytes. */
function longestPrefix(text: string, limit: number): number {
  let bytes = 0;
  let length = 0;
  for (const character of text) {
    bytes += byteLength(character);
    if (bytes > limit) break;
    length += character.length;
  }
  return length;
}

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' });

function graphemeEnds(window: string, most: number): number[] {
  return Array.from(graphemes.segment(window), ({ index }) => index).filter((at) => at > 0 && at <= most);
}
