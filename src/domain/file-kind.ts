/** What a file is, told by its first bytes: a client's word alone makes nothing an image. */

/** Leading bytes in latin1 at an offset. */
const MAGIC: { kind: string; at: number; bytes: string }[] = [
  { kind: 'image/png', at: 0, bytes: '\x89PNG\r\n\x1a\n' },
  { kind: 'image/jpeg', at: 0, bytes: '\xff\xd8\xff' },
  { kind: 'image/gif', at: 0, bytes: 'GIF87a' },
  { kind: 'image/gif', at: 0, bytes: 'GIF89a' },
  { kind: 'image/webp', at: 8, bytes: 'WEBP' },
  { kind: 'application/pdf', at: 0, bytes: '%PDF-' },
  { kind: 'video/mp4', at: 4, bytes: 'ftyp' },
  { kind: 'audio/amr', at: 0, bytes: '#!AMR' },
  { kind: 'audio/mpeg', at: 0, bytes: 'ID3' },
];
const OFFICE = 'application/vnd.openxmlformats-officedocument.';
/** Kinds that are zip files inside. */
const ZIPPED = [`${OFFICE}wordprocessingml.document`, `${OFFICE}spreadsheetml.sheet`];
const TEXT = ['text/plain', 'text/csv'];
const UNKNOWN_KIND = 'application/octet-stream';

/** The media type to store and serve; `application/octet-stream` where content and declaration disagree. */
export function fileKind(bytes: Uint8Array, declared: string): string {
  const claimed = (declared.split(';')[0] ?? '').trim().toLowerCase();
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1');
  const found = MAGIC.find(({ at, bytes: magic }) => head.startsWith(magic, at))?.kind;
  if (found) return agrees(found, claimed) ? found : UNKNOWN_KIND;
  if (ZIPPED.includes(claimed) && head.startsWith('PK\x03\x04')) return claimed;
  if (TEXT.includes(claimed) && isText(bytes)) return claimed;
  return UNKNOWN_KIND;
}

/** Phones name photos wrongly among themselves; an image under any other flag is a disguise. */
function agrees(found: string, claimed: string): boolean {
  if (claimed === '' || claimed === UNKNOWN_KIND || claimed === found) return true;
  return found.startsWith('image/') && claimed.startsWith('image/') && !claimed.includes('svg');
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    // Spreadsheets of Chinese shops are often GB 18030: still text as long as no control characters are in it.
    return !bytes.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  }
}

/** A name as data for people: no path, no controls, no invisible characters, at most 150 long; never a path on a disk. */
export function safeFileName(name: string | undefined): string {
  const cleaned = (name ?? '')
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/[<>:"|?*]/g, '_')
    .trim();
  if (!cleaned || /^\.+$/.test(cleaned)) return 'file';
  const characters = Array.from(cleaned);
  if (characters.length <= 150) return cleaned;
  const extension = /\.[\p{L}\p{N}]{1,10}$/u.exec(cleaned)?.[0] ?? '';
  return characters.slice(0, 150 - extension.length).join('') + extension;
}
