/** Binds the contract to handlers. Every request goes the same way: limit, session, origin, right, parse, act, check the answer. */
import { json, type Request, type Response, Router } from 'express';
import * as z from 'zod';
import type { Route } from '../contract/route.ts';
import { type Routes, routes } from '../contract/routes.ts';
import { ZhikeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import { type Action, can } from '../domain/permission.ts';
import { bringsKey, keySession } from './auth/api-keys.ts';
import { hasPageHeader, isSameOrigin } from './auth/origin.ts';
import type { Session, Sessions } from './auth/sessions.ts';
import type { ServerDeps } from './deps.ts';
import { languageOf } from './language.ts';

type Given<S> = S extends z.ZodType ? z.output<S> : undefined;
export type Call<R extends Route> = {
  params: Given<R['params']>;
  query: Given<R['query']>;
  body: Given<R['body']>;
  session: R['access'] extends 'public' ? null : Session;
  request: Request;
  response: Response;
};
/** `may`: what `can` is asked for; `self` for what everybody signed in may do with their own things. */
export type Handler<R extends Route> = {
  may: R['access'] extends 'public' ? 'anyone' : Action | 'self';
  run(call: Call<R>): Promise<z.input<R['response']>>;
};
/** One handler per route: a route without one, or one without a route, does not compile. */
export type Handlers = { [K in keyof Routes]: Handler<Routes[K]> };

const MAX_BODY = '256kb';
const MAX_FIELDS = 20;
const FORBIDDEN_KEY = '__proto__';

/** Compressed bodies are refused, and the one key that plain objects mistake for their own. */
const jsonReader = (limit: string) =>
  json({
    limit,
    inflate: false,
    strict: true,
    reviver: (key: string, value: unknown) => {
      if (key === FORBIDDEN_KEY) throw new SyntaxError('forbidden key');
      return value;
    },
  });
const readers = new Map<string, ReturnType<typeof jsonReader>>();

function readerOf({ maxBody = MAX_BODY }: Route): ReturnType<typeof jsonReader> {
  const known = readers.get(maxBody) ?? jsonReader(maxBody);
  readers.set(maxBody, known);
  return known;
}

type BindDeps = Pick<ServerDeps, 'store' | 'clock' | 'limits' | 'publicUrl' | 'checkAnswers'> & { sessions: Sessions };

export function bindRoutes(handlers: Handlers, deps: BindDeps): Router {
  const router = Router();
  for (const name of Object.keys(routes) as (keyof Routes)[]) {
    const route: Route = routes[name];
    // The table ties each handler to its own route; over all of them at once only the general shape is left.
    const handler = handlers[name] as unknown as Handler<Route>;
    const path = route.path.replace(/\{(\w+)\}/g, ':$1');
    const method = route.method as 'get' | 'post' | 'patch' | 'delete';
    if (route.access === 'public') router[method](path, deps.limits.guard('reading'));
    router[method](path, async (request, response) => {
      const session = await admit(route, handler, { request, deps });
      const call = { ...(await parse(route, request, response)), session, request, response };
      const answer = await handler.run(call as Call<Route>);
      response.status(route.ok).json(deps.checkAnswers ? route.response.parse(answer) : answer);
    });
  }
  return router;
}

async function admit(route: Route, handler: Handler<Route>, { request, deps }: { request: Request; deps: BindDeps }) {
  const session = route.access === 'public' ? null : await sessionOf(deps, request);
  if (route.access === 'session' && !session) throw new ZhikeError('MissingToken');
  // No page can make a browser send a key: there is nothing to forge.
  if (!session?.key && route.method !== 'get' && !(isSameOrigin(request, deps.publicUrl()) && hasPageHeader(request)))
    throw new ZhikeError('WrongOrigin');
  const may: string = handler.may;
  if (session?.mustEnrol && may !== 'self') throw new ZhikeError('SecondFactorNeeded');
  // A key is for the shop's work, not for the account of whoever it acts for.
  if (session && (may === 'self' ? session.key : !can(session.actor, may as Action)))
    throw new ZhikeError('NotAllowed');
  return session;
}

function sessionOf(deps: BindDeps, request: Request): Promise<Session | null> {
  return bringsKey(request) ? keySession(deps, request) : deps.sessions.findAny(request);
}

async function parse(route: Route, request: Request, response: Response) {
  const locale = languageOf(request);
  refuseRepeated(request);
  if (!route.query && Object.keys(request.query).length > 0)
    throw new ZhikeError('MalformedData', { detail: 'this route takes no query' });
  const check = (part: string, schema: z.ZodType | undefined, value: unknown) =>
    schema && checked(schema, value, { part, locale });
  return {
    params: check('params', route.params, request.params),
    query: check('query', route.query, { ...request.query }),
    body: check('body', route.body, route.body ? await readBody(readerOf(route), request, response) : undefined),
  };
}

/** `?limit=1&limit=2` means two things; nobody sends it honestly. */
function refuseRepeated(request: Request): void {
  for (const [name, value] of Object.entries(request.query))
    if (typeof value !== 'string')
      throw new ZhikeError('MalformedData', { fields: [{ path: `query.${name.slice(0, 100)}`, message: 'repeated' }] });
}

/** The JSON of the body, `{}` where there is none; anything that does not say it is JSON is not read. */
async function readBody(
  readJson: ReturnType<typeof jsonReader>,
  request: Request,
  response: Response,
): Promise<unknown> {
  const isEmpty =
    request.headers['transfer-encoding'] === undefined && Number(request.headers['content-length'] ?? 0) === 0;
  if (isEmpty) return {};
  if (!request.is('application/json')) throw new ZhikeError('NotSupported', { detail: 'send application/json' });
  await new Promise<void>((resolve, reject) =>
    readJson(request, response, (error?: unknown) => (error ? reject(error) : resolve())),
  );
  return request.body;
}

const words: Record<Locale, z.core.$ZodErrorMap> = {
  'zh-CN': z.locales.zhCN().localeError,
  en: z.locales.en().localeError,
};

function checked(schema: z.ZodType, value: unknown, { part, locale }: { part: string; locale: Locale }): unknown {
  const result = schema.safeParse(value, { error: words[locale] });
  if (result.success) return result.data;
  const fields = result.error.issues.slice(0, MAX_FIELDS).map(({ path, message }) => ({
    path: (part === 'body' ? path : [part, ...path]).map(String).join('.'),
    message,
  }));
  throw new ZhikeError('MalformedData', { fields });
}
