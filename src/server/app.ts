/** The HTTP server: every request passes the same stack from top to bottom, and every answer has an end and a shape. */
import type { Server } from 'node:http';
import express, { type RequestHandler } from 'express';
import { ZhikeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import { agentHandlers } from './api/agents.ts';
import { apiKeyHandlers } from './api/api-keys.ts';
import { auditHandlers } from './api/audit.ts';
import { authHandlers } from './api/auth.ts';
import { clockHandlers } from './api/clocks.ts';
import { conversationActing, conversationReading } from './api/conversations.ts';
import { customerHandlers } from './api/customers.ts';
import type { ApiDeps } from './api/deps.ts';
import { deskFiles } from './api/files.ts';
import { inboxHandlers } from './api/inboxes.ts';
import { knowledgeApi } from './api/knowledge.ts';
import { deskMails } from './api/mails.ts';
import { meHandlers } from './api/me.ts';
import { sessionHandlers } from './api/sessions.ts';
import { ticketHandlers } from './api/tickets.ts';
import { twoFactorHandlers } from './api/two-factor.ts';
import { apiDocs } from './api-docs.ts';
import { createPasswords } from './auth/password.ts';
import { createSessions } from './auth/sessions.ts';
import { bindRoutes } from './bind.ts';
import { type ServerDeps, TIMING } from './deps.ts';
import { faces } from './faces.ts';
import { securityHeaders } from './headers.ts';
import { health } from './health.ts';
import { help } from './help/help.ts';
import { languageOf } from './language.ts';
import { createLiveStream, LIVE_PATH, refuse } from './live-stream.ts';
import { describeApi } from './openapi.ts';
import { escapeHtml, sendPage } from './page.ts';
import { createPresence } from './presence.ts';
import { problems } from './problem.ts';
import { requestLog } from './request-log.ts';

export type ZhikeServer = {
  app: express.Express;
  /** Sets the server's time limits and takes its WebSocket upgrades. */
  attach(server: Server): void;
  /** Not ready any more; streams close and come back elsewhere. Resolves when all parts have let go. */
  drain(): Promise<void>;
};

/** A handler for each route of the desk but the knowledge's. */
function deskHandlers(api: ApiDeps) {
  return {
    ...authHandlers(api),
    ...meHandlers(api),
    ...agentHandlers(api),
    ...conversationReading(api),
    ...conversationActing(api),
    ...ticketHandlers(api),
    ...inboxHandlers(api),
    ...customerHandlers(api),
    ...accountHandlers(api),
    ...clockHandlers(api),
  };
}

export function createServer(deps: ServerDeps): ZhikeServer {
  const timing = { ...TIMING, ...deps.timing };
  const { store, publicUrl, parts } = deps;
  let draining = false;

  const presence = createPresence(deps);
  const sessions = createSessions(deps);
  const stream = createLiveStream({ ...deps, sessions, presence, timing });
  const api = { ...deps, sessions, presence, passwords: createPasswords() };
  const knowledge = knowledgeApi({ ...api, ...deps });
  const handlers = { ...deskHandlers(api), ...knowledge.handlers };

  const app = express();
  app
    .disable('x-powered-by')
    .set('etag', false)
    .set('trust proxy', [...deps.trustProxy]);
  app.use(requestLog(deps));
  app.use(securityHeaders(publicUrl));
  app.use(health({ ...deps, probeMs: timing.probeMs, isDraining: () => draining }));
  app.use(['/api', '/v3'], unkept);
  // Not on Direct Line: its own limits answer in its own form, and a refused poll would kill a client for good.
  app.use('/api', deps.limits.guardRefusals);
  for (const part of parts) app.use(part.path, part.router);
  app.get('/api/docs', deps.limits.guard('reading'), apiDocs(publicUrl));
  app.get('/api/openapi.json', deps.limits.guard('reading'), describe());
  app.use(deskFiles({ ...deps, sessions }));
  app.use(deskMails({ store, sessions }));
  app.use(knowledge.router);
  app.use(bindRoutes(handlers, { ...deps, sessions }));
  app.use(['/api', '/v3'], nothingHere);
  app.use('/help', deps.limits.guard('reading'));
  app.use(help(deps));
  app.use(faces(deps));
  app.use(missingPage);
  app.use(problems(deps.log));

  return {
    app,
    attach: (server) => {
      // Slow clients hold a socket, not a worker; these end even the slowest.
      server.headersTimeout = 10_000;
      // A picture from a phone at the edge of the network takes its time; a body without progress is cut all the same.
      server.requestTimeout = 180_000;
      server.on('upgrade', (request, socket, head) => {
        const path = (request.url ?? '').split('?', 1)[0] ?? '';
        if (path === LIVE_PATH) void stream.upgrade(request, socket, head);
        else if (!parts.some((part) => part.attach && path.startsWith(`${part.path}/`))) refuse(socket, 404);
      });
      for (const part of parts) part.attach?.(server);
    },
    drain: async () => {
      draining = true;
      stream.close();
      presence.close();
      await Promise.all(parts.map((part) => part.drain?.()));
      deps.limits.close();
    },
  };
}

function accountHandlers(api: ApiDeps) {
  return { ...auditHandlers(api), ...apiKeyHandlers(api), ...sessionHandlers(api), ...twoFactorHandlers(api) };
}

const unkept: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};

const nothingHere: RequestHandler = () => {
  throw new ZhikeError('NotFound');
};

function describe(): RequestHandler {
  let document: ReturnType<typeof describeApi> | undefined;
  return async (_request, response) => {
    document ??= describeApi();
    response.json(await document);
  };
}

const MISSING: Record<Locale, { title: string; home: string }> = {
  'zh-CN': { title: '没有找到这个页面', home: '帮助中心' },
  en: { title: 'This page was not found', home: 'Help center' },
};

/** A page for people; programs that do not ask for HTML get the problem. */
const missingPage: RequestHandler = (request, response) => {
  if (request.accepts(['json', 'html']) !== 'html') throw new ZhikeError('NotFound');
  const locale = languageOf(request);
  const { title, home } = MISSING[locale];
  sendPage(response, {
    locale,
    title,
    main: `<h1>${escapeHtml(title)}</h1>\n<p><a href="/help/${locale}">${home}</a></p>`,
    status: 404,
  });
};
