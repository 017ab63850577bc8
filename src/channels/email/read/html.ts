/** A mail's HTML made harmless for a sandboxed frame: a short list of tags, no style, links that tell nothing. */
import sanitize from 'sanitize-html';

/** What an ordinary letter never reaches; over it the plain text is shown. */
const MAX_TAGS = 20_000;
const MAX_DEPTH = 2_000;
const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b/i;

/** Counts tags and their nesting in one pass over `<`; void tags do not nest. */
export function isTooComplex(html: string): boolean {
  let tags = 0;
  let depth = 0;
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) {
    const next = html.charCodeAt(at + 1);
    if (next === 0x2f) depth = Math.max(0, depth - 1);
    else if (isLetter(next) && !VOID.test(html.slice(at + 1, at + 9))) depth += 1;
    tags += 1;
    if (tags > MAX_TAGS || depth > MAX_DEPTH) return true;
  }
  return false;
}

const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

const TAGS =
  `a abbr b blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre q s small span
  strike strong sub sup table tbody td tfoot th thead tr u ul`.split(/\s+/);
const SIZED = ['width', 'height'];

export const sanitised = (html: string): string =>
  sanitize(html, {
    allowedTags: TAGS,
    allowedAttributes: {
      a: ['href', 'title', 'rel', 'target'],
      img: ['src', 'alt', 'title', ...SIZED],
      td: ['colspan', 'rowspan', 'align', 'valign'],
      th: ['colspan', 'rowspan', 'align', 'valign'],
      table: ['border', 'cellpadding', 'cellspacing'],
      font: ['color', 'size'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowedSchemesByTag: { img: ['http', 'https', 'cid'] },
    allowProtocolRelative: false,
    nonTextTags: ['style', 'script', 'textarea', 'option', 'noscript', 'title', 'template'],
    transformTags: { a: sanitize.simpleTransform('a', { rel: 'noopener noreferrer nofollow', target: '_blank' }) },
    parser: { decodeEntities: true },
  });
