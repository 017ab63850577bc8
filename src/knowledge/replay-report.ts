/** What a change of the base does to questions: which are gained, lost, newly wrong or answered by another article. */
import type { Locale } from '../domain/locale.ts';
import type { ReplayResult } from './rehearse.ts';

/** A golden question says what is right (`expected` null: no article may answer); a real one only what was asked. */
export type ReplayedQuestion = { id: string; text: string; locale: Locale; times: number } & (
  | { kind: 'golden'; expected: string | null }
  | { kind: 'real' }
);
export const EFFECTS = ['newly-wrong', 'lost', 'changed', 'gained', 'mended'] as const;
/**
 * `newly-wrong`: a golden question gets a wrong article now. `lost`: it was answered (rightly) and is no more. `gained`:
 * it is answered (rightly) now. `changed`: another article, or choices where there were none. `mended`: no longer wrong.
 */
export type Effect = (typeof EFFECTS)[number];
export type Outcome = { decision: ReplayResult['decision']; articleId: string | null; confidence: number };
export type ChangedQuestion = {
  text: string;
  locale: Locale;
  kind: 'golden' | 'real';
  times: number;
  expected: string | null;
  effect: Effect;
  before: Outcome;
  after: Outcome;
  /** The same article as before, a little more or less sure: learning anew moves what lies at the threshold. */
  tremor: boolean;
};
export type ReplayReport = {
  questions: { golden: number; real: number };
  counts: Record<Effect, number>;
  /** Golden questions that get worse, other than by a tremor, and tremors where many more fall than rise: any blocks. */
  regressions: number;
  /** Worst first; of each kind of effect no more than `LISTED`. */
  changes: ChangedQuestion[];
  /** Questions that an edited article answers, before and after: they get the new words. */
  touched: number;
};

const LISTED = 200;

type Given = {
  questions: readonly ReplayedQuestion[];
  before: readonly ReplayResult[];
  after: readonly ReplayResult[];
  /** Ids of the articles that change. */
  edited: ReadonlySet<string>;
};

/** Results in the order of the questions. */
export function reportOf({ questions, before, after, edited }: Given): ReplayReport {
  const all = questions.flatMap((question, at) => {
    const [was, is] = [outcomeOf(before[at]), outcomeOf(after[at])];
    const effect = effectOf(question, was, is);
    return effect === null ? [] : [changeOf(question, { effect, was, is })];
  });
  const counts = Object.fromEntries(
    EFFECTS.map((effect) => [effect, all.filter((one) => one.effect === effect).length]),
  ) as Record<Effect, number>;
  return {
    questions: {
      golden: questions.filter(({ kind }) => kind === 'golden').length,
      real: questions.filter(({ kind }) => kind === 'real').length,
    },
    counts,
    regressions: all.filter(isRegression).length + slideOf(questions, all),
    changes: EFFECTS.flatMap((effect) =>
      all
        .filter((one) => one.effect === effect)
        .sort((a, b) => Number(isRegression(b)) - Number(isRegression(a)) || b.times - a.times)
        .slice(0, LISTED),
    ),
    touched: after.filter((result) => edited.has(answerOf(outcomeOf(result)) ?? '')).length,
  };
}

function isWorse({ kind, effect }: ChangedQuestion): boolean {
  return kind === 'golden' && (effect === 'newly-wrong' || effect === 'lost');
}
const isRegression = (one: ChangedQuestion): boolean => isWorse(one) && !one.tremor;

/** So many more golden questions may fall than rise by tremors before that is a regression too: of those, and at least. */
const SLIDE = { share: 0.01, least: 5 };

function slideOf(questions: readonly ReplayedQuestion[], all: readonly ChangedQuestion[]): number {
  const tremors = all.filter(({ kind, tremor }) => kind === 'golden' && tremor);
  const fallen = tremors.filter(isWorse).length;
  const net = fallen - (tremors.length - fallen);
  const golden = questions.filter(({ kind }) => kind === 'golden').length;
  return net > Math.max(SLIDE.least, golden * SLIDE.share) ? net : 0;
}

function outcomeOf(result: ReplayResult | undefined): Outcome {
  return {
    decision: result?.decision ?? 'abstain',
    articleId: result?.top[0]?.id ?? null,
    confidence: result?.confidence ?? 0,
  };
}

const answerOf = ({ decision, articleId }: Outcome): string | null => (decision === 'answer' ? articleId : null);

function effectOf(question: ReplayedQuestion, was: Outcome, is: Outcome): Effect | null {
  const [before, after] = [answerOf(was), answerOf(is)];
  if (question.kind === 'real') {
    if (before === null && after !== null) return 'gained';
    if (before !== null && after === null) return 'lost';
    return before === after ? null : 'changed';
  }
  const [first, now] = [verdict(question.expected, before), verdict(question.expected, after)];
  if (first === now) return now === 'wrong' && before !== after ? 'changed' : null;
  if (now === 'wrong') return 'newly-wrong';
  if (now === 'right') return 'gained';
  return first === 'wrong' ? 'mended' : 'lost';
}

/** Sureness that learning anew moves without anything else having changed, seen on the shipped questions. */
const TREMOR = 0.15;

function isTremor(was: Outcome, is: Outcome): boolean {
  return was.articleId === is.articleId && Math.abs(was.confidence - is.confidence) <= TREMOR;
}

type Verdict = 'right' | 'wrong' | 'open';

/** `open`: neither answered nor wrong; where no article may answer, saying nothing is right. */
function verdict(expected: string | null, answered: string | null): Verdict {
  if (answered === expected) return 'right';
  return answered === null ? 'open' : 'wrong';
}

function changeOf(
  question: ReplayedQuestion,
  { effect, was, is }: { effect: Effect; was: Outcome; is: Outcome },
): ChangedQuestion {
  const { text, locale, kind, times } = question;
  const expected = question.kind === 'golden' ? question.expected : null;
  return { text, locale, kind, times, expected, effect, before: was, after: is, tremor: isTremor(was, is) };
}
