/** The built pages: hashed files for a year, documents never kept and with a nonce of their own, a missing file is a 404. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type RequestHandler, type Response, Router } from 'express';
import sirv from 'sirv';
import { ZhikeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import type { ServerDeps } from './deps.ts';
import { chatPolicy, consolePolicy, setPolicy, shopPolicy } from './headers.ts';
import { languageOf } from './language.ts';
import { escapeHtml, sendPage } from './page.ts';

type FacesDeps = Pick<ServerDeps, 'webDir' | 'publicUrl' | 'webOrigins'>;
type Face = 'console' | 'chat' | 'shop';

/** Our own files are UTF-8, whatever the charset of the page that loads them. */
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

function nameCharset(response: { setHeader(name: string, value: string): unknown }, path: string): void {
  const type = TYPES[extname(path)];
  if (type) response.setHeader('Content-Type', `${type}; charset=utf-8`);
}

export function faces(deps: FacesDeps): Router {
  const router = Router();
  const { webDir, publicUrl, webOrigins } = deps;
  router.get('/widget.js', launcher(webDir));
  for (const face of ['console', 'chat', 'shop'] as const) {
    router.use(`/${face}/assets`, files(join(webDir, face, 'assets'), { immutable: true }), missing);
    router.use(`/${face}`, files(join(webDir, face), { immutable: false }));
  }
  router.get(
    ['/', '/shop'],
    document(deps, 'shop', (response) => setPolicy(response, shopPolicy(publicUrl()))),
  );
  router.get(
    '/chat',
    document(deps, 'chat', (response) => {
      setPolicy(response, chatPolicy(publicUrl(), webOrigins));
      response.set('Cross-Origin-Resource-Policy', 'cross-origin').removeHeader('X-Frame-Options');
      // The shop's page that opened the full chat hands its credential over by postMessage.
      response.removeHeader('Cross-Origin-Opener-Policy');
    }),
  );
  router.get(
    '/console{/*rest}',
    document(deps, 'console', (response, nonce) => setPolicy(response, consolePolicy(publicUrl(), nonce))),
  );
  return router;
}

const missing: RequestHandler = () => {
  throw new ZhikeError('NotFound');
};

/** Files of a folder with their packed twins; documents are not among them. */
function files(folder: string, { immutable }: { immutable: boolean }): RequestHandler {
  if (!existsSync(folder)) return (_request, _response, next) => next();
  const serve = sirv(folder, {
    brotli: true,
    gzip: true,
    etag: true,
    dev: false,
    extensions: [],
    maxAge: immutable ? 31_536_000 : 300,
    immutable,
    setHeaders: nameCharset,
  });
  return (request, response, next) =>
    /(^\/?|\.html(\.br|\.gz)?)$/.test(request.path) ? next() : serve(request, response, next);
}

/** The one script of other people's pages. */
function launcher(webDir: string): RequestHandler {
  const path = join(webDir, 'widget.js');
  if (!existsSync(path)) return missing;
  const serve = sirv(webDir, {
    brotli: true,
    gzip: true,
    etag: true,
    dev: false,
    extensions: [],
    setHeaders: (response, name) => {
      nameCharset(response, name);
      response.setHeader('Cache-Control', 'public, max-age=300, stale-while-revalidate=86400');
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
    },
  });
  return (request, response, next) => serve(request, response, next);
}

function document(
  { webDir, publicUrl }: FacesDeps,
  face: Face,
  prepare: (response: Response, nonce: string) => void,
): RequestHandler {
  const path = join(webDir, face, 'index.html');
  const html = existsSync(path) ? readFileSync(path, 'utf8') : null;
  return (request, response, next) => {
    // Whatever has the name of a file is one, and it is not here: a page in its place would be run as a script.
    if (/\.\w{2,5}$/.test(request.path)) return next();
    if (html === null) return sendNotBuilt(response, languageOf(request));
    const nonce = randomBytes(16).toString('base64');
    prepare(response, nonce);
    const filled = html.replaceAll('__NONCE__', nonce).replaceAll('__ORIGIN__', escapeHtml(publicUrl()));
    response.set('Cache-Control', 'no-store').type('html').send(filled);
  };
}

const NOT_BUILT: Record<Locale, { title: string; text: string }> = {
  'zh-CN': { title: '页面尚未构建', text: '请在安装目录运行以下命令，然后重新启动：' },
  en: { title: 'The pages are not built yet', text: 'Run this command in the installation folder and start again:' },
};

function sendNotBuilt(response: Response, locale: Locale): void {
  const { title, text } = NOT_BUILT[locale];
  const main = `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(text)}</p>\n<pre><code>npm run build</code></pre>`;
  sendPage(response, { locale, title, main, status: 503 });
}
