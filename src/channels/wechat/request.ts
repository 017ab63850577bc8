/** One request to WeChat's API: bounded, its outcome a value, and no address (it holds the token) in any of them. */
import { actionFor, requestIdIn } from './errcodes.ts';

export type ApiAccount = { inboxId: string; appId: string; secret: string };
export type ApiCall = {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  file?: { field: string; name: string; contentType: string; bytes: Uint8Array };
  /** Longest answer that is read; files are larger than words. */
  maxBytes?: number;
};
/** `lost`: nobody knows whether it was done, unless `sent` is false: then nothing was. */
export type ApiAnswer =
  | { kind: 'ok'; data: Record<string, unknown>; bytes: Uint8Array; contentType: string }
  | { kind: 'refused'; code: number; message: string; rid: string | null }
  | { kind: 'lost'; sent: boolean; cause: string };

const MAX_JSON = 1_048_576;
const CALL_MS = 10_000;
/** Before a byte of the request left. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** One request with a token that is given; `query` is appended. */
export async function request(base: string, call: ApiCall, signal?: AbortSignal): Promise<ApiAnswer> {
  const { method, path, query = {}, body, file, maxBytes = MAX_JSON } = call;
  const search = new URLSearchParams(query);
  const timeout = AbortSignal.timeout(CALL_MS);
  try {
    const response = await fetch(`${base}${path}${search.size > 0 ? `?${search}` : ''}`, {
      method,
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...payloadOf(body, file),
    });
    const contentType = response.headers.get('content-type') ?? '';
    const bytes = await bounded(response, maxBytes);
    if (!response.ok || !bytes)
      return { kind: 'lost', sent: true, cause: bytes ? `http ${response.status}` : 'too-large' };
    return answerOf(bytes, contentType);
  } catch (error) {
    const cause = causeOf(error);
    return { kind: 'lost', sent: !NOT_SENT.has(cause), cause };
  }
}

function payloadOf(
  body: unknown,
  file: ApiCall['file'],
): { body?: string | FormData; headers?: Record<string, string> } {
  if (file) {
    const form = new FormData();
    form.set(file.field, new Blob([new Uint8Array(file.bytes)], { type: file.contentType }), file.name);
    return { body: form };
  }
  if (body === undefined) return {};
  return { body: JSON.stringify(body, plainWords), headers: { 'content-type': 'application/json; charset=utf-8' } };
}

/** What JSON can write only as an escape, WeChat refuses (40033): controls and lone surrogates. */
function plainWords(_key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to drop
  return value.toWellFormed().replace(/[\u0000-\u0007\u000b\u000e-\u001f]/g, '');
}

async function bounded(response: Response, max: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > max) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Errors of the media interface are JSON under text/plain: the first byte tells. */
function answerOf(bytes: Uint8Array, contentType: string): ApiAnswer {
  const data = bytes[0] === 0x7b ? parsed(bytes) : null;
  if (!data) {
    if (/json|text/.test(contentType)) return { kind: 'lost', sent: true, cause: 'no json' };
    return { kind: 'ok', data: {}, bytes, contentType };
  }
  const code = typeof data.errcode === 'number' ? data.errcode : undefined;
  if (actionFor(code) === 'ok') return { kind: 'ok', data, bytes, contentType };
  const message = String(data.errmsg ?? '').slice(0, 300);
  return { kind: 'refused', code: code ?? 0, message, rid: requestIdIn(message) };
}

function parsed(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** A code and nothing else: messages of the network name the address. */
function causeOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code;
  return inner instanceof Error ? inner.name : 'unknown';
}
