/** Whatever goes wrong leaves as `application/problem+json` (RFC 9457) with a stable code, in the client's language. */
import type { ErrorRequestHandler, Response } from 'express';
import * as z from 'zod';
import type { Problem } from '../contract/shapes.ts';
import { type ErrorCode, errorText, ZhikeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import type { Log } from '../ports.ts';
import { isConnectionLoss } from '../store/sql.ts';
import { languageOf } from './language.ts';

const ownerSchema = z.object({ id: z.string(), name: z.string() });
const fieldsSchema = z.array(z.object({ path: z.string(), message: z.string() }));
type Details = Pick<Problem, 'detail' | 'fields' | 'owner'> & { retryAfterMs?: number };

/** What of an error's detail has a place of its own in the answer; scalars that have none are spelled out. */
function detailsOf(detail: Record<string, unknown> = {}): Details {
  const { owner, fields, retryAfterMs, ...rest } = detail;
  const words = Object.entries(rest)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name}: ${value}`);
  const [whose, which] = [ownerSchema.safeParse(owner), fieldsSchema.safeParse(fields)];
  return {
    ...(words.length > 0 ? { detail: words.join('; ') } : {}),
    ...(whose.success ? { owner: whose.data } : {}),
    ...(which.success ? { fields: which.data } : {}),
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
  };
}

/** Errors of body-parser and of the router, by their documented `type` and `status`. */
function fromHttp(error: unknown): ErrorCode | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  if ('type' in error && error.type === 'entity.too.large') return 'TooLarge';
  const status = Number(error.status);
  if (status === 415) return 'NotSupported';
  return status >= 400 && status < 500 ? 'MalformedData' : null;
}

/** The error as one of ours; what nobody foresaw is `Internal`, with nothing of it in the answer. */
function asZhikeError(error: unknown): ZhikeError {
  if (error instanceof ZhikeError) return error;
  if (isConnectionLoss(error)) return new ZhikeError('Unavailable');
  return new ZhikeError(fromHttp(error) ?? 'Internal');
}

function problemOf(error: ZhikeError, locale: Locale, requestId: string | undefined): Problem {
  const { retryAfterMs: _, ...details } = detailsOf(error.detail);
  const head = { type: `urn:zhike:problem:${error.code}`, title: errorText(error.code, locale) };
  return { ...head, status: error.status, code: error.code, ...details, ...(requestId ? { requestId } : {}) };
}

function sendProblem(response: Response, error: ZhikeError): void {
  const { retryAfterMs } = detailsOf(error.detail);
  const wait = retryAfterMs ?? (error.code === 'Unavailable' ? 1_000 : undefined);
  if (wait !== undefined) response.set('Retry-After', String(Math.max(1, Math.ceil(wait / 1_000))));
  const problem = problemOf(error, languageOf(response.req), response.locals.requestId as string | undefined);
  response
    .status(error.status)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}

/** The last handler: four parameters are how express knows it. */
export function problems(log: Log): ErrorRequestHandler {
  // biome-ignore lint/complexity/useMaxParams: express knows an error handler by its four parameters.
  return (error: unknown, request, response, next) => {
    const known = asZhikeError(error);
    if (known.status >= 500)
      log.error({ err: error, requestId: response.locals.requestId, method: request.method }, 'a request failed');
    if (response.headersSent) return next(error);
    sendProblem(response, known);
  };
}
