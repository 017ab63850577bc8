import type { Emit } from './analyse-zh.ts';

/** Texts as unit vectors over the tokens of one knowledge base. */

/** Sparse and sorted by first appearance; its length is below 1 by the weight of the tokens the base has never seen. */
export type Vector = { ids: Int32Array; values: Float32Array; known: number; tokens: number };

export type Analyse = (text: string, emit: Emit) => void;

export class Vectoriser {
  readonly analyse: Analyse;
  readonly idf: (token: string) => number;
  readonly #ids = new Map<string, number>();

  constructor(analyse: Analyse, idf: (token: string) => number) {
    this.analyse = analyse;
    this.idf = idf;
  }

  get size(): number {
    return this.#ids.size;
  }

  has(token: string): boolean {
    return this.#ids.has(token);
  }

  /** A stored question: its tokens become known. */
  learn(text: string): Vector {
    return this.#vector(text, (token) => {
      let id = this.#ids.get(token);
      if (id === undefined) {
        id = this.#ids.size;
        this.#ids.set(token, id);
      }
      return id;
    });
  }

  /** A message: unknown tokens count in the norm only, which is what lets a foreign question be seen as foreign. */
  read(text: string): Vector {
    return this.#vector(text, (token) => this.#ids.get(token) ?? -1);
  }

  /** (1 + ln tf) x idf x weight of the token's kind, L2-normalised. */
  #vector(text: string, idOf: (token: string) => number): Vector {
    const counts = new Map<string, { times: number; weight: number }>();
    this.analyse(text, (token, weight) => {
      const seen = counts.get(token);
      if (seen === undefined) counts.set(token, { times: 1, weight });
      else seen.times += 1;
    });
    const ids: number[] = [];
    const values: number[] = [];
    let all = 0;
    let known = 0;
    for (const [token, { times, weight }] of counts) {
      const value = (1 + Math.log(times)) * weight * this.idf(token);
      const id = idOf(token);
      all += value * value;
      if (id < 0) continue;
      known += value * value;
      ids.push(id);
      values.push(value);
    }
    const norm = all > 0 ? 1 / Math.sqrt(all) : 0;
    return {
      ids: Int32Array.from(ids),
      values: Float32Array.from(values, (value) => value * norm),
      known: all > 0 ? known / all : 0,
      tokens: counts.size,
    };
  }
}
