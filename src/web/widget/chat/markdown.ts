/**
 * The Markdown that answers use, as a tree of nodes: paragraphs, lists, headings, code, emphasis, links. Emphasis closes
 * after Chinese punctuation too (CommonMark's rule does not), and a link goes to http, https, mailto, tel or this site only.
 */

export type Tag = 'p' | 'ul' | 'ol' | 'li' | 'strong' | 'em' | 'del' | 'code' | 'pre' | 'blockquote' | 'br' | 'a';
export type Node = string | { tag: Tag; href?: string; start?: number; children: Node[] };

const URL_END = '\\s<>"\'`，。！？；：、（）【】《》“”‘’…';
const INLINE = new RegExp(
  [
    '\\\\([!-/:-@[-`{-~])', // 1 escaped
    '(`+)([^`]|[^`][\\s\\S]{0,500}?[^`])\\2(?!`)', // 2,3 code
    '!?\\[([^\\]\\n]{1,300})\\]\\(([^()\\s]*(?:\\([^()\\s]*\\)[^()\\s]*)*)\\)', // 4,5 link; an image is shown as its link
    `(https?:\\/\\/[^${URL_END}]+)`, // 6 bare address
    '\\*\\*(?=\\S)([\\s\\S]{0,500}?\\S)\\*\\*(?!\\*)', // 7 strong
    '~~(?=\\S)([\\s\\S]{0,500}?\\S)~~', // 8 deleted
    '\\*(?=[^\\s*])([^*\\n]{0,500}[^\\s*])\\*(?![A-Za-z0-9*])', // 9 emphasis
    '(\\n)', // 10
  ].join('|'),
  'g',
);

/** The address if a reader may be sent there, else null. */
export function safeHref(href: string): string | null {
  if (/^(https?:\/\/|mailto:|tel:)/i.test(href)) return href;
  return /^\/(?![/\\])/.test(href) ? href : null;
}

function parseInline(text: string, depth = 0): Node[] {
  if (depth > 8) return [text];
  const nodes: Node[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const at = match.index;
    if (at < from) continue;
    const node = inlineNode(match, { before: text[at - 1] ?? '', depth });
    if (node === null) continue;
    if (at > from) nodes.push(text.slice(from, at));
    nodes.push(...node);
    from = at + match[0].length;
  }
  if (from < text.length) nodes.push(text.slice(from));
  return nodes;
}

function inlineNode(match: RegExpMatchArray, { before, depth }: { before: string; depth: number }): Node[] | null {
  const [whole, escaped, , code, label, target, bare, strong, deleted, emphasis, lineBreak] = match;
  const inner = (text: string): Node[] => parseInline(text, depth + 1);
  if (escaped) return [escaped];
  if (code) return [{ tag: 'code', children: [code.trim() || code] }];
  if (label !== undefined) {
    const href = safeHref(target ?? '');
    return href ? [{ tag: 'a', href, children: inner(label) }] : inner(label);
  }
  if (bare) {
    const href = bare.replace(/[.,!?;:)\]*]+$/, '');
    const link: Node = { tag: 'a', href, children: [href] };
    return href === bare ? [link] : [link, bare.slice(href.length)];
  }
  if (strong) return [{ tag: 'strong', children: inner(strong) }];
  if (deleted) return [{ tag: 'del', children: inner(deleted) }];
  if (emphasis) return /[A-Za-z0-9*]/.test(before) ? null : [{ tag: 'em', children: inner(emphasis) }];
  return lineBreak ? [{ tag: 'br', children: [] }] : [whole];
}

const ITEM = /^(\s*)(?:([-*+])|(\d{1,3})[.)])\s+(.*)$/;

