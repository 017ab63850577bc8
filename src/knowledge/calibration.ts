import type { Evidence } from './evidence.ts';

/**
 * Evidence to a probability that the first entry is right, by logistic regression (Platt 1999, "Probabilistic Outputs
 * for Support Vector Machines"). The coefficients were fitted across English and Chinese question sets, each weighing the
 * same and half of each out of scope, and are checked with whole families of sets left out.
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
  const logit = Math.log(probability + 1e-4) - Math.log(1 - probability + 1e-4);
  return [probability, logit, none, nearest, centroid, lead, known, ...size];
}

type Coefficients = { bias: number; weights: readonly number[] };

/** For the classifier with a regression, without one (a single question per entry), and for the large catalogue. */
const FITTED: Record<Evidence['ranker'], Coefficients> = {
  trained: { bias: -4.9, weights: [0.978, 0.313, 1.129, 1.126, 1.339, 3.184, 0.66, 0.436, 0.285, -0.417, 0.582] },
  untrained: { bias: -4.248, weights: [2, 2, 3.708, 3.708, 0.048, 0.284, -0.084, 0, 0.658] },
  catalogue: { bias: -5.618, weights: [2.252, 2.252, 1.555, 3.24, 0.887, 0.464, -0.196, 0.21, 0.788] },
};

/** Probability that the first entry answers the message. */
export function confidenceOf(evidence: Evidence): number {
  if (evidence.tokens === 0) return 0;
  const { bias, weights } = FITTED[evidence.ranker];
  const odds = featuresOf(evidence).reduce((sum, value, at) => sum + value * (weights[at] ?? 0), bias);
  return 1 / (1 + Math.exp(-odds));
}
