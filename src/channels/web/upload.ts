/** An upload as Direct Line sends it: one activity with files, multipart or one raw body; bounded and never trusted. */
import busboy from 'busboy';
import { MAX_ATTACHMENTS } from '../../domain/activity.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { fileKind, safeFileName } from '../../domain/file-kind.ts';

/** All files of a message together, in bytes. */
export const MAX_UPLOAD = 20 * 1024 * 1024;
/** The activity part, and any posted activity, in bytes. */
export const MAX_ACTIVITY = 256 * 1024;

export type UploadHeaders = { 'content-type'?: string | undefined; 'content-disposition'?: string | undefined };
export type NewFile = { name: string; contentType: string; bytes: Uint8Array };
/** `activity` is the JSON text of the message that the files belong to. */
export type Upload = { activity: string; files: [NewFile, ...NewFile[]] };

type Part = { field: string; name: string | undefined; declared: string; bytes: Buffer };
const LIMITS = {
  fileSize: MAX_UPLOAD + 1,
  fieldSize: MAX_ACTIVITY,
  fieldNameSize: 100,
  files: MAX_ATTACHMENTS + 2,
  fields: 10,
  parts: MAX_ATTACHMENTS + 12,
  headerPairs: 50,
};

/** Throws `MalformedData` when it can't be read or holds no file, `TooLarge` above the limits. */
export async function parseUpload(headers: UploadHeaders, body: Buffer): Promise<Upload> {
  const multipart = /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');
  const parts = multipart ? await readParts(headers, body) : [rawPart(headers, body)];
  const isActivity = ({ field, declared }: Part) =>
    field === 'activity' || declared === 'application/vnd.microsoft.activity';
  const activity = parts.find(isActivity)?.bytes;
  const [first, ...others] = parts.filter((part) => !isActivity(part) && part.name !== undefined).map(toFile);
  if (!first) throw new ZhikeError('MissingProperty', { path: 'file' });
  if (others.length >= MAX_ATTACHMENTS || (activity?.byteLength ?? 0) > MAX_ACTIVITY) throw new ZhikeError('TooLarge');
  const total = [first, ...others].reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (total > MAX_UPLOAD) throw new ZhikeError('TooLarge');
  return { activity: activity?.toString('utf8') ?? '{"type":"message"}', files: [first, ...others] };
}

function toFile({ name, declared, bytes }: Part): NewFile {
  return { name: safeFileName(name), contentType: fileKind(bytes, declared), bytes };
}

function rawPart(headers: UploadHeaders, body: Buffer): Part {
  if (body.byteLength === 0) throw new ZhikeError('MissingProperty', { path: 'file' });
  const disposition = headers['content-disposition'] ?? '';
  return {
    field: 'file',
    name: fileNameOf(disposition) ?? 'file',
    declared: headers['content-type'] ?? '',
    bytes: body,
  };
}

/** `filename*` (RFC 8187) before `filename`; null when there is none that can be read. */
function fileNameOf(disposition: string): string | null {
  const encoded = /filename\*\s*=\s*UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;]+))/i.exec(disposition);
  try {
    if (encoded) return decodeURIComponent(encoded.trim());
  } catch {
    return null;
  }
  const name = plain?.[1] ?? plain?.[2]?.trim();
  // Header bytes arrive as latin1; browsers mean UTF-8 by them.
  return name === undefined ? null : Buffer.from(name, 'latin1').toString('utf8');
}

function readParts(headers: UploadHeaders, body: Buffer): Promise<Part[]> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new ZhikeError('MalformedData'));
    try {
      const parts: Part[] = [];
      const parser = busboy({
        headers: { 'content-type': headers['content-type'] },
        limits: LIMITS,
        defParamCharset: 'utf8',
      });
      parser.on('file', (field, stream, { filename, mimeType }) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        // A form that breaks off raises the error on the part too, where nobody listening would end the process.
        stream.on('error', fail);
        const part: Part = { field, name: filename ?? '', declared: mimeType, bytes: Buffer.alloc(0) };
        parts.push(part);
        stream.on('end', () => {
          part.bytes = Buffer.concat(chunks);
        });
      });
      parser.on('field', (field, value) => {
        parts.push({ field, name: undefined, declared: '', bytes: Buffer.from(value) });
      });
      parser.on('error', fail);
      parser.on('close', () => resolve(parts));
      parser.end(body);
    } catch {
      fail();
    }
  });
}
