import { createHash } from 'node:crypto';
import type { Adjustment } from './calibration.ts';
import { type Catalogue, indexCatalogue, openCatalogue } from './catalogue.ts';
import { type Classifier, learnClassifier, openClassifier } from './classifier.ts';
import type { Ranker } from './evidence.ts';
import { LANGUAGES } from './language.ts';
import { hanShare, keyOf, normalise } from './normalise.ts';
import { type Sounds, soundsOf, type Transliterate, transliterator } from './pinyin.ts';
import { type Spellings, speller, spellingsOf } from './spelling.ts';
import { createTable, enter, lookUp, type TokenTable } from './token-table.ts';
import { weigh } from './vector.ts';

/** The entries of one language: compiled slowly once into what can be kept and sent, opened quickly to be asked. */

export type EngineEntry = { id: string; locale: 'zh-CN' | 'en'; question: string; similar: readonly string[] };
type Locale = EngineEntry['locale'];

/** What a room is compiled from; `none` are messages that people judged to be answered by no entry. */
export type RoomOrder = { locale: Locale; entries: readonly EngineEntry[]; none: readonly string[] };

/** All that was learnt, without functions. */
export type CompiledRoom = {
  revision: string;
  locale: Locale;
  ids: string[];
  /** Keys of the stored questions to the entry that has them. */
  exact: TokenTable;
  learnt: Classifier | Catalogue;
  spelling: Sounds | Spellings;
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
const ALGORITHM = '7';
const SMALL = 1000;
const MOSTLY_HAN = 0.3;

export const localeOf = (text: string): Locale => (hanShare(text) >= MOSTLY_HAN ? 'zh-CN' : 'en');

/** One order for each language that has entries. */
export function ordersOf(entries: readonly EngineEntry[], none: readonly string[]): RoomOrder[] {
  return (['zh-CN', 'en'] as const)
    .map((locale) => ({
      locale,
      entries: entries.filter((entry) => entry.locale === locale),
      none: none.filter((text) => localeOf(text) === locale),
    }))
    .filter((order) => order.entries.length > 0);
}

/** Names what a room is compiled from and how; the same for the same order. */
export function revisionOf({ locale, entries, none }: RoomOrder): string {
  const content = [ALGORITHM, locale, none, entries.map((e) => [e.id, e.question, e.similar])];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
}

/** The slow half: reads, counts and trains. */
export function compileRoom(order: RoomOrder): CompiledRoom {
  const { locale, entries } = order;
  const { exact, questions } = readQuestions(entries);
  const language = LANGUAGES[locale];
  const none = order.none.map((text) => normalise(text).text);
  const texts = questions.flat();
  return {
    revision: revisionOf(order),
    locale,
    ids: entries.map(({ id }) => id),
    exact,
    spelling: locale === 'zh-CN' ? soundsOf(texts) : spellingsOf(texts),
    learnt:
      entries.length > SMALL
        ? indexCatalogue(questions, language)
        : learnClassifier(questions, language, { none, chatter: language.chatter() }),
  };
}

/** The quick half. */
export function openRoom({ locale, ids, exact, learnt, spelling }: CompiledRoom): Room {
  const language = LANGUAGES[locale];
  const ranker = 'index' in learnt ? openCatalogue(learnt, language) : openClassifier(learnt, language);
  const spell = 'corpus' in spelling ? transliterator(spelling) : speller(spelling);
  const adjustment = 'index' in learnt ? undefined : learnt.adjustment;
  return { locale, ids, exact, ranker, spell, adjustment };
}

/** Loads the dictionaries of a language, so that no customer waits for it. */
export function warmUp(locale: Locale): void {
  const language = LANGUAGES[locale];
  weigh(normalise('退货 return').text, language);
  language.embed('return');
}

/** The normalised questions of each entry; a key that several entries have belongs to the first, whole keys before stripped ones. */
function readQuestions(entries: readonly EngineEntry[]): { exact: TokenTable; questions: string[][] } {
  const exact = createTable();
  const stay = (key: string, entry: number): void => {
    if (lookUp(exact, key) < 0) enter(exact, key, entry);
  };
  const questions = entries.map(({ question, similar }, at) => {
    const texts = [question, ...similar].map(normalise).filter(({ key }) => key !== '');
    for (const { key } of texts) stay(key, at);
    return [...new Set(texts.map(({ text }) => text))];
  });
  questions.forEach((texts, at) => {
    for (const text of texts) stay(keyOf(text), at);
  });
  return { exact, questions };
}
