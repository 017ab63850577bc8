import { createHash } from 'node:crypto';
import type { Adjustment } from './calibration.ts';
import { amendCatalogue, type Catalogue, indexCatalogue, openCatalogue } from './catalogue.ts';
import { amendClassifier, type Classifier, learnClassifier, openClassifier } from './classifier.ts';
import type { Ranker } from './evidence.ts';
import { languageWith } from './language.ts';
import { hanShare, keyOf, type Normalised, normalise } from './normalise.ts';
import { type Sounds, soundsOf, type Transliterate, transliterator } from './pinyin.ts';
import { type Spellings, speller, spellingsOf } from './spelling.ts';
import { copyTable, createTable, enter, lookUp, mapTable, type TokenTable } from './token-table.ts';
import { weigh } from './vector.ts';

/** The entries of one language: compiled slowly once into what can be kept and sent, opened quickly to be asked. */

export type EngineEntry = { id: string; locale: 'zh-CN' | 'en'; question: string; similar: readonly string[] };
type Locale = EngineEntry['locale'];

/** Groups of words that mean the same in this shop. */
export type SynonymGroups = readonly (readonly string[])[];

/** What a room is compiled from; `none` are messages that people judged to be answered by no entry. */
export type RoomOrder = {
  locale: Locale;
  entries: readonly EngineEntry[];
  none: readonly string[];
  synonyms: SynonymGroups;
};

/** All that was learnt, without functions. */
export type CompiledRoom = {
  revision: string;
  locale: Locale;
  ids: string[];
  /** Keys of the stored questions to the entry that has them. */
  exact: TokenTable;
  learnt: Classifier | Catalogue;
  spelling: Sounds | Spellings;
  synonyms: SynonymGroups;
};
export type Room = {
  locale: Locale;
  ids: string[];
  ranker: Ranker;
  exact: TokenTable;
  spell: Transliterate;
  adjustment: Adjustment | undefined;
};

/** Version of normalisation, features, tables, coefficients and of the shape of what is compiled. */
const ALGORITHM = '12';
const SMALL = 1000;
const MOSTLY_HAN = 0.3;

export const localeOf = (text: string): Locale => (hanShare(text) >= MOSTLY_HAN ? 'zh-CN' : 'en');

/** One order for each language that has entries, by id: the same knowledge is learnt the same, however it came about. */
export function ordersOf(
  entries: readonly EngineEntry[],
  { none = [], synonyms = [] }: { none?: readonly string[]; synonyms?: SynonymGroups } = {},
): RoomOrder[] {
  return (['zh-CN', 'en'] as const)
    .map((locale) => ({
      locale,
      entries: entries
        .filter((entry) => entry.locale === locale)
        .map(({ id, question, similar }) => ({ id, locale, question, similar }))
        .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
      none: none.filter((text) => localeOf(text) === locale),
      synonyms,
    }))
    .filter((order) => order.entries.length > 0);
}

/** Names what a room is compiled from and how; the same for the same order. */
export function revisionOf({ locale, entries, none, synonyms }: RoomOrder): string {
  return digest([ALGORITHM, locale, none, synonyms, entries.map((e) => [e.id, e.question, e.similar])]);
}

const digest = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);

/** The slow half: reads, counts and trains. */
export function compileRoom(order: RoomOrder): CompiledRoom {
  const { locale, entries, synonyms } = order;
  const { exact, questions } = readQuestions(entries);
  const language = languageWith(locale, synonyms);
  const none = order.none.map((text) => normalise(text).text);
  const texts = questions.flat();
  return {
    revision: revisionOf(order),
    locale,
    ids: entries.map(({ id }) => id),
    exact,
    spelling: locale === 'zh-CN' ? soundsOf(texts) : spellingsOf(texts),
    synonyms,
    learnt:
      entries.length > SMALL
        ? indexCatalogue(questions, language)
        : learnClassifier(questions, language, { none, chatter: language.chatter() }),
  };
}

/** The quick half. */
export function openRoom({ locale, ids, exact, learnt, spelling, synonyms }: CompiledRoom): Room {
  const language = languageWith(locale, synonyms);
  const ranker = 'index' in learnt ? openCatalogue(learnt, language) : openClassifier(learnt, language);
  const spell = 'corpus' in spelling ? transliterator(spelling) : speller(spelling);
  const adjustment = 'index' in learnt ? undefined : learnt.adjustment;
  return { locale, ids, exact, ranker, spell, adjustment };
}