/** Groups the lines of a list from `at` on; deeper indents become lists of their own inside their item. */
function parseList(lines: readonly string[], at: number): { node: Node; next: number } {
  const first = ITEM.exec(lines[at] ?? '') as RegExpExecArray;
  const indent = (first[1] ?? '').length;
  const ordered = first[3] !== undefined;
  const items: Node[] = [];
  let next = at;
  while (next < lines.length) {
    const line = lines[next] ?? '';
    const item = ITEM.exec(line);
    const last = items[items.length - 1] as Exclude<Node, string> | undefined;
    if (item && (item[1] ?? '').length > indent + 1 && last) {
      const inner = parseList(lines, next);
      last.children.push(inner.node);
      next = inner.next;
    } else if (item && (item[1] ?? '').length >= indent - 1 && (item[3] !== undefined) === ordered) {
      items.push({ tag: 'li', children: parseInline(item[4] ?? '') });
      next += 1;
    } else if (!item && last && /^\s+\S/.test(line)) {
      last.children.push({ tag: 'br', children: [] }, ...parseInline(line.trim()));
      next += 1;
    } else if (line.trim() === '' && continues(lines[next + 1], indent, ordered)) next += 1;
    else break;
  }
  const start = Number(first[3] ?? 1);
  return { node: { tag: ordered ? 'ol' : 'ul', ...(start > 1 ? { start } : {}), children: items }, next };
}

function continues(line: string | undefined, indent: number, ordered: boolean): boolean {
  const item = ITEM.exec(line ?? '');
  return item !== null && (item[1] ?? '').length >= indent && (item[3] !== undefined) === ordered;
}

const FENCE = /^\s*(```|~~~)/;
const BREAKS = (line: string): boolean =>
  line.trim() === '' || ITEM.test(line) || FENCE.test(line) || /^(#{1,6}\s|>)/.test(line);

/** Never throws and never gives markup: what is not understood stays text. */
export function parseMarkdown(source: string): Node[] {
  const lines = source.replace(/\r\n?/g, '\n').split('\n');
  const nodes: Node[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const fence = FENCE.exec(line)?.[1];
    if (fence) {
      const found = lines.findIndex((each, index) => index > at && each.trim().startsWith(fence));
      const end = found < 0 ? lines.length : found;
      nodes.push({ tag: 'pre', children: [{ tag: 'code', children: [lines.slice(at + 1, end).join('\n')] }] });
      at = end + 1;
    } else if (ITEM.test(line)) {
      const { node, next } = parseList(lines, at);
      nodes.push(node);
      at = next;
    } else if (/^#{1,6}\s/.test(line)) {
      nodes.push({
        tag: 'p',
        children: [{ tag: 'strong', children: parseInline(line.replace(/^#+\s+|\s+#+$/g, '')) }],
      });
      at += 1;
    } else if (line.startsWith('>')) {
      const end = endOf(lines, at, (each) => !each.startsWith('>'));
      const quoted = lines.slice(at, end).map((each) => each.replace(/^>\s?/, ''));
      nodes.push({ tag: 'blockquote', children: [{ tag: 'p', children: parseInline(quoted.join('\n')) }] });
      at = end;
    } else if (line.trim() === '') at += 1;
    else {
      const end = endOf(lines, at + 1, BREAKS);
      nodes.push({
        tag: 'p',
        children: parseInline(
          lines
            .slice(at, end)
            .map((each) => each.trim())
            .join('\n'),
        ),
      });
      at = end;
    }
  }
  return nodes;
}

function endOf(lines: readonly string[], from: number, stop: (line: string) => boolean): number {
  const found = lines.findIndex((line, index) => index >= from && stop(line));
  return found < 0 ? lines.length : found;
}

/** The words without their marks, on one line: for previews and announcements. */
export function plainText(source: string): string {
  const words = (node: Node): string => {
    if (typeof node === 'string') return node;
    if (node.tag === 'br') return ' ';
    const text = node.children.map(words).join('');
    return /^(p|li|pre|ul|ol)$/.test(node.tag) ? ` ${text} ` : text;
  };
  return parseMarkdown(source).map(words).join('').replace(/\s+/g, ' ').trim();
}
