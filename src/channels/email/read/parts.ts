/** The parts of a mail by their places in its bytes (RFC 2046): one pass, bounded in depth and number. */

export interface MailPart {
  /** Offsets in the bytes: header lines, then the body. */
  headerStart: number;
  headerEnd: number;
  bodyStart: number;
  bodyEnd: number;
  depth: number;
  /** Names lower-cased, values unfolded; bytes as latin1. */
  headers: { name: string; value: string; start: number; end: number }[];
  /** Media type, lower-cased; `text/plain` when the part names none. */
  type: string;
  parameters: Map<string, string>;
  encoding: string;
  /** More headers followed than were looked at. */
  headersCut: boolean;
}

const MAX_DEPTH = 100;
const MAX_PARTS = 1_000;
const MAX_HEADER = 256 * 1024;
const MAX_LINE = 64 * 1024;

export class TooDeep extends Error {}

interface Frame {
  boundary: string;
  depth: number;
}

/** All parts, the mail itself first. Throws `TooDeep` when a mail is nested or divided beyond every use. */
export function partsOfMail(raw: Buffer): MailPart[] {
  const root = partAt(raw, 0, 0);
  const parts = [root];
  const stack: Frame[] = [];
  enter(root, stack);
  let current: MailPart | undefined = root;
  for (let at = root.bodyStart; at < raw.length; ) {
    const next = lineEnd(raw, at);
    const delimiter =
      stack.length > 0 && raw[at] === 0x2d && raw[at + 1] === 0x2d ? delimiterAt(raw, at, { next, stack }) : undefined;
    if (delimiter === undefined) {
      at = next;
      continue;
    }
    if (current !== undefined) current.bodyEnd = withoutLineEnd(raw, current.bodyStart, at);
    current = undefined;
    stack.length = delimiter.level + 1;
    if (delimiter.closing) {
      stack.length = delimiter.level;
      at = next;
      continue;
    }
    current = partAt(raw, next, (stack[delimiter.level] as Frame).depth + 1);
    parts.push(current);
    if (parts.length > MAX_PARTS || current.depth > MAX_DEPTH)
      throw new TooDeep(`${parts.length} parts, depth ${current.depth}`);
    enter(current, stack);
    at = current.bodyStart;
  }
  return parts;
}

function enter(part: MailPart, stack: Frame[]): void {
  const boundary = part.parameters.get('boundary');
  if (part.type.startsWith('multipart/') && boundary) stack.push({ boundary, depth: part.depth });
}

const lineEnd = (raw: Buffer, at: number): number => {
  const found = raw.indexOf(0x0a, at);
  return found === -1 ? raw.length : found + 1;
};

const withoutLineEnd = (raw: Buffer, start: number, end: number): number => {
  let at = end;
  if (at > start && raw[at - 1] === 0x0a) at -= 1;
  if (at > start && raw[at - 1] === 0x0d) at -= 1;
  return at;
};

/** The innermost open boundary that a line closes or continues. */
function delimiterAt(
  raw: Buffer,
  at: number,
  { next, stack }: { next: number; stack: Frame[] },
): { level: number; closing: boolean } | undefined {
  const line = raw.toString('latin1', at + 2, Math.min(next, at + 200)).trimEnd();
  for (let level = stack.length - 1; level >= 0; level -= 1) {
    const { boundary } = stack[level] as Frame;
    if (line === boundary) return { level, closing: false };
    if (line === `${boundary}--`) return { level, closing: true };
  }
  return undefined;
}

function partAt(raw: Buffer, start: number, depth: number): MailPart {
  const headers: MailPart['headers'] = [];
  let at = start;
  let ended = false;
  while (at < raw.length && at - start < MAX_HEADER) {
    const next = lineEnd(raw, at);
    const line = raw.toString('latin1', at, Math.min(next, at + MAX_LINE)).replace(/\r?\n$/, '');
    if (line === '') {
      at = next;
      ended = true;
      break;
    }
    const colon = line.indexOf(':');
    const last = headers[headers.length - 1];
    if (/^[ \t]/.test(line) && last !== undefined) {
      last.value = `${last.value} ${line.trim()}`;
      last.end = next;
    } else if (colon > 0)
      headers.push({
        name: line.slice(0, colon).trim().toLowerCase(),
        value: line.slice(colon + 1).trim(),
        start: at,
        end: next,
      });
    at = next;
  }
  const headerEnd = at;
  const typed = headers.find(({ name }) => name === 'content-type')?.value ?? '';
  const encoding = headers.find(({ name }) => name === 'content-transfer-encoding')?.value ?? '';
  return {
    headerStart: start,
    headerEnd,
    bodyStart: headerEnd,
    bodyEnd: raw.length,
    depth,
    headers,
    type: (typed.split(';')[0] ?? '').trim().toLowerCase() || 'text/plain',
    parameters: parametersOf(typed),
    encoding: encoding.trim().toLowerCase(),
    headersCut: !ended && at < raw.length,
  };
}

/** `name=value` and `name="value"` behind semicolons; quoted semicolons stay whole. */
function parametersOf(value: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of value
    .slice(0, 4000)
    .matchAll(/;\s{0,20}([\w*-]{1,60})\s{0,20}=\s{0,20}(?:"([^"]{0,1000})"|([^\s;"]{1,1000}))/g)) {
    const name = (match[1] ?? '').toLowerCase();
    if (!found.has(name)) found.set(name, match[2] ?? match[3] ?? '');
  }
  return found;
}

/** A part's body with its transfer encoding undone, at most `limit` bytes of the encoded form. */
export function bodyOf(raw: Buffer, part: MailPart, limit: number): Buffer {
  const body = raw.subarray(part.bodyStart, Math.min(part.bodyEnd, part.bodyStart + limit));
  if (part.encoding === 'base64') return Buffer.from(body.toString('latin1').replace(/[^A-Za-z0-9+/=]/g, ''), 'base64');
  if (part.encoding === 'quoted-printable') return unquoted(body);
  return body;
}

function unquoted(body: Buffer): Buffer {
  const text = body
    .toString('latin1')
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}
