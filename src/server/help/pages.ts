/** The pages of the help center as HTML; every piece of text goes through `escapeHtml`. */
import type { Locale } from '../../domain/locale.ts';
import type { LiveRow } from '../../store/knowledge-rows.ts';
import { escapeHtml, type Page } from '../page.ts';
import { questionData, questionsData } from './feeds.ts';
import { renderMarkdown } from './markdown.ts';
import texts from './texts.json' with { type: 'json' };

export type Place = { publicUrl: string; shopName: string };
export const OTHER: Record<Locale, Locale> = { 'zh-CN': 'en', en: 'zh-CN' };

const fill = (text: string, values: Record<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => escapeHtml(values[name] ?? ''));

function header({ shopName }: Place, locale: Locale, otherPath: string): string {
  const words = texts[locale];
  const home = `<a href="/help/${locale}">${escapeHtml(shopName)} · ${words.title}</a>`;
  return `<header>${home}<a href="${escapeHtml(otherPath)}" hreflang="${OTHER[locale]}" lang="${OTHER[locale]}">${words.other}</a></header>\n`;
}

function links({ publicUrl }: Place, paths: Partial<Record<Locale, string>>, canonical: string): string {
  const alternates = Object.entries(paths).map(
    ([locale, path]) => `<link rel="alternate" hreflang="${locale}" href="${escapeHtml(publicUrl + path)}">\n`,
  );
  return `<link rel="canonical" href="${escapeHtml(publicUrl + canonical)}">\n${alternates.join('')}`;
}

function feedLink(locale: Locale): string {
  return `<link rel="alternate" type="application/atom+xml" title="${texts[locale].feed}" href="/help/${locale}/feed.xml">\n`;
}

function searchForm(locale: Locale, query = ''): string {
  const words = texts[locale];
  return `<form class="search" role="search" action="/help/${locale}/search">
<label for="q">${words.search}</label>
<span><input id="q" name="q" type="search" maxlength="200" value="${escapeHtml(query)}"><button>${words.find}</button></span>
</form>`;
}

const listOf = (locale: Locale, rows: readonly LiveRow[]): string =>
  `<ul>\n${rows
    .map(
      ({ id, content }) => `<li><a href="/help/${locale}/${escapeHtml(id)}">${escapeHtml(content.question)}</a></li>`,
    )
    .join('\n')}\n</ul>`;

export function indexPage(place: Place, locale: Locale, rows: readonly LiveRow[]): Page {
  const words = texts[locale];
  const titles: Record<string, string> = words.categories;
  const known = Object.keys(titles);
  const found = [...new Set(rows.map(({ content }) => content.category))];
  const categories = found.sort((a, b) => (known.indexOf(a) + 1 || 99) - (known.indexOf(b) + 1 || 99));
  const section = (category: string) => {
    const own = rows.filter(({ content }) => content.category === category);
    return `<section><h2>${escapeHtml(titles[category] ?? category)}</h2>\n${listOf(locale, own)}</section>`;
  };
  const paths = { 'zh-CN': '/help/zh-CN', en: '/help/en' };
  return {
    locale,
    title: `${words.title} · ${place.shopName}`,
    main: `<h1>${words.title}</h1>\n${searchForm(locale)}\n${categories.map(section).join('\n')}\n<a class="contact" href="/chat">${words.contact}</a>`,
    head: links(place, paths, paths[locale]) + feedLink(locale) + questionsData(rows, locale),
    header: header(place, locale, paths[OTHER[locale]]),
  };
}

export function searchPage(place: Place, locale: Locale, { query, found }: { query: string; found: LiveRow[] }): Page {
  const words = texts[locale];
  const result = found.length > 0 ? listOf(locale, found) : `<p>${words.nothing}</p>`;
  const title = query === '' ? words.search : fill(words.results, { query });
  const other = `/help/${OTHER[locale]}/search?q=${encodeURIComponent(query)}`;
  return {
    locale,
    title: `${query === '' ? words.search : words.results.replace('{query}', query)} · ${place.shopName}`,
    main: `<h1>${title}</h1>\n${searchForm(locale, query)}\n${query === '' ? '' : result}\n<p><a href="/help/${locale}">${words.all}</a></p>
<a class="contact" href="/chat">${words.contact}</a>`,
    head: '<meta name="robots" content="noindex">\n',
    header: header(place, locale, other),
  };
}

function feedbackForm(row: LiveRow, thanks: boolean): string {
  const words = texts[row.locale];
  if (thanks) return `<p class="feedback" role="status">${words.thanks}</p>`;
  return `<form class="feedback" method="post" action="/help/${row.locale}/${escapeHtml(row.id)}/feedback">
<input type="hidden" name="version" value="${row.version}">
<span>${words.wasHelpful}</span>
<button name="helpful" value="yes">${words.yes}</button><button name="helpful" value="no">${words.no}</button>
</form>`;
}

export function articlePage(
  place: Place,
  row: LiveRow,
  { hasOther, thanks }: { hasOther: boolean; thanks: boolean },
): Page {
  const { id, locale, version, updatedAt, content } = row;
  const words = texts[locale];
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(
    new Date(updatedAt),
  );
  const when = `${words.version.replace('{version}', String(version))} · ${words.updated.replace('{date}', `<time datetime="${updatedAt}">${escapeHtml(date)}</time>`)}`;
  const own = `/help/${locale}/${id}`;
  const other = `/help/${OTHER[locale]}${hasOther ? `/${id}` : ''}`;
  const paths = hasOther ? { [locale]: own, [OTHER[locale]]: other } : { [locale]: own };
  return {
    locale,
    title: `${content.question} · ${place.shopName}`,
    main: `<article>
<h1>${escapeHtml(content.question)}</h1>
<p class="soft">${when}</p>
${renderMarkdown(content.answer)}</article>
${feedbackForm(row, thanks)}
${searchForm(locale)}
<p><a href="/help/${locale}">${words.all}</a></p>
<a class="contact" href="/chat">${words.contact}</a>`,
    head: links(place, paths, own) + feedLink(locale) + questionData(row, place),
    header: header(place, locale, other),
  };
}

export function missingPage(locale: Locale): Page {
  const words = texts[locale];
  return {
    locale,
    title: words.missing,
    main: `<h1>${words.missing}</h1>
<p>${words.missingText}</p>
${searchForm(locale)}
<p><a href="/help/${locale}">${words.all}</a></p>
<a class="contact" href="/chat">${words.contact}</a>`,
  };
}