/** Entries that are new or rewritten, ids that are gone, and the entries as they are afterwards. */
export type RoomChange = {
  changed: readonly EngineEntry[];
  removed: readonly string[];
  find: (id: string) => EngineEntry | undefined;
};

/** A number that no entry has: keys cannot be taken out of a table. */
const NOBODY = 0x3fffffff;
/** More are quicker learnt as a whole, elsewhere. */
const MOST_CHANGED = 200;

/**
 * The room after a change, in milliseconds: what changed is learnt, the rest is shared or copied. Undefined where the whole
 * must be learnt again: nothing would be left, or too much changed at once. Spelling and calibration wait for that too.
 */
export function amendRoom(room: CompiledRoom, { changed, removed, find }: RoomChange): CompiledRoom | undefined {
  const gone = new Set(removed);
  const known = new Map(room.ids.map((id, entry) => [id, entry]));
  const kept = room.ids.filter((id) => !gone.has(id));
  const ids = [...kept, ...changed.flatMap(({ id }) => (known.has(id) && !gone.has(id) ? [] : [id]))];
  if (kept.length === 0 || changed.length > MOST_CHANGED || changed.length > kept.length) return undefined;
  const from = Int32Array.from(ids, (id) => (gone.has(id) ? -1 : (known.get(id) ?? -1)));
  const entryOf = new Map(ids.map((id, entry) => [id, entry]));
  const added = changed.map((entry) => ({
    entry: entryOf.get(entry.id) as number,
    questions: distinct(readTexts(entry)),
  }));
  const language = languageWith(room.locale, room.synonyms);
  const questionsOf = (entry: number): readonly string[] => {
    const found = find(ids[entry] ?? '');
    return found === undefined ? [] : distinct(readTexts(found));
  };
  return {
    ...room,
    revision: digest([room.revision, changed.map((e) => [e.id, e.question, e.similar]), removed]),
    ids,
    exact: amendExact(room, { from, changed, entryOf }),
    learnt:
      'index' in room.learnt
        ? amendCatalogue(room.learnt, { from: cleared(from, added), added }, language)
        : amendClassifier(room.learnt, { from, added, questionsOf }, language),
  };
}

const cleared = (from: Int32Array, added: readonly { entry: number }[]): Int32Array => {
  const out = from.slice();
  for (const { entry } of added) out[entry] = -1;
  return out;
};

function amendExact(
  { exact }: CompiledRoom,
  { from, changed, entryOf }: { from: Int32Array; changed: readonly EngineEntry[]; entryOf: Map<string, number> },
): TokenTable {
  const now = new Map([...from.entries()].map(([entry, old]) => [old, entry]));
  for (const { id } of changed) now.delete(from[entryOf.get(id) as number] as number);
  now.delete(-1);
  const table = mapTable(copyTable(exact), (old) => now.get(old) ?? NOBODY);
  for (const entry of changed) {
    const texts = readTexts(entry);
    for (const key of [...texts.map(({ key: whole }) => whole), ...texts.map(({ text }) => keyOf(text))]) {
      const owner = lookUp(table, key);
      if (owner < 0 || owner === NOBODY) enter(table, key, entryOf.get(entry.id) as number);
    }
  }
  return table;
}

/** Loads the dictionaries of a language, so that no customer waits for it. */
export function warmUp(locale: Locale): void {
  const language = languageWith(locale, []);
  weigh(normalise('退货 return').text, language);
  language.embed('return');
}

/** The normalised questions of each entry; a key that several entries have belongs to the first, whole keys before stripped ones. */
function readQuestions(entries: readonly EngineEntry[]): { exact: TokenTable; questions: string[][] } {
  const exact = createTable();
  const stay = (key: string, entry: number): void => {
    if (lookUp(exact, key) < 0) enter(exact, key, entry);
  };
  const questions = entries.map((entry, at) => {
    const texts = readTexts(entry);
    for (const { key } of texts) stay(key, at);
    return distinct(texts);
  });
  questions.forEach((texts, at) => {
    for (const text of texts) stay(keyOf(text), at);
  });
  return { exact, questions };
}

const readTexts = ({ question, similar }: EngineEntry): Normalised[] =>
  [question, ...similar].map(normalise).filter(({ key }) => key !== '');
const distinct = (texts: readonly Normalised[]): string[] => [...new Set(texts.map(({ text }) => text))];
