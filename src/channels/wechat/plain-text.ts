/** Markdown as WeChat shows it: plain lines, `•` lists, `key：value` for tables, and links as `<a>` or written out. */
import MarkdownIt from 'markdown-it';
import cjkFriendly from 'markdown-it-cjk-friendly';

type Token = ReturnType<InstanceType<typeof MarkdownIt>['parse']>[number];
export type LinkStyle = {
  anchors: boolean;
  /** Where a link of ours (`/help/…`) leads; null for what a customer must not be sent to. */
  absolute(href: string): string | null;
};

const markdown = new MarkdownIt('default', { html: false, linkify: false, typographer: false }).use(cjkFriendly);
// Which addresses become links is decided in `link`; here every one is read.
markdown.validateLink = () => true;

export function plainTextOf(source: string, style: LinkStyle): string {
  const lines = new Lines(style);
  for (const token of markdown.parse(source.toWellFormed(), {})) lines.take(token);
  return lines.text();
}

/** WeChat takes `<a` for a tag wherever it stands: in other people's words it must not be one. */
export function disarm(text: string): string {
  return text.replace(/<(?=\/?a)/gi, '<\u200b');
}

/** A link; written out where it cannot be one; its words alone when it leads nowhere that a customer may go. */
export function link(label: string, href: string, style: LinkStyle): string {
  const words = disarm(label).replaceAll('\n', ' ');
  const target = style.absolute(href);
  if (target === null) return words;
  if (/^(tel|mailto):/i.test(target)) return writtenOut(words, target.replace(/^\w+:/, ''));
  if (!/^https?:\/\//i.test(target)) return words;
  if (style.anchors) return `<a href="${attribute(target)}">${words.replaceAll('<', '‹')}</a>`;
  return writtenOut(words, target);
}

function writtenOut(words: string, target: string): string {
  return words === '' || words === target ? target : `${words}：${target}`;
}

function attribute(url: string): string {
  return url.replace(/["<>\s\\]/g, (character) => encodeURIComponent(character));
}

type List = { ordered: boolean; next: number };

/** Collects the lines of a document while its tokens go by. */
class Lines {
  readonly #style: LinkStyle;
  #blocks: string[] = [];
  #lists: List[] = [];
  #prefix = '';
  #header: string[] = [];
  #row: string[] | null = null;
  #inHeader = false;

  constructor(style: LinkStyle) {
    this.#style = style;
  }

  text(): string {
    return this.#blocks.join('').trim();
  }

  take(token: Token): void {
    const handlers: Record<string, () => void> = {
      inline: () => this.#words(this.#inline(token.children ?? [])),
      fence: () => this.#words(disarm(token.content.trimEnd())),
      code_block: () => this.#words(disarm(token.content.trimEnd())),
      bullet_list_open: () => this.#lists.push({ ordered: false, next: 0 }),
      ordered_list_open: () => this.#lists.push({ ordered: true, next: Number(token.attrGet('start') ?? 1) }),
      bullet_list_close: () => this.#endList(),
      ordered_list_close: () => this.#endList(),
      list_item_open: () => this.#startItem(),
      paragraph_close: () => this.#endBlock(),
      heading_close: () => this.#endBlock(),
      thead_open: () => this.#setHeader(true),
      thead_close: () => this.#setHeader(false),
      tr_open: () => this.#startRow(),
      tr_close: () => this.#endRow(),
      table_close: () => this.#endTable(),
    };
    handlers[token.type]?.();
  }

  #words(text: string): void {
    if (this.#row) this.#row.push(text.replaceAll('\n', ' '));
    else {
      this.#blocks.push(`${this.#prefix}${text}\n`);
      this.#prefix = '';
    }
  }

  /** Paragraphs stand apart, items of a list do not. */
  #endBlock(): void {
    if (this.#lists.length === 0) this.#blocks.push('\n');
  }

  #startItem(): void {
    const list = this.#lists.at(-1);
    const indent = '　'.repeat(Math.max(0, this.#lists.length - 1));
    this.#prefix = list?.ordered ? `${indent}${list.next++}. ` : `${indent}• `;
  }

  #endList(): void {
    this.#lists.pop();
    this.#endBlock();
  }

  #setHeader(on: boolean): void {
    this.#inHeader = on;
  }

  #startRow(): void {
    this.#row = [];
  }

  #endRow(): void {
    const row = this.#row ?? [];
    this.#row = null;
    if (this.#inHeader) this.#header = row;
    else this.#words(rowText(this.#header, row));
  }

  #endTable(): void {
    this.#header = [];
    this.#endBlock();
  }

  #inline(tokens: Token[]): string {
    let text = '';
    const open: { href: string; from: number }[] = [];
    for (const token of tokens) {
      if (token.type === 'link_open') open.push({ href: addressOf(token, 'href'), from: text.length });
      else if (token.type === 'link_close') {
        const { href, from } = open.pop() ?? { href: '', from: text.length };
        text = text.slice(0, from) + link(text.slice(from), href, this.#style);
      } else if (token.type === 'image')
        text += link(token.content || addressOf(token, 'src'), addressOf(token, 'src'), this.#style);
      else text += inlineText(token);
    }
    return text;
  }
}

function addressOf(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}

function inlineText(token: Token): string {
  if (token.type === 'softbreak' || token.type === 'hardbreak') return '\n';
  // Struck out words mean the opposite of words: the marks stay.
  if (token.type === 's_open' || token.type === 's_close') return '~';
  return disarm(token.content);
}

/** Two columns are a pair; of more, the first names the row and the others say which they are. */
function rowText(header: string[], row: string[]): string {
  const [name = '', ...values] = row;
  if (values.length < 2) return `${name}：${values[0] ?? ''}`;
  return `${name}：${values.map((value, index) => `${header[index + 1] ?? ''} ${value}`.trim()).join('；')}`;
}
