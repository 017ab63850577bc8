import type { Emit } from './emit.ts';
import { synonymsEn } from './synonyms.ts';
import { wordsOf } from './words.ts';

/** English text to weighted tokens: light stems, stem pairs, and character 3- to 5-grams that survive typing errors. */

/** Weight of each kind of token. */
export const EN = { word: 1, pair: 0.5, gram: 0.4, syn: 0.5 };

/** Strips the commonest inflections; deliberately lighter than Porter, which conflates too much for short questions. */
export function stem(word: string): string {
  let root = word.replace(/'s$|'$/, '');
  if (root.length > 5) root = root.replace(/(?:ingly|edly)$/, '');
  if (root.length > 4 && /(?:ing|ed)$/.test(root)) {
    const cut = root.replace(/(?:ing|ed)$/, '');
    if (/[aeiouy]/.test(cut) && cut.length > 2) root = cut.replace(/([b-df-hj-km-np-rtv-z])\1$/, '$1');
  } else if (root.length > 4) root = root.replace(/ies$/, 'y').replace(/(?:(?<=[sxz]|ch|sh)es|(?<![su])s)$/, '');
  else if (root.length > 3) root = root.replace(/(?<![su])s$/, '');
  if (root.length > 4)
    root = root
      .replace(/(?<=[^aeiou])e$/, '')
      .replace(/(?<=[^aeiou])y$/, 'i')
      .replace(/ly$/, '');
  return root;
}

/** Emits the tokens of a normalised English text. */
export function analyseEn(text: string, emit: Emit): void {
  let before = '';
  for (const token of synonymsEn(text)) emit(token, EN.syn);
  for (const word of wordsOf(text)) {
    const root = stem(word);
    emit(`w:${root}`, EN.word);
    emit(`b:${before} ${root}`, EN.pair);
    before = root;
    const padded = `^${word}$`;
    for (let size = 3; size <= 5; size += 1) {
      for (let at = 0; at + size <= padded.length; at += 1) emit(`g:${padded.slice(at, at + size)}`, EN.gram);
    }
  }
}
