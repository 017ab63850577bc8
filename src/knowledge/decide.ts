/** What to do with an answer of a given probability under a budget of wrong answers. */

export type Decision = 'answer' | 'clarify' | 'abstain';
export type Thresholds = { answer: number; clarify: number };

/** Confidence from which on at most that share of all messages was answered wrongly, on the tuning sets. */
const BUDGET: readonly { wrong: number; answer: number }[] = [
  { wrong: 0, answer: 0.99 },
  { wrong: 0.05, answer: 0.75 },
  { wrong: 0.3, answer: 0 },
];
const CLARIFY = 0.35;

/** Thresholds for a budget, 0.05 meaning that 5 of 100 messages may get a wrong answer; linear between tabled budgets. */
export function thresholdsFor(targetWrong: number): Thresholds {
  const budget = Math.min(0.3, Math.max(0, targetWrong));
  const above = BUDGET.findIndex(({ wrong }) => wrong >= budget);
  const to = BUDGET[above];
  const from = BUDGET[above - 1] ?? to;
  if (to === undefined || from === undefined) return { answer: 1, clarify: CLARIFY };
  const part = to.wrong === from.wrong ? 1 : (budget - from.wrong) / (to.wrong - from.wrong);
  const answer = from.answer + part * (to.answer - from.answer);
  return { answer, clarify: answer * CLARIFY };
}

/** Answers when sure enough, offers choices when half sure, hands over otherwise. */
export function decisionAt(confidence: number, thresholds: Thresholds): Decision {
  if (confidence >= thresholds.answer) return 'answer';
  return confidence >= thresholds.clarify ? 'clarify' : 'abstain';
}
