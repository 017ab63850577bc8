import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pinyin } from 'pinyin-pro';
import { analyseEn } from '../../src/knowledge/analyse-en.ts';
import { normalise } from '../../src/knowledge/normalise.ts';
import { syllable } from '../../src/knowledge/syllables.ts';
import { readEntries } from './read.ts';

/**
 * `eval background --kb FILE...`: makes the tables `syllables.zh.txt` and `background.*.txt` of `src/knowledge` anew. English is counted on the
 * questions of the files given; Chinese comes from the frequencies in the jieba package and our own list of how often
 * customers use a word.
 */

const KNOWLEDGE = fileURLToPath(new URL('../../src/knowledge/', import.meta.url));
const TALK = fileURLToPath(new URL('background/customer-talk.zh.txt', import.meta.url));
const CHINESE_MESSAGES = 100_000;
const WORDS_A_MESSAGE = { zh: 8, en: 10 };
const LEAST = { word: 1.5, pair: 3, gram: 4 };

type Counts = Map<string, number>;

/** Writes the tables and says how many rows each has. */
export function makeBackground(arguments_: string[]): string {
  const { values } = parseArgs({ args: arguments_, options: { kb: { type: 'string', multiple: true, default: [] } } });
  if (values.kb.length === 0) throw new Error('needs --kb FILE, once for each knowledge base in English');
  const texts = values.kb.flatMap(readEntries).flatMap(({ question, similar }) => [question, ...similar]);
  const syllables = writeSyllables();
  return [syllables, write('en', countEnglish([...new Set(texts)])), write('zh', countChinese())].join('\n');
}

/** A syllable and the characters read so a line, for the characters of U+4E00 to U+9FFF. */
function writeSyllables(): string {
  const charsOf = new Map<string, string>();
  for (let code = 0x4e00; code <= 0x9fff; code += 1) {
    const char = String.fromCharCode(code);
    const sound = pinyin(char, { toneType: 'none' });
    if (sound !== char) charsOf.set(sound, (charsOf.get(sound) ?? '') + char);
  }
  const rows = [...charsOf].sort(([a], [b]) => (a < b ? -1 : 1)).map((row) => row.join(' '));
  writeFileSync(join(KNOWLEDGE, 'syllables.zh.txt'), rows.join('\n'));
  return `syllables.zh.txt: ${rows.length} syllables`;
}

function write(language: string, table: { total: number; df: Counts }): string {
  const rows = [...table.df].sort((a, b) => b[1] - a[1]).map(([token, df]) => `${token}\t${Math.round(df)}`);
  writeFileSync(join(KNOWLEDGE, `background.${language}.txt`), [Math.round(table.total), ...rows].join('\n'));
  return `background.${language}.txt: ${rows.length} tokens`;
}

/** Messages counted, and half as many imagined ones in which words appear by their rank (Zipf's law). */
function countEnglish(texts: readonly string[]): { total: number; df: Counts } {
  const df: Counts = new Map();
  for (const text of texts) for (const token of tokensOf(normalise(text).text)) add(df, token, 1);
  const words = readFileSync(join(KNOWLEDGE, 'word-vectors.en.txt'), 'utf8').split('\n');
  const harmonic = Math.log(words.length) + 0.577;
  const imagined: Counts = new Map();
  words.forEach((word, rank) => {
    const share = 1 - (1 - 1 / ((rank + 1) * harmonic)) ** WORDS_A_MESSAGE.en;
    for (const token of tokensOf(word)) if (!token.startsWith('b:')) add(imagined, token, texts.length * share);
  });
  for (const [token, count] of imagined) add(df, token, 0.5 * Math.min(count, 0.5 * texts.length));
  const least = (token: string): number =>
    token.startsWith('b:') ? LEAST.pair : token.startsWith('g:') ? LEAST.gram : LEAST.word;
  return { total: 1.5 * texts.length, df: new Map([...df].filter(([token, count]) => count >= least(token))) };
}

function tokensOf(text: string): Set<string> {
  const tokens = new Set<string>();
  analyseEn(text, (token) => tokens.add(token));
  return tokens;
}

function countChinese(): { total: number; df: Counts } {
  const folder = dirname(createRequire(import.meta.url).resolve('@node-rs/jieba'));
  const dictionary = rowsOf(join(folder, 'dict.txt')).filter(([, count]) => count > 0);
  const sum = dictionary.reduce((total, [, count]) => total + count, 0);
  const inMessages = (count: number): number => CHINESE_MESSAGES * (1 - (1 - count / sum) ** WORDS_A_MESSAGE.zh);
  const grams: Counts = new Map();
  for (const [word, count] of dictionary) for (const gram of gramsOf(word)) add(grams, gram, count);
  const df: Counts = new Map();
  for (const [gram, count] of grams) {
    df.set(`c:${gram}`, inMessages(count));
    if ([...gram].length === 2) add(df, soundOf(gram), inMessages(count));
  }
  for (const [word, idf] of rowsOf(join(folder, 'idf.txt'))) raise(df, `w:${word}`, CHINESE_MESSAGES * Math.exp(-idf));
  for (const [word, count] of dictionary) raise(df, `w:${word}`, inMessages(count));
  for (const [word, perMille] of rowsOf(TALK)) {
    const count = (perMille * CHINESE_MESSAGES) / 1000;
    raise(df, `w:${word}`, count);
    for (const gram of gramsOf(word)) {
      raise(df, `c:${gram}`, count);
      if ([...gram].length === 2) raise(df, soundOf(gram), count);
    }
  }
  const least = (token: string): number => (token.startsWith('p:') ? 8 : token.length > 4 ? 6 : 3);
  return { total: CHINESE_MESSAGES, df: new Map([...df].filter(([token, count]) => count >= least(token))) };
}

const rowsOf = (path: string): [string, number][] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(' '))
    .map(([word = '', count = '0']) => [word, Number(count)]);

/** The character 1- to 3-grams of a word that are Han throughout. */
function gramsOf(word: string): string[] {
  const chars = [...word];
  return [1, 2, 3]
    .flatMap((size) =>
      chars.flatMap((_, at) => (at + size <= chars.length ? [chars.slice(at, at + size).join('')] : [])),
    )
    .filter((gram) => /^\p{Script=Han}+$/u.test(gram));
}

const soundOf = (gram: string): string => `p:${[...gram].map(syllable).join(' ')}`;

function add(counts: Counts, token: string, count: number): void {
  counts.set(token, (counts.get(token) ?? 0) + count);
}

function raise(counts: Counts, token: string, count: number): void {
  counts.set(token, Math.max(count, counts.get(token) ?? 0));
}
