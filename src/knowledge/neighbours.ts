import type { Vector } from './vector.ts';

/** Cosines of a message to every stored question at once: an inverted index for words, rows for the dense part. */
export type Neighbours = {
  starts: Int32Array;
  questions: Int32Array;
  values: Float32Array;
  entryOf: Int32Array;
  /** The first `dimensions` features of every question, question after question. */
  dense: Float32Array;
  dimensions: number;
  /** 1 / length of the sum of an entry's question vectors. */
  centroidScale: Float32Array;
};

export type Similarity = {
  nearest: Float32Array;
  centroid: Float32Array;
};

/** Indexes question vectors; `entryOf[q]` is the entry a question belongs to, features below `dimensions` are dense. */
export function indexNeighbours(
  vectors: readonly Vector[],
  entryOf: Int32Array,
  shape: { entries: number; dimensions: number },
): Neighbours {
  const { entries, dimensions } = shape;
  let features = dimensions;
  let total = 0;
  for (const { ids } of vectors) {
    for (const id of ids) {
      if (id >= dimensions) total += 1;
      if (id >= features) features = id + 1;
    }
  }
  const starts = new Int32Array(features + 1);
  for (const { ids } of vectors) {
    for (const id of ids) if (id >= dimensions) starts[id + 1] = (starts[id + 1] as number) + 1;
  }
  for (let id = 0; id < features; id += 1) starts[id + 1] = (starts[id + 1] as number) + (starts[id] as number);
  const next = starts.slice();
  const questions = new Int32Array(total);
  const values = new Float32Array(total);
  const dense = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, question) => {
    vector.ids.forEach((id, at) => {
      if (id < dimensions) {
        dense[question * dimensions + id] = vector.values[at] as number;
        return;
      }
      const slot = next[id] as number;
      questions[slot] = question;
      values[slot] = vector.values[at] as number;
      next[id] = slot + 1;
    });
  });
  const centroidScale = centroidScales(vectors, entryOf, entries);
  return { starts, questions, values, entryOf, dense, dimensions, centroidScale };
}

/** The highest cosine over an entry's questions, and the cosine to their normalised sum (Rocchio). */
export function compare(index: Neighbours, vector: Vector, entries: number): Similarity {
  const cosines = cosinesTo(index, vector);
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

/** What becomes of an index: `from` is the old entry of each new one or -1, `added` the vectors of new questions. */
export type Regrowth = {
  from: Int32Array;
  added: readonly { entry: number; vectors: readonly Vector[] }[];
  features: number;
};

/** The index without the questions of entries that are gone and with those added, which come last. */
export function regrow(index: Neighbours, { from, added, features }: Regrowth): Neighbours {
  const { dimensions } = index;
  const entryNow = new Int32Array(index.centroidScale.length).fill(-1);
  from.forEach((old, entry) => {
    if (old >= 0) entryNow[old] = entry;
  });
  const place = new Int32Array(index.entryOf.length).fill(-1);
  const owners: number[] = [];
  index.entryOf.forEach((old, question) => {
    const entry = entryNow[old] as number;
    if (entry < 0) return;
    place[question] = owners.length;
    owners.push(entry);
  });
  const kept = owners.length;
  const vectors = added.flatMap(({ entry, vectors: own }) => {
    owners.push(...own.map(() => entry));
    return own;
  });
  const grown = indexNeighbours(vectors, Int32Array.from(owners.slice(kept)), { entries: from.length, dimensions });
  const dense = new Float32Array(owners.length * dimensions);
  place.forEach((to, question) => {
    if (to >= 0) dense.set(index.dense.subarray(question * dimensions, (question + 1) * dimensions), to * dimensions);
  });
  dense.set(grown.dense, kept * dimensions);
  const scaleOf = (old: number, entry: number): number =>
    (old < 0 ? grown.centroidScale[entry] : index.centroidScale[old]) as number;
  return {
    ...mergePostings(index, grown, { place, kept, features }),
    entryOf: Int32Array.from(owners),
    dense,
    dimensions,
    centroidScale: Float32Array.from(from, scaleOf),
  };
}

function mergePostings(
  index: Neighbours,
  grown: Neighbours,
  { place, kept, features }: { place: Int32Array; kept: number; features: number },
): Pick<Neighbours, 'starts' | 'questions' | 'values'> {
  const room = index.questions.length + grown.questions.length;
  const starts = new Int32Array(features + 1);
  const questions = new Int32Array(room);
  const values = new Float32Array(room);
  let at = 0;
  for (let id = 0; id < features; id += 1) {
    for (let slot = index.starts[id] ?? 0; slot < (index.starts[id + 1] ?? 0); slot += 1) {
      const to = place[index.questions[slot] as number] as number;
      if (to < 0) continue;
      questions[at] = to;
      values[at] = index.values[slot] as number;
      at += 1;
    }
    for (let slot = grown.starts[id] ?? 0; slot < (grown.starts[id + 1] ?? 0); slot += 1) {
      questions[at] = kept + (grown.questions[slot] as number);
      values[at] = grown.values[slot] as number;
      at += 1;
    }
    starts[id + 1] = at;
  }
  return { starts, questions: questions.slice(0, at), values: values.slice(0, at) };
}

/** The `limit` questions nearest to any of the vectors, nearest first. */
export function nearestQuestions(index: Neighbours, vectors: readonly Vector[], limit: number): number[] {
  const nearest = new Float32Array(index.entryOf.length);
  for (const vector of vectors) {
    const cosines = cosinesTo(index, vector);
    for (let question = 0; question < nearest.length; question += 1)
      nearest[question] = Math.max(nearest[question] as number, cosines[question] as number);
  }
  const order = [...nearest.keys()].sort((a, b) => (nearest[b] as number) - (nearest[a] as number) || a - b);
  return order.slice(0, limit);
}

function cosinesTo(
  { starts, questions, values, entryOf, dense, dimensions }: Neighbours,
  vector: Vector,
): Float32Array {
  const cosines = new Float32Array(entryOf.length);
  const message = new Float64Array(dimensions);
  for (let at = 0; at < vector.ids.length; at += 1) {
    const id = vector.ids[at] as number;
    const value = vector.values[at] as number;
    if (id < dimensions) {
      message[id] = value;
      continue;
    }
    const end = starts[id + 1] ?? 0;
    for (let slot = starts[id] ?? 0; slot < end; slot += 1) {
      const question = questions[slot] as number;
      cosines[question] = (cosines[question] as number) + value * (values[slot] as number);
    }
  }
  if (message.some((value) => value !== 0)) addDense(cosines, dense, message);
  return cosines;
}

/** Two sums side by side: each waits for its own last addition only. */
function addDense(cosines: Float32Array, dense: Float32Array, message: Float64Array): void {
  const size = message.length;
  const even = size - (size % 2);
  for (let question = 0, row = 0; question < cosines.length; question += 1, row += size) {
    let one = 0;
    let other = even < size ? (message[even] as number) * (dense[row + even] as number) : 0;
    for (let d = 0; d < even; d += 2) {
      one += (message[d] as number) * (dense[row + d] as number);
      other += (message[d + 1] as number) * (dense[row + d + 1] as number);
    }
    cosines[question] = (cosines[question] as number) + one + other;
  }
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
