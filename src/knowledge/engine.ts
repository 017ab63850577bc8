import { createHash } from 'node:crypto';
import { analyseEn } from './analyse-en.ts';
import { analyseZh } from './analyse-zh.ts';
import { background } from './background.ts';
import { confidenceOf, decisionOf } from './decide.ts';
import { hanShare, keyOf, normalise } from './normalise.ts';
import { buildShelf, rank, type Shelf } from './shelf.ts';

/** Finds the article for what a customer typed and says how sure it is: answer, clarify or abstain. */

export type EngineEntry = { id: string; locale: 'zh-CN' | 'en'; question: string; similar: readonly string[] };
export type RankedEntry = { id: string; locale: 'zh-CN' | 'en'; score: number };
export type AnswerDecision = {
  decision: 'answer' | 'clarify' | 'abstain';
  confidence: number;
  top: RankedEntry[];
  /** Revision of the engine that decided. */
  engine: string;
};
export type AnswerEngine = { decide(text: string): AnswerDecision; readonly size: number; readonly revision: string };
export type EngineOptions = { targetWrong?: number; none?: readonly string[] };

/** Version of normalisation, features, tables and coefficients; part of every revision. */
export const ALGORITHM = '1';
const TOP = 5;
const ROUTE = 0.3;

type Locale = EngineEntry['locale'];
type Room = { locale: Locale; shelf: Shelf; exact: Map<string, number> };

/**
 * Builds the engine from all published entries of both locales.
 * `targetWrong` is the share of all messages that may get a wrong answer (default 0.05); `none` are messages that
 * people judged to be answered by no entry.
 */
export function buildEngine(entries: readonly EngineEntry[], options: EngineOptions = {}): AnswerEngine {
  const targetWrong = options.targetWrong ?? 0.05;
  const none = options.none ?? [];
  const revision = revisionOf(entries, targetWrong, none);
  const rooms = new Map<Locale, Room>();
  for (const locale of ['zh-CN', 'en'] as const) {
    const own = entries.filter((entry) => entry.locale === locale);
    if (own.length > 0) rooms.set(locale, buildRoom(locale, own, none));
  }
  return {
    size: entries.length,
    revision,
    decide: (text) => decideIn(rooms, text, { targetWrong, revision }),
  };
}

function buildRoom(locale: Locale, entries: readonly EngineEntry[], none: readonly string[]): Room {
  const exact = new Map<string, number>();
  const shelved = entries.map(({ id, question, similar }, at) => {
    const texts = [question, ...similar].map((text) => normalise(text));
    for (const { key, text } of texts) for (const known of [key, keyOf(text)]) if (known !== '' && !exact.has(known)) exact.set(known, at);
    return { id, questions: [...new Set(texts.map(({ text }) => text))].filter((text) => text !== '') };
  });
  const mine = none.filter((text) => (locale === 'zh-CN') === hanShare(text) >= ROUTE).map((text) => normalise(text).text);
  const language =
    locale === 'zh-CN' ? { analyse: analyseZh, idf: background('zh') } : { analyse: analyseEn, idf: background('en') };
  return { locale, exact, shelf: buildShelf(shelved, language, mine) };
}

function decideIn(
  rooms: ReadonlyMap<Locale, Room>,
  raw: string,
  by: { targetWrong: number; revision: string },
): AnswerDecision {
  const message = normalise(raw);
  const wanted: Locale = hanShare(message.text) >= ROUTE ? 'zh-CN' : 'en';
  const room = rooms.get(wanted) ?? rooms.values().next().value;
  if (room === undefined) return { decision: 'abstain', confidence: 0, top: [], engine: by.revision };
  const ranking = rank(room.shelf, message.text);
  const exact = room.exact.get(message.key) ?? room.exact.get(keyOf(message.text));
  const order = exact === undefined ? ranking.order : [exact, ...ranking.order.filter((entry) => entry !== exact)];
  const top = [...order.slice(0, TOP)].map((entry) => ({
    id: room.shelf.entries[entry]?.id ?? '',
    locale: room.locale,
    score: entry === exact ? 1 : Math.min(1, ranking.blend[entry] ?? 0),
  }));
  const confidence = exact === undefined ? confidenceOf(ranking.evidence, room.shelf) : 0.99;
  return { decision: decisionOf(confidence, by.targetWrong), confidence, top, engine: by.revision };
}

function revisionOf(entries: readonly EngineEntry[], targetWrong: number, none: readonly string[]): string {
  const content = JSON.stringify([ALGORITHM, targetWrong, none, entries.map((e) => [e.id, e.locale, e.question, e.similar])]);
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
