import type { Evidence, Shelf } from './shelf.ts';

/** How sure an answer is, as a probability, and what to do with it under a budget of wrong answers. */

/** Probability that the first entry answers the message. */
export function confidenceOf(evidence: Evidence, shelf: Shelf): number {
  const { probability, runnerUp, nearest, centroid, known } = evidence;
  const odds =
    shelf.regression === undefined
      ? -4 + 6 * nearest + 4 * evidence.nearestMargin + 1 * known
      : -4.5 + 3 * probability + 2 * runnerUp + 3 * nearest + 2 * centroid + 1 * known;
  return 1 / (1 + Math.exp(-odds));
}

/** `targetWrong` 0.05: at most 5 of 100 messages get a wrong answer. */
export function decisionOf(confidence: number, targetWrong: number): 'answer' | 'clarify' | 'abstain' {
  const answer = Math.min(0.95, Math.max(0.3, 0.75 - 3 * (targetWrong - 0.05)));
  if (confidence >= answer) return 'answer';
  return confidence >= answer / 2.5 ? 'clarify' : 'abstain';
}
