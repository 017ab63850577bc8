import { Jieba } from '@node-rs/jieba';
import { dict } from '@node-rs/jieba/dict.js';
import { create, insertMultiple, search } from '@orama/orama';
import MiniSearch from 'minisearch';
import { stem } from '../../../src/knowledge/analyse-en.ts';
import { indexBm25, search as searchBm25 } from '../../../src/knowledge/bm25.ts';
import { type AnswerDecision, buildEngine } from '../../../src/knowledge/engine.ts';
import { wordsOf } from '../../../src/knowledge/words.ts';
import type { Entry } from '../../eval/read.ts';
import { buildNlp } from './nlpjs.ts';

/** The answer engine and what others would reach for, behind one shape: entries in, a ranked list per message out. */

export type Answerer = (text: string) => AnswerDecision | Promise<AnswerDecision>;
export type Peer = { name: string; largest: number; build(entries: readonly Entry[]): Answerer | Promise<Answerer> };

/** `largest`: entries beyond which a peer is not tried, because it does not finish in minutes. */
export const PEERS: readonly Peer[] = [
  { name: 'zhike', largest: Number.POSITIVE_INFINITY, build: buildZhike },
  { name: 'minisearch', largest: 100_000, build: buildMiniSearch },
  { name: 'orama', largest: 10_000, build: buildOrama },
  { name: 'nlp.js', largest: 200, build: buildNlpJs },
  { name: 'bm25', largest: 100_000, build: buildBm25 },
];

type Scored = { id: string; score: number };

let jieba: Jieba | undefined;

/** The same words for every peer: jieba in Chinese, light stems in English. */
function wordsFor(locale: Entry['locale']): (text: string) => string[] {
  if (locale === 'en') return (text) => wordsOf(text.toLowerCase()).map(stem);
  jieba ??= Jieba.withDict(dict);
  const segmenter = jieba;
  return (text) => segmenter.cutForSearch(text.toLowerCase(), true).filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/** Peers have no calibrated confidence: their best score is the only thing to threshold. */
function asDecision(hits: readonly Scored[], locale: Entry['locale']): AnswerDecision {
  const best = new Map<string, number>();
  for (const { id, score } of hits) best.set(id, Math.max(score, best.get(id) ?? 0));
  const top = [...best].map(([id, score]) => ({ id, locale, score })).sort((a, b) => b.score - a.score);
  return { decision: 'answer', confidence: top[0]?.score ?? 0, top: top.slice(0, 5), engine: '' };
}

const questionsOf = (entries: readonly Entry[]): { id: number; entry: string; text: string }[] =>
  entries
    .flatMap((entry) => [entry.question, ...entry.similar].map((text) => ({ entry: entry.id, text })))
    .map((question, id) => ({ id, ...question }));

const localeOf = (entries: readonly Entry[]): Entry['locale'] => entries[0]?.locale ?? 'en';

function buildZhike(entries: readonly Entry[]): Answerer {
  const engine = buildEngine(entries);
  return (text) => engine.decide(text);
}

function buildMiniSearch(entries: readonly Entry[]): Answerer {
  const locale = localeOf(entries);
  const index = new MiniSearch({ fields: ['text'], storeFields: ['entry'], tokenize: wordsFor(locale) });
  index.addAll(questionsOf(entries));
  return (text) =>
    asDecision(
      index
        .search(text)
        .slice(0, 50)
        .map((hit) => ({ id: String(hit.entry), score: hit.score })),
      locale,
    );
}

async function buildOrama(entries: readonly Entry[]): Promise<Answerer> {
  const locale = localeOf(entries);
  const words = wordsFor(locale);
  const database = create({
    schema: { entry: 'string', text: 'string' } as const,
    components: {
      tokenizer: { language: 'zhike', normalizationCache: new Map(), tokenize: (text: string) => words(text) },
    },
  });
  await insertMultiple(
    database,
    questionsOf(entries).map(({ entry, text }) => ({ entry, text })),
    10_000,
  );
  return async (text) => {
    const found = await search(database, { term: text, properties: ['text'], limit: 50 });
    return asDecision(
      found.hits.map(({ document, score }) => ({ id: document.entry, score })),
      locale,
    );
  };
}

function buildBm25(entries: readonly Entry[]): Answerer {
  const locale = localeOf(entries);
  const words = wordsFor(locale);
  const questions = questionsOf(entries);
  const index = indexBm25(questions.map(({ text }) => words(text)));
  return (text) =>
    asDecision(
      searchBm25(index, words(text), 50).map(({ document, score }) => ({
        id: questions[document]?.entry ?? '',
        score,
      })),
      locale,
    );
}

async function buildNlpJs(entries: readonly Entry[]): Promise<Answerer> {
  const locale = localeOf(entries);
  const ask = await buildNlp(
    locale === 'en' ? 'en' : 'zh',
    questionsOf(entries).map(({ entry, text }) => ({ text, intent: entry })),
  );
  return async (text) => asDecision(await ask(text), locale);
}
