import type { Vector } from './vector.ts';

/** Cosines of a message to every stored question at once, over an inverted index in typed arrays. */
export type Neighbours = {
  starts: Int32Array;
  questions: Int32Array;
  values: Float32Array;
  entryOf: Int32Array;
  /** 1 / length of the sum of an entry's question vectors. */
  centroidScale: Float32Array;
};

export type Similarity = {
  nearest: Float32Array;
  centroid: Float32Array;
};

/** Indexes question vectors; `entryOf[q]` is the entry a question belongs to. */
export function indexNeighbours(vectors: readonly Vector[], entryOf: Int32Array, entries: number): Neighbours {
  let features = 0;
  let total = 0;
  for (const { ids } of vectors) {
    total += ids.length;
    for (const id of ids) if (id >= features) features = id + 1;
  }
  const starts = new Int32Array(features + 1);
  for (const { ids } of vectors) for (const id of ids) starts[id + 1] = (starts[id + 1] as number) + 1;
  for (let id = 0; id < features; id += 1) starts[id + 1] = (starts[id + 1] as number) + (starts[id] as number);
  const next = starts.slice();
  const questions = new Int32Array(total);
  const values = new Float32Array(total);
  vectors.forEach((vector, question) => {
    vector.ids.forEach((id, at) => {
      const slot = next[id] as number;
      questions[slot] = question;
      values[slot] = vector.values[at] as number;
      next[id] = slot + 1;
    });
  });
  return { starts, questions, values, entryOf, centroidScale: centroidScales(vectors, entryOf, entries) };
}

/** The highest cosine over an entry's questions, and the cosine to their normalised sum (Rocchio). */
export function compare(index: Neighbours, vector: Vector, entries: number): Similarity {
  const cosines = new Float32Array(index.entryOf.length);
  for (let at = 0; at < vector.ids.length; at += 1) {
    const id = vector.ids[at] as number;
    const value = vector.values[at] as number;
    const end = index.starts[id + 1] ?? 0;
    for (let slot = index.starts[id] ?? 0; slot < end; slot += 1) {
      const question = index.questions[slot] as number;
      cosines[question] = (cosines[question] as number) + value * (index.values[slot] as number);
    }
  }
  const nearest = new Float32Array(entries);
  const centroid = new Float32Array(entries);
  for (let question = 0; question < cosines.length; question += 1) {
    const entry = index.entryOf[question] as number;
    const cosine = cosines[question] as number;
    if (cosine > (nearest[entry] as number)) nearest[entry] = cosine;
    centroid[entry] = (centroid[entry] as number) + cosine;
  }
  for (let entry = 0; entry < entries; entry += 1) {
    centroid[entry] = (centroid[entry] as number) * (index.centroidScale[entry] as number);
  }
  return { nearest, centroid };
}

function centroidScales(vectors: readonly Vector[], entryOf: Int32Array, entries: number): Float32Array {
  const sums = Array.from({ length: entries }, () => new Map<number, number>());
  vectors.forEach((vector, question) => {
    const sum = sums[entryOf[question] as number];
    if (sum === undefined) return;
    vector.ids.forEach((id, at) => {
      sum.set(id, (sum.get(id) ?? 0) + (vector.values[at] as number));
    });
  });
  return Float32Array.from(sums, (sum) => {
    let square = 0;
    for (const value of sum.values()) square += value * value;
    return square > 0 ? 1 / Math.sqrt(square) : 0;
  });
}
