/** What is written as Markdown, as the two parts of a mail: HTML without markup of its own, and text that reads as well. */
import { convert } from 'html-to-text';
import MarkdownIt from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';

const renderer = new MarkdownIt('default', { html: false, linkify: false, typographer: false, breaks: true })
  .use(cjkFriendly)
  .disable('image');
renderer.validateLink = (url) => /^(https?:|mailto:|tel:)/i.test(url.trim());

export function htmlOf(markdown: string): string {
  return renderer.render(markdown);
}

export function textOf(markdown: string): string {
  return convert(renderer.render(markdown), {
    wordwrap: false,
    selectors: [
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['（', '）'] } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
