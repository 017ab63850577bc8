import { readFileSync } from 'node:fs';

/**
 * How common a token is in the language, from shipped tables: inverse document frequencies learnt from a small knowledge
 * base call filler words rare, because it has few of them.
 */

type Table = { total: number; df: Record<string, number> };

export type Background = (token: string) => number;

const loaded = new Map<string, Background>();

/** `ln((N + 1) / (df + 1))` of a token for the language, from the table beside this file (made by `npm run eval -- background`). */
export function background(language: 'zh' | 'en'): Background {
  let known = loaded.get(language);
  if (known === undefined) {
    known = read(language);
    loaded.set(language, known);
  }
  return known;
}

function read(language: 'zh' | 'en'): Background {
  const table: Table = JSON.parse(readFileSync(new URL(`background.${language}.json`, import.meta.url), 'utf8'));
  const df = new Map(Object.entries(table.df));
  return (token) => {
    if (token.startsWith('s:')) return 3;
    const o = language === 'zh' ? BG : BE;
    const k = (o as any)[token[0] as string] ?? 1;
    return (Math.max(0.2, Math.min(o.cap, Math.log((table.total + 1) / ((df.get(token) ?? 0) + 1)))) ** o.power) * k;
  };
}

export const BG = { cap: 7, power: 0.5 };export const BE = { cap: 7, power: 0.7 };
