/** A question becomes an answer, a choice of questions, or an honest miss. */
import type { CardAction } from '../domain/activity.ts';
import type { AnswerLog } from '../domain/change.ts';
import type { Locale } from '../domain/locale.ts';
import type { AnswerDecision } from '../knowledge/engine.ts';
import type { Article, Llm, Log } from '../ports.ts';
import { isGrounded } from './guard.ts';
import type { TurnView } from './turn-view.ts';

/** The published knowledge at one instant; replaced whole when it changes. */
export type Knowledge = {
  decide(text: string): AnswerDecision;
  article(id: string, locale: Locale): Article | undefined;
};

export type Answered = { article: Article; confidence: number; text: string; label: 'auto' | 'ai' };
export type Reply =
  | { kind: 'answers'; answers: Answered[] }
  | { kind: 'clarify'; choices: Article[] }
  | { kind: 'miss' };
export type AnswerDeps = { knowledge: () => Knowledge; llm: Llm | null; log: Log; onThinking: () => Promise<void> };

/** At most so many different questions of one burst are answered at once. */
const MAX_ANSWERS = 2;

export async function answerQuestion(view: TurnView, deps: AnswerDeps): Promise<{ reply: Reply; logs: AnswerLog[] }> {
  const knowledge = deps.knowledge();
  const decisions = decideBurst(view, knowledge);
  const answers: Answered[] = [];
  for (const { decision } of decisions.filter((one) => one.decision.decision === 'answer').slice(0, MAX_ANSWERS)) {
    const article = articleOf(knowledge, decision.top[0], view.locale);
    if (article && !answers.some((one) => one.article.id === article.id))
      answers.push(await wordAnswer({ view, article, decision }, deps));
  }
  const logs = decisions.map(({ question, decision }) => toLog(question, decision, answers));
  if (answers.length > 0) return { reply: { kind: 'answers', answers }, logs };
  const unsure = decisions.find(({ decision }) => decision.decision === 'clarify')?.decision;
  const choices = (unsure?.top ?? []).slice(0, 3).flatMap((ranked) => articleOf(knowledge, ranked, view.locale) ?? []);
  return { reply: choices.length > 1 ? { kind: 'clarify', choices } : { kind: 'miss' }, logs };
}

type Decided = { question: string; decision: AnswerDecision };

/** A thought sent in pieces is one question; two questions sent in a row are two. Whatever is surer decides. */
function decideBurst(view: TurnView, knowledge: Knowledge): Decided[] {
  const whole = { question: view.text, decision: knowledge.decide(view.text) };
  if (view.parts.length < 2) return [whole];
  const parts = view.parts.slice(-6).map((question) => ({ question, decision: knowledge.decide(question) }));
  const sure = distinct(parts.filter(({ decision }) => decision.decision === 'answer'));
  if (sure.length > 1) return sure;
  const best = sure[0];
  if (best && (whole.decision.decision !== 'answer' || best.decision.confidence > whole.decision.confidence))
    return [best];
  return [whole];
}

function distinct(decided: Decided[]): Decided[] {
  const seen = new Set<string>();
  return decided.filter(({ decision }) => {
    const id = decision.top[0]?.id ?? '';
    return seen.has(id) ? false : seen.add(id);
  });
}

/** The article in the customer's language where there is one, else as it was found. */
function articleOf(
  knowledge: Knowledge,
  ranked: { id: string; locale: Locale } | undefined,
  locale: Locale,
): Article | undefined {
  return ranked && (knowledge.article(ranked.id, locale) ?? knowledge.article(ranked.id, ranked.locale));
}

/** A model may word an answer that is not about money or law; what it adds to the article's facts is thrown away. */
async function wordAnswer(
  found: { view: TurnView; article: Article; decision: AnswerDecision },
  deps: AnswerDeps,
): Promise<Answered> {
  const { view, article, decision } = found;
  const plain: Answered = { article, confidence: decision.confidence, text: article.answer, label: 'auto' };
  if (!deps.llm || article.verbatim) return plain;
  await deps.onThinking();
  const worded = await deps.llm.word({ question: view.text, answer: article.answer, locale: view.locale });
  if (worded.ok && isGrounded(worded.text, article.answer)) return { ...plain, text: worded.text, label: 'ai' };
  const reason = worded.ok ? 'ungrounded' : worded.reason;
  deps.log.info(
    { conversationId: view.turn.conversation.id, articleId: article.id, reason },
    "the article's own words are used",
  );
  return plain;
}

function toLog(question: string, decision: AnswerDecision, answers: Answered[]): AnswerLog {
  const id = decision.top[0]?.id;
  const used = answers.find(({ article }) => article.id === id);
  return {
    question: question.slice(0, 2_000),
    decision: decision.decision,
    confidence: decision.confidence,
    articleId: used?.article.id ?? null,
    articleVersion: used?.article.version ?? null,
    top: decision.top.map(({ id: articleId, score }) => ({ id: articleId, score })),
    engine: decision.engine,
  };
}

/** Buttons that ask the questions themselves. */
export function questionButtons(articles: Article[]): CardAction[] {
  return articles.map(({ question }) => ({ type: 'imBack', title: question, value: question }));
}
