/** A message's words on the screen: Markdown as elements, plain text with its line breaks and addresses. */
import { type ComponentChildren, h } from 'preact';
import { type Node, parseMarkdown, safeHref } from './markdown.ts';
import type { Texts } from './texts.ts';

function draw(node: Node, t: Texts): ComponentChildren {
  if (typeof node === 'string') return node;
  const children = node.children.map((child) => draw(child, t));
  if (node.tag !== 'a') return h(node.tag, node.start ? { start: node.start } : {}, ...children);
  return (
    <Out href={node.href ?? ''} t={t}>
      {children}
    </Out>
  );
}

/** A link that leaves the chat standing. */
export function Out({ href, t, children }: { href: string; t: Texts; children: ComponentChildren }) {
  const safe = safeHref(href);
  if (!safe) return <>{children}</>;
  return (
    <a href={safe} target="_blank" rel="noopener noreferrer">
      {children}
      <span class="hidden">{t('newTab')}</span>
    </a>
  );
}

const ADDRESS = /(https?:\/\/[^\s<>"'，。！？；：、（）【】《》“”]+[^\s<>"'，。！？；：、（）【】《》“”.,!?;:)\]])/;

export function Rich({ text, markdown, t }: { text: string; markdown: boolean; t: Texts }) {
  if (markdown) return <div class="rich">{parseMarkdown(text).map((node) => draw(node, t))}</div>;
  const parts = text
    .split(ADDRESS)
    .map((part, index) => (index % 2 ? draw({ tag: 'a', href: part, children: [part] }, t) : part));
  return <div class="rich plain">{parts}</div>;
}
