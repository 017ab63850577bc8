/** Whether the process lives, whether it should get work, and what it counted. */
import { type RequestHandler, Router } from 'express';
import { ZhikeError } from '../domain/errors.ts';
import type { ServerDeps } from './deps.ts';
import { safeEqual } from './safe-equal.ts';

/** One probe answers everybody who asks within this time: asking is free for the database. */
const REMEMBERED_MS = 1_000;

type HealthDeps = Pick<ServerDeps, 'store' | 'metrics' | 'metricsToken' | 'clock' | 'log'> & {
  probeMs: number;
  isDraining: () => boolean;
};

export function health(deps: HealthDeps): Router {
  const router = Router();
  const probe = createProbe(deps);
  router.get('/livez', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ ok: true });
  });
  router.get('/readyz', async (_request, response) => {
    const database = deps.isDraining() ? null : await probe();
    const state = database === null ? 'draining' : database ? 'ready' : 'database unreachable';
    response
      .set('Cache-Control', 'no-store')
      .status(state === 'ready' ? 200 : 503)
      .json({ ok: state === 'ready', state });
  });
  router.get('/metrics', metricsHandler(deps));
  return router;
}

function metricsHandler({ metrics, metricsToken }: HealthDeps): RequestHandler {
  return async (request, response) => {
    const given = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (metricsToken === null) throw new ZhikeError('NotFound');
    if (!safeEqual(given, metricsToken)) throw new ZhikeError('MissingToken');
    const { text, contentType } = await metrics.render();
    response.set('Cache-Control', 'no-store').type(contentType).send(text);
  };
}

/** True when the database took a write in time; all who ask at once share one probe. */
function createProbe({ store, clock, probeMs, log }: HealthDeps): () => Promise<boolean> {
  let last: { at: number; outcome: Promise<boolean> } | null = null;
  const ask = async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${probeMs} ms`)), probeMs);
    });
    try {
      await Promise.race([store.probe(), late]);
      return true;
    } catch (error) {
      log.warn({ err: error }, 'the database is not ready');
      return false;
    } finally {
      clearTimeout(timer);
    }
  };
  return () => {
    const now = clock().getTime();
    if (last === null || now - last.at > REMEMBERED_MS) last = { at: now, outcome: ask() };
    return last.outcome;
  };
}
