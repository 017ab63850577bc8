/** HTML as a tree of what matters for reading a reply: one pass, linear and bounded in depth whatever the input. */
import { Tokenizer } from 'htmlparser2';

export interface Element {
  name: string;
  /** Lower-cased names; the values as written. */
  attributes: Map<string, string>;
  children: (Element | string)[];
  parent: Element | undefined;
}

/** Deeper elements lend their text to the one at this depth. */
const MAX_DEPTH = 200;
/** More elements than any letter has: further tags only part words. */
const MAX_ELEMENTS = 60_000;
const MAX_ATTRIBUTES = 24;
const MAX_VALUE = 2000;

const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
const DROPPED = new Set(
  'head style script title template noscript iframe object select option textarea svg math'.split(' '),
);
/** A second one of these in a row closes the first. */
const SELF_CLOSING_KIN = new Set(['p', 'li', 'td', 'th', 'tr', 'dt', 'dd', 'option']);

interface Open {
  name: string;
  node: Element;
}

const newElement = (name: string, parent: Element | undefined): Element => ({
  name,
  attributes: new Map(),
  children: [],
  parent,
});

class TreeBuilder {
  readonly root = newElement('body', undefined);
  readonly #html: string;
  readonly #open: Open[] = [{ name: '#root', node: this.root }];
  readonly #counts = new Map<string, number>();
  #elements = 0;
  #dropping = 0;
  #current: Element = this.root;
  #attribute = '';
  #value = '';

  constructor(html: string) {
    this.#html = html;
  }

  ontext(start: number, end: number): void {
    this.#say(this.#html.slice(start, end));
  }

  ontextentity(point: number): void {
    this.#say(point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : ' ');
  }

  onopentagname(start: number, end: number): void {
    const name = this.#html.slice(start, Math.min(end, start + 40)).toLowerCase();
    const top = this.#open[this.#open.length - 1] as Open;
    if (top.name === name && SELF_CLOSING_KIN.has(name)) this.#pop();
    this.#current = newElement(name, undefined);
  }

  onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, Math.min(end, start + 40)).toLowerCase();
    this.#value = '';
  }

  onattribdata(start: number, end: number): void {
    if (this.#value.length < MAX_VALUE) this.#value += this.#html.slice(start, Math.min(end, start + MAX_VALUE));
  }

  onattribentity(point: number): void {
    if (this.#value.length < MAX_VALUE && point > 0 && point <= 0x10ffff) this.#value += String.fromCodePoint(point);
  }

  onattribend(): void {
    const { attributes } = this.#current;
    if (attributes.size < MAX_ATTRIBUTES && !attributes.has(this.#attribute))
      attributes.set(this.#attribute, this.#value);
  }

  onopentagend(): void {
    this.#push(this.#current);
  }

  onselfclosingtag(): void {
    this.#push(this.#current);
  }

  onclosetag(start: number, end: number): void {
    const name = this.#html.slice(start, Math.min(end, start + 40)).toLowerCase();
    if ((this.#counts.get(name) ?? 0) === 0) return;
    while (this.#open.length > 1) if (this.#pop() === name) return;
  }

  onattribute(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}

  #push(element: Element): void {
    const { node } = this.#open[this.#open.length - 1] as Open;
    this.#elements += 1;
    const dropped = DROPPED.has(element.name);
    const kept = this.#elements <= MAX_ELEMENTS && this.#open.length < MAX_DEPTH && this.#dropping === 0 && !dropped;
    if (kept) {
      element.parent = node;
      node.children.push(element);
    } else if (this.#dropping === 0 && !dropped) node.children.push('\n');
    if (VOID.has(element.name)) return;
    if (dropped) this.#dropping += 1;
    this.#open.push({ name: element.name, node: kept ? element : node });
    this.#counts.set(element.name, (this.#counts.get(element.name) ?? 0) + 1);
  }

  #pop(): string {
    const { name } = this.#open.pop() as Open;
    this.#counts.set(name, (this.#counts.get(name) ?? 1) - 1);
    if (DROPPED.has(name)) this.#dropping -= 1;
    return name;
  }

  #say(text: string): void {
    if (this.#dropping === 0) (this.#open[this.#open.length - 1] as Open).node.children.push(text);
  }
}

/** The tree under `<body>`; head, styles, scripts and comments are gone. */
export function treeOf(html: string): Element {
  const builder = new TreeBuilder(html);
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, builder);
  tokenizer.write(html);
  tokenizer.end();
  return builder.root;
}

/** Whether an element below (at most `limit` looked at) passes the test. */
export function hasBelow(root: Element, test: (element: Element) => boolean, limit = 400): boolean {
  const queue: Element[] = [root];
  for (let at = 0; at < queue.length && at < limit; at += 1)
    for (const child of (queue[at] as Element).children) {
      if (typeof child === 'string') continue;
      if (test(child)) return true;
      queue.push(child);
    }
  return false;
}

/** The beginning of an element's text. */
export function textBelow(root: Element, limit: number): string {
  let text = '';
  const stack: (Element | string)[] = [root];
  for (let steps = 0; stack.length > 0 && text.length < limit && steps < 4 * limit; steps += 1) {
    const next = stack.pop() as Element | string;
    if (typeof next === 'string') text += next;
    else {
      if (next.name === 'br' || next.name === 'div' || next.name === 'p') text += '\n';
      for (let at = Math.min(next.children.length, limit) - 1; at >= 0; at -= 1)
        stack.push(next.children[at] as Element | string);
    }
  }
  return text.slice(0, limit);
}
