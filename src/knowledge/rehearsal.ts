import type { Trial } from './calibration.ts';
import type { Ranking } from './evidence.ts';

/**
 * A base asked what it has not learnt: questions held out of their entries, the questions of whole entries held out, which
 * no entry answers and yet sound like the shop, and chatter held out.
 */

type Base = { questions: readonly (readonly string[])[]; chatter: readonly string[] };
/** Ranks a message after learning a base. */
type Learn = (base: Base) => (text: string) => Ranking;

/** Times that another fifth is held out; more give a steadier result and cost a training each. */
const ROUNDS = 2;
const FOLD = 5;
/** Fewest entries, questions of an entry, and questions held out of their entries; with fewer, chance would speak. */
const LEAST = { entries: 10, questions: 3, inside: 300 };
/** Half of the messages are in scope; of the others as many are near as keeps the tuning sets within their budget. */
const MIX = { inside: 0.5, near: 0.15, far: 0.35 };

/** Trials that weigh as much as one round has; none for a base too small to spare any question. */
export function rehearse(base: Base, learn: Learn): Trial[] {
  const { questions } = base;
  const spared = questions.flatMap((own) => (own.length < LEAST.questions ? [] : own.slice(1))).length;
  const inside = (spared * ROUNDS * (FOLD - 1)) / FOLD ** 2;
  if (questions.length < LEAST.entries || inside < LEAST.inside) return [];
  const trials = Array.from({ length: ROUNDS }, (_, round) => holdOut(base, learn, round)).flat();
  return trials.map((trial) => ({ ...trial, weight: (trial.weight * trials.length) / ROUNDS ** 2 }));
}

/** One round; its weights add up to 1. */
function holdOut({ questions, chatter }: Base, learn: Learn, round: number): Trial[] {
  const isOut = (at: number): boolean => at % FOLD === (2 * round + 1) % FOLD;
  const kept = questions.filter((_, entry) => !isOut(entry));
  const inside: { text: string; entry: number }[] = [];
  const learnt = kept.map((own, entry) =>
    own.filter((text, at) => {
      const asked = own.length >= LEAST.questions && at > 0 && (at + entry) % FOLD === round;
      if (asked) inside.push({ text, entry });
      return !asked;
    }),
  );
  const rank = learn({ questions: learnt, chatter: chatter.filter((_, at) => !isOut(at)) });
  const foreign = (texts: readonly string[], share: number): Trial[] =>
    texts.map((text) => ({ evidence: rank(text).evidence, right: false, weight: share / texts.length }));
  const near = questions.filter((_, entry) => isOut(entry)).flat();
  const far = chatter.filter((_, at) => isOut(at));
  return [
    ...inside.map(({ text, entry }) => {
      const { order, evidence } = rank(text);
      return { evidence, right: order[0] === entry, weight: MIX.inside / inside.length };
    }),
    ...foreign(near, MIX.near),
    ...foreign(far, MIX.far),
  ];
}
