/** A mail's body as lines that patterns can be tried on in bounded time, beside the same lines as they are shown. */

/** Patterns look at so much of a line's beginning and of its end; what lies between is kept, never searched. */
export const LINE_LIMIT = 500;
/** Borders are sought in so many lines; what follows them goes with the part it stands in. */
export const SCAN_LIMIT = 2000;

/** How sure it is that a line is old text: `>` in front, inside a plain blockquote, or inside a client's own container. */
export type Quoting = 'none' | 'marked' | 'blockquote' | 'container';

export interface Line {
  /** As shown: no-break blanks made plain, invisible marks dropped. */
  shown: string;
  /** For patterns: without quote marks, trimmed, blanks of every kind plain, at most LINE_LIMIT from either end. */
  text: string;
  quoting: Quoting;
  /** What the HTML says about this place: `cut` old mail begins, `rule` a drawn line, `attribution`, `signature`. */
  mark?: 'cut' | 'rule' | 'attribution' | 'signature';
}

const INVISIBLE = /[\u200B\uFEFF\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
const BLANKS = /[\u00A0\u3000\u2000-\u200A\u202F\u205F\t]/g;
/** `>` that draws a face, an arrow or a tag is no quote mark. */
const NO_MARK = /^>(?:[_.\-=~]{1,3}<|=|-{1,2}>)/;

export const isBlank = (line: Line): boolean => line.text === '';

/** Plain text as lines. */
export function linesOf(text: string): Line[] {
  return text.replace(/\r\n?/g, '\n').split('\n').map(textLine);
}

function textLine(raw: string): Line {
  const shown = raw
    .replace(/[\u200B\uFEFF]/g, '')
    .replace(/\u00A0/g, ' ')
    .replace(/&nbsp;/g, ' ');
  const plain = bounded(shown);
  if (!plain.startsWith('>') || NO_MARK.test(plain)) return { shown, text: plain, quoting: 'none' };
  return { shown, text: withoutMarks(plain), quoting: 'marked' };
}

/** A line for patterns: plain blanks, no invisible marks, LINE_LIMIT characters from either end. */
export function bounded(raw: string): string {
  const part = raw.length > 8 * LINE_LIMIT ? raw.slice(0, 2 * LINE_LIMIT) + raw.slice(-2 * LINE_LIMIT) : raw;
  const plain = plainBlanks(part.replace(INVISIBLE, '')).trim();
  return plain.length > 2 * LINE_LIMIT ? plain.slice(0, LINE_LIMIT) + plain.slice(-LINE_LIMIT) : plain;
}

/** Blanks of every kind as plain ones, at the same places. */
export const plainBlanks = (text: string): string => text.replace(BLANKS, ' ');

function withoutMarks(plain: string): string {
  let at = 0;
  while (at < plain.length && (plain[at] === '>' || plain[at] === ' ')) at += 1;
  return plain.slice(at);
}

/** A line without its outermost quote mark, for showing the body of a forward. */
export const unquoted = (line: Line): string =>
  line.quoting === 'marked' ? line.shown.trimStart().replace(/^> ?/, '') : line.shown;

/** Joined as shown: trailing blanks cut, at most one empty line in a row, none around. */
export function shownText(lines: readonly string[]): string {
  const out: string[] = [];
  for (const line of lines) {
    const cut = line.trimEnd();
    if (cut !== '' || (out.length > 0 && out[out.length - 1] !== '')) out.push(cut);
  }
  while (out.length > 0 && out[out.length - 1] === '') out.pop();
  return out.join('\n').trim();
}

/** The index of the next line that is not blank, or the number of lines. */
export function nextFilled(lines: readonly Line[], from: number): number {
  let at = from;
  while (at < lines.length && isBlank(lines[at] as Line)) at += 1;
  return at;
}

/** The index of the nearest line above `from` that says something or is a drawn rule, or -1. */
export function previousDrawn(lines: readonly Line[], from: number): number {
  let at = from - 1;
  while (at >= 0 && isBlank(lines[at] as Line) && lines[at]?.mark !== 'rule') at -= 1;
  return at;
}

/** The index of the nearest line above `from` that is not blank, or -1. */
export function previousFilled(lines: readonly Line[], from: number): number {
  let at = from - 1;
  while (at >= 0 && isBlank(lines[at] as Line)) at -= 1;
  return at;
}
