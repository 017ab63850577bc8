import { compare, indexNeighbours, type Neighbours } from './neighbours.ts';
import { fit, predict, type Regression } from './regression.ts';
import { type Analyse, type Vector, Vectoriser } from './vector.ts';

/** One language's entries, ready to be ranked: softmax regression, nearest question and centroid, blended. */

export type ShelfEntry = { id: string; questions: readonly string[] };

/** What the confidence is computed from; one row per message. */
export type Evidence = {
  probability: number;
  runnerUp: number;
  nearest: number;
  centroid: number;
  nearestMargin: number;
  known: number;
  tokens: number;
};

export type Ranking = { order: Int32Array; blend: Float32Array; evidence: Evidence };

export const BLEND = { regression: 0.5, nearest: 0.25, centroid: 0.25, small: 1000 };

export type Shelf = {
  entries: readonly ShelfEntry[];
  vectoriser: Vectoriser;
  neighbours: Neighbours;
  regression: Regression | undefined;
  none: number;
};

/** Learns the entries; `none` are messages that no entry answers, a class of their own when there are any. */
export function buildShelf(
  entries: readonly ShelfEntry[],
  language: { analyse: Analyse; idf: (token: string) => number },
  none: readonly string[],
): Shelf {
  const vectoriser = new Vectoriser(language.analyse, language.idf);
  const vectors: Vector[] = [];
  const owners: number[] = [];
  entries.forEach(({ questions }, entry) => {
    for (const question of questions) {
      vectors.push(vectoriser.learn(question));
      owners.push(entry);
    }
  });
  const entryOf = Int32Array.from(owners);
  const neighbours = indexNeighbours(vectors, entryOf, entries.length);
  const nones = none.map((text) => vectoriser.learn(text));
  const classes = entries.length + (nones.length > 0 ? 1 : 0);
  const several = vectors.length >= entries.length * 1.5;
  const regression =
    several && classes > 1 && entries.length <= BLEND.small
      ? fit([...vectors, ...nones], Int32Array.from([...owners, ...nones.map(() => entries.length)]), {
          features: vectoriser.size,
          classes,
        })
      : undefined;
  return { entries, vectoriser, neighbours, regression, none: nones.length };
}

/** Scores every entry for a normalised message, best first. */
export function rank(shelf: Shelf, text: string): Ranking {
  const count = shelf.entries.length;
  const vector = shelf.vectoriser.read(text);
  const { nearest, centroid } = compare(shelf.neighbours, vector, count);
  const probability = shelf.regression === undefined ? undefined : predict(shelf.regression, vector);
  const blend = new Float32Array(count);
  for (let entry = 0; entry < count; entry += 1) {
    const lexical = BLEND.nearest * (nearest[entry] as number) + BLEND.centroid * (centroid[entry] as number);
    blend[entry] = probability === undefined ? lexical / (BLEND.nearest + BLEND.centroid) : lexical + BLEND.regression * (probability[entry] as number);
  }
  const order = Int32Array.from(blend, (_, entry) => entry).sort((a, b) => (blend[b] as number) - (blend[a] as number));
  return { order, blend, evidence: evidenceOf(order, { vector, nearest, centroid, probability, blend }) };
}

type Parts = { vector: Vector; nearest: Float32Array; centroid: Float32Array; probability: Float32Array | undefined; blend: Float32Array };

function evidenceOf(order: Int32Array, parts: Parts): Evidence {
  const first = order[0] ?? 0;
  const second = order[1];
  const at = (scores: Float32Array | undefined, entry: number | undefined): number => (entry === undefined ? 0 : (scores?.[entry] ?? 0));
  return {
    probability: at(parts.probability, first),
    runnerUp: at(parts.blend, first) - at(parts.blend, second),
    nearest: at(parts.nearest, first),
    centroid: at(parts.centroid, first),
    nearestMargin: at(parts.nearest, first) - at(parts.nearest, second),
    known: parts.vector.known,
    tokens: parts.vector.tokens,
  };
}
