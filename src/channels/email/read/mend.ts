/** A mail's bytes made readable for the parser: line ends, unlabelled Chinese text, headers that must stand once, sizes it can bear. */
import iconv from 'iconv-lite';
import type { MailFlag } from '../mail.ts';
import { bodyOf, type MailPart, partsOfMail } from './parts.ts';
import { type Edit, shorten, TEXT_BYTES } from './shorten.ts';

export interface Mended {
  bytes: Buffer;
  /** The parts of `bytes`. */
  parts: MailPart[];
  flags: MailFlag[];
}

/** Headers of which a mail has one (RFC 5322, 3.6); of a second one nobody can say which is meant. */
const SINGLETONS = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'date',
]);
/** Of two of these the parser may take another one than we do. */
const OF_A_PART = new Set(['content-type', 'content-disposition', 'content-transfer-encoding']);
const SAMPLE = 64 * 1024;

export function mend(raw: Buffer): Mended {
  const lines = withLineFeeds(raw);
  const parts = partsOfMail(lines);
  const root = parts[0] as MailPart;
  const edits: Edit[] = [];
  const flags = new Set<MailFlag>();
  if (hideDoubles(root, { names: SINGLETONS, edits })) flags.add('duplicate-header');
  for (const part of parts) {
    if (hideDoubles(part, { names: OF_A_PART, edits }) && part === root) flags.add('duplicate-header');
    labelHeaders(lines, part, { edits, flags });
    if (part.type.startsWith('text/')) labelText(lines, part, { edits, flags });
  }
  if (shorten(parts, edits)) flags.add('text-cut');
  if (edits.length === 0) return { bytes: lines, parts, flags: [...flags] };
  const bytes = edited(lines, edits);
  return { bytes, parts: partsOfMail(bytes), flags: [...flags] };
}

/** Some old systems end lines by CR alone. */
function withLineFeeds(raw: Buffer): Buffer {
  if (raw.subarray(0, 16 * 1024).includes(0x0a) || !raw.includes(0x0d)) return raw;
  const bytes = Buffer.from(raw);
  for (let at = bytes.indexOf(0x0d); at !== -1; at = bytes.indexOf(0x0d, at + 1)) bytes[at] = 0x0a;
  return bytes;
}

/** Renames every repetition, so that the first one counts whatever the parser does. */
function hideDoubles(part: MailPart, { names, edits }: { names: ReadonlySet<string>; edits: Edit[] }): boolean {
  const seen = new Set<string>();
  let doubles = false;
  for (const { name, start } of part.headers) {
    if (!names.has(name)) continue;
    if (seen.has(name)) {
      edits.push({ start, end: start, bytes: Buffer.from('X-Repeated-') });
      doubles = true;
    }
    seen.add(name);
  }
  return doubles;
}

/** Raw 8-bit headers that are no UTF-8 are read as GB 18030 when they look like Chinese. */
function labelHeaders(raw: Buffer, part: MailPart, { edits, flags }: { edits: Edit[]; flags: Set<MailFlag> }): void {
  for (const { start, end } of part.headers) {
    const bytes = raw.subarray(start, end);
    if (!hasHighBytes(bytes) || isUtf8(bytes)) continue;
    const guessed = guess(bytes);
    edits.push({ start, end, bytes: Buffer.from(iconv.decode(bytes, guessed), 'utf8') });
    flags.add('charset-guessed');
  }
}

const UNKNOWN = /^(?:|unknown-?8bit|x-unknown|unknown|8bit|default|none|us-ascii|ascii|utf-?8|\?+|_autodetect\w*)$/i;

/** Text whose charset is missing, unknown or plainly wrong gets one. */
function labelText(raw: Buffer, part: MailPart, { edits, flags }: { edits: Edit[]; flags: Set<MailFlag> }): void {
  const charset = (part.parameters.get('charset') ?? '').trim();
  if (/^(?:hz-gb-2312|hz)$/i.test(charset)) {
    replaceText(part, { edits, text: fromHz(bodyOf(raw, part, TEXT_BYTES)) });
    return;
  }
  if (!UNKNOWN.test(charset)) return;
  const sample = bodyOf(raw, part, SAMPLE);
  if (!hasHighBytes(sample)) return;
  const utf8 = isUtf8(sample);
  if (utf8 && /^utf-?8$/i.test(charset)) return;
  const found = utf8 ? 'utf-8' : guess(sample);
  if (!utf8) flags.add('charset-guessed');
  edits.push({
    start: part.headerStart,
    end: part.headerStart,
    bytes: Buffer.from(`Content-Type: ${part.type}; charset=${found}\r\n`),
  });
  hideType(part, edits);
}

function hideType(part: MailPart, edits: Edit[]): void {
  for (const { name, start } of part.headers)
    if (name === 'content-type') edits.push({ start, end: start, bytes: Buffer.from('X-Sent-') });
}

function replaceText(part: MailPart, { edits, text }: { edits: Edit[]; text: string }): void {
  const header = `Content-Type: ${part.type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n`;
  edits.push({ start: part.headerStart, end: part.headerStart, bytes: Buffer.from(header) });
  for (const { name, start } of part.headers)
    if (name === 'content-type' || name === 'content-transfer-encoding')
      edits.push({ start, end: start, bytes: Buffer.from('X-Sent-') });
  const encoded = Buffer.from(text, 'utf8').toString('base64').replace(/.{76}/g, '$&\r\n');
  edits.push({ start: part.bodyStart, end: part.bodyEnd, bytes: Buffer.from(`${encoded}\r\n`) });
}

const TILDE = 0x7e;

/** RFC 1843: between `~{` and `~}` two 7-bit bytes are one GB 2312 character. */
function fromHz(bytes: Buffer): string {
  const out = Buffer.alloc(bytes.length);
  let length = 0;
  let chinese = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    const pair = byte === TILDE ? String.fromCharCode(bytes[at + 1] ?? 0) : '';
    const turns = pair === (chinese ? '}' : '{');
    if (turns) chinese = !chinese;
    if (turns || (pair === '\n' && !chinese)) at += 1;
    else if (!chinese) {
      out[length++] = byte;
      if (pair === '~') at += 1;
    } else if (byte !== 0x0a && byte !== 0x0d) out[length++] = byte | 0x80;
  }
  return iconv.decode(out.subarray(0, length), 'gb18030');
}

const hasHighBytes = (bytes: Uint8Array): boolean => bytes.some((byte) => byte >= 0x80);

/** A character cut off at the end of a sample is no fault. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** GB 18030 when most of what is above ASCII comes out as common Chinese, else Western European. */
function guess(bytes: Uint8Array): 'gb18030' | 'windows-1252' {
  const high = [...iconv.decode(Buffer.from(bytes.subarray(0, SAMPLE)), 'gb18030')].filter((char) => char > '\u007f');
  const chinese = high.filter((char) => /[\u4e00-\u9fa5\u3000-\u303f\uff01-\uff5e“”‘’…—·]/.test(char)).length;
  return high.length > 0 && chinese >= 0.8 * high.length ? 'gb18030' : 'windows-1252';
}

function edited(raw: Buffer, edits: Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, bytes } of edits.sort((one, other) => one.start - other.start || one.end - other.end)) {
    if (start < at) continue;
    pieces.push(raw.subarray(at, start), bytes);
    at = end;
  }
  pieces.push(raw.subarray(at));
  return Buffer.concat(pieces);
}
