import type { Article } from '../ports.ts';
import type { Decision } from './decide.ts';
import { type AnswerEngine, buildEngine, type RankedEntry, type Strict } from './engine.ts';

/** What a knowledge base, a draft of one as well, would do with questions, without a conversation and without writing. */

/** The base as it would be published; `synonyms` are the merchant's groups of words that mean the same. */
export type ReplayRequest = {
  articles: readonly Article[];
  questions: readonly { id: string; text: string; locale: Article['locale'] }[];
  synonyms: readonly (readonly string[])[];
  /** Share of all messages that may be answered wrongly, 0..1; the engine's own default without it. */
  targetWrong?: number;
};
/** What a question would get; `top` best first, its first is what `answer` would say. In the order of the request. */
export type ReplayResult = {
  id: string;
  decision: Decision;
  /** Probability that the first of `top` is right, 0..1. */
  confidence: number;
  top: RankedEntry[];
};
/** `learning` is the base, `answering` the questions; `done` of `total` in units of its phase. */
export type ReplayProgress = { phase: 'learning' | 'answering'; done: number; total: number };
/** Replays off the main thread; rejects when the base cannot be learnt. */
export type Replay = (
  request: ReplayRequest,
  onProgress: (progress: ReplayProgress) => void,
) => Promise<ReplayResult[]>;

/** Decides every question with an engine that is there. */
export function decideAll(engine: AnswerEngine, questions: ReplayRequest['questions']): ReplayResult[] {
  return questions.map(({ id, text }) => {
    const { decision, confidence, top } = engine.decide(text);
    return { id, decision, confidence, top };
  });
}

/** Learns the articles and decides every question; for few, since it blocks. */
export function decideWith(
  articles: readonly Article[],
  questions: ReplayRequest['questions'],
  { targetWrong, synonyms = [] }: { targetWrong?: number; synonyms?: ReplayRequest['synonyms'] } = {},
): ReplayResult[] {
  return decideAll(buildEngine(articles, { targetWrong, synonyms, strict: strictOf(articles) }), questions);
}

/** Articles whose own words must stand need a surer answer. */
export function strictOf(articles: readonly Pick<Article, 'id' | 'locale' | 'verbatim'>[]): Strict {
  const verbatim = new Set(articles.filter((one) => one.verbatim).map(({ id, locale }) => `${locale} ${id}`));
  return (id, locale) => verbatim.has(`${locale} ${id}`);
}
