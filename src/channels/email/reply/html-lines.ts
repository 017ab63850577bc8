/** HTML as the lines a reader sees, each knowing whether it stands in a quotation, a signature or behind a border. */
import { isAttribution, isCut, isOldMail, isOwnQuotation, isSignature, opensSignature, seenOf } from './html-marks.ts';
import { type Element, treeOf } from './html-tree.ts';
import { bounded, type Line, type Quoting, shownText } from './lines.ts';

const BLOCKS = new Set(
  `address article aside blockquote body center dd details div dl dt fieldset figure figcaption footer form h1 h2 h3 h4 h5 h6 header html li main nav ol p pre
  section summary table tbody tfoot thead tr ul caption`.split(/\s+/),
);
const SPACED = new Set(['p', 'ul', 'ol', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre']);

interface Context {
  quoting: Quoting;
  signature: boolean;
  pre: boolean;
  hidden: boolean;
  tiny: boolean;
  white: boolean;
  painted: boolean;
}

const PLAIN: Context = {
  quoting: 'none',
  signature: false,
  pre: false,
  hidden: false,
  tiny: false,
  white: false,
  painted: false,
};
const RANK: Record<Quoting, number> = { none: 0, marked: 1, blockquote: 2, container: 3 };
const stronger = (one: Quoting, other: Quoting): Quoting => (RANK[one] >= RANK[other] ? one : other);

class Page {
  readonly lines: Line[] = [];
  #pieces: string[] = [];
  /** Whether the line is empty or ends in a blank, and whether it says anything. */
  #blank = true;
  #filled = false;
  #last: Context = PLAIN;
  #cut = false;
  /** Under Foxmail's grey line: all is signature until a quotation begins. */
  signing = false;

  say(raw: string, context: Context): void {
    const text = context.pre ? raw.replace(/\r\n?/g, '\n') : raw.replace(/[ \t\r\n\f]+/g, ' ');
    for (const [index, piece] of (context.pre ? text.split('\n') : [text]).entries()) {
      if (index > 0) this.end();
      this.#add(!context.pre && this.#blank ? piece.replace(/^ /, '') : piece);
      if (piece.trim() !== '' || context.pre) this.#last = context;
    }
  }

  #add(piece: string): void {
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#blank = piece.endsWith(' ');
    this.#filled ||= piece.trim() !== '';
  }

  cell(): void {
    if (this.#pieces.length > 0) this.#add('\t');
  }

  /** Ends the line when it has begun. */
  flush(): void {
    if (this.#filled) this.end();
    else this.#start();
  }

  #start(): void {
    this.#pieces = [];
    this.#blank = true;
    this.#filled = false;
  }

  /** Ends the line, empty or not. */
  end(): void {
    const shown = this.#pieces
      .join('')
      .replace(/[\u200B\uFEFF]/g, '')
      .replace(/\u00A0/g, ' ')
      .replace(/\t+$/, '');
    const text = bounded(shown.replace(/\t/g, ' | '));
    this.#start();
    const context = text === '' ? PLAIN : this.#last;
    const line: Line = { shown, text: withoutMark(text), quoting: quotingOf(text, context.quoting) };
    if (text !== '' && (context.signature || this.signing)) line.mark = 'signature';
    if (text !== '' && this.#cut) {
      line.mark = 'cut';
      this.#cut = false;
    }
    this.lines.push(line);
  }

  gap(): void {
    this.flush();
    if (this.lines.length > 0 && this.lines[this.lines.length - 1]?.shown !== '') this.end();
  }

  rule(): void {
    this.flush();
    this.lines.push({ shown: '', text: '', quoting: 'none', mark: 'rule' });
  }

  cut(): void {
    this.flush();
    this.#cut = true;
    this.signing = false;
  }

  /** Marks the last filled line since `from` as the one that names a writer. */
  attribution(from: number): void {
    this.flush();
    const line = this.lines.slice(from).findLast(({ text }) => text !== '');
    if (line !== undefined && line.mark !== 'cut' && /[:：]$|\p{L}.{0,200}\d/u.test(line.text))
      line.mark = 'attribution';
  }
}

/** Mixed mails carry `>` in HTML as well. */
const quotingOf = (text: string, quoting: Quoting): Quoting =>
  quoting === 'none' && /^>(?:\s|$)|^>>|^>\p{L}/u.test(text) ? 'marked' : quoting;
const withoutMark = (text: string): string => text.replace(/^[>\s]{1,20}/, '');

/** The lines of a document; every line of visible text is there once. */
export function htmlLines(html: string): Line[] {
  const page = new Page();
  walk(treeOf(html), PLAIN, page);
  page.flush();
  return page.lines;
}

function walk(element: Element, context: Context, page: Page): void {
  for (const child of element.children) {
    if (typeof child !== 'string') visit(child, context, page);
    else if (!(context.hidden || context.tiny || (context.white && !context.painted))) page.say(child, context);
  }
}

function visit(element: Element, outer: Context, page: Page): void {
  if (element.name === 'br') page.end();
  else if (element.name === 'hr') drawn(element, page);
  else enter(element, outer, page);
}

function enter(element: Element, outer: Context, page: Page): void {
  const seen = seenOf(element);
  if (seen.gone) return;
  const old = isOldMail(element);
  const quotation = element.name === 'blockquote' && !isOwnQuotation(element);
  const context: Context = {
    quoting: stronger(outer.quoting, old ? 'container' : quotation ? 'blockquote' : 'none'),
    signature: outer.signature || isSignature(element),
    pre: outer.pre || element.name === 'pre' || /white-space\s?:\s?pre/i.test(element.attributes.get('style') ?? ''),
    hidden: seen.hidden ?? outer.hidden,
    tiny: seen.tiny ?? outer.tiny,
    white: seen.white ?? outer.white,
    painted: outer.painted || seen.painted,
  };
  const block = BLOCKS.has(element.name) || context.quoting !== outer.quoting || context.signature !== outer.signature;
  if (isCut(element)) page.cut();
  if (context.quoting !== 'none') page.signing = false;
  if (SPACED.has(element.name)) page.gap();
  else if (block) page.flush();
  else if (element.name === 'td' || element.name === 'th') page.cell();
  const from = page.lines.length;
  walk(element, context, page);
  if (isAttribution(element)) page.attribution(from);
  if (SPACED.has(element.name)) page.gap();
  else if (block) page.flush();
}

function drawn(element: Element, page: Page): void {
  page.rule();
  if (isCut(element)) page.cut();
  if (opensSignature(element)) page.signing = true;
}

/** A document as plain text, for mails that bring no text of their own. */
export const htmlText = (html: string): string => shownText(htmlLines(html).map(({ shown }) => shown));
