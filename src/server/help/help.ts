/** The help center: one page per published article, an index, search, feeds and feedback, in both languages, without scripts or cookies. */
import { createHash } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import * as z from 'zod';
import { ARTICLE_ID } from '../../domain/article.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { LOCALES, type Locale } from '../../domain/locale.ts';
import type { LiveRow } from '../../store/knowledge-rows.ts';
import { isSameOrigin } from '../auth/origin.ts';
import type { ServerDeps } from '../deps.ts';
import { languageOf } from '../language.ts';
import { addressKey } from '../limits.ts';
import { keepPage, type Page, sendPage } from '../page.ts';
import { atomFeed, siteMap } from './feeds.ts';
import { articlePage, indexPage, missingPage, OTHER, type Place, searchPage } from './pages.ts';
import { type Library, readLibrary, searchArticles } from './read.ts';

type HelpDeps = Pick<ServerDeps, 'store' | 'publicUrl' | 'clock' | 'shopName' | 'limits' | 'knowledge'>;
type House = HelpDeps & { library: Library; place: () => Place };

export function help(deps: HelpDeps): Router {
  const house: House = {
    ...deps,
    library: readLibrary(deps),
    place: () => ({ publicUrl: deps.publicUrl(), shopName: deps.shopName }),
  };
  const router = Router();
  router.get('/help', (request, response) =>
    response.vary('Accept-Language').redirect(302, `/help/${languageOf(request)}`),
  );
  router.get('/help/sitemap.xml', async (_request, response) => {
    sendXml(response, 'application/xml', siteMap(await house.library(), house.place()));
  });
  router.get('/help/:locale/feed.xml', async (request, response, next) => {
    const locale = localeIn(request);
    if (!locale) return next();
    sendXml(response, 'application/atom+xml', atomFeed(await house.library(), locale, house.place()));
  });
  router.get('/help/:locale/search', search(house));
  router.get('/help/:locale', index(house));
  router.post('/help/:locale/*id/feedback', express.urlencoded({ extended: false, limit: 1_000 }), feedback(house));
  router.get('/help/:locale/*id', article(house));
  return router;
}

function localeIn(request: Request): Locale | null {
  return LOCALES.find((locale) => locale === request.params.locale) ?? null;
}

function sendXml(response: Response, type: string, text: string): void {
  response.set('Cache-Control', 'public, max-age=300').type(`${type}; charset=utf-8`).send(text);
}

/** Short public cache, revalidated by an ETag of what is shown. */
function sendKept({ request, response }: { request: Request; response: Response }, page: Page): void {
  const etag = `"${createHash('sha256').update(JSON.stringify(page)).digest('base64url').slice(0, 27)}"`;
  response.set({ 'Cache-Control': 'public, max-age=60', ETag: etag });
  if (request.fresh) keepPage(response, { forms: true });
  else sendPage(response, { ...page, forms: true });
}

function index({ library, place }: House): RequestHandler {
  return async (request, response) => {
    const locale = localeIn(request);
    if (!locale) return sendPage(response, { ...missingPage(languageOf(request)), forms: true, status: 404 });
    const rows = (await library()).filter((row) => row.locale === locale);
    sendKept({ request, response }, indexPage(place(), locale, rows));
  };
}

function search({ library, place, knowledge }: House): RequestHandler {
  return async (request, response, next) => {
    const locale = localeIn(request);
    if (!locale) return next();
    const asked = z
      .string()
      .trim()
      .max(200)
      .safeParse(request.query.q ?? '');
    const query = asked.success ? asked.data : '';
    const found = query === '' ? [] : searchArticles(await library(), { query, locale, knowledge: knowledge() });
    sendPage(response, { ...searchPage(place(), locale, { query, found }), forms: true });
  };
}

type Found = { locale: Locale; row: LiveRow; hasOther: boolean } | { locale: Locale; row: null };

/** The one article that is asked for, as it is live now: what the bot cites and what it says are one version. */
async function find({ library }: House, request: Request): Promise<Found> {
  const locale = localeIn(request);
  const id = [request.params.id].flat().join('/');
  if (!locale || !ARTICLE_ID.test(id)) return { locale: locale ?? languageOf(request), row: null };
  const rows = await library();
  const row = rows.find((one) => one.id === id && one.locale === locale) ?? null;
  if (!row) return { locale, row };
  return { locale, row, hasOther: rows.some((one) => one.id === id && one.locale === OTHER[locale]) };
}

function article(house: House): RequestHandler {
  return async (request, response) => {
    const found = await find(house, request);
    if (!found.row) return sendPage(response, { ...missingPage(found.locale), forms: true, status: 404 });
    const thanks = request.query.thanks !== undefined;
    sendKept({ request, response }, articlePage(house.place(), found.row, { hasOther: found.hasOther, thanks }));
  };
}

const voteSchema = z.object({ helpful: z.enum(['yes', 'no']), version: z.coerce.number().int().min(1) });

function feedback(house: House): RequestHandler {
  const { store, limits, clock, publicUrl } = house;
  return async (request, response) => {
    if (!isSameOrigin(request, publicUrl())) throw new ZhikeError('WrongOrigin');
    const found = await find(house, request);
    if (!found.row) return sendPage(response, { ...missingPage(found.locale), forms: true, status: 404 });
    const vote = voteSchema.safeParse(request.body);
    if (!vote.success) throw new ZhikeError('MalformedData');
    const { id, locale } = found.row;
    const reader = addressKey(request.ip);
    await limits.take('feedback', reader);
    // One reader, one vote a day for each article: a second click is thanked and not counted.
    const isFirst = await limits.take('feedbackOnce', `${reader} ${locale} ${id}`).then(
      () => true,
      () => false,
    );
    const { version, helpful } = vote.data;
    if (isFirst)
      await store.knowledge.addFeedback(
        { id, locale, version: Math.min(version, found.row.version) },
        helpful === 'yes',
        clock(),
      );
    response.redirect(303, `/help/${locale}/${id}?thanks`);
  };
}
