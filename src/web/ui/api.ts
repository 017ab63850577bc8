/** The typed client of the desk's API: the key is the route itself; it takes types from the contract and no code. */
import type * as z from 'zod';
import type { Routes } from '../../contract/routes.ts';
import type { Problem } from '../../contract/shapes.ts';

type ByKey = { [K in keyof Routes as `${Uppercase<Routes[K]['method']>} ${Routes[K]['path']}`]: Routes[K] };
export type RouteKey = keyof ByKey;

/** One part of a request: required when the schema has a required field, absent when the route has no such part. */
type Part<Name extends string, S> = S extends z.ZodType
  ? Record<string, never> extends z.input<S>
    ? { [K in Name]?: z.input<S> }
    : { [K in Name]: z.input<S> }
  : { [K in Name]?: never };

/** Each route by itself: as one generic product, the parts of all routes multiply beyond what the compiler bears. */
type Requests = {
  [K in RouteKey]: Part<'params', ByKey[K]['params']> &
    Part<'query', ByKey[K]['query']> &
    Part<'body', ByKey[K]['body']> & { signal?: AbortSignal };
};
export type RequestOf<K extends RouteKey> = Requests[K];
export type ResponseOf<K extends RouteKey> = z.output<ByKey[K]['response']>;

/** What the server said when it said no; `code` is `Network` and `status` 0 when nothing was heard at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem | null;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | null;
  constructor(given: { status: number; code: string; problem?: Problem; retryAfter?: number | null; cause?: unknown }) {
    super(given.problem?.title ?? given.code, { cause: given.cause });
    this.name = 'ApiError';
    this.status = given.status;
    this.code = given.code;
    this.problem = given.problem ?? null;
    this.retryAfter = given.retryAfter ?? null;
  }
  /** Nobody knows whether it was done: the same request may be sent again if it carries a client id. */
  get transient(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

/** Longer than any answer of ours takes; a dead connection is a network error after it. */
const TIMEOUT_MS = 20_000;

type Loose = { params?: unknown; query?: unknown; body?: unknown; signal?: AbortSignal };

/** Calls one route. Resolves with the typed answer, rejects with {@link ApiError} alone (or the caller's own abort). */
export async function api<K extends RouteKey>(
  key: K,
  ...request: Record<string, never> extends RequestOf<K> ? [RequestOf<K>?] : [RequestOf<K>]
): Promise<ResponseOf<K>>;
export async function api(key: string, given: Loose = {}): Promise<unknown> {
  const [method = 'GET', template = ''] = key.split(' ');
  const response = await send(method, address(template, given), given);
  if (response.ok) return await readJson(response);
  throw await refusal(response);
}

function address(template: string, given: Loose): string {
  const params = (given.params ?? {}) as Record<string, string>;
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((given.query ?? {}) as Record<string, unknown>))
    if (value !== undefined) query.set(name, String(value));
  return query.size > 0 ? `${path}?${query}` : path;
}

async function send(method: string, url: string, given: Loose): Promise<Response> {
  const headers = new Headers({ accept: 'application/json', 'accept-language': document.documentElement.lang });
  // A foreign page cannot set this header without asking first: the server takes no change without it.
  if (method !== 'GET') headers.set('x-zhike', '1');
  if (given.body !== undefined) headers.set('content-type', 'application/json');
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    return await fetch(url, {
      method,
      headers,
      credentials: 'same-origin',
      signal: given.signal ? AbortSignal.any([given.signal, timeout]) : timeout,
      ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
    });
  } catch (cause) {
    if (given.signal?.aborted) throw cause;
    throw new ApiError({ status: 0, code: 'Network', cause });
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new ApiError({ status: 0, code: 'Network', cause });
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get('retry-after'));
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : null;
  const isProblem = response.headers.get('content-type')?.includes('application/problem+json') === true;
  const problem = isProblem ? ((await response.json().catch(() => null)) as Problem | null) : null;
  const code = problem?.code ?? (response.status >= 500 ? 'Internal' : 'MalformedData');
  return new ApiError({ status: response.status, code, retryAfter, ...(problem ? { problem } : {}) });
}
