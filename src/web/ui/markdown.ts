/** Markdown to HTML through the one Trusted Types policy that may make markup: no raw HTML, no images, known schemes only. */
import MarkdownIt from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';

const LINK = /^(?:https?:\/\/|mailto:|tel:|\/(?!\/))/i;

const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true }).use(cjkFriendly).disable('image');
markdown.validateLink = (url) => LINK.test(url.trim());
markdown.core.ruler.push('links-open-outside', (state) => {
  for (const token of state.tokens.flatMap((block) => block.children ?? []))
    if (token.type === 'link_open') {
      token.attrSet('target', '_blank');
      token.attrSet('rel', 'noopener noreferrer nofollow');
    }
});

/** The HTML as text, for tests and for browsers without Trusted Types. */
export function markdownToHtml(source: string): string {
  return markdown.render(source);
}

type Policy = { createHTML(source: string): TrustedHTML };
type Factory = { createPolicy(name: string, rules: { createHTML(source: string): string }): Policy };

// The policy takes Markdown and makes the HTML itself, so nothing else can pass through it.
const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy = factory?.createPolicy('zhike-markdown', { createHTML: markdownToHtml });

/** What `dangerouslySetInnerHTML` may take. */
export function renderMarkdown(source: string): TrustedHTML | string {
  return policy ? policy.createHTML(source) : markdownToHtml(source);
}
