/** What a mail is known by before it is read: its Message-ID and two fingerprints, taken from the bytes in one pass. */
import { createHash } from 'node:crypto';

export type MailIdentity = { messageId: string; contentHash: string; bodyHash: string };

/** Headers longer than this are cut for the fingerprint; the mail itself is kept whole. */
const MAX_HEAD = 256 * 1024;
/** The sender's own; those that each server on the way adds would make every delivery another mail. */
const OWN_HEADERS = new Set([
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'content-type',
]);

export function identify(raw: Uint8Array): MailIdentity {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const { head, body } = split(bytes);
  const lines = unfold(head.subarray(0, MAX_HEAD).toString('latin1')).flatMap((line) => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    return colon > 0 && OWN_HEADERS.has(name)
      ? [
          {
            name,
            value: line
              .slice(colon + 1)
              .replace(/\s+/g, ' ')
              .trim(),
          },
        ]
      : [];
  });
  const bodyHash = hash(trimEnd(body));
  const contentHash = hash(Buffer.from([...lines.map(({ name, value }) => `${name}:${value}`), bodyHash].join('\n')));
  const given = lines.find(({ name }) => name === 'message-id')?.value ?? '';
  const messageId = /<([^<>\s]{1,500})>/.exec(given)?.[1] ?? (/^[^\s<>]{1,500}$/.test(given) ? given : '');
  return { messageId: messageId || `sha256:${contentHash}`, contentHash, bodyHash };
}

/** The headers alone, where the mail is not to be kept whole. */
export function headOf(raw: Uint8Array): Uint8Array {
  return split(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)).head.subarray(0, MAX_HEAD);
}

function split(bytes: Buffer): { head: Buffer; body: Buffer } {
  const places = ['\r\n\r\n', '\n\n'].map((gap) => ({ at: bytes.indexOf(gap), length: gap.length }));
  const [first] = places.filter(({ at }) => at >= 0).toSorted((a, b) => a.at - b.at);
  if (!first) return { head: bytes, body: Buffer.alloc(0) };
  return { head: bytes.subarray(0, first.at), body: bytes.subarray(first.at + first.length) };
}

function unfold(head: string): string[] {
  return head
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, ' ')
    .split('\n');
}

/** Servers add and take line ends at the end. */
function trimEnd(body: Buffer): Buffer {
  let end = body.length;
  while (end > 0 && (body[end - 1] === 0x0a || body[end - 1] === 0x0d)) end--;
  return body.subarray(0, end);
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
