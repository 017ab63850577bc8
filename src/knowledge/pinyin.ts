import { syllable } from './analyse-zh.ts';

/** Pinyin typed without an input method ("zenme tuihuo") back to the words of the knowledge base (怎么退货). */

export type Transliterate = (text: string) => string;

const LONGEST = 5;
const LETTERS = 30;
const QUESTIONS = 5000;
/** Share of the letters that must be explained by words of two characters or more before a text counts as pinyin. */
const EXPLAINED = 0.8;
const EVERYDAY =
  '怎么 什么 可以 我要 我想 你好 请问 什么时候 为什么 多久 多少 多少钱 没有 收到 不能 能不能 可不可以 如何 哪里 在哪 时候 已经 还没 还没到 我的 东西 帮我 一下';

/** Learns the words of the questions on first use; the result gives a text back unchanged where it is no pinyin. */
export function transliterator(questions: readonly string[]): Transliterate {
  let words: Map<string, string> | undefined;
  return (text) => {
    if (!/[a-z]{4}/.test(text)) return text;
    words ??= soundsOf([...EVERYDAY.split(' '), ...questions.slice(0, QUESTIONS)]);
    const known = words;
    if (/\p{Script=Han}/u.test(text)) return text.replace(/[a-z]{4,}/g, (run) => known.get(run) ?? run);
    const letters = text.replace(/[^a-z]+/g, '').slice(0, 200);
    const read = decode(letters, known);
    return read.explained >= EXPLAINED * letters.length ? read.text : text;
  };
}

/** The commonest run of 2 to 5 characters for every way of writing it in letters; single characters say too little. */
function soundsOf(texts: readonly string[]): Map<string, string> {
  const times = new Map<string, number>();
  for (const text of texts) {
    for (const run of text.match(/\p{Script=Han}+/gu) ?? []) {
      for (let at = 0; at < run.length; at += 1) {
        for (let size = 2; size <= LONGEST && at + size <= run.length; size += 1) {
          const gram = run.slice(at, at + size);
          times.set(gram, (times.get(gram) ?? 0) + 1);
        }
      }
    }
  }
  const words = new Map<string, string>();
  for (const [gram, count] of times) {
    const sound = [...gram].map(syllable).join('').replaceAll('ü', 'v');
    const other = words.get(sound);
    if (other === undefined || (times.get(other) ?? 0) < count) words.set(sound, gram);
  }
  return words;
}

type Reading = { score: number; explained: number; text: string };

/** Dynamic programming over the letters; longer words beat sequences of shorter ones, unread letters are kept. */
function decode(letters: string, words: ReadonlyMap<string, string>): Reading {
  const best: Reading[] = [{ score: 0, explained: 0, text: '' }];
  for (let end = 1; end <= letters.length; end += 1) {
    const before = best[end - 1] as Reading;
    let winner: Reading = { score: before.score - 1, explained: before.explained, text: before.text };
    for (let size = 3; size <= Math.min(end, LETTERS); size += 1) {
      const word = words.get(letters.slice(end - size, end));
      const from = best[end - size];
      if (word === undefined || from === undefined) continue;
      const score = from.score + word.length * word.length;
      if (score > winner.score) winner = { score, explained: from.explained + size, text: `${from.text}${word}` };
    }
    best.push(winner);
  }
  return best[letters.length] as Reading;
}
