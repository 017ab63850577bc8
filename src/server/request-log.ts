/** Every request gets an id and one line: method, path without query, status, time; never a body or an address. */
import type { RequestHandler } from 'express';
import type { Log, NewId } from '../ports.ts';
import type { Metrics } from './metrics.ts';

const MAX_PATH = 200;

export function requestLog({ log, metrics, newId }: { log: Log; metrics: Metrics; newId: NewId }): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const requestId = newId();
    response.locals.requestId = requestId;
    response.set('X-Request-Id', requestId);
    response.once('close', () => {
      const ms = Math.round(performance.now() - started);
      metrics.http(request.method, response.statusCode, ms / 1_000);
      const path = request.originalUrl.split('?', 1)[0]?.slice(0, MAX_PATH);
      const fields = {
        requestId,
        method: request.method,
        path,
        status: response.statusCode,
        ms,
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      // Polls and pages would drown what matters: they are told at debug.
      if (response.statusCode >= 400 || (request.method !== 'GET' && path?.startsWith('/api/')))
        log.info(fields, 'request');
      else log.debug(fields, 'request');
    });
    next();
  };
}
