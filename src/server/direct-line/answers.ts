/** How web endpoints answer: errors in Direct Line's form, and CORS headers on everything, errors too. */
import type { IncomingMessage } from 'node:http';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { type ErrorCode, errorText, ZhikeError } from '../../domain/errors.ts';
import type { Log } from '../../ports.ts';
import type { WebDeps } from './deps.ts';

const ALLOWED_HEADERS = 'authorization, content-type, accept, x-ms-bot-agent, x-requested-with';

export function originTrusted(deps: Pick<WebDeps, 'publicUrl' | 'trustedOrigin'>, request: IncomingMessage): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  return origin === new URL(deps.publicUrl(request)).origin || deps.trustedOrigin(origin);
}

/** Answers every preflight; a foreign origin gets no permission and its browser keeps the answer from the page. */
export function cors(deps: Pick<WebDeps, 'publicUrl' | 'trustedOrigin'>): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin').set('Cache-Control', 'no-store');
    const { origin } = request.headers;
    if (origin !== undefined && originTrusted(deps, request)) {
      response.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Expose-Headers': 'Retry-After',
      });
      if (request.method === 'OPTIONS')
        response.set({
          'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
          'Access-Control-Allow-Headers': ALLOWED_HEADERS,
          'Access-Control-Max-Age': '7200',
        });
    }
    if (request.method === 'OPTIONS') response.status(204).end();
    else next();
  };
}

export function errorBody(error: ZhikeError): { error: { code: ErrorCode; message: string } } {
  const detail = error.detail ? ` ${JSON.stringify(error.detail)}` : '';
  return { error: { code: error.code, message: errorText(error.code, 'en') + detail } };
}

function sendError(response: Response, error: ZhikeError): void {
  const wait = error.detail?.retryAfterMs;
  if (typeof wait === 'number') response.set('Retry-After', String(Math.max(1, Math.ceil(wait / 1000))));
  response.status(error.status).json(errorBody(error));
}

/** What a failure is called outside; what is not ours by name is logged and says nothing of its cause. */
export function toZhikeError(error: unknown, log: Log): ZhikeError {
  if (error instanceof ZhikeError) return error;
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
  if (typeof status === 'number' && status < 500) return new ZhikeError('MalformedData');
  log.error({ err: error }, 'a web request failed');
  return new ZhikeError('Unavailable');
}

export function answerErrors(log: Log): ErrorRequestHandler {
  // biome-ignore lint/complexity/useMaxParams: express tells an error handler by its four parameters
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) next(error);
    else sendError(response, toZhikeError(error, log));
  };
}
