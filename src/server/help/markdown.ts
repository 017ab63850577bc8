/** Articles as HTML: no markup of their own, no images, links only where people expect them to lead. */
import MarkdownIt from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';

const renderer = new MarkdownIt('default', { html: false, linkify: false, typographer: false })
  .use(cjkFriendly)
  .disable('image');
renderer.validateLink = (url) => /^(https?:|mailto:|tel:|\/(?!\/))/i.test(url.trim());

export function renderMarkdown(text: string): string {
  return renderer.render(text);
}
