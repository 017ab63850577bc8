import { type Adjustment, adjust } from './calibration.ts';
import { packTrials, type Trials } from './cost.ts';
import type { Evidence, Ranker } from './evidence.ts';
import type { Language } from './language.ts';
import { compare, indexNeighbours, type Neighbours, nearestQuestions, regrow } from './neighbours.ts';
import { predict, type Regression, recast, refit, train } from './regression.ts';
import { rehearse } from './rehearsal.ts';
import { copyTable, type TokenTable } from './token-table.ts';
import { denseShare, type Vector, Vectoriser } from './vector.ts';

/** The ranker for up to about a thousand entries: softmax regression, nearest question and centroid, blended. */

const BLEND = { regression: 0.5, nearest: 0.25, centroid: 0.5, foreign: 0.5 };
const TRAINABLE = 1.5;

/** What was learnt, in typed arrays: enough to rank with. */
export type Classifier = {
  vocabulary: TokenTable;
  /** Share of the dense part in every vector. */
  dense: number;
  neighbours: Neighbours;
  /** Absent where there are too few questions to train on. */
  regression?: Regression;
  entries: number;
  questionsPerEntry: number;
  /** Of the confidence to this base, and what it was asked for it; absent where it is too small for that. */
  adjustment?: Adjustment;
  trials?: Trials;
};
type Outside = { none: readonly string[]; chatter: readonly string[] };
type Model = Classifier & { vectoriser: Vectoriser; chinese: boolean };
type Scored = {
  vector: Vector;
  nearest: Float32Array;
  centroid: Float32Array;
  probability: Float32Array | undefined;
};

/**
 * Learns the questions of each entry. `none` are messages that people found unanswerable, `chatter` examples that count
 * as such only where the base has nothing near them.
 */
export function learnClassifier(
  questions: readonly (readonly string[])[],
  language: Language,
  { none, chatter }: Outside,
): Classifier {
  const trials = rehearse({ questions, chatter }, (base) => {
    const { rank: ask } = openClassifier(learn(base.questions, language, { none, chatter: base.chatter }), language);
    return ask;
  });
  const learnt = learn(questions, language, { none, chatter });
  if (trials.length === 0) return learnt;
  const adjustment = adjust(trials);
  return { ...learnt, adjustment, trials: packTrials(trials, adjustment) };
}

function learn(questions: readonly (readonly string[])[], language: Language, outside: Outside): Classifier {
  const owners = questions.flatMap((own, entry) => own.map(() => entry));
  const dense = denseShare(owners.length / questions.length);
  const vectoriser = new Vectoriser(language, { dense });
  const vectors = questions.flat().map((question) => vectoriser.learn(question));
  const entries = questions.length;
  const neighbours = indexNeighbours(vectors, Int32Array.from(owners), {
    entries,
    dimensions: language.dimensions,
  });
  const foreign = (text: string): boolean =>
    compare(neighbours, vectoriser.read(text), entries).nearest.every((cosine) => cosine < BLEND.foreign);
  const nones = [...outside.none, ...outside.chatter.filter(foreign)].map((text) => vectoriser.learn(text));
  const learnt = {
    vocabulary: vectoriser.vocabulary,
    dense,
    neighbours,
    entries,
    questionsPerEntry: vectors.length / entries,
  };
  if (entries <= 1 || vectors.length < TRAINABLE * entries) return learnt;
  const regression = train([...vectors, ...nones], Int32Array.from([...owners, ...nones.map(() => entries)]), {
    features: vectoriser.size,
    classes: entries + (nones.length > 0 ? 1 : 0),
  });
  return { ...learnt, regression };
}

/** Questions of other entries that rewritten ones are told apart from: the nearest. */
const RIVALS = 300;

/** `from` is the old number of each entry, -1 for a new one; `added` are the questions of those new or rewritten. */
export type Amendment = {
  from: Int32Array;
  added: readonly { entry: number; questions: readonly string[] }[];
  /** The questions of an entry as it is now. */
  questionsOf(entry: number): readonly string[];
};

