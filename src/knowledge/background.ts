import { readFileSync } from 'node:fs';

/**
 * How common a token is in the language, from shipped tables: inverse document frequencies learnt from a small knowledge
 * base call filler words rare, because it has few of them.
 */

/** Weight of a token by its rarity. */
export type Background = (token: string) => number;

const loaded = new Map<string, Background>();

/**
 * `min(7, ln((N + 1) / (df + 1)))` of a token, damped by a power below 1, from the table of the language beside this file (the
 * number of messages it was counted on, then token and document frequency a line);
 * a synonym group weighs a constant.
 */
export function background(language: 'zh' | 'en'): Background {
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

function read(language: 'zh' | 'en'): Background {
  const [total = '0', ...rows] = readFileSync(new URL(`background.${language}.txt`, import.meta.url), 'utf8').split(
    '\n',
  );
  const weigh = (count: number): number =>
    Math.min(CAP, Math.max(0.2, Math.log((Number(total) + 1) / (count + 1)))) ** POWER[language];
  const weights = new Map<string, number>();
  for (const row of rows) {
    const [token = '', df = '0'] = row.split('\t');
    weights.set(token, weigh(Number(df)));
  }
  const unseen = weigh(0);
  return (token) => (token.startsWith('s:') ? SYNONYM : (weights.get(token) ?? unseen));
}
