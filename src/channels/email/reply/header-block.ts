/** The header block that Outlook, Foxmail, QQ and many others put above an old mail: sender, date, recipients, subject. */
import { hasAddress, hasDay, hasTime } from './evidence.ts';
import { type LabelKind, labelOf, labelsWithin } from './labels.ts';
import { isBlank, type Line, previousDrawn } from './lines.ts';
import { isBarePhrase, isRule, separatorOf } from './separator.ts';

export interface HeaderBlock {
  /** The first line after the block. */
  end: number;
}

interface Scan {
  kinds: Set<LabelKind>;
  end: number;
  address: boolean;
  time: boolean;
  form: boolean;
}

const MAX_LINES = 40;
const MAX_BLANKS = 2;
const MAX_CONTINUED = 8;
const STARTS = new Set<string>(['from', 'date', 'to', 'subject']);

/**
 * The block that begins at `at`, or undefined. It needs the sender and one more kind (or date and recipient), and an
 * address, a date with a time of day, or a separator right above: address forms of customers have none of the three.
 */
export function headerBlockAt(lines: readonly Line[], at: number): HeaderBlock | undefined {
  const first = labelOf((lines[at] as Line).text);
  if (first === undefined || !STARTS.has(first.kind)) return undefined;
  const scan = scanBlock(lines, at);
  const enough = (scan.kinds.has('from') && scan.kinds.size >= 2) || (scan.kinds.has('date') && scan.kinds.has('to'));
  if (!enough) return undefined;
  const announced = isAnnounced(lines, at);
  if (scan.form && !announced && !scan.address) return undefined;
  return announced || scan.address || scan.time ? { end: scan.end } : undefined;
}

/** The end of the header lines that follow a separator, whatever they prove: `at` itself when there are none. */
export function skipHeader(lines: readonly Line[], at: number): number {
  if (at >= lines.length) return at;
  const first = labelOf((lines[at] as Line).text);
  if (first === undefined || !STARTS.has(first.kind)) return at;
  return scanBlock(lines, at).end;
}

function isAnnounced(lines: readonly Line[], at: number): boolean {
  const above = lines[previousDrawn(lines, at)];
  return (
    above !== undefined &&
    (isRule(above) || above.mark === 'cut' || isBarePhrase(above.text) || separatorOf(above.text) !== undefined)
  );
}

function scanBlock(lines: readonly Line[], from: number): Scan {
  const scan: Scan = { kinds: new Set(), end: from + 1, address: false, time: false, form: false };
  const first = lines[from] as Line;
  let [blanks, continued, open] = [0, 0, false];
  /** Two labels without a blank line between them: then a blank line ends the block. */
  let together = false;
  let last: LabelKind | undefined;
  const paragraphFirst = labelOf(first.text)?.kind;
  for (let at = from; at < Math.min(lines.length, from + MAX_LINES); at += 1) {
    const line = lines[at] as Line;
    if (isBlank(line)) {
      blanks += 1;
      if (blanks > MAX_BLANKS || together || (!scan.kinds.has('from') && paragraphFirst !== 'date')) break;
      continue;
    }
    if (isRule(line) || line.quoting !== first.quoting || separatorOf(line.text) !== undefined) break;
    const label = labelOf(line.text);
    const kind = label === undefined ? 'unknown' : label.kind;
    if (kind === 'form' || (label?.foreign && !scan.kinds.has('subject'))) {
      scan.form = blanks === 0;
      break;
    }
    if (kind !== 'unknown' && label !== undefined) {
      if (scan.kinds.has(kind) && kind !== 'cc' && kind !== 'other') break;
      together ||= last !== undefined && blanks === 0;
      last = kind;
      open = label.value === '';
      take(scan, kind, line.text);
      [blanks, continued] = [0, 0];
    } else if (blanks > 0 && !open) {
      break;
    } else {
      continued += 1;
      if (continued > MAX_CONTINUED || last === undefined || !(open || continues(lines, at))) break;
      prove(scan, last, line.text);
      [blanks, open] = [0, false];
    }
    scan.end = at + 1;
  }
  return scan;
}

/** A wrapped value goes on only while another label or something like an address follows soon. */
function continues(lines: readonly Line[], at: number): boolean {
  for (let next = at; next < Math.min(lines.length, at + MAX_CONTINUED); next += 1) {
    const line = lines[next] as Line;
    if (isBlank(line)) return false;
    const label = labelOf(line.text);
    if (label !== undefined && label.kind !== 'unknown') return true;
  }
  return false;
}

function take(scan: Scan, kind: LabelKind, text: string): void {
  if (kind !== 'other') scan.kinds.add(kind);
  prove(scan, kind, text);
  const within = labelsWithin(text);
  if (within.length < 2) return;
  for (const other of within) if (other !== 'other') scan.kinds.add(other);
  if (hasAddress(text)) scan.address = true;
  if (hasTime(text) && hasDay(text)) scan.time = true;
}

function prove(scan: Scan, kind: LabelKind, text: string): void {
  if ((kind === 'from' || kind === 'to' || kind === 'cc') && hasAddress(text)) scan.address = true;
  if (kind === 'date' && hasTime(text) && hasDay(text)) scan.time = true;
}
