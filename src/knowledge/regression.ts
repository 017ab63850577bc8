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
