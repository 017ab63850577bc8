import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { confidenceOf } from './calibration.ts';
import { type Decision, decisionAt, type Thresholds, thresholdsFor } from './decide.ts';
import type { Ranking } from './evidence.ts';
import { keyOf, type Normalised, normalise } from './normalise.ts';
import {
  type CompiledRoom,
  compileRoom,
  type EngineEntry,
  localeOf,
  openRoom,
  ordersOf,
  type Room,
  type SynonymGroups,
} from './room.ts';
import { lookUp } from './token-table.ts';

/** Finds the article for what a customer typed and says how sure it is: answer, clarify or abstain. */

export type { EngineEntry } from './room.ts';
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
/** Which entries need a surer answer: their words are about money or law. */
export type Strict = (id: string, locale: RankedEntry['locale']) => boolean;
export type Knob = { targetWrong?: number | undefined; strict?: Strict };
export type EngineOptions = Knob & { none?: readonly string[]; synonyms?: SynonymGroups };

const SHOWN = 5;
/** Share of the budget of wrong answers that a strict entry may use. */
const STRICT = 0.7;
/** What customers type comes again (a greeting, a suggested question): so many short messages are decided once. */
const REMEMBERED = 500;
const LONG = 100;
const CERTAIN = 0.995;

/**
 * Builds the engine from the published entries of both locales. `targetWrong` is the share of all messages that may get
 * a wrong answer (default 0.05); `none` are messages that people judged to be answered by no entry.
 */
export function buildEngine(entries: readonly EngineEntry[], options: EngineOptions = {}): AnswerEngine {
  const { none = [], synonyms = [] } = options;
  return openEngine(ordersOf(entries, { none, synonyms }).map(compileRoom), options);
}

/** The same from rooms that were compiled elsewhere. */
export function openEngine(
  compiled: readonly CompiledRoom[],
  { targetWrong = 0.05, strict = () => false }: Knob = {},
): AnswerEngine {
  const content = JSON.stringify([targetWrong, compiled.map((room) => room.revision)]);
  const revision = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const usual = thresholdsFor(targetWrong);
  const careful = { ...thresholdsFor(STRICT * targetWrong), clarify: usual.clarify };
  const thresholds = (id: string, locale: RankedEntry['locale']): Thresholds => (strict(id, locale) ? careful : usual);
  const rooms = compiled.map(openRoom);
  const recent = new LRUCache<string, AnswerDecision>({ max: REMEMBERED });
  const decide = (text: string): AnswerDecision => {
    const known = recent.get(text);
    if (known !== undefined) return known;
    const decided = decideIn(rooms, text, { thresholds, revision });
    if (text.length <= LONG) recent.set(text, decided);
    return decided;
  };
  return {
    size: rooms.reduce((sum, { ids }) => sum + ids.length, 0),
    revision,
    decide,
  };
}

type Found = { room: Room; ranking: Ranking; exact: number | undefined; confidence: number };

function decideIn(
  rooms: readonly Room[],
  raw: string,
  by: { thresholds: (id: string, locale: RankedEntry['locale']) => Thresholds; revision: string },
): AnswerDecision {
  const found = find(rooms, normalise(raw));
  if (found === undefined) return { decision: 'abstain', confidence: 0, top: [], engine: by.revision };
  const { room, ranking, exact, confidence } = found;
  const ranked = ranking.order.map((entry, at) => ({ entry, score: ranking.scores[at] ?? 0 }));
  const listed =
    exact === undefined ? ranked : [{ entry: exact, score: 1 }, ...ranked.filter(({ entry }) => entry !== exact)];
  return {
    decision: decisionAt(
      { confidence, best: listed[0]?.score ?? 0 },
      by.thresholds(room.ids[listed[0]?.entry ?? 0] ?? '', room.locale),
    ),
    confidence,
    top: listed.slice(0, SHOWN).map(({ entry, score }) => ({ id: room.ids[entry] ?? '', locale: room.locale, score })),
    engine: by.revision,
  };
}

/** A stored question first, whatever its language; else the surest of the rooms that the message's letters point to. */
function find(rooms: readonly Room[], message: Normalised): Found | undefined {
  const asked = inOrder(rooms, message.text);
  for (const room of asked) {
    const exact = stored(room, message.key) ?? stored(room, keyOf(message.text));
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

/** The entry that has the question word for word. */
function stored(room: Room, key: string): number | undefined {
  const entry = lookUp(room.exact, key);
  return entry < 0 || entry >= room.ids.length ? undefined : entry;
}

function judge(room: Room, text: string): Found {
  const exact = stored(room, keyOf(text));
  const ranking = room.ranker.rank(text);
  const confidence = exact === undefined ? confidenceOf(ranking.evidence, room.adjustment) : CERTAIN;
  return { room, ranking, exact, confidence };
}

const inOrder = (rooms: readonly Room[], text: string): Room[] => {
  const locale = localeOf(text);
  return [...rooms].sort((a, b) => Number(b.locale === locale) - Number(a.locale === locale));
};

/** Han characters beside two or more Latin words: either language may hold the question. */
const isMixed = (text: string): boolean => /\p{Script=Han}/u.test(text) && (text.match(/[a-z]{3,}/g)?.length ?? 0) >= 2;
