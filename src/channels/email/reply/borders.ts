/** Where the old mail begins: the first border from a line on, found by the shapes that clients use. */
import { attributionEndingAt } from './attribution.ts';
import { headerBlockAt, skipHeader } from './header-block.ts';
import { labelOf } from './labels.ts';
import { isBlank, type Line, nextFilled, previousDrawn, previousFilled, type Quoting, SCAN_LIMIT } from './lines.ts';
import { gluedToRule, isBarePhrase, isForwardPhrase, isRule, separatorOf } from './separator.ts';
import { LIST_FOOTER } from './signature.ts';

export type BorderRule = 'separator' | 'header' | 'attribution' | 'marks' | 'container';

export interface Border {
  rule: BorderRule;
  /** The first line that belongs to the border. */
  start: number;
  /** The customer's words on that line, in front of the border. */
  before: string;
  /** The first line of the old mail itself. */
  end: number;
  forward: boolean;
}

/**
 * The first border at or after `from`; undefined when the rest is the customer's. Once a quote was announced above
 * (`known`: by which marks), these marks alone tell old text.
 */
export function findBorder(lines: readonly Line[], from: number, known: Quoting | undefined): Border | undefined {
  const limit = Math.min(lines.length, SCAN_LIMIT);
  let looked = from;
  for (let at = from; at < limit; at += 1) {
    const line = lines[at] as Line;
    if (isBlank(line) && line.mark !== 'cut') continue;
    const border =
      separatorAt(lines, at) ?? headerAt(lines, at) ?? attributionAt(lines, at, from) ?? containerAt(lines, at);
    if (border !== undefined) return border.start < from ? { ...border, start: from } : border;
    if (at < looked || line.quoting === 'none') continue;
    const run = runOf(lines, at, from);
    if (isOldByMarks(lines, run, known))
      return { rule: 'marks', start: run.start, before: '', end: run.start, forward: false };
    looked = run.end;
  }
  return undefined;
}

function separatorAt(lines: readonly Line[], at: number): Border | undefined {
  const line = lines[at] as Line;
  const found: WrappedSeparator | undefined = separatorOf(line.text) ?? wrappedSeparator(lines, at);
  if (found === undefined) return undefined;
  if (found.after !== '' && labelOf(found.after) === undefined) return undefined;
  const body = nextFilled(lines, found.end ?? at + 1);
  const end =
    found.after === '' || labelOf((lines[body] as Line | undefined)?.text ?? '') !== undefined
      ? skipHeader(lines, body)
      : body;
  const above = found.before === '' ? ruleAbove(lines, at) : at;
  return { rule: 'separator', start: above, before: found.before, end, forward: found.forward };
}

interface WrappedSeparator {
  forward: boolean;
  before: string;
  after: string;
  end?: number;
}

/** Dashes, words, dashes on lines of their own, or the closing dashes wrapped to the next line. */
function wrappedSeparator(lines: readonly Line[], at: number): WrappedSeparator | undefined {
  const line = lines[at] as Line;
  if (!/^[-_=–—]{2,}/.test(line.text) || line.text.length > 100) return undefined;
  let joined = line.text;
  for (let next = at + 1; next <= at + 2 && next < lines.length; next += 1) {
    const { text } = lines[next] as Line;
    if (text === '' || text.length > 100 || (next === at + 1 && isRule(line) && !isBarePhrase(text))) return undefined;
    joined = `${joined} ${text}`;
    const found = separatorOf(joined);
    if (found !== undefined && found.before === '' && found.after === '') return { ...found, end: next + 1 };
  }
  return undefined;
}

function headerAt(lines: readonly Line[], at: number): Border | undefined {
  const block = headerBlockAt(lines, at);
  if (block === undefined) return undefined;
  const above = lines[previousDrawn(lines, at)];
  const forward = above !== undefined && isForwardPhrase(above.text);
  const glued = above === undefined ? undefined : gluedToRule(above.text);
  if (glued !== undefined)
    return { rule: 'header', start: previousFilled(lines, at), before: glued, end: block.end, forward };
  return { rule: 'header', start: ruleAbove(lines, at), before: '', end: block.end, forward };
}

function attributionAt(lines: readonly Line[], at: number, from: number): Border | undefined {
  const found = attributionEndingAt(lines, at);
  if (found === undefined || found.start < from) return undefined;
  const start = found.before === '' ? ruleAbove(lines, found.start) : found.start;
  return { rule: 'attribution', start, before: found.before, end: found.end, forward: false };
}

function containerAt(lines: readonly Line[], at: number): Border | undefined {
  const line = lines[at] as Line;
  if (line.mark !== 'cut' && line.quoting !== 'container') return undefined;
  return { rule: 'container', start: ruleAbove(lines, at), before: '', end: at, forward: false };
}

/**
 * Old text that only its marks give away: to the end of the mail, two lines or more (one in HTML), or at its very top with
 * an answer below. Marks in the middle with nobody named are the customer's own comparison, prompt or quotation.
 */
function isOldByMarks(lines: readonly Line[], run: Run, known: Quoting | undefined): boolean {
  const { quoting } = lines[run.first] as Line;
  if (known === quoting) return true;
  if (run.filled < (quoting === 'blockquote' ? 1 : 2)) return false;
  const top = quoting === 'marked' && previousFilled(lines, run.start) < 0 && run.end < lines.length;
  return top || run.end === lines.length || onlySignature(lines, run.end);
}

interface Run {
  /** The first marked line, blank ones included, and the first that says something. */
  start: number;
  first: number;
  filled: number;
  /** The first line after the run that says something and is not marked. */
  end: number;
}

function runOf(lines: readonly Line[], first: number, from: number): Run {
  let start = first;
  while (start > from && lines[start - 1]?.quoting === 'marked' && isBlank(lines[start - 1] as Line)) start -= 1;
  let filled = 0;
  let end = first;
  for (; end < lines.length; end += 1) {
    const line = lines[end] as Line;
    if (isBlank(line)) continue;
    if (line.quoting === 'none') break;
    filled += 1;
  }
  return { start, first, filled, end };
}

/** What follows a quote to the end is a delimiter and a signature, or marked as one. */
function onlySignature(lines: readonly Line[], from: number): boolean {
  const rest: Line[] = [];
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at] as Line;
    if (!isBlank(line)) rest.push(line);
    if (rest.length > 12 || at - from > 100) return false;
  }
  const first = rest[0]?.text ?? '';
  if (/^[_-]{10,}$/.test(first)) return rest.some(({ text }) => LIST_FOOTER.test(text));
  return rest.every((line) => line.mark === 'signature') || /^(?:--|__|—)$/.test(first);
}

/** Up over blanks: the nearest rule and the bare words of a client that belong to the border below. */
function ruleAbove(lines: readonly Line[], at: number): number {
  let start = at;
  for (let round = 0; round < 3; round += 1) {
    const above = previousDrawn(lines, start);
    const line = lines[above];
    if (line === undefined || (line.quoting !== (lines[at] as Line).quoting && line.mark !== 'rule')) break;
    if (!isRule(line) && !isBarePhrase(line.text) && !/^[-–—*_]{3,4}$/.test(line.text.replace(/ /g, ''))) break;
    start = above;
    if (isRule(line) && round > 0) break;
    if (isRule(line) && !isBarePhrase((lines[previousDrawn(lines, above)] as Line | undefined)?.text ?? '')) break;
  }
  return start;
}
