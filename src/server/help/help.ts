/** The help center: one page per published article and an index by category, in both languages, without scripts or cookies. */
import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { LOCALES, type Locale } from '../../domain/locale.ts';
import type { Article, Clock } from '../../ports.ts';
import type { ServerDeps } from '../deps.ts';
import { languageOf } from '../language.ts';
import { escapeHtml, sendPage } from '../page.ts';
import { renderMarkdown } from './markdown.ts';
import texts from './texts.json' with { type: 'json' };

/** How long a list of articles is used again: an article that was withdrawn is gone after it. */
const REMEMBERED_MS = 2_000;
const ID = /^[a-z0-9][a-z0-9-]{0,79}(\/[a-z0-9][a-z0-9-]{0,79}){0,3}$/i;
const OTHER: Record<Locale, Locale> = { 'zh-CN': 'en', en: 'zh-CN' };

type HelpDeps = Pick<ServerDeps, 'store' | 'publicUrl' | 'clock' | 'shopName'>;

export function help(deps: HelpDeps): Router {
  const router = Router();
  const published = remember(deps.clock, () => deps.store.articles.published());
  router.get('/help', (request, response) =>
    response.vary('Accept-Language').redirect(302, `/help/${languageOf(request)}`),
  );
  router.get('/help/:locale', async (request, response) => {
    const locale = localeIn(request);
    if (!locale) return sendMissing(response, languageOf(request));
    sendIndex({ deps, request, response }, locale, await published());
  });
  router.get('/help/:locale/*id', async (request, response) => {
    const locale = localeIn(request);
    const id = [request.params.id].flat().join('/');
    if (!locale || !ID.test(id)) return sendMissing(response, locale ?? languageOf(request));
    const article = await deps.store.articles.find(id, locale);
    if (!article) return sendMissing(response, locale);
    const hasOther = (await deps.store.articles.find(id, OTHER[locale])) !== null;
    sendArticle({ deps, request, response }, article, hasOther);
  });
  return router;
}

function localeIn(request: Request): Locale | null {
  return LOCALES.find((locale) => locale === request.params.locale) ?? null;
}

function remember<T>(clock: Clock, read: () => Promise<T>): () => Promise<T> {
  let last: { at: number; value: Promise<T> } | null = null;
  return () => {
    const now = clock().getTime();
    if (last === null || now - last.at > REMEMBERED_MS) {
      const value = read();
      last = { at: now, value };
      value.catch(() => {
        last = null;
      });
    }
    return last.value;
  };
}

type Exchange = { deps: HelpDeps; request: Request; response: Response };

/** Short public cache, revalidated by an ETag of what is shown; true when the client has it already. */
function isFresh({ request, response }: Exchange, shown: unknown): boolean {
  const etag = `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 27)}"`;
  response.set({ 'Cache-Control': 'public, max-age=60', ETag: etag });
  if (!request.fresh) return false;
  response.status(304).end();
  return true;
}

function header(deps: HelpDeps, locale: Locale, otherPath: string): string {
  const words = texts[locale];
  const home = `<a href="/help/${locale}">${escapeHtml(deps.shopName)} · ${words.title}</a>`;
  return `<header>${home}<a href="${otherPath}" hreflang="${OTHER[locale]}" lang="${OTHER[locale]}">${words.other}</a></header>\n`;
}

function links(deps: HelpDeps, paths: Partial<Record<Locale, string>>, canonical: string): string {
  const alternates = Object.entries(paths).map(
    ([locale, path]) => `<link rel="alternate" hreflang="${locale}" href="${escapeHtml(deps.publicUrl() + path)}">\n`,
  );
  return `<link rel="canonical" href="${escapeHtml(deps.publicUrl() + canonical)}">\n${alternates.join('')}`;
}

function sendIndex(exchange: Exchange, locale: Locale, all: readonly Article[]): void {
  const { deps, response } = exchange;
  const articles = all.filter((article) => article.locale === locale);
  if (
    isFresh(exchange, [
      deps.shopName,
      articles.map(({ id, version, question, category }) => [id, version, question, category]),
    ])
  )
    return;
  const words = texts[locale];
  const titles: Record<string, string> = words.categories;
  const known = Object.keys(titles);
  const found = [...new Set(articles.map(({ category }) => category))];
  const categories = found.sort((a, b) => (known.indexOf(a) + 1 || 99) - (known.indexOf(b) + 1 || 99));
  const section = (category: string) => {
    const items = articles
      .filter((article) => article.category === category)
      .map(({ id, question }) => `<li><a href="/help/${locale}/${escapeHtml(id)}">${escapeHtml(question)}</a></li>`);
    return `<section><h2>${escapeHtml(titles[category] ?? category)}</h2>\n<ul>\n${items.join('\n')}\n</ul></section>`;
  };
  const main = `<h1>${words.title}</h1>\n${categories.map(section).join('\n')}\n<a class="contact" href="/chat">${words.contact}</a>`;
  const paths = { 'zh-CN': '/help/zh-CN', en: '/help/en' };
  const head = links(deps, paths, paths[locale]);
  sendPage(response, {
    locale,
    title: `${words.title} · ${deps.shopName}`,
    main,
    head,
    header: header(deps, locale, paths[OTHER[locale]]),
  });
}

function sendArticle(exchange: Exchange, article: Article & { updatedAt: string }, hasOther: boolean): void {
  const { deps, response } = exchange;
  const { id, locale, version, question, answer, updatedAt } = article;
  if (isFresh(exchange, [deps.shopName, id, locale, version, question, answer, updatedAt, hasOther])) return;
  const words = texts[locale];
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(
    new Date(updatedAt),
  );
  const when = `${words.version.replace('{version}', String(version))} · ${words.updated.replace('{date}', `<time datetime="${updatedAt}">${escapeHtml(date)}</time>`)}`;
  const main = `<article>
<h1>${escapeHtml(question)}</h1>
<p class="soft">${when}</p>
${renderMarkdown(answer)}</article>
<p><a href="/help/${locale}">${words.all}</a></p>
<a class="contact" href="/chat">${words.contact}</a>`;
  const own = `/help/${locale}/${id}`;
  const other = `/help/${OTHER[locale]}${hasOther ? `/${id}` : ''}`;
  const paths = hasOther ? { [locale]: own, [OTHER[locale]]: other } : { [locale]: own };
  const head = links(deps, paths, own);
  sendPage(response, {
    locale,
    title: `${question} · ${deps.shopName}`,
    main,
    head,
    header: header(deps, locale, other),
  });
}

function sendMissing(response: Response, locale: Locale): void {
  const words = texts[locale];
  const main = `<h1>${words.missing}</h1>
<p>${words.missingText}</p>
<p><a href="/help/${locale}">${words.all}</a></p>
<a class="contact" href="/chat">${words.contact}</a>`;
  sendPage(response, { locale, title: words.missing, main, status: 404 });
}
