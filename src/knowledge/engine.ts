import { createHash } from 'node:crypto';
import { confidenceOf } from './calibration.ts';
import { buildCatalogue } from './catalogue.ts';
import { buildClassifier } from './classifier.ts';
import { type Decision, decisionAt, type Thresholds, thresholdsFor } from './decide.ts';
import type { Ranker, Ranking } from './evidence.ts';
import { LANGUAGES } from './language.ts';
import { hanShare, keyOf, type Normalised, normalise } from './normalise.ts';
import { type Transliterate, transliterator } from './pinyin.ts';
import { speller } from './spelling.ts';

/** Finds the article for what a customer typed and says how sure it is: answer, clarify or abstain. */

export type EngineEntry = { id: string; locale: 'zh-CN' | 'en'; question: string; similar: readonly string[] };
/** `score` lies in 0..1. */
export type RankedEntry = { id: string; locale: 'zh-CN' | 'en'; score: number };
export type AnswerDecision = {
  decision: Decision;
  /** Probability that the first of `top` answers the message, 0..1. */
  confidence: number;
  /** Best first; at least 3 where the base has 3 entries, whatever the decision. */
  top: RankedEntry[];
  /** Revision of the engine that decided. */
  engine: string;
};
export type AnswerEngine = { decide(text: string): AnswerDecision; readonly size: number; readonly revision: string };
export type EngineOptions = { targetWrong?: number; none?: readonly string[] };

/** Version of normalisation, features, tables and coefficients; part of every revision. */
const ALGORITHM = '1';
const SMALL = 1000;
const SHOWN = 5;
const MOSTLY_HAN = 0.3;
const CERTAIN = 0.995;

type Locale = EngineEntry['locale'];
type Room = { locale: Locale; ids: string[]; ranker: Ranker; exact: Map<string, number>; spell: Transliterate };

/**
 * Builds the engine from the published entries of both locales. `targetWrong` is the share of all messages that may get
 * a wrong answer (default 0.05); `none` are messages that people judged to be answered by no entry.
 */
export function buildEngine(entries: readonly EngineEntry[], options: EngineOptions = {}): AnswerEngine {
  const targetWrong = options.targetWrong ?? 0.05;
  const none = options.none ?? [];
  const revision = revisionOf(entries, targetWrong, none);
  const thresholds = thresholdsFor(targetWrong);
  const rooms: Room[] = [];
  for (const locale of ['zh-CN', 'en'] as const) {
    const own = entries.filter((entry) => entry.locale === locale);
    if (own.length > 0) rooms.push(buildRoom(locale, own, none));
  }
  return { size: entries.length, revision, decide: (text) => decideIn(rooms, text, { thresholds, revision }) };
}

function buildRoom(locale: Locale, entries: readonly EngineEntry[], none: readonly string[]): Room {
  const exact = new Map<string, number>();
  const questions = entries.map(({ question, similar }, at) => {
    const texts = [question, ...similar].map(normalise).filter(({ key }) => key !== '');
    for (const { key } of texts) if (!exact.has(key)) exact.set(key, at);
    return [...new Set(texts.map(({ text }) => text))];
  });
  questions.forEach((texts, at) => {
    for (const text of texts) if (!exact.has(keyOf(text))) exact.set(keyOf(text), at);
  });
  const language = LANGUAGES[locale];
  const mine = none.filter((text) => localeOf(text) === locale).map((text) => normalise(text).text);
  const ranker =
    entries.length > SMALL
      ? buildCatalogue(questions, language)
      : buildClassifier(questions, language, { none: mine, chatter: language.chatter() });
  const texts = questions.flat();
  const spell = locale === 'zh-CN' ? transliterator(texts) : speller(texts);
  return { locale, ids: entries.map(({ id }) => id), ranker, exact, spell };
}

const localeOf = (text: string): Locale => (hanShare(text) >= MOSTLY_HAN ? 'zh-CN' : 'en');

type Found = { room: Room; ranking: Ranking; exact: number | undefined; confidence: number };

function decideIn(
  rooms: readonly Room[],
  raw: string,
  by: { thresholds: Thresholds; revision: string },
): AnswerDecision {
  const found = find(rooms, normalise(raw));
  if (found === undefined) return { decision: 'abstain', confidence: 0, top: [], engine: by.revision };
  const { room, ranking, exact, confidence } = found;
  const ranked = ranking.order.map((entry, at) => ({ entry, score: ranking.scores[at] ?? 0 }));
  const listed =
    exact === undefined ? ranked : [{ entry: exact, score: 1 }, ...ranked.filter(({ entry }) => entry !== exact)];
  return {
    decision: decisionAt(confidence, by.thresholds),
    confidence,
    top: listed.slice(0, SHOWN).map(({ entry, score }) => ({ id: room.ids[entry] ?? '', locale: room.locale, score })),
    engine: by.revision,
  };
}

/** A stored question first, whatever its language; else the surest of the rooms that the message's letters point to. */
function find(rooms: readonly Room[], message: Normalised): Found | undefined {
  const asked = inOrder(rooms, message.text);
  for (const room of asked) {
    const exact = room.exact.get(message.key) ?? room.exact.get(keyOf(message.text));
    if (exact !== undefined) return { room, ranking: room.ranker.rank(message.text), exact, confidence: CERTAIN };
  }
  const text = rooms.reduce((spelt, room) => room.spell(spelt), message.text);
  const wanted = isMixed(text) ? rooms : inOrder(rooms, text).slice(0, 1);
  return wanted
    .map((room) => judge(room, text))
    .reduce<Found | undefined>(
      (best, one) => (best === undefined || one.confidence > best.confidence ? one : best),
      undefined,
    );
}

function judge(room: Room, text: string): Found {
  const exact = room.exact.get(keyOf(text));
  const ranking = room.ranker.rank(text);
  return { room, ranking, exact, confidence: exact === undefined ? confidenceOf(ranking.evidence) : CERTAIN };
}

const inOrder = (rooms: readonly Room[], text: string): Room[] => {
  const locale = localeOf(text);
  return [...rooms].sort((a, b) => Number(b.locale === locale) - Number(a.locale === locale));
};

/** Han characters beside two or more Latin words: either language may hold the question. */
const isMixed = (text: string): boolean => /\p{Script=Han}/u.test(text) && (text.match(/[a-z]{3,}/g)?.length ?? 0) >= 2;

function revisionOf(entries: readonly EngineEntry[], targetWrong: number, none: readonly string[]): string {
  const content = JSON.stringify([
    ALGORITHM,
    targetWrong,
    none,
    entries.map((e) => [e.id, e.locale, e.question, e.similar]),
  ]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