/** Learns a few entries anew in milliseconds; all else, and the calibration, stays until the whole is learnt again. */
export function amendClassifier(learnt: Classifier, change: Amendment, language: Language): Classifier {
  const { from, added, questionsOf } = change;
  const vectoriser = new Vectoriser(language, {
    dense: learnt.dense,
    vocabulary: copyTable(learnt.vocabulary),
  });
  const fresh = added.map(({ entry, questions }) => ({
    entry,
    vectors: questions.map((question) => vectoriser.learn(question)),
  }));
  const rewritten = new Set(added.map(({ entry }) => entry));
  const neighbours = regrow(learnt.neighbours, {
    from: from.map((old, entry) => (rewritten.has(entry) ? -1 : old)),
    added: fresh,
    features: vectoriser.size,
  });
  const amended = {
    ...learnt,
    vocabulary: vectoriser.vocabulary,
    neighbours,
    entries: from.length,
    questionsPerEntry: neighbours.entryOf.length / Math.max(1, from.length),
  };
  if (learnt.regression === undefined) return amended;
  const classes = learnt.regression.classes > learnt.entries ? [...from, learnt.entries] : [...from];
  const regression = recast(learnt.regression, Int32Array.from(classes), vectoriser.size);
  const positives = fresh.flatMap(({ entry, vectors }) => vectors.map((vector) => ({ vector, label: entry })));
  const rivals = nearestQuestions(
    neighbours,
    positives.map(({ vector }) => vector),
    RIVALS + positives.length,
  );
  const firstOf = new Map<number, number>();
  neighbours.entryOf.forEach((entry, question) => {
    if (!firstOf.has(entry)) firstOf.set(entry, question);
  });
  const texts = new Map<number, readonly string[]>();
  const negatives = rivals.flatMap((question) => {
    const label = neighbours.entryOf[question] as number;
    const questions = texts.get(label) ?? questionsOf(label);
    texts.set(label, questions);
    const text = questions[question - (firstOf.get(label) ?? 0)];
    return rewritten.has(label) || text === undefined ? [] : [{ vector: vectoriser.read(text), label }];
  });
  refit(regression, [...rewritten], [...positives, ...negatives]);
  return { ...amended, regression };
}

/** Ranks with what was learnt. */
export function openClassifier(learnt: Classifier, language: Language): Ranker {
  const model = {
    ...learnt,
    vectoriser: new Vectoriser(language, learnt),
    chinese: language.chinese,
  };
  return { rank: (text) => rank(model, text) };
}

function rank(model: Model, text: string): ReturnType<Ranker['rank']> {
  const vector = model.vectoriser.read(text);
  const { nearest, centroid } = compare(model.neighbours, vector, model.entries);
  const probability = model.regression === undefined ? undefined : predict(model.regression, vector);
  const whole = BLEND.nearest + BLEND.centroid + (probability === undefined ? 0 : BLEND.regression);
  const blend = nearest.map((cosine, entry) => {
    const lexical = BLEND.nearest * cosine + BLEND.centroid * (centroid[entry] as number);
    return (lexical + BLEND.regression * (probability?.[entry] ?? 0)) / whole;
  });
  const order = [...blend.keys()].sort((a, b) => (blend[b] as number) - (blend[a] as number) || a - b);
  const evidence = evidenceOf(model, { vector, nearest, centroid, probability }, { order, blend });
  return { order, scores: order.map((entry) => Math.min(1, Math.max(0, blend[entry] as number))), evidence };
}

function evidenceOf(model: Model, scored: Scored, ranked: { order: number[]; blend: Float32Array }): Evidence {
  const [first, second] = ranked.order;
  const at = (scores: Float32Array | undefined, entry: number | undefined): number =>
    entry === undefined ? 0 : (scores?.[entry] ?? 0);
  return {
    ranker: scored.probability === undefined ? 'untrained' : 'trained',
    probability: scored.probability === undefined ? undefined : at(scored.probability, first),
    none: at(scored.probability, model.entries),
    nearest: at(scored.nearest, first),
    centroid: at(scored.centroid, first),
    lead: at(ranked.blend, first) - at(ranked.blend, second),
    nearestLead: at(scored.nearest, first) - at(scored.nearest, second),
    known: scored.vector.known,
    tokens: scored.vector.tokens,
    entries: model.entries,
    questionsPerEntry: model.questionsPerEntry,
    chinese: model.chinese,
  };
}
