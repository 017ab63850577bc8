import { readFileSync } from 'node:fs';
import { createTable, enter, lookUp, type TokenTable } from './token-table.ts';

/**
 * How common a token is in the language, from shipped tables: inverse document frequencies learnt from a small knowledge
 * base call filler words rare, because it has few of them.
 */

/** Weight of a token by its rarity. */
export type Background = (token: string) => number;

type Loaded = { table: TokenTable; weigh: Background };

const loaded = new Map<string, Loaded>();

/**
 * `min(7, ln((N + 1) / (df + 1)))` of a token, damped by a power below 1, from the table of the language beside this file (the
 * number of messages it was counted on, then token and document frequency a line);
 * a synonym group weighs a constant.
 */
export const background = (language: 'zh' | 'en'): Background => load(language).weigh;

/** Whether the table of the language has a token. */
export const isKnown = (language: 'zh' | 'en', token: string): boolean => lookUp(load(language).table, token) >= 0;

function load(language: 'zh' | 'en'): Loaded {
  let known = loaded.get(language);
  if (known === undefined) {
    known = read(language);
    loaded.set(language, known);
  }
  return known;
}

const CAP = 7;
const POWER = { zh: 0.5, en: 0.7 };
const SYNONYM = 3;

function read(language: 'zh' | 'en'): Loaded {
  const text = readFileSync(new URL(`background.${language}.txt`, import.meta.url), 'utf8');
  const first = text.indexOf('\n');
  const total = Number(text.slice(0, first));
  const weigh = (count: number): number =>
    Math.min(CAP, Math.max(0.2, Math.log((total + 1) / (count + 1)))) ** POWER[language];
  const table = createTable(2 ** 15);
  const weights: number[] = [];
  for (let from = first + 1; from < text.length; ) {
    const tab = text.indexOf('\t', from);
    const next = text.indexOf('\n', tab);
    const end = next < 0 ? text.length : next;
    enter(table, text.slice(from, tab), weights.length);
    weights.push(weigh(Number(text.slice(tab + 1, end))));
    from = end + 1;
  }
  const packed = Float32Array.from(weights);
  const unseen = weigh(0);
  const weighToken: Background = (token) => {
    if (token.startsWith('s:')) return SYNONYM;
    const row = lookUp(table, token);
    return row < 0 ? unseen : (packed[row] as number);
  };
  return { table, weigh: weighToken };
}
