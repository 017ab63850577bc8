/** How two readings of a mail are compared: blanks do not count; a missing line is a loss, one too many a leak. */
export interface Verdict {
  verdict: 'exact' | 'loss' | 'leak';
  /** The customer's lines that are gone, and lines that are none of the customer's (shortened). */
  missing: string[];
  extra: string[];
}

/** CRLF and CR to LF, no-break blanks plain, invisible marks dropped, trailing blanks and repeated empty lines cut. */
const normalised = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/\u00A0/g, ' ')
    .replace(/[\u200B\uFEFF]/g, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** Against the nearest of the right answers. */
export function compareText(text: string, wanted: readonly string[]): Verdict {
  const ours = normalised(text);
  const verdicts = wanted.map((answer) => judge(ours, normalised(answer)));
  return verdicts.sort((one, other) => weight(one) - weight(other))[0] as Verdict;
}

const weight = ({ verdict, missing, extra }: Verdict): number =>
  (verdict === 'exact' ? 0 : verdict === 'leak' ? 1000 : 2000) + missing.length + extra.length;

function judge(ours: string, theirs: string): Verdict {
  if (ours === theirs) return { verdict: 'exact', missing: [], extra: [] };
  const missing = without(theirs, ours);
  const extra = without(ours, theirs);
  return { verdict: missing.length > 0 ? 'loss' : 'leak', missing: short(missing), extra: short(extra) };
}

const without = (text: string, other: string): string[] => {
  const known = new Set(other.split('\n').map((line) => line.trim()));
  return text.split('\n').filter((line) => line.trim() !== '' && !known.has(line.trim()));
};

const short = (lines: readonly string[]): string[] => lines.slice(0, 5).map((line) => line.slice(0, 120));

/** For HTML: all white space removed on both sides; what ours lacks of theirs is a loss. */
export function compact(text: string, wanted: readonly string[]): Verdict {
  const ours = squeezed(text);
  const answers = wanted.map(squeezed);
  if (answers.includes(ours)) return { verdict: 'exact', missing: [], extra: [] };
  const first = answers[0] ?? '';
  const lost = !answers.some((answer) => holds(ours, answer));
  return { verdict: lost ? 'loss' : 'leak', missing: lost ? short([first]) : [], extra: short([ours]) };
}

const squeezed = (text: string): string => normalised(text).replace(/\s/g, '');

/** Whether all of a text is found in another, in order. */
function holds(text: string, part: string): boolean {
  let at = 0;
  for (const char of part) {
    at = text.indexOf(char, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
