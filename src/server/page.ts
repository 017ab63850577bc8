/** The small pages that the server writes itself: no script, one style sheet inside, everything escaped. */
import { createHash } from 'node:crypto';
import type { Response } from 'express';
import type { Locale } from '../domain/locale.ts';
import { plainPagePolicy, setPolicy } from './headers.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2129;--soft:#595f6b;--line:#e3e5ea;--paper:#fff;--link:#1558bd}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a9b0bb;--line:#3a3f48;--paper:#17191d;--link:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.75 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
header,main,footer{max-width:46rem;margin:0 auto;padding:1rem 1.25rem}
header{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;justify-content:space-between;border-bottom:1px solid var(--line)}
h1{font-size:1.6rem;line-height:1.35;margin:1rem 0}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
a{color:var(--link)}
ul,ol{padding-left:1.4rem}
table{border-collapse:collapse;display:block;overflow-x:auto}
pre{padding:.75rem;border:1px solid var(--line);border-radius:.5rem;font-size:.8rem;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere}
details{padding:.4rem 0;border-bottom:1px solid var(--line)}
summary{cursor:pointer}
summary code{overflow-wrap:anywhere}
h3{font-size:.9rem;margin:.75rem 0 .25rem}
td,th{border:1px solid var(--line);padding:.35rem .6rem}
.search,.feedback{display:flex;flex-wrap:wrap;align-items:center;gap:.5rem .75rem;margin:1.25rem 0}
.search label{width:100%;font-weight:600}
.search span{display:flex;flex:1;gap:.5rem}
.search input{flex:1;min-width:0;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--paper);color:var(--ink);font:inherit}
form button{padding:.5rem 1rem;border:1px solid var(--soft);border-radius:.5rem;background:none;color:var(--ink);font:inherit;cursor:pointer}
.soft{color:var(--soft);font-size:.875rem}
.contact{display:inline-block;margin-top:1.5rem;padding:.6rem 1.2rem;border-radius:.5rem;background:#1558bd;color:#fff;text-decoration:none}
.letter{border:1px solid var(--line);border-radius:.75rem;padding:.5rem 1rem;margin:.75rem 0}
.letter.is-in{margin-left:15%}
.letter.is-out{margin-right:15%}
.letter pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:.25rem 0}
.letter p{margin:.25rem 0}
.write label{display:block;margin:.75rem 0;font-weight:600}
.write input,.write textarea{display:block;width:100%;margin-top:.25rem;padding:.5rem .75rem;border:1px solid var(--soft);border-radius:.5rem;background:var(--paper);color:var(--ink);font:inherit}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

/** `title` is text; `main`, `head` and `header` are HTML whose every piece of text went through {@link escapeHtml}. */
export type Page = { locale: Locale; title: string; main: string; head?: string; header?: string };
/** `forms`: it has forms, which lead to this very site. */
type Sent = Page & { status?: number; forms?: boolean };

function writePage(page: Page): string {
  const { locale, title, main, head = '', header = '' } = page;
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
${head}<style>${STYLE}</style>
</head>
<body>
${header}<main>
${main}
</main>
</body>
</html>
`;
}

/** Says again that the page a browser has kept is still right; its policy goes with it, or its style would be refused. */
export function keepPage(response: Response, { forms = false }: Pick<Sent, 'forms'>): void {
  setPolicy(response, plainPagePolicy(STYLE_HASH, forms));
  response.status(304).end();
}

export function sendPage(response: Response, page: Sent): void {
  setPolicy(response, plainPagePolicy(STYLE_HASH, page.forms ?? false));
  if (!response.getHeader('Cache-Control')) response.set('Cache-Control', 'no-store');
  response
    .status(page.status ?? 200)
    .type('html')
    .send(writePage(page));
}
