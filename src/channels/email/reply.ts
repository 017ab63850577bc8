/** What a customer wrote now, told apart from quotes, signatures and forwards by the shapes of mail clients; when unsure it keeps more. */
import { htmlLines } from './reply/html-lines.ts';
import { type Line, linesOf, shownText, unquoted } from './reply/lines.ts';
import { type Part, type Parts, partsOf } from './reply/parts.ts';

/** The two bodies of a mail, decoded; either may be missing. */
export interface Bodies {
  text?: string;
  html?: string;
  /** The mail's subject, where it is known: tells a forward with no word above it from an answer without words. */
  subject?: string;
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
export function readReply({ text, html, subject }: Bodies): Reply {
  const plain = (): Reply => assemble(linesOf(text ?? ''), { questions: true, subject });
  if (html === undefined || html.trim() === '') return plain();
  const reply = assemble(htmlLines(html), { questions: false, subject });
  if (reply.visible !== '' || text === undefined) return reply;
  const other = plain();
  return other.visible === '' ? reply : other;
}

interface Reading {
  /** Whether the questions between answers are shown with them. */
  questions: boolean;
  subject: string | undefined;
}

function assemble(lines: readonly Line[], { questions, subject }: Reading): Reply {
  const { parts: told, rule } = partsOf(lines);
  const own = told.filter((part) => part.kind === 'own');
  const parts = own.length === 0 && mayBeForward({ parts: told, rule }, subject) ? told.map(asForward) : told;
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

const FORWARD_SUBJECT = /^(?:fwd?|wg|tr|rv|rif|i|enc|vs|vb|pd|vl|doorst|转发|轉寄|轉發|転送|전달)\s?[:：]/i;
const REPLY_SUBJECT = /^(?:re|aw|sv|antw?|odp|ynt|r|ref|回复|回覆|答复|答覆|返信|답장)\s?(?:\[\d{1,3}\])?\s?[:：]/i;
const REPLY_PHRASE = /回复的原|回覆的原|回复邮件|repl(?:y|ied) message|antwort nachricht/i;

/**
 * Nothing stands above the old mail. Outlook, Foxmail and QQ write the same header over an answered and a forwarded mail:
 * the subject tells, and where it does not, the old mail is shown; who only quotes ("On … wrote:") does not forward.
 */
function mayBeForward({ parts, rule }: Parts, subject = ''): boolean {
  if (parts.some((part) => part.kind === 'forward')) return false;
  if (FORWARD_SUBJECT.test(subject.trim())) return true;
  if (REPLY_SUBJECT.test(subject.trim()) || !(rule === 'header' || rule === 'separator')) return false;
  const announced = parts.find((part) => part.kind === 'header')?.lines ?? [];
  return !announced.some(({ text }) => REPLY_PHRASE.test(text));
}

const asForward = (part: Part): Part => (part.kind === 'old' ? { ...part, kind: 'forward' } : part);

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
