/** The published knowledge in memory: the engine that finds, and the articles that it finds. Replaced whole. */
import type { Locale } from '../domain/locale.ts';
import type { Article } from '../ports.ts';
import { type AnswerDecision, buildEngine } from './engine.ts';

export type Library = {
  decide(text: string): AnswerDecision;
  article(id: string, locale: Locale): Article | undefined;
  readonly size: number;
};

export function buildLibrary(articles: readonly Article[], { targetWrong }: { targetWrong: number }): Library {
  const engine = buildEngine(
    articles.map(({ id, locale, question, similar }) => ({ id, locale, question, similar })),
    { targetWrong },
  );
  const byKey = new Map(articles.map((article) => [`${article.locale} ${article.id}`, article]));
  return {
    decide: (text) => engine.decide(text),
    article: (id, locale) => byKey.get(`${locale} ${id}`),
    size: articles.length,
  };
}
