/** What is wrong with articles before a customer finds out: contradicting numbers, vague words, an end near, no use. */
import type { ArticleContent } from '../domain/article.ts';
import type { Locale } from '../domain/locale.ts';
import { type Fact, factsOf } from './alarms-facts.ts';

export const HEALTH_MARKS = ['conflict', 'expired', 'expiring', 'unhelpful', 'vague', 'unused', 'untested'] as const;
export type HealthMark = (typeof HEALTH_MARKS)[number];

/** An article as it is judged: its text and what is known of its use in the last weeks. */
export type Judged = {
  id: string;
  locale: Locale;
  content: ArticleContent;
  status: 'published' | 'retired';
  updatedAt: string;
  answers: number;
  helpful: number;
  unhelpful: number;
  golden: number;
};
/** Two articles that say different numbers of what looks like the same thing; the words as they stand in each. */
export type Conflict = { id: string; locale: Locale; mine: string; theirs: string; question: string };
export type Health = { marks: HealthMark[]; conflicts: Conflict[]; vague: string[] };

const DAY_MS = 86_400_000;
const EXPIRING_DAYS = 14;
/** An article that nobody needed for so long after its last change. */
const UNUSED_DAYS = 30;
const ENOUGH_VOTES = 5;

/** Words that promise nothing: whoever reads them asks again. */
const VAGUE: Record<Locale, RegExp> = {
  'zh-CN': /原则上|视情况|酌情|尽快|尽量|适当|相关部门|若干|一定时间内|合理时间|近期|一段时间|具体以.{0,6}为准/g,
  en: /\b(?:as soon as possible|asap|in principle|depending on the situation|at our discretion|reasonable time|in due course|where appropriate|some time|shortly|from time to time|relevant department)\b/gi,
};

export const vagueWords = (text: string, locale: Locale): string[] => [
  ...new Set((text.match(VAGUE[locale]) ?? []).map((word) => word.toLowerCase())),
];

const keyOf = ({ id, locale }: { id: string; locale: Locale }): string => `${locale} ${id}`;

/** By `<locale> <id>`. */
export function healthOf(articles: readonly Judged[], now: Date): Map<string, Health> {
  const conflicts = conflictsIn(articles.filter(({ status }) => status === 'published'));
  return new Map(
    articles.map((article) => {
      const own = conflicts.get(keyOf(article)) ?? [];
      const vague = vagueWords(article.content.answer, article.locale);
      return [keyOf(article), { marks: marksOf(article, { now, conflicts: own, vague }), conflicts: own, vague }];
    }),
  );
}

function marksOf(
  article: Judged,
  { now, conflicts, vague }: { now: Date; conflicts: readonly Conflict[]; vague: readonly string[] },
): HealthMark[] {
  const { content, status, updatedAt, answers, helpful, unhelpful, golden } = article;
  const ends = content.validTo === null ? null : Date.parse(content.validTo) - now.getTime();
  if (status === 'retired') return ends !== null && ends <= 0 ? ['expired'] : [];
  const age = now.getTime() - Date.parse(updatedAt);
  const votes = helpful + unhelpful;
  const holds: Record<HealthMark, boolean> = {
    conflict: conflicts.length > 0,
    expired: ends !== null && ends <= 0,
    expiring: ends !== null && ends > 0 && ends <= EXPIRING_DAYS * DAY_MS,
    unhelpful: votes >= ENOUGH_VOTES && unhelpful * 2 > votes,
    vague: vague.length > 0,
    unused: answers === 0 && age > UNUSED_DAYS * DAY_MS,
    untested: golden === 0,
  };
  return HEALTH_MARKS.filter((mark) => holds[mark]);
}

/** Facts of the same kind about the same thing, in different articles of one topic and language, with different values. */
export function conflictsIn(articles: readonly Pick<Judged, 'id' | 'locale' | 'content'>[]): Map<string, Conflict[]> {
  const found = new Map<string, Conflict[]>();
  const note = (one: Stated, other: Stated) => {
    const key = keyOf(one.article);
    const known = found.get(key) ?? [];
    if (known.some(({ id, mine }) => id === other.article.id && mine === one.fact.text)) return;
    const { id, locale, content } = other.article;
    found.set(key, [
      ...known,
      { id, locale, mine: one.fact.text, theirs: other.fact.text, question: content.question },
    ]);
  };
  for (const rivals of topicsOf(articles).values())
    for (const [at, one] of rivals.entries())
      for (const other of rivals.slice(at + 1)) {
        if (one.article === other.article || !contradict(one.fact, other.fact)) continue;
        note(one, other);
        note(other, one);
      }
  return found;
}

type Stated = { article: Pick<Judged, 'id' | 'locale' | 'content'>; fact: Fact };

/** What may contradict: facts of one language, category and kind of number. */
function topicsOf(articles: readonly Stated['article'][]): Map<string, Stated[]> {
  const stated = articles.flatMap((article) =>
    factsOf(`${article.content.question}\n${article.content.answer}`, article.locale).map((fact) => ({
      article,
      fact,
    })),
  );
  return Map.groupBy(stated, ({ article, fact }) => `${article.locale} ${article.content.category} ${fact.kind}`);
}

/** Share of the words around the numbers that both have, from which on they speak of the same thing. */
const SAME_THING = 0.6;
const ENOUGH_WORDS = 3;

function contradict(one: Fact, other: Fact): boolean {
  if (one.low === other.low && one.high === other.high) return false;
  if (one.bound !== other.bound) return false;
  const shared = [...one.about].filter((word) => other.about.has(word)).length;
  return (
    shared >= ENOUGH_WORDS &&
    shared / Math.min(one.about.size, other.about.size) >= SAME_THING &&
    shared / Math.max(one.about.size, other.about.size) >= SAME_THING / 1.5
  );
}
