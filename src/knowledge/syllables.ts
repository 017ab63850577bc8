import { readFileSync } from 'node:fs';

/** Toneless pinyin of Han characters, from the table beside this file: a syllable and the characters read so, a line. */

const FIRST = 0x4e00;
const LAST = 0x9fff;

type Sounds = { names: string[]; of: Uint16Array };

let table: Sounds | undefined;

function sounds(): Sounds {
  if (table === undefined) {
    const of = new Uint16Array(LAST - FIRST + 1);
    const names = [''];
    for (const row of readFileSync(new URL('syllables.zh.txt', import.meta.url), 'utf8').split('\n')) {
      const space = row.indexOf(' ');
      for (let at = space + 1; at < row.length; at += 1) of[row.charCodeAt(at) - FIRST] = names.length;
      names.push(row.slice(0, space));
    }
    table = { names, of };
  }
  return table;
}

/** The most usual reading of one Han character (ü as in nü); a character without one is given back. */
export function syllable(char: string): string {
  const { names, of } = sounds();
  return names[of[char.charCodeAt(0) - FIRST] ?? 0] || char;
}
