import { syllable } from './syllables.ts';
import {
  type Beginnings,
  beginningsOf,
  createTable,
  enter,
  lookUp,
  lookUpFrom,
  type TokenTable,
} from './token-table.ts';

/** Pinyin typed without an input method ("zenme tuihuo") back to the words of the knowledge base (怎么退货). */

export type Transliterate = (text: string) => string;

const LONGEST = 5;
const LETTERS = 30;
const SHORTEST = 3;
const QUESTIONS = 5000;
/** Share of the letters that must be explained by words of two characters or more before a text counts as pinyin. */
const EXPLAINED = 0.8;
const EVERYDAY =
  '怎么 什么 可以 我要 我想 你好 请问 什么时候 为什么 多久 多少 多少钱 没有 收到 不能 能不能 可不可以 如何 哪里 在哪 时候 已经 还没 还没到 我的 东西 帮我 一下';

/** Every way of writing a run of the questions in letters, and where in `corpus` the run stands. */
export type Sounds = {
  corpus: string;
  rows: TokenTable;
  beginnings: Beginnings;
  starts: Int32Array;
  sizes: Uint8Array;
  longest: number;
};

/** Gives a text back unchanged where it is no pinyin. */
export function transliterator(sounds: Sounds): Transliterate {
  return (text) => {
    if (!/[a-z]{4}/.test(text)) return text;
    if (/\p{Script=Han}/u.test(text)) {
      return text.replace(/[a-z]{4,}/g, (run) => wordAt(sounds, lookUp(sounds.rows, run)) ?? run);
    }
    const letters = text.replace(/[^a-z]+/g, '').slice(0, 200);
    const { explained, words } = decode(letters, sounds);
    return explained >= EXPLAINED * letters.length ? words.map((row) => wordAt(sounds, row) ?? '').join('') : text;
  };
}

function wordAt({ corpus, starts, sizes }: Sounds, row: number): string | undefined {
  const start = starts[row];
  return start === undefined ? undefined : corpus.slice(start, start + (sizes[row] as number));
}

/** The commonest run of 2 to 5 characters for every way of writing it in letters; single characters say too little. */
export function soundsOf(questions: readonly string[]): Sounds {
  const corpus = [...EVERYDAY.split(' '), ...questions.slice(0, QUESTIONS)].join('\n');
  const times = new Map<string, { count: number; start: number }>();
  for (const { 0: run, index } of corpus.matchAll(/\p{Script=Han}+/gu)) {
    for (let at = 0; at < run.length; at += 1) {
      for (let size = 2; size <= LONGEST && at + size <= run.length; size += 1) {
        const gram = run.slice(at, at + size);
        const known = times.get(gram);
        if (known === undefined) times.set(gram, { count: 1, start: index + at });
        else known.count += 1;
      }
    }
  }
  const words = new Map<string, { gram: string; count: number; start: number }>();
  let longest = 0;
  for (const [gram, { count, start }] of times) {
    const sound = [...gram].map(syllable).join('').replaceAll('ü', 'v');
    longest = Math.max(longest, Math.min(LETTERS, sound.length));
    if ((words.get(sound)?.count ?? 0) < count) words.set(sound, { gram, count, start });
  }
  const rows = createTable(words.size);
  const kept = [...words];
  kept.forEach(([sound], row) => {
    enter(rows, sound, row);
  });
  return {
    corpus,
    rows,
    beginnings: beginningsOf(words.keys()),
    starts: Int32Array.from(kept, ([, { start }]) => start),
    sizes: Uint8Array.from(kept, ([, { gram }]) => gram.length),
    longest,
  };
}

type Step = { score: number; explained: number; from: number; row: number };

/**
 * Dynamic programming over the letters; longer words beat sequences of shorter ones, of equals the one that begins last wins.
 * Gives the rows of the words read.
 */
function decode(letters: string, { rows, beginnings, sizes, longest }: Sounds): { explained: number; words: number[] } {
  const best = Array.from({ length: letters.length + 1 }, () => ({ score: -1e9, explained: 0, from: 0, row: -1 }));
  best[0] = { score: 0, explained: 0, from: 0, row: -1 };
  for (let from = 0; from < letters.length; from += 1) {
    const { score, explained } = best[from] as Step;
    const reach = (end: number, step: Step): void => {
      if (step.score >= (best[end] as Step).score) best[end] = step;
    };
    lookUpFrom(rows, letters, {
      from,
      beginnings,
      to: Math.min(letters.length, from + longest),
      found: (row, end) => {
        if (end - from < SHORTEST) return;
        reach(end, { score: score + (sizes[row] as number) ** 2, explained: explained + end - from, from, row });
      },
    });
    reach(from + 1, { score: score - 1, explained, from, row: -1 });
  }
  const words: number[] = [];
  for (let end = letters.length; end > 0; end = (best[end] as Step).from) {
    const { row } = best[end] as Step;
    if (row >= 0) words.unshift(row);
  }
  return { explained: (best[letters.length] as Step).explained, words };
}
