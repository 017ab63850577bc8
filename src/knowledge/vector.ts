import type { Language } from './language.ts';
import { createTable, enter, lookUp, type TokenTable } from './token-table.ts';

/** Texts as vectors over the tokens of one knowledge base. */

/** `known` is the share of the weight that lies in tokens of the base, 0..1; unknown tokens shorten the vector. */
export type Vector = { ids: Int32Array; values: Float32Array; known: number; tokens: number };

/**
 * Share of the squared length that the dense part takes: the fewer examples an entry has, the more must be guessed from what
 * words mean. `questionsPerEntry` is that of the base.
 */
export const denseShare = (questionsPerEntry: number): number =>
  Math.min(0.5, Math.max(0.2, 0.5 - 0.08 * Math.log2(Math.max(1, questionsPerEntry / 4))));

/** Gives texts vectors, and ids to the tokens of those it learns. */
export class Vectoriser {
  readonly #language: Language;
  readonly #dense: number;
  /** What it has learnt; enough to make it anew. */
  readonly vocabulary: TokenTable;

  constructor(language: Language, { dense, vocabulary = createTable() }: { dense: number; vocabulary?: TokenTable }) {
    this.#language = language;
    this.#dense = dense;
    this.vocabulary = vocabulary;
  }

  /** Number of features so far, the dense ones first. */
  get size(): number {
    return this.#language.dimensions + this.vocabulary.size;
  }

  /** A stored question: its tokens become known. */
  learn(text: string): Vector {
    return this.#vector(text, (token) => {
      const known = lookUp(this.vocabulary, token);
      if (known >= 0) return known;
      const id = this.size;
      enter(this.vocabulary, token, id);
      return id;
    });
  }

  /** A message: unknown tokens count in the norm only, which is what lets a foreign question be seen as foreign. */
  read(text: string): Vector {
    return this.#vector(text, (token) => lookUp(this.vocabulary, token));
  }

  #vector(text: string, idOf: (token: string) => number): Vector {
    const { weights, square } = weigh(text, this.#language);
    const dense = this.#language.embed(text);
    const share = dense.length > 0 ? this.#dense : 0;
    const scale = square > 0 ? Math.sqrt((1 - share) / square) : 0;
    const ids: number[] = [];
    const values: number[] = [];
    let known = 0;
    for (const [token, weight] of weights) {
      const id = idOf(token);
      if (id < 0) continue;
      known += weight * weight;
      ids.push(id);
      values.push(weight * scale);
    }
    for (let d = 0; d < dense.length; d += 1) {
      ids.push(d);
      values.push((dense[d] as number) * Math.sqrt(share));
    }
    return {
      ids: Int32Array.from(ids),
      values: Float32Array.from(values),
      known: square > 0 ? known / square : 0,
      tokens: weights.size,
    };
  }
}

/** (1 + ln tf) x idf x weight of the token's kind, for each token of a text, and the square of their length. */
export function weigh(text: string, language: Language): { weights: Map<string, number>; square: number } {
  const times = new Map<string, number>();
  const weights = new Map<string, number>();
  language.analyse(text, (token, weight) => {
    times.set(token, (times.get(token) ?? 0) + 1);
    weights.set(token, weight);
  });
  let square = 0;
  for (const [token, weight] of weights) {
    const value = (1 + Math.log(times.get(token) ?? 1)) * weight * language.idf(token);
    weights.set(token, value);
    square += value * value;
  }
  return { weights, square };
}
