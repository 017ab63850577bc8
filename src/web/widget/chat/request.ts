/** One request to the server and how it went; a failure is a value. */

/** `later` is worth repeating, `refused` is not, `ended` means that the thing asked for is gone. */
export type Answer =
  | { kind: 'ok'; status: number; body: Record<string, unknown> }
  | { kind: 'later'; afterMs: number }
  | { kind: 'refused'; status: number; code: string }
  | { kind: 'ended' };

const REQUEST_MS = 20_000;

/** Milliseconds of a `Retry-After` in seconds; without one 0. */
function retryAfterMs(header: string | null): number {
  const seconds = Number(header);
  return header && seconds > 0 ? Math.min(seconds * 1_000, 120_000) : 0;
}

/** What an HTTP answer means; status 0 is a broken network. */
export function judge(status: number, body: unknown, retryAfter: string | null): Answer {
  const record = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  if (status >= 200 && status < 300) return { kind: 'ok', status, body: record };
  if (status === 0 || status === 408 || status === 429 || status >= 500)
    return { kind: 'later', afterMs: retryAfterMs(retryAfter) };
  if (status === 404) return { kind: 'ended' };
  const error = (record.error ?? record) as Record<string, unknown>;
  return { kind: 'refused', status, code: String(error.code ?? '') };
}

/** Never throws: a network that fails or hangs for 20 s is `later`. */
export async function ask(method: string, url: string, extra: { token?: string; body?: unknown }): Promise<Answer> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), REQUEST_MS);
  try {
    const headers: Record<string, string> = {};
    if (extra.token) headers.authorization = `Bearer ${extra.token}`;
    if (extra.body !== undefined) headers['content-type'] = 'application/json';
    const init: RequestInit = { method, headers, signal: abort.signal, cache: 'no-store', credentials: 'omit' };
    if (extra.body !== undefined) init.body = JSON.stringify(extra.body);
    const response = await fetch(url, init);
    const body: unknown = await response.json().catch(() => null);
    return judge(response.status, body, response.headers.get('retry-after'));
  } catch {
    return { kind: 'later', afterMs: 0 };
  } finally {
    clearTimeout(timer);
  }
}
