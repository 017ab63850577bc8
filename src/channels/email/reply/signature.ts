/** What stands under a mail and is no word of it: signature behind a delimiter, mobile line, list footer, client's card. */
import { isAddress } from './evidence.ts';
import { isBlank, type Line, previousFilled } from './lines.ts';
import { isMobileLine } from './mobile.ts';

/** A signature is sought in so many last lines. */
const WINDOW = 12;
const DELIMITER = /^(?:--|__|—|——|--\s?--|⸺)$/;
/** What a mailing list says about itself below a mail. */
export const LIST_FOOTER =
  /mailing list|mailing-list|listinfo|list-unsubscribe|unsubscribe|google groups|googlegroups|subscribed to|取消订阅|退订|邮件列表|郵件群組/i;

/** The lines without what is no word of the customer's; the rest in order. `isFirst`: nothing of the mail stands above. */
export function withoutSignature(lines: readonly Line[], isFirst = true): Line[] {
  let kept = trimmed(withoutMarked(lines, isFirst));
  for (let round = 0; round < 4; round += 1) {
    const before = kept.length;
    kept = trimmed(withoutCard(withoutFooter(withoutDelimited(withoutMobile(kept)))));
    if (kept.length === before) break;
  }
  return kept;
}

function trimmed(lines: readonly Line[]): Line[] {
  return lines.slice(0, previousFilled(lines, lines.length) + 1);
}

/** A container that the client calls signature, unless a customer wrote into it. */
function withoutMarked(lines: readonly Line[], isFirst: boolean): Line[] {
  const marked = lines.filter((line) => line.mark === 'signature' && !isBlank(line));
  // nothing beside it: customers do write into the signature
  if (marked.length === 0 || (isFirst && lines.every((line) => line.mark === 'signature' || isBlank(line))))
    return [...lines];
  const written =
    marked.length > 30 ||
    marked.some(({ text }) => /[?？]$|[，,].*[。！!]$|^(?:请|謝謝|您好|hi |hello |dear )/i.test(text));
  if (!written) return lines.filter((line) => line.mark !== 'signature');
  return [...lines];
}

function withoutMobile(lines: readonly Line[]): Line[] {
  const last = lines.length - 1;
  const line = lines[last];
  if (line === undefined || line.quoting !== 'none') return [...lines];
  if (isMobileLine(line.text)) return lines.slice(0, last);
  const two = lines[last - 1];
  // wrapped once, or its link stands on a line of its own
  if (two !== undefined && !isBlank(two) && two.text.length + line.text.length < 200) {
    if (/^[<(]?https?:\S+$/.test(line.text) && isMobileLine(two.text)) return lines.slice(0, last - 1);
    if (/^(?:get outlook|获取|取得|sent from my)/i.test(two.text) && isMobileLine(`${two.text} ${line.text}`))
      return lines.slice(0, last - 1);
  }
  return [...lines];
}

/** `-- ` and its kin, alone on one of the last lines, with something short below it. */
function withoutDelimited(lines: readonly Line[]): Line[] {
  const from = windowStart(lines);
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at] as Line;
    if (line.quoting !== 'none' || !DELIMITER.test(line.text)) continue;
    const below = lines.slice(at + 1);
    if (line.shown.trimStart() === '-- ' || below.every(({ text }) => !isQuestion(text))) return lines.slice(0, at);
  }
  return [...lines];
}

const isQuestion = (text: string): boolean => /[?？]["”’)）]?$/.test(text) && !/https?:/.test(text);

function windowStart(lines: readonly Line[]): number {
  let filled = 0;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    if (!isBlank(lines[at] as Line)) filled += 1;
    if (filled > WINDOW) return at + 1;
  }
  return 0;
}

/** `_____` or `-----` and then what a mailing list says about itself. */
function withoutFooter(lines: readonly Line[]): Line[] {
  const from = Math.max(0, lines.length - WINDOW);
  for (let at = from; at < lines.length; at += 1) {
    if (!/^[_-]{10,}$/.test((lines[at] as Line).text)) continue;
    if (lines.slice(at + 1).some(({ text }) => LIST_FOOTER.test(text))) return lines.slice(0, at);
  }
  return [...lines];
}

/** The card of 网易邮箱大师: lines that hold only pipes, with a name and an address between them. */
function withoutCard(lines: readonly Line[]): Line[] {
  const from = Math.max(0, lines.length - WINDOW - 6);
  let start = lines.length;
  let pipes = 0;
  for (let at = lines.length - 1; at >= from; at -= 1) {
    const { text } = lines[at] as Line;
    const isPipes = text !== '' && /^[|\s]+$/.test(text);
    const framed = /^\|.{1,60}\|$/.test(text);
    if (!(isPipes || framed || text === '' || (text.length <= 40 && pipes > 0 && !/[。！？?!，]/.test(text)))) break;
    if (isPipes || framed) {
      pipes += 1;
      start = at;
    }
  }
  const card = lines.slice(start);
  return pipes >= 2 && card.some(({ text }) => isAddress(text.replace(/[|\s]/g, '')) || /^[|\s]+$/.test(text))
    ? lines.slice(0, start)
    : [...lines];
}

/** Foxmail's own signature: the writer's address alone under a blank line, right above the old mail's header. */
export function withoutOwnAddress(lines: readonly Line[]): Line[] {
  const last = previousFilled(lines, lines.length);
  const line = lines[last];
  if (line === undefined || !isAddress(line.text) || last === 0 || !isBlank(lines[last - 1] as Line)) return [...lines];
  const above = lines[previousFilled(lines, last)];
  if (above === undefined || /[:：]$|邮箱|郵箱|e-?mail|mail|地址|账号|帐号/i.test(above.text)) return [...lines];
  return lines.slice(0, last);
}
