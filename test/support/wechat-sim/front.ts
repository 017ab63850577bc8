/** The simulator on a port of this machine: WeChat's API under its own paths, and under `/sim` the chat page and what drives it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { actSchema, perform, stateOf } from './control.ts';
import { deliverByHttp } from './deliver.ts';
import { createWeChatSim, type SimAccountDriver, type WeChatSim } from './sim.ts';
import type { SimAccountOptions, SimOptions } from './state.ts';

const MAX_BODY = '12mb';
const PAGE = new URL('./page/', import.meta.url).pathname;

export type SimFront = {
  /** Scheme, host and port. */
  url: string;
  sim: WeChatSim;
  account: SimAccountDriver;
  close(): Promise<void>;
};

/** Listens on 127.0.0.1; port 0 takes any that is free. */
export async function openSimFront(
  given: SimAccountOptions,
  options: Partial<SimOptions> & { port?: number } = {},
): Promise<SimFront> {
  const watchers = new Set<() => void>();
  const { port = 0, ...rest } = options;
  const sim = createWeChatSim({
    clock: () => new Date(),
    random: Math.random,
    deliver: deliverByHttp,
    ...rest,
    onChange: () => {
      rest.onChange?.();
      for (const watcher of watchers) watcher();
    },
  });
  const account = sim.addAccount(given);
  const server = createServer(appOf(sim, account, watchers));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    sim,
    account,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}

function appOf(sim: WeChatSim, account: SimAccountDriver, watchers: Set<() => void>): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.all(/^\/cgi-bin\//, express.raw({ type: () => true, limit: MAX_BODY }), (request, response) =>
    answerApi(sim, request, response),
  );
  app.get('/pictures/:id', (request, response) => {
    const picture = sim.sim.pictures.get(request.path);
    if (!picture) return void response.status(404).end();
    response.type(picture.contentType).send(Buffer.from(picture.bytes));
  });
  app.use('/sim', onlyOurPage);
  app.get('/sim/media/:id', (request, response) => {
    const media = account.account.media.get(request.params.id);
    if (!media) return void response.status(404).end();
    response.type(media.contentType).set('X-Content-Type-Options', 'nosniff').send(Buffer.from(media.bytes));
  });
  app.get('/sim/state', (request, response) => {
    response.json(stateOf(sim, account, String(request.query.openid ?? '')));
  });
  app.get('/sim/events', (request, response) => watch(watchers, request, response));
  app.post('/sim/act', express.json({ limit: MAX_BODY }), async (request, response) => {
    const act = actSchema.safeParse(request.body);
    if (!act.success) return void response.status(400).json({ error: act.error.issues[0]?.message ?? 'bad act' });
    // A push may take 15 s: the page sees its end in the transcript.
    const done = perform({ sim, account, base: `http://${request.headers.host}` }, act.data);
    if (request.query.wait === '1') await done;
    else done.catch(() => undefined);
    response.json({ ok: true });
  });
  app.get('/', (_request, response) => response.redirect(302, '/sim/'));
  app.use('/sim', express.static(PAGE));
  const failed: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
    response.status(500).json({ error: error instanceof Error ? error.message : 'error' });
  };
  return app.use(failed);
}

/** Other sites may not drive it from a browser: names that resolve here, and their scripts, are refused. */
function onlyOurPage(request: Request, response: Response, next: () => void): void {
  const { host = '', origin } = request.headers;
  const ours = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) && (origin === undefined || origin === `http://${host}`);
  if (ours) next();
  else response.status(403).end();
}

async function answerApi(sim: WeChatSim, request: Request, response: Response): Promise<void> {
  const answer = await sim.api({
    method: request.method,
    path: request.path,
    query: new URLSearchParams(request.originalUrl.split('?')[1] ?? ''),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(),
    ip: request.socket.remoteAddress?.replace('::ffff:', '') ?? '',
  });
  if ('lost' in answer) request.socket.destroy();
  else if ('bytes' in answer) response.type(answer.contentType).send(Buffer.from(answer.bytes));
  else response.json(answer.json);
}

/** Server-sent hints; whoever hears one reads the state again. */
function watch(watchers: Set<() => void>, request: Request, response: Response): void {
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  let waiting: NodeJS.Timeout | null = null;
  const hint = () => {
    waiting ??= setTimeout(() => {
      waiting = null;
      response.write('data: changed\n\n');
    }, 30);
  };
  watchers.add(hint);
  response.write('data: changed\n\n');
  request.on('close', () => {
    watchers.delete(hint);
    if (waiting) clearTimeout(waiting);
  });
}
