import { createHash } from 'node:crypto';
import { confidenceOf } from './calibration.ts';
import { buildCatalogue } from './catalogue.ts';
import { buildClassifier } from './classifier.ts';
import { type Decision, decisionAt, type Thresholds, thresholdsFor } from './decide.ts';
import type { Ranker } from './evidence.ts';
import { LANGUAGES } from './language.ts';
import { hanShare, keyOf, type Normalised, normalise } from './normalise.ts';
import { type Transliterate, transliterator } from './pinyin.ts';

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
  const spell = locale === 'zh-CN' ? transliterator(questions.flat()) : (text: string): string => text;
  return { locale, ids: entries.map(({ id }) => id), ranker, exact, spell };
}

const localeOf = (text: string): Locale => (hanShare(text) >= MOSTLY_HAN ? 'zh-CN' : 'en');

function decideIn(
  rooms: readonly Room[],
  raw: string,
  by: { thresholds: Thresholds; revision: string },
): AnswerDecision {
  const message = respell(rooms, normalise(raw));
  const room = rooms.find(({ locale }) => locale === localeOf(message.text)) ?? rooms[0];
  if (room === undefined) return { decision: 'abstain', confidence: 0, top: [], engine: by.revision };
  const { order, scores, evidence } = room.ranker.rank(message.text);
  const exact = room.exact.get(message.key) ?? room.exact.get(keyOf(message.text));
  const ranked = order.map((entry, at) => ({ entry, score: scores[at] ?? 0 }));
  const listed =
    exact === undefined ? ranked : [{ entry: exact, score: 1 }, ...ranked.filter(({ entry }) => entry !== exact)];
  const confidence = exact === undefined ? confidenceOf(evidence) : CERTAIN;
  return {
    decision: decisionAt(confidence, by.thresholds),
    confidence,
    top: listed.slice(0, SHOWN).map(({ entry, score }) => ({ id: room.ids[entry] ?? '', locale: room.locale, score })),
    engine: by.revision,
  };
}

/** Latin letters that spell Chinese words of the base are read as those words. */
function respell(rooms: readonly Room[], message: Normalised): Normalised {
  const text = rooms.reduce((spelt, room) => room.spell(spelt), message.text);
  return text === message.text ? message : { text, key: keyOf(text) };
}

function revisionOf(entries: readonly EngineEntry[], targetWrong: number, none: readonly string[]): string {
  const content = JSON.stringify([
    ALGORITHM,
    targetWrong,
    none,
    entries.map((e) => [e.id, e.locale, e.question, e.similar]),
  ]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
