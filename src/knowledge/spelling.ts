import { isCommonWord } from './embedding.ts';
import type { Transliterate } from './pinyin.ts';
import { wordsOf } from './words.ts';

/** English typing errors ("refnd", "adress") back to the words of the knowledge base. */

/** Shortest word that is corrected, and shortest in which two errors are allowed. */
const SHORT = 4;
const LONG = 8;
const WORDS = 50_000;

/** The words of the questions and how often each stands in them. */
export type Spellings = { words: string[]; counts: number[] };

/**
 * Only a word that neither the base nor the list of common words knows is replaced, by the base's commonest word one edit
 * away (two in long words) with the same first letter.
 */
export function speller({ words, counts }: Spellings): Transliterate {
  const base = new Map(words.map((word, at) => [word, counts[at] ?? 0]));
  return (text) => {
    if (!/[a-z]{4}/.test(text) || /\p{Script=Han}/u.test(text)) return text;
    return text.replace(/[a-z]{4,24}/g, (word) => (base.has(word) || isCommonWord(word) ? word : closest(word, base)));
  };
}

/** Counts the words long enough to be corrected to. */
export function spellingsOf(questions: readonly string[]): Spellings {
  const times = new Map<string, number>();
  for (const question of questions) {
    for (const word of wordsOf(question)) {
      if (word.length >= SHORT && times.size < WORDS) times.set(word, (times.get(word) ?? 0) + 1);
    }
  }
  return { words: [...times.keys()], counts: [...times.values()] };
}

function closest(word: string, base: ReadonlyMap<string, number>): string {
  const allowed = word.length >= LONG ? 2 : 1;
  let best = word;
  let cost = allowed + 1;
  for (const [candidate, count] of base) {
    if (candidate[0] !== word[0] || Math.abs(candidate.length - word.length) > allowed) continue;
    const edits = distance(word, candidate, allowed);
    if (edits < cost || (edits === cost && edits <= allowed && count > (base.get(best) ?? 0))) {
      best = candidate;
      cost = edits;
    }
  }
  return best;
}

/** Optimal string alignment distance (Damerau 1964), given up with `limit` + 1 once a row exceeds the limit. */
function distance(a: string, b: string, limit: number): number {
  let older: number[] = [];
  let before = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min((before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (older[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return limit + 1;
    older = before;
    before = row;
  }
  return before[b.length] ?? limit + 1;
}
