/** What to do with an answer of a given probability under a budget of wrong answers. */

export type Decision = 'answer' | 'clarify' | 'abstain';
export type Thresholds = { answer: number; clarify: number };

/** Confidence from which on at most that share of all messages was answered wrongly, on the tuning sets. */
const BUDGET: readonly { wrong: number; answer: number }[] = [
  { wrong: 0, answer: 0.99 },
  { wrong: 0.005, answer: 0.94 },
  { wrong: 0.01, answer: 0.88 },
  { wrong: 0.02, answer: 0.8 },
  { wrong: 0.05, answer: 0.65 },
  { wrong: 0.1, answer: 0.44 },
  { wrong: 0.2, answer: 0.25 },
  { wrong: 1, answer: 0 },
];
const CLARIFY = 0.35;

/** Thresholds for a budget, 0.05 meaning that 5 of 100 messages may get a wrong answer; linear between tabled budgets. */
export function thresholdsFor(targetWrong: number): Thresholds {
  const budget = Math.min(1, Math.max(0, targetWrong));
  const above = BUDGET.findIndex(({ wrong }) => wrong >= budget);
  const to = BUDGET[above];
  const from = BUDGET[above - 1] ?? to;
  if (to === undefined || from === undefined) return { answer: 1, clarify: CLARIFY };
  const part = to.wrong === from.wrong ? 1 : (budget - from.wrong) / (to.wrong - from.wrong);
  const answer = from.answer + part * (to.answer - from.answer);
  return { answer, clarify: answer * CLARIFY };
}

/** Score of the best entry from which on a message is about something we know, though it may fit several entries. */
const ABOUT_US = 0.45;

/**
 * Answers when sure enough, offers choices when half sure, hands over otherwise. A single word ("invoice") makes nobody
 * sure of an entry, but the choices are worth showing.
 */
export function decisionAt(
  { confidence, best }: { confidence: number; best: number },
  thresholds: Thresholds,
): Decision {
  if (confidence >= thresholds.answer) return 'answer';
  return confidence >= thresholds.clarify || best >= ABOUT_US ? 'clarify' : 'abstain';
}
