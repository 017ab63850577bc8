import type { Vector } from './vector.ts';

/**
 * Multinomial logistic (softmax) regression with an L2 penalty, fitted by stochastic gradient descent
 * (Bottou 2010, "Large-Scale Machine Learning with Stochastic Gradient Descent"). Deterministic: the shuffle is seeded.
 */
export type Regression = { classes: number; weights: Float32Array; bias: Float32Array };

const SGD = { c: 100, rate: 4, epochs: 12, minimum: 1e-3 };

/** Fits `classes` classes to vectors over `features` features; `c` is the inverse strength of the penalty as in LIBLINEAR. */
export function train(
  vectors: readonly Vector[],
  labels: Int32Array,
  shape: { features: number; classes: number },
): Regression {
  const { features, classes } = shape;
  const weights = new Float32Array(features * classes);
  const bias = new Float32Array(classes);
  const lambda = 1 / (SGD.c * Math.max(1, vectors.length));
  const order = Int32Array.from(vectors, (_, at) => at);
  const epochs = Math.max(5, Math.min(SGD.epochs, Math.ceil(30_000 / Math.max(1, vectors.length))));
  const gradient = new Float32Array(classes);
  let scale = 1;
  let seed = 1;
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    seed = shuffle(order, seed);
    for (const at of order) {
      const vector = vectors[at];
      if (vector === undefined) continue;
      const rate = SGD.rate / (1 + SGD.rate * lambda * 8 * step);
      step += 1;
      scale *= 1 - rate * lambda;
      scores(vector, { classes, weights, bias }, { scale, out: gradient });
      softmax(gradient);
      gradient[labels[at] ?? 0] = (gradient[labels[at] ?? 0] ?? 0) - 1;
      update(vector, { classes, weights, bias }, { gradient, rate: rate / scale, biasRate: rate * 0.1 });
    }
  }
  for (let at = 0; at < weights.length; at += 1) weights[at] = (weights[at] ?? 0) * scale;
  return { classes, weights, bias };
}

/** The model over other classes: `from` is the old class of each new one, or -1 for one that knows nothing yet. */
export function recast(model: Regression, from: Int32Array, features: number): Regression {
  const classes = from.length;
  const weights = new Float32Array(features * classes);
  const known = Math.min(features, model.weights.length / model.classes);
  for (let id = 0; id < known; id += 1) {
    for (let k = 0; k < classes; k += 1) {
      const old = from[k] as number;
      if (old >= 0) weights[id * classes + k] = model.weights[id * model.classes + old] as number;
    }
  }
  const lowest = Math.min(0, ...model.bias);
  const bias = Float32Array.from(from, (old) => (old < 0 ? lowest : (model.bias[old] as number)));
  return { classes, weights, bias };
}

/**
 * Fits the weights of a few classes and leaves those of all others as they are, in place: what was learnt of the others counts
 * once an example, so that a rewritten entry is learnt in milliseconds.
 */
export function refit(
  model: Regression,
  columns: readonly number[],
  examples: readonly { vector: Vector; label: number }[],
): void {
  const { classes, weights, bias } = model;
  const own = new Set(columns);
  const out = new Float32Array(classes);
  const others = examples.map(({ vector }) => {
    scores(vector, model, { scale: 1, out });
    return out.reduce((sum, score, k) => (own.has(k) ? sum : sum + Math.exp(Math.min(60, score))), 0);
  });
  const lambda = 1 / (SGD.c * Math.max(1, examples.length));
  const order = Int32Array.from(examples, (_, at) => at);
  let seed = 1;
  let step = 0;
  for (let epoch = 0; epoch < SGD.epochs; epoch += 1) {
    seed = shuffle(order, seed);
    for (const at of order) {
      const { vector, label } = examples[at] as { vector: Vector; label: number };
      const rate = SGD.rate / (1 + SGD.rate * lambda * 8 * step);
      step += 1;
      const raised = columns.map((k) => Math.exp(Math.min(60, scoreOf(vector, model, k))));
      const total = raised.reduce((sum, value) => sum + value, others[at] as number);
      columns.forEach((k, place) => {
        const slope = (raised[place] as number) / total - (k === label ? 1 : 0);
        bias[k] = (bias[k] as number) - rate * 0.1 * slope;
        for (let f = 0; f < vector.ids.length; f += 1) {
          const slot = (vector.ids[f] as number) * classes + k;
          weights[slot] = (weights[slot] as number) - rate * slope * (vector.values[f] as number);
        }
      });
    }
  }
}

