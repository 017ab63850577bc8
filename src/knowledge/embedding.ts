import { readFileSync } from 'node:fs';
import { createTable, enter, lookUp, type TokenTable } from './token-table.ts';
import { wordsOf } from './words.ts';

/**
 * English sentences as the sum of word vectors that were fitted so that the sum points where a sentence encoder does: a
 * static student of the Universal Sentence Encoder (Cer et al. 2018) (the idea of
 * Model2Vec, van Dongen & Tulkens 2024). The table has 30,000 words, 128 numbers of one byte each; how much a word says is its length.
 */

export const DIMENSIONS = 128;

type Words = { rows: TokenTable; values: Int8Array };

let table: Words | undefined;

function words(): Words {
  if (table === undefined) {
    const list = readFileSync(new URL('word-vectors.en.txt', import.meta.url), 'utf8').split('\n');
    const bytes = readFileSync(new URL('word-vectors.en.bin', import.meta.url));
    const rows = createTable(list.length);
    list.forEach((word, at) => {
      enter(rows, word, at);
    });
    table = {
      rows,
      values: new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    };
  }
  return table;
}

/** Whether a word is among the 30,000 commonest English ones. */
export const isCommonWord = (word: string): boolean => lookUp(words().rows, word) >= 0;

/** Unit vector of a normalised English text; all zero when no word is known. */
export function embed(text: string): Float32Array {
  const { rows, values } = words();
  const sum = new Float32Array(DIMENSIONS);
  for (const word of wordsOf(text)) {
    let at = lookUp(rows, word);
    if (at < 0) at = lookUp(rows, word.replace(/(?:s|ed|ing)$/, ''));
    if (at < 0) continue;
    for (let d = 0; d < DIMENSIONS; d += 1) sum[d] = (sum[d] as number) + (values[at * DIMENSIONS + d] as number);
  }
  let square = 0;
  for (const value of sum) square += value * value;
  return square > 0 ? sum.map((value) => value / Math.sqrt(square)) : sum;
}
