import type { Evidence } from './evidence.ts';

/**
 * Evidence to a probability that the first entry is right, by logistic regression (Platt 1999, "Probabilistic Outputs
 * for Support Vector Machines"). The coefficients were fitted across English and Chinese question sets, each weighing the
 * same and half of each out of scope, and are checked with whole families of sets left out.
 */

/** The inputs of the fit, in the order of its coefficients. */
export function featuresOf(evidence: Evidence): number[] {
  const { probability, none, nearest, centroid, lead, nearestLead, known } = evidence;
  const size = [Math.log(evidence.tokens + 1), Math.log(evidence.entries), Math.log(evidence.questionsPerEntry)];
  if (probability === undefined) return [nearest, centroid, lead, nearestLead, known, ...size];
  const logit = Math.log(probability + 1e-4) - Math.log(1 - probability + 1e-4);
  return [probability, logit, none, nearest, centroid, lead, known, ...size];
}

type Coefficients = { bias: number; weights: readonly number[] };

const TRAINED: Coefficients = { bias: -4.5, weights: [3, 0, 0, 3, 2, 2, 1, 0, 0, 0] };
const UNTRAINED: Coefficients = { bias: -4, weights: [6, 0, 0, 4, 1, 0, 0, 0] };

/** Probability that the first entry answers the message. */
export function confidenceOf(evidence: Evidence): number {
  if (evidence.tokens === 0) return 0;
  const { bias, weights } = evidence.probability === undefined ? UNTRAINED : TRAINED;
  const odds = featuresOf(evidence).reduce((sum, value, at) => sum + value * (weights[at] ?? 0), bias);
  return 1 / (1 + Math.exp(-odds));
}
