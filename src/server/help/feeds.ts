/** What machines read of the help center: an Atom feed per language (RFC 4287), a site map (sitemaps.org 0.9), schema.org data. */
import { LOCALES, type Locale } from '../../domain/locale.ts';
import type { LiveRow } from '../../store/knowledge-rows.ts';
import { escapeHtml } from '../page.ts';
import { renderMarkdown } from './markdown.ts';
import texts from './texts.json' with { type: 'json' };

const FEED_ENTRIES = 50;
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

type Place = { publicUrl: string; shopName: string };
const addressOf = ({ publicUrl }: Place, { locale, id }: Pick<LiveRow, 'locale' | 'id'>): string =>
  `${publicUrl}/help/${locale}/${id}`;

/** The newest first. */
export function atomFeed(rows: readonly LiveRow[], locale: Locale, place: Place): string {
  const newest = rows
    .filter((row) => row.locale === locale)
    .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1))
    .slice(0, FEED_ENTRIES);
  const self = `${place.publicUrl}/help/${locale}/feed.xml`;
  const title = escapeHtml(`${place.shopName} · ${texts[locale].title}`);
  const entries = newest.map((row) => {
    const address = escapeHtml(addressOf(place, row));
    return `<entry>
<id>${address}</id>
<title>${escapeHtml(row.content.question)}</title>
<link href="${address}"/>
<updated>${row.updatedAt}</updated>
<content type="html">${escapeHtml(renderMarkdown(row.content.answer))}</content>
</entry>`;
  });
  return `${HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${locale}">
<id>${escapeHtml(self)}</id>
<title>${title}</title>
<author><name>${escapeHtml(place.shopName)}</name></author>
<link rel="self" href="${escapeHtml(self)}"/>
<link href="${escapeHtml(`${place.publicUrl}/help/${locale}`)}"/>
<updated>${newest[0]?.updatedAt ?? new Date(0).toISOString()}</updated>
${entries.join('\n')}
</feed>
`;
}

export function siteMap(rows: readonly LiveRow[], place: Place): string {
  const known = new Set(rows.map(({ locale, id }) => `${locale} ${id}`));
  const pages = [
    ...LOCALES.map((locale) => ({
      address: `${place.publicUrl}/help/${locale}`,
      updatedAt: null,
      twins: [] as string[],
    })),
    ...rows.map((row) => ({
      address: addressOf(place, row),
      updatedAt: row.updatedAt,
      twins: LOCALES.filter((locale) => known.has(`${locale} ${row.id}`)).map(
        (locale) =>
          `<xhtml:link rel="alternate" hreflang="${locale}" href="${escapeHtml(addressOf(place, { locale, id: row.id }))}"/>`,
      ),
    })),
  ];
  const urls = pages.map(
    ({ address, updatedAt, twins }) =>
      `<url><loc>${escapeHtml(address)}</loc>${updatedAt ? `<lastmod>${updatedAt}</lastmod>` : ''}${twins.join('')}</url>`,
  );
  return `${HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n${urls.join('\n')}\n</urlset>\n`;
}

/** A data block: browsers run none of it, and no text in it can end it. */
function dataBlock(data: object): string {
  return `<script type="application/ld+json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>\n`;
}

const answerOf = ({ content }: LiveRow) => ({ '@type': 'Answer', text: renderMarkdown(content.answer) });

/** One question with its answer. */
export function questionData(row: LiveRow, place: Place): string {
  const { question } = row.content;
  return dataBlock({
    '@context': 'https://schema.org',
    '@type': 'QAPage',
    inLanguage: row.locale,
    mainEntity: {
      '@type': 'Question',
      name: question,
      text: question,
      answerCount: 1,
      dateModified: row.updatedAt,
      acceptedAnswer: { ...answerOf(row), url: addressOf(place, row), dateModified: row.updatedAt },
    },
  });
}

const LISTED = 30;

export function questionsData(rows: readonly LiveRow[], locale: Locale): string {
  return dataBlock({
    '@context': 'https://schema.org',
    '@type': 'FAQPage',
    inLanguage: locale,
    mainEntity: rows
      .slice(0, LISTED)
      .map((row) => ({ '@type': 'Question', name: row.content.question, acceptedAnswer: answerOf(row) })),
  });
}
