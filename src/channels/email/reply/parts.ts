/** A mail's lines told apart: the customer's words in pieces, old text between and after them. */
import { type Border, type BorderRule, findBorder } from './borders.ts';
import { isBlank, type Line, nextFilled, type Quoting } from './lines.ts';
import { withoutOwnAddress, withoutSignature } from './signature.ts';

export interface Part {
  kind: 'own' | 'old' | 'signature' | 'header' | 'forward';
  lines: Line[];
}

export interface Parts {
  parts: Part[];
  /** The first border that decided, `none` when there was none. */
  rule: BorderRule | 'none';
}

/** Tells the lines apart from the top. Every line lands in exactly one part. */
export function partsOf(lines: readonly Line[]): Parts {
  const parts: Part[] = [];
  let rule: BorderRule | 'none' = 'none';
  let at = 0;
  let known: Quoting | undefined;
  while (at < lines.length) {
    const border = findBorder(lines, at, known);
    if (border === undefined) {
      pushOwn(parts, lines.slice(at), false);
      break;
    }
    if (rule === 'none') rule = border.rule;
    pushOwn(parts, withBefore(lines, at, border), border.rule === 'header');
    parts.push({ kind: 'header', lines: lines.slice(border.start, border.end) });
    const next = endOfOld(lines, border);
    parts.push({ kind: border.forward ? 'forward' : 'old', lines: lines.slice(border.end, next) });
    known ??= lines[nextFilled(lines, border.end)]?.quoting;
    if (known === 'none') known = undefined;
    at = next;
  }
  return { parts, rule };
}

function withBefore(lines: readonly Line[], from: number, border: Border): Line[] {
  const own = lines.slice(from, border.start);
  if (border.before.trim() === '') return own;
  return [
    ...own,
    { ...(lines[border.start] as Line), shown: border.before, text: border.before.trim(), quoting: 'none' },
  ];
}

function pushOwn(parts: Part[], lines: readonly Line[], aboveHeader: boolean): void {
  let own = withoutSignature(lines, parts.length === 0);
  if (aboveHeader) own = withoutSignature(withoutOwnAddress(own));
  const last = lines.at(-1);
  if (last !== undefined && isBlank(last) && !own.includes(last)) own = [...own, last];
  if (own.some((line) => !isBlank(line))) parts.push({ kind: 'own', lines: own });
  const kept = new Set(own);
  const rest = lines.filter((line) => !kept.has(line));
  if (rest.some((line) => !isBlank(line))) parts.push({ kind: 'signature', lines: rest });
}

/** Where the customer may speak again: after marked old text; unmarked old text goes on to the end. */
function endOfOld(lines: readonly Line[], border: Border): number {
  const first = nextFilled(lines, border.end);
  const line = lines[first];
  const head = lines[border.end - 1];
  if (border.forward || line === undefined || line.quoting === 'none' || line.mark === 'cut') return lines.length;
  if (border.rule === 'header' || border.rule === 'separator')
    if (line.quoting !== 'marked' && head?.quoting === 'none') return lines.length;
  let at = first;
  while (at < lines.length) {
    const next = lines[at] as Line;
    if (!isBlank(next) && next.quoting === 'none' && !isWrapped(lines, at)) return at;
    if (!isBlank(next) && next.quoting === 'marked' && line.quoting !== 'marked') return at;
    at += 1;
  }
  return at;
}

/** A marked line that some program broke: its rest stands without mark, glued between marked lines. */
function isWrapped(lines: readonly Line[], at: number): boolean {
  const [above, line, below] = [lines[at - 1], lines[at] as Line, lines[at + 1]];
  if (above === undefined || above.quoting !== 'marked') return false;
  if (below?.quoting !== 'marked') return false;
  if (/^\(?<?https?:\/\/\S+\)?>?( >)?$/.test(line.text)) return true;
  if (isBlank(above) || /[.!?。！？:：;；]$/.test(above.text)) return false;
  if (/[(（<[][^)）>\]]{0,200}$/.test(above.text) || /https?:\/\/\S*$/.test(above.text)) return !/\s/.test(line.text);
  return above.text.length >= 62 && line.text.length <= 30 && /^\p{Ll}/u.test(line.text);
}
