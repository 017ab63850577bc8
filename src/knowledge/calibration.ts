import type { Evidence } from './evidence.ts';

/**
 * Evidence to a probability that the first entry is right, by logistic regression (Platt 1999, "Probabilistic Outputs
 * for Support Vector Machines"). The coefficients were fitted across English and Chinese question sets, each weighing the
 * same and half of each out of scope, and are checked with whole families of sets left out. A base with enough questions
 * adjusts the result on its own.
 */

/** The inputs of the fit, in the order of its coefficients. */
function featuresOf(evidence: Evidence): number[] {
  const { probability, none, nearest, centroid, lead, nearestLead, known } = evidence;
  const size = [
    Math.log(evidence.tokens + 1),
    Math.log(evidence.entries),
    Math.log(evidence.questionsPerEntry),
    evidence.chinese ? 1 : 0,
  ];
  if (probability === undefined) return [nearest, centroid, lead, nearestLead, known, ...size];
  return [probability, logit(probability), none, nearest, centroid, lead, known, ...size];
}

type Coefficients = { bias: number; weights: readonly number[] };

/** For the classifier with a regression, without one (a single question per entry), and for the large catalogue. */
const FITTED: Record<Evidence['ranker'], Coefficients> = {
  trained: { bias: -4.9, weights: [0.978, 0.313, 1.129, 1.126, 1.339, 3.184, 0.66, 0.436, 0.285, -0.417, 0.582] },
  untrained: { bias: -4.248, weights: [2, 2, 3.708, 3.708, 0.048, 0.284, -0.084, 0, 0.658] },
  catalogue: { bias: -5.618, weights: [2.252, 2.252, 1.555, 3.24, 0.887, 0.464, -0.196, 0.21, 0.788] },
};

/** Probability that the first entry answers the message. */
export function confidenceOf(evidence: Evidence, adjustment?: Adjustment): number {
  if (evidence.tokens === 0) return 0;
  const { bias, weights } = FITTED[evidence.ranker];
  const shipped = sigmoid(featuresOf(evidence).reduce((sum, value, at) => sum + value * (weights[at] ?? 0), bias));
  return adjustment === undefined ? shipped : sigmoid(dot(adjustable(shipped, evidence), adjustment));
}

/** What a base changes of the shipped confidence: one weight for each of its inputs, the last for the constant. */
export type Adjustment = readonly number[];

const UNCHANGED: Adjustment = [1, 0, 0, 0, 0, 0, 0, 0, 0];

/** The shipped confidence first; nothing of the size of the base, which is another when questions are held out. */
function adjustable(shipped: number, evidence: Evidence): number[] {
  const { probability = 0.5, none, nearest, centroid, lead, known, tokens } = evidence;
  return [logit(shipped), logit(probability), none, nearest, centroid, lead, known, Math.log(tokens + 1), 1];
}

const logit = (share: number): number => Math.log(share + 1e-4) - Math.log(1 - share + 1e-4);
const sigmoid = (odds: number): number => 1 / (1 + Math.exp(-odds));
const dot = (x: readonly number[], weights: readonly number[]): number =>
  x.reduce((sum, value, at) => sum + value * (weights[at] as number), 0);

/** What was seen of a message, and whether its first entry was right; a message that no entry answers has none. */
export type Trial = { evidence: Evidence; right: boolean; weight: number };

/** So many trials draw towards the shipped confidence, and so many towards its level. */
const PRIOR = 100;
const LEVEL = 80;
const STEPS = 15;

/** Penalised logistic regression (ridge around no change, scaled by each input's variance), by Newton's method. */
export function adjust(trials: readonly Trial[]): Adjustment {
  const rows = trials
    .filter(({ evidence }) => evidence.tokens > 0)
    .map(({ evidence, right, weight }) => ({ x: adjustable(confidenceOf(evidence), evidence), right, weight }));
  const pull = UNCHANGED.map((_, at) => (at === UNCHANGED.length - 1 ? LEVEL : PRIOR * varianceOf(rows, at)) / 4);
  let fitted = [...UNCHANGED];
  for (let step = 0; step < STEPS; step += 1) {
    const slope = fitted.map((value, at) => (pull[at] as number) * (value - (UNCHANGED[at] as number)));
    const curve = fitted.map((_, at) => fitted.map((__, other) => (at === other ? (pull[at] as number) + 1e-9 : 0)));
    for (const { x, right, weight } of rows) {
      const p = sigmoid(dot(x, fitted));
      x.forEach((value, at) => {
        slope[at] = (slope[at] as number) + weight * (p - (right ? 1 : 0)) * value;
        const row = curve[at] as number[];
        for (let other = 0; other < x.length; other += 1)
          row[other] = (row[other] as number) + weight * p * (1 - p) * value * (x[other] as number);
      });
    }
    const change = solve(curve, slope);
    fitted = fitted.map((value, at) => value - (change[at] as number));
  }
  return fitted;
}

function varianceOf(rows: readonly { x: readonly number[]; weight: number }[], at: number): number {
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const mean = rows.reduce((sum, { x, weight }) => sum + weight * (x[at] as number), 0) / total;
  return rows.reduce((sum, { x, weight }) => sum + weight * ((x[at] as number) - mean) ** 2, 0) / total;
}

/** Gaussian elimination; the matrix is positive definite, so no pivot is sought. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] as number]);
  const size = rows.length;
  rows.forEach((pivot, at) => {
    for (const row of rows.slice(at + 1)) {
      const factor = (row[at] as number) / (pivot[at] as number);
      for (let k = at; k <= size; k += 1) row[k] = (row[k] as number) - factor * (pivot[k] as number);
    }
  });
  const out = new Array<number>(size).fill(0);
  for (let at = size - 1; at >= 0; at -= 1) {
    const row = rows[at] as number[];
    const known = out.reduce((sum, value, k) => (k > at ? sum + value * (row[k] as number) : sum), 0);
    out[at] = ((row[size] as number) - known) / (row[at] as number);
  }
  return out;
}
