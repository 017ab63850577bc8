/** A mail cut to what a parser can bear: a text or a header beyond every use would take the whole process along, not its thread alone. */
import { type MailPart, TooDeep } from './parts.ts';

/** A piece of the mail that is replaced. */
export interface Edit {
  start: number;
  end: number;
  bytes: Buffer;
}

/** Encoded bytes of all texts of one kind: a million Chinese characters in base64. */
export const TEXT_BYTES = 4 * 1024 * 1024;
const HEADER_BYTES = 32 * 1024;
const HEADERS = 2_000;

/** Whether text was cut; long headers are cut silently. Throws `TooDeep` where a part has more headers than any mail. */
export function shorten(parts: readonly MailPart[], edits: Edit[]): boolean {
  const left = { plain: TEXT_BYTES, html: TEXT_BYTES };
  let isCut = false;
  for (const part of parts) {
    if (part.headers.length > HEADERS || part.headersCut) throw new TooDeep(`${part.headers.length} headers`);
    for (const { start, end } of part.headers)
      if (end - start > HEADER_BYTES) edits.push({ start: start + HEADER_BYTES, end, bytes: Buffer.from('\r\n') });
    if (!isBody(part)) continue;
    const kind = part.type.startsWith('text/html') ? 'html' : 'plain';
    const size = part.bodyEnd - part.bodyStart;
    if (size > left[kind]) {
      edits.push({ start: part.bodyStart + left[kind], end: part.bodyEnd, bytes: Buffer.alloc(0) });
      isCut = true;
    }
    left[kind] = Math.max(0, left[kind] - size);
  }
  return isCut;
}

/** Whether a parser makes words of it, not a file; what is labelled like nothing known may be taken for words. */
function isBody({ type, headers }: MailPart): boolean {
  const disposition = headers.find(({ name }) => name === 'content-disposition')?.value ?? '';
  if (disposition !== '' && !/^inline/i.test(disposition)) return false;
  return /^text\/(?:plain|html)/.test(type) || !/^[a-z]+\/[\w.+-]+$/.test(type);
}
