import type { AnswerDecision } from '../../src/knowledge/engine.ts';
import type { Query } from './read.ts';

/** What the results of a query file are worth; every figure is a share 0..1. */
export type Metrics = {
  messages: number;
  inScope: number;
  acc: number;
  r3: number;
  auroc: Record<string, number>;
  at90: number | null;
  resolvedAtP90: number;
  /** Answered right of in scope at the lowest threshold with at most 5 % of all messages answered wrongly. */
  rightAtWrong5: number;
  calibrationError: number;
  atThreshold: {
    answered: number;
    wrongOfAll: number;
    resolvedOfInScope: number;
    clarifiedRightOfInScope: number;
    abstainedOfInScope: number;
    answeredOfOutOfScope: number | null;
  };
};

type Judged = { inScope: boolean; right: boolean; inTop3: boolean; kind: string; confidence: number; decision: string };

/** Judges every query that says its answer (`id`, null for none); undefined when none does. */
export function measure(queries: readonly Query[], results: readonly AnswerDecision[]): Metrics | undefined {
  const judged = queries.flatMap((query, at) => {
    const result = results[at];
    return query.id === undefined || result === undefined ? [] : [judge(query, result)];
  });
  if (!judged.some(({ inScope }) => inScope)) return undefined;
  const inside = judged.filter(({ inScope }) => inScope);
  const outside = judged.filter(({ inScope }) => !inScope);
  return {
    messages: judged.length,
    inScope: inside.length,
    acc: share(inside, ({ right }) => right),
    r3: share(inside, ({ inTop3 }) => inTop3),
    auroc: aurocs(inside, outside),
    at90: outside.length === 0 ? null : rightAtCaught(inside, outside, 0.9),
    resolvedAtP90: resolvedAtPrecision(judged, inside.length, 0.9),
    rightAtWrong5: rightAtWrong(judged, inside.length, 0.05),
    calibrationError: calibrationError(judged),
    atThreshold: atThreshold(judged, inside, outside),
  };
}

function judge(query: Query, result: AnswerDecision): Judged {
  const rights = new Set(query.ids ?? (query.id == null ? [] : [query.id]));
  const first = result.top[0];
  return {
    inScope: rights.size > 0,
    right: first !== undefined && rights.has(first.id),
    inTop3: result.top.slice(0, 3).some(({ id }) => rights.has(id)),
    kind: query.kind ?? 'all',
    confidence: result.confidence,
    decision: result.decision,
  };
}

const share = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  items.length === 0 ? 0 : items.filter(holds).length / items.length;

function aurocs(inside: readonly Judged[], outside: readonly Judged[]): Record<string, number> {
  if (inside.length === 0 || outside.length === 0) return {};
  const found: Record<string, number> = { all: auroc(inside, outside) };
  for (const kind of new Set(outside.map((one) => one.kind))) {
    found[kind] = auroc(
      inside,
      outside.filter((one) => one.kind === kind),
    );
  }
  return found;
}

/** Chance that an in-scope message is more confident than an out-of-scope one, ties half (Mann-Whitney U). */
function auroc(inside: readonly Judged[], outside: readonly Judged[]): number {
  const sorted = [...inside, ...outside].sort((a, b) => a.confidence - b.confidence);
  let rankSum = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to]?.confidence === sorted[from]?.confidence) to += 1;
    const rank = (from + to + 1) / 2;
    for (let at = from; at < to; at += 1) if (sorted[at]?.inScope === true) rankSum += rank;
    from = to;
  }
  return (rankSum - (inside.length * (inside.length + 1)) / 2) / (inside.length * outside.length);
}

function rightAtCaught(inside: readonly Judged[], outside: readonly Judged[], caught: number): number {
  const scores = outside.map(({ confidence }) => confidence).sort((a, b) => a - b);
  const threshold = scores[Math.min(scores.length - 1, Math.ceil(caught * scores.length) - 1)] ?? 0;
  return share(inside, ({ right, confidence }) => right && confidence > threshold);
}

function resolvedAtPrecision(judged: readonly Judged[], inScope: number, precision: number): number {
  const sorted = [...judged].sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let best = 0;
  sorted.forEach((one, at) => {
    if (one.right) right += 1;
    if (sorted[at + 1]?.confidence !== one.confidence && right / (at + 1) >= precision) best = Math.max(best, right);
  });
  return inScope === 0 ? 0 : best / inScope;
}

function rightAtWrong(judged: readonly Judged[], inScope: number, budget: number): number {
  const sorted = [...judged].sort((a, b) => b.confidence - a.confidence);
  let right = 0;
  let best = 0;
  sorted.forEach((one, at) => {
    if (one.right) right += 1;
    if (at + 1 - right <= budget * judged.length && sorted[at + 1]?.confidence !== one.confidence) best = right;
  });
  return inScope === 0 ? 0 : best / inScope;
}

/** Expected calibration error over ten bins (Guo et al. 2017, "On Calibration of Modern Neural Networks"). */
function calibrationError(judged: readonly Judged[]): number {
  const bins = Array.from({ length: 10 }, () => ({ confidence: 0, right: 0 }));
  for (const { confidence, right } of judged) {
    const bin = bins[Math.min(9, Math.floor(confidence * 10))];
    if (bin === undefined) continue;
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.confidence - bin.right), 0) / judged.length;
}

function atThreshold(
  judged: readonly Judged[],
  inside: readonly Judged[],
  outside: readonly Judged[],
): Metrics['atThreshold'] {
  const answered = (one: Judged): boolean => one.decision === 'answer';
  return {
    answered: share(judged, answered),
    wrongOfAll: share(judged, (one) => answered(one) && !one.right),
    resolvedOfInScope: share(inside, (one) => answered(one) && one.right),
    clarifiedRightOfInScope: share(inside, (one) => one.decision === 'clarify' && one.inTop3),
    abstainedOfInScope: share(inside, (one) => one.decision === 'abstain'),
    answeredOfOutOfScope: outside.length === 0 ? null : share(outside, answered),
  };
}
