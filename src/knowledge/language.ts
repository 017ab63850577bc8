import { analyseEn, EN, stem } from './analyse-en.ts';
import { analyseZh, ZH } from './analyse-zh.ts';
import { background } from './background.ts';
import { CHATTER_EN, CHATTER_ZH } from './chatter.ts';
import { DIMENSIONS, embed } from './embedding.ts';
import type { Emit } from './emit.ts';
import { normalise } from './normalise.ts';
import { ownSynonyms } from './synonyms.ts';
import { wordsOf } from './words.ts';

/** What differs between the two languages, in one table. */

export type Language = {
  chinese: boolean;
  /** Emits the weighted tokens of a normalised text. */
  analyse(text: string, emit: Emit): void;
  /** Weight of a token by how rare it is in the language. */
  idf(token: string): number;
  /** Dense part of a vector: its length, and a unit vector of a text; 0 dimensions where there is none. */
  dimensions: number;
  embed(text: string): Float32Array;
  /** Short tokens for the large index. */
  terms(text: string): string[];
  /** Normalised messages that are no questions. */
  chatter(): string[];
};

const NOTHING = new Float32Array(0);
const read = (chatter: readonly string[]): string[] => chatter.map((text) => normalise(text).text);

const LANGUAGES: Record<'zh-CN' | 'en', Language> = {
  'zh-CN': {
    chinese: true,
    analyse: analyseZh,
    idf: (token) => background('zh')(token),
    dimensions: 0,
    embed: () => NOTHING,
    terms: termsZh,
    chatter: () => read(CHATTER_ZH),
  },
  en: {
    chinese: false,
    analyse: analyseEn,
    idf: (token) => background('en')(token),
    dimensions: DIMENSIONS,
    embed,
    terms: termsEn,
    chatter: () => read(CHATTER_EN),
  },
};

/** A language with the groups of words that a merchant keeps; a group adds a token to whatever holds one of its words. */
export function languageWith(locale: 'zh-CN' | 'en', synonyms: readonly (readonly string[])[]): Language {
  const language = LANGUAGES[locale];
  const own = ownSynonyms(synonyms, language.chinese ? 'zh' : 'en');
  if (own === undefined) return language;
  const weight = language.chinese ? ZH.syn : EN.syn;
  return {
    ...language,
    analyse: (text, emit) => {
      language.analyse(text, emit);
      for (const token of own(text)) emit(token, weight);
    },
    terms: (text) => [...language.terms(text), ...own(text)],
  };
}

/** Han characters and their pairs; other words whole. */
function termsZh(text: string): string[] {
  const terms: string[] = [];
  for (const run of text.match(/\p{Script=Han}+|[a-z0-9]+/gu) ?? []) {
    if (/^[a-z0-9]/.test(run)) terms.push(run);
    else
      for (let at = 0; at < run.length; at += 1)
        terms.push(run.charAt(at), ...(at > 0 ? [run.slice(at - 1, at + 1)] : []));
  }
  return terms;
}

/** Stems and pairs of them. */
function termsEn(text: string): string[] {
  const stems = wordsOf(text).map(stem);
  return stems.flatMap((root, at) => (at > 0 ? [root, `${stems[at - 1]} ${root}`] : [root]));
}
