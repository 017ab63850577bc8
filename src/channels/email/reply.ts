/** What a customer wrote now, told apart from quotes, signatures and forwards by the shapes of mail clients; when unsure it keeps more. */
import { htmlLines } from './reply/html-lines.ts';
import { type Line, linesOf, shownText, unquoted } from './reply/lines.ts';
import { type Part, type Parts, partsOf } from './reply/parts.ts';

/** The two bodies of a mail, decoded; either may be missing. */
export interface Bodies {
  text?: string;
  html?: string;
}

export interface Reply {
  /** The customer's words; empty when there are none, and the caller then shows the whole mail. */
  visible: string;
  /** Old mails with the lines that announce them, in the order of the mail. */
  quoted: string;
  signature: string;
  /** The body of a forwarded mail, with its header. */
  forwarded: string;
  /** What ended the customer's words first. */
  rule: Parts['rule'];
}

/** The visible words of a mail and what was left out. The HTML is read when there is one that says anything. */
export function visibleReply(bodies: Bodies): { text: string; quoted: string } {
  const { visible, quoted, signature, forwarded } = readReply(bodies);
  return { text: visible, quoted: [forwarded, quoted, signature].filter((part) => part !== '').join('\n\n') };
}

/** The same with its parts by name. */
export function readReply({ text, html }: Bodies): Reply {
  const plain = (): Reply => assemble(linesOf(text ?? ''), true);
  if (html === undefined || html.trim() === '') return plain();
  const reply = assemble(htmlLines(html), false);
  if (reply.visible !== '' || text === undefined) return reply;
  const other = plain();
  return other.visible === '' ? reply : other;
}

function assemble(lines: readonly Line[], questions: boolean): Reply {
  const { parts, rule } = partsOf(lines);
  const own = parts.filter((part) => part.kind === 'own');
  const forwarded = parts.filter((part) => part.kind === 'forward');
  const visible =
    own.length > 0 ? written(parts, questions) : shownText(forwarded.flatMap(({ lines }) => lines.map(unquoted)));
  return {
    visible,
    quoted: textOf(parts.filter((part) => part.kind === 'old' || (part.kind === 'header' && forwarded.length === 0))),
    signature: textOf(parts.filter((part) => part.kind === 'signature')),
    forwarded:
      forwarded.length === 0 ? '' : textOf(parts.filter((part) => part.kind === 'forward' || part.kind === 'header')),
    rule,
  };
}

/** The customer's pieces; with the questions between them when two or more of them answer a quote each. */
function written(parts: readonly Part[], questions: boolean): string {
  const last = parts.findLastIndex((part) => part.kind === 'own');
  const firstOld = parts.findIndex((part) => part.kind === 'old' && part.lines.some((line) => line.text !== ''));
  const answers = firstOld === -1 ? 0 : parts.slice(firstOld).filter((part) => part.kind === 'own').length;
  const interleaved = questions && answers >= 2;
  const pieces = parts
    .slice(0, last + 1)
    .filter((part) => part.kind === 'own' || (interleaved && part.kind === 'old'))
    .map(({ lines }) => lines.map((line) => line.shown).join('\n'));
  return shownText(pieces.join('\n').split('\n'));
}

const textOf = (parts: readonly Part[]): string =>
  shownText(parts.flatMap(({ lines }) => ['', ...lines.map((line) => line.shown)]));
