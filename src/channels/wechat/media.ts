/** Files to and from WeChat: what customers sent is fetched before it expires, what we send is uploaded once. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { fileKind } from '../../domain/file-kind.ts';
import { fileIdOf } from '../../domain/file-reference.ts';
import type { FetchFile, FileJob, FileStore, SharedState } from '../../ports.ts';
import type { WeChatApi } from './api.ts';
import { actionFor, delayFor } from './errcodes.ts';
import type { ApiAccount, ApiAnswer } from './request.ts';

const HOUR = 3_600_000;
/** WeChat keeps an upload three days; ours is renewed a little before. */
const UPLOAD_MS = 70 * HOUR;
const MAX_FILE = 20 * 1024 * 1024;
const FETCH_MS = 30_000;
const MAX_DELAY_MS = HOUR;

const sourceSchema = z.object({ kind: z.enum(['image', 'voice', 'video']), mediaId: z.string(), url: z.string() });
type Source = z.output<typeof sourceSchema>;

export type Fetched =
  | { kind: 'file'; bytes: Uint8Array; contentType: string; name: string }
  | { kind: 'lost'; reason: 'Expired' | 'TooLarge' | 'NotAllowed' | 'Unreadable' }
  | { kind: 'later'; delayMs: number; reason: string };

type FetchDeps = { api: WeChatApi; fetchFile: FetchFile; now: Date };

/** By the media interface; a picture also by its own address, which needs no right to the interface but is checked. */
export async function fetchMedia(job: FileJob, account: ApiAccount, deps: FetchDeps): Promise<Fetched> {
  const source = sourceSchema.safeParse(job.source).data;
  if (!source) return { kind: 'lost', reason: 'Unreadable' };
  if (new Date(job.expiresAt) <= deps.now) return { kind: 'lost', reason: 'Expired' };
  const answer = await deps.api.call(account, {
    method: 'GET',
    path: '/cgi-bin/media/get',
    query: { media_id: source.mediaId },
    maxBytes: MAX_FILE,
  });
  const later = (reason: string): Fetched => ({
    kind: 'later',
    delayMs: Math.min(MAX_DELAY_MS, 5_000 * 3 ** (job.attempts - 1)),
    reason,
  });
  if (answer.kind === 'ok') return opened(answer, source, { deps, later });
  if (source.url !== '') {
    const direct = await byAddress(source, deps.fetchFile);
    if (direct) return direct;
  }
  if (answer.kind === 'lost')
    return answer.cause === 'too-large' ? { kind: 'lost', reason: 'TooLarge' } : later(answer.cause);
  const action = actionFor(answer.code);
  if (action === 'reupload') return { kind: 'lost', reason: 'Expired' };
  if (action === 'capability') return { kind: 'lost', reason: 'NotAllowed' };
  if (action === 'retry')
    return {
      kind: 'later',
      delayMs: delayFor(answer.code, { attempt: job.attempts, now: deps.now }),
      reason: String(answer.code),
    };
  return later(String(answer.code));
}

type Ok = Extract<ApiAnswer, { kind: 'ok' }>;

/** A video comes as the address of the video. */
async function opened(
  answer: Ok,
  source: Source,
  { deps, later }: { deps: FetchDeps; later: (reason: string) => Fetched },
): Promise<Fetched> {
  const url = answer.data.video_url;
  if (typeof url !== 'string') return named(source, answer.bytes);
  const file = await deps.fetchFile(url, { maxBytes: MAX_FILE, timeoutMs: FETCH_MS });
  if (file.ok) return named(source, file.bytes);
  return file.reason === 'too-large' ? { kind: 'lost', reason: 'TooLarge' } : later(file.reason);
}

async function byAddress(source: Source, fetchFile: FetchFile): Promise<Fetched | null> {
  const file = await fetchFile(source.url, { maxBytes: MAX_FILE, timeoutMs: FETCH_MS });
  return file.ok ? named(source, file.bytes) : null;
}

const ENDINGS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'audio/amr': 'amr',
  'audio/mpeg': 'mp3',
  'video/mp4': 'mp4',
};

/** Its own first bytes say what it is. */
function named({ kind }: Source, bytes: Uint8Array): Fetched {
  if (bytes.byteLength === 0) return { kind: 'lost', reason: 'Unreadable' };
  const contentType = fileKind(bytes, '');
  return { kind: 'file', bytes, contentType, name: `${kind}.${ENDINGS[contentType] ?? 'bin'}` };
}

export type Uploaded = { kind: 'ok'; mediaId: string } | Exclude<ApiAnswer, { kind: 'ok' }> | { kind: 'gone' };
type UploadDeps = { api: WeChatApi; files: FileStore; fetchFile: FetchFile; shared: SharedState };

/** The media id of a picture; the same bytes are uploaded once. `fresh`: what is remembered is not good any more. */
export async function uploadImage(
  contentUrl: string,
  account: ApiAccount,
  given: { deps: UploadDeps; fresh: boolean },
): Promise<Uploaded> {
  const { deps, fresh } = given;
  const bytes = await bytesOf(contentUrl, deps);
  if (!bytes) return { kind: 'gone' };
  const contentType = fileKind(bytes, '');
  if (!/^image\/(png|jpeg|gif)$/.test(contentType)) return { kind: 'gone' };
  const hash = createHash('sha256').update(bytes).digest('hex');
  const key = `wechat-media:${account.appId}:${hash}`;
  const known = fresh ? null : await deps.shared.get(key);
  if (known !== null) return { kind: 'ok', mediaId: known };
  const answer = await deps.api.call(account, {
    method: 'POST',
    path: '/cgi-bin/media/upload',
    query: { type: 'image' },
    file: { field: 'media', name: `${hash.slice(0, 16)}.${ENDINGS[contentType] ?? 'jpg'}`, contentType, bytes },
  });
  if (answer.kind !== 'ok') return answer;
  const mediaId = answer.data.media_id;
  if (typeof mediaId !== 'string') return { kind: 'lost', sent: false, cause: 'no media id' };
  await deps.shared.set(key, mediaId, UPLOAD_MS);
  return { kind: 'ok', mediaId };
}

async function bytesOf(contentUrl: string, { files, fetchFile }: UploadDeps): Promise<Uint8Array | null> {
  const id = fileIdOf(contentUrl);
  if (id !== null) return (await files.get(id))?.bytes ?? null;
  const file = await fetchFile(contentUrl, { maxBytes: 10 * 1024 * 1024, timeoutMs: FETCH_MS });
  return file.ok ? file.bytes : null;
}
