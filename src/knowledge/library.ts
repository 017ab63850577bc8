/** The published knowledge in memory: the engine that finds, and the articles that it finds. Replaced whole. */
import type { Locale } from '../domain/locale.ts';
import type { Article } from '../ports.ts';
import { type AnswerDecision, openEngine } from './engine.ts';
import { type CompiledRoom, ordersOf, type RoomOrder, warmUp } from './room.ts';

export type Library = {
  decide(text: string): AnswerDecision;
  article(id: string, locale: Locale): Article | undefined;
  readonly size: number;
};

/** `compile` does the slow work, elsewhere if it can; `targetWrong` is the share of messages that may be answered wrong. */
type Given = { targetWrong: number; compile: (order: RoomOrder) => Promise<CompiledRoom> };

export async function buildLibrary(articles: readonly Article[], { targetWrong, compile }: Given): Promise<Library> {
  const entries = articles.map(({ id, locale, question, similar }) => ({ id, locale, question, similar }));
  const orders = ordersOf(entries, []);
  const compiling = Promise.all(orders.map(compile));
  for (const { locale } of orders) warmUp(locale);
  const engine = openEngine(await compiling, targetWrong);
  const byKey = new Map(articles.map((article) => [`${article.locale} ${article.id}`, article]));
  return {
    decide: (text) => engine.decide(text),
    article: (id, locale) => byKey.get(`${locale} ${id}`),
    size: articles.length,
  };
}