function scoreOf({ ids, values }: Vector, { classes, weights, bias }: Regression, k: number): number {
  let sum = bias[k] as number;
  for (let f = 0; f < ids.length; f += 1)
    sum += (values[f] as number) * (weights[(ids[f] as number) * classes + k] as number);
  return sum;
}

/** Class probabilities of a vector. */
export function predict(model: Regression, vector: Vector): Float32Array {
  const out = new Float32Array(model.classes);
  scores(vector, model, { scale: 1, out });
  softmax(out);
  return out;
}

/** Four features at a time: the sums are read and written a quarter as often. */
function scores({ ids, values }: Vector, model: Regression, into: { scale: number; out: Float32Array }): void {
  const { classes, weights, bias } = model;
  const { scale, out } = into;
  for (let k = 0; k < classes; k += 1) out[k] = bias[k] as number;
  let at = 0;
  for (; at + 4 <= ids.length; at += 4) {
    const [r0, r1] = [(ids[at] as number) * classes, (ids[at + 1] as number) * classes];
    const [r2, r3] = [(ids[at + 2] as number) * classes, (ids[at + 3] as number) * classes];
    const [v0, v1] = [(values[at] as number) * scale, (values[at + 1] as number) * scale];
    const [v2, v3] = [(values[at + 2] as number) * scale, (values[at + 3] as number) * scale];
    for (let k = 0; k < classes; k += 1) {
      const first = v0 * (weights[r0 + k] as number) + v1 * (weights[r1 + k] as number);
      const second = v2 * (weights[r2 + k] as number) + v3 * (weights[r3 + k] as number);
      out[k] = (out[k] as number) + first + second;
    }
  }
  for (; at < ids.length; at += 1) {
    const row = (ids[at] as number) * classes;
    const value = (values[at] as number) * scale;
    for (let k = 0; k < classes; k += 1) out[k] = (out[k] as number) + value * (weights[row + k] as number);
  }
}

function update(
  vector: Vector,
  model: Regression,
  by: { gradient: Float32Array; rate: number; biasRate: number },
): void {
  const { classes, weights, bias } = model;
  const active: number[] = [];
  for (let k = 0; k < classes; k += 1) if (Math.abs(by.gradient[k] as number) > SGD.minimum) active.push(k);
  for (const k of active) bias[k] = (bias[k] as number) - by.biasRate * (by.gradient[k] as number);
  for (let at = 0; at < vector.ids.length; at += 1) {
    const row = (vector.ids[at] as number) * classes;
    const value = (vector.values[at] as number) * by.rate;
    for (const k of active) weights[row + k] = (weights[row + k] as number) - value * (by.gradient[k] as number);
  }
}

function softmax(out: Float32Array): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of out) if (score > highest) highest = score;
  let sum = 0;
  for (let k = 0; k < out.length; k += 1) {
    const value = Math.exp((out[k] as number) - highest);
    out[k] = value;
    sum += value;
  }
  for (let k = 0; k < out.length; k += 1) out[k] = (out[k] as number) / sum;
}

/** Fisher-Yates on a linear congruential generator (Numerical Recipes constants); gives the next seed. */
function shuffle(order: Int32Array, seed: number): number {
  let state = seed;
  for (let at = order.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (at + 1);
    const kept = order[at] as number;
    order[at] = order[other] as number;
    order[other] = kept;
  }
  return (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
}
