/** The API's document as a page for people: every route with what it takes and gives, without a script or a foreign address. */
import type { RequestHandler } from 'express';
import * as z from 'zod';
import type { Route } from '../contract/route.ts';
import { routes } from '../contract/routes.ts';
import type { Locale } from '../domain/locale.ts';
import { languageOf } from './language.ts';
import { escapeHtml, sendPage } from './page.ts';

const WORDS: Record<Locale, Record<'title' | 'intro' | 'how' | 'file' | 'takes' | 'gives' | 'public', string>> = {
  'zh-CN': {
    title: '知客 API',
    intro: '座席工作台使用的就是这些接口。说明文字为英文，与 OpenAPI 文档一致。',
    how: '在“设置 → API 密钥”中创建密钥，随请求发送：',
    file: 'OpenAPI 3.1 文档',
    takes: '请求',
    gives: '响应',
    public: '无需登录',
  },
  en: {
    title: 'Zhike API',
    intro: 'The agent console uses these very routes.',
    how: 'Make a key under “Settings → API keys” and send it along:',
    file: 'OpenAPI 3.1 document',
    takes: 'Takes',
    gives: 'Gives',
    public: 'open to all',
  },
};

/** A schema as JSON Schema, without the dialect's name. */
function schemaText(schema: z.ZodType, io: 'input' | 'output'): string {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return JSON.stringify(rest, null, 2);
}

function block(label: string, schema: z.ZodType | undefined, io: 'input' | 'output'): string {
  if (!schema) return '';
  return `<h3>${escapeHtml(label)}</h3>\n<pre tabindex="0">${escapeHtml(schemaText(schema, io))}</pre>\n`;
}

function routeHtml(route: Route, locale: Locale): string {
  const words = WORDS[locale];
  const open = route.access === 'public' ? ` <span class="soft">(${escapeHtml(words.public)})</span>` : '';
  return `<details id="${escapeHtml(route.id)}"><summary><code>${route.method.toUpperCase()} ${escapeHtml(route.path)}</code>${open}<br>
<span class="soft">${escapeHtml(route.summary)}</span></summary>
${block(`${words.takes}: path`, route.params, 'input')}${block(`${words.takes}: query`, route.query, 'input')}${block(
  `${words.takes}: JSON`,
  route.body,
  'input',
)}${block(`${words.gives}: ${route.ok}`, route.response, 'output')}</details>`;
}

function mainOf(locale: Locale, publicUrl: string): string {
  const words = WORDS[locale];
  const tags = Map.groupBy(Object.values(routes) as Route[], ({ tag }) => tag);
  const sections = [...tags].map(
    ([tag, list]) => `<h2>${escapeHtml(tag)}</h2>\n${list.map((route) => routeHtml(route, locale)).join('\n')}`,
  );
  const example = `curl -H 'Authorization: Bearer zhk_…' ${publicUrl}/api/v1/conversations?view=all`;
  return `<h1>${escapeHtml(words.title)}</h1>
<p>${escapeHtml(words.intro)} <a href="/api/openapi.json">${escapeHtml(words.file)}</a></p>
<p>${escapeHtml(words.how)}</p>
<pre tabindex="0">${escapeHtml(example)}</pre>
${sections.join('\n')}`;
}

export function apiDocs(publicUrl: () => string): RequestHandler {
  const pages = new Map<Locale, string>();
  return (request, response) => {
    const locale = languageOf(request);
    const main = pages.get(locale) ?? mainOf(locale, publicUrl());
    pages.set(locale, main);
    sendPage(response, { locale, title: WORDS[locale].title, main });
  };
}
