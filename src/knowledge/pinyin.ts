import { syllable } from './syllables.ts';
import { createTable, enter, lookUp, lookUpPart, type TokenTable } from './token-table.ts';

/** Pinyin typed without an input method ("zenme tuihuo") back to the words of the knowledge base (怎么退货). */

export type Transliterate = (text: string) => string;

const LONGEST = 5;
const LETTERS = 30;
const QUESTIONS = 5000;
/** Share of the letters that must be explained by words of two characters or more before a text counts as pinyin. */
const EXPLAINED = 0.8;
const EVERYDAY =
  '怎么 什么 可以 我要 我想 你好 请问 什么时候 为什么 多久 多少 多少钱 没有 收到 不能 能不能 可不可以 如何 哪里 在哪 时候 已经 还没 还没到 我的 东西 帮我 一下';

/** Every way of writing a run of the questions in letters, and where in `corpus` the run stands. */
export type Sounds = { corpus: string; rows: TokenTable; starts: Int32Array; sizes: Uint8Array; longest: number };

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
    starts: Int32Array.from(kept, ([, { start }]) => start),
    sizes: Uint8Array.from(kept, ([, { gram }]) => gram.length),
    longest,
  };
}

/** Dynamic programming over the letters; longer words beat sequences of shorter ones. Gives the rows of the words read. */
function decode(letters: string, { rows, sizes, longest }: Sounds): { explained: number; words: number[] } {
  const scores = [0];
  const explained = [0];
  const taken: { row: number; letters: number }[] = [{ row: -1, letters: 0 }];
  for (let end = 1; end <= letters.length; end += 1) {
    let score = (scores[end - 1] as number) - 1;
    let last = { row: -1, letters: 1 };
    for (let size = 3; size <= Math.min(end, longest); size += 1) {
      const row = lookUpPart(rows, letters, { from: end - size, to: end });
      if (row < 0) continue;
      const reached = (scores[end - size] as number) + (sizes[row] as number) ** 2;
      if (reached <= score) continue;
      score = reached;
      last = { row, letters: size };
    }
    scores.push(score);
    explained.push((explained[end - last.letters] as number) + (last.row < 0 ? 0 : last.letters));
    taken.push(last);
  }
  const words: number[] = [];
  for (let end = letters.length; end > 0; end -= taken[end]?.letters ?? 1) {
    const row = taken[end]?.row ?? -1;
    if (row >= 0) words.unshift(row);
  }
  return { explained: explained[letters.length] as number, words };
}
