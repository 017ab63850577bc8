import { type Adjustment, confidenceOf, type Trial } from './calibration.ts';
import { thresholdsFor } from './decide.ts';

/** What a budget of wrong answers costs in hand-offs, and whether a confidence of 80 % is right in 8 of 10: from the base's own rehearsal. */

/** A rehearsal's messages as numbers: the confidence each was given, whether its first entry was right, its weight. */
export type Trials = { confidence: Float32Array; right: Uint8Array; weight: Float32Array };

export function packTrials(trials: readonly Trial[], adjustment: Adjustment): Trials {
  return {
    confidence: Float32Array.from(trials, ({ evidence }) => confidenceOf(evidence, adjustment)),
    right: Uint8Array.from(trials, ({ right }) => Number(right)),
    weight: Float32Array.from(trials, ({ weight }) => weight),
  };
}

/** Shares of all messages, 0..1, but `wrongOfAnswers`, which is of those answered; `answered` holds right and wrong ones. */
export type CostPoint = {
  /** The knob: share of all messages that may be answered wrongly. */
  targetWrong: number;
  /** Confidence from which on it answers. */
  threshold: number;
  answered: number;
  wrong: number;
  wrongOfAnswers: number;
  clarified: number;
  handedOver: number;
};
/** Messages whose confidence lay in a tenth: what was promised on average, and what was right. */
export type ReliabilityBin = { from: number; to: number; share: number; promised: number; right: number };
export type Cost = { points: CostPoint[]; reliability: ReliabilityBin[] /** Messages asked. */; messages: number };

const KNOB = [0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2];
const TENTHS = Array.from({ length: 10 }, (_, at) => at);

type One = { confidence: number; right: number; weight: number };

/** The cost of each setting of the knob; undefined where no base was large enough to rehearse. */
export function costOf(rooms: readonly Trials[]): Cost | undefined {
  const all = rooms.flatMap(({ confidence, right, weight }) =>
    [...confidence].map((value, at) => ({
      confidence: value,
      right: right[at] as number,
      weight: weight[at] as number,
    })),
  );
  if (all.length === 0) return undefined;
  const total = sum(all, ({ weight }) => weight);
  return {
    points: KNOB.map((targetWrong) => pointAt(targetWrong, all, total)),
    reliability: TENTHS.map((tenth) => binOf(tenth, all, total)),
    messages: all.length,
  };
}

function pointAt(targetWrong: number, all: readonly One[], total: number): CostPoint {
  const { answer, clarify } = thresholdsFor(targetWrong);
  const answered = all.filter(({ confidence }) => confidence >= answer);
  const share = sum(answered, ({ weight }) => weight) / total;
  const wrong = sum(answered, ({ weight, right }) => weight * (1 - right)) / total;
  const below = sum(all, ({ weight, confidence }) => (confidence < clarify ? weight : 0)) / total;
  return {
    targetWrong,
    threshold: answer,
    answered: share,
    wrong,
    wrongOfAnswers: share > 0 ? wrong / share : 0,
    clarified: Math.max(0, 1 - share - below),
    handedOver: below,
  };
}

function binOf(tenth: number, all: readonly One[], total: number): ReliabilityBin {
  const own = all.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === tenth);
  const weight = sum(own, (one) => one.weight);
  const mean = (value: (one: One) => number): number =>
    weight > 0 ? sum(own, (one) => one.weight * value(one)) / weight : 0;
  return {
    from: tenth / 10,
    to: (tenth + 1) / 10,
    share: weight / total,
    promised: mean(({ confidence }) => confidence),
    right: mean(({ right }) => right),
  };
}

const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, item) => total + value(item), 0);
