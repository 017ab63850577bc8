/** What shows that a line speaks of a mail: an address, a day, a time of day. All checks are linear. */

const TIME =
  /(?:^|\D)\d{1,2}(?:\s?[:：]\s?\d{2}|[hH]\d{2}|\s?[时時点點]\s?\d{2}|\s?시\s?\d{2})|(?:kl|klo|pukul|um|ore|alle|às|o|v|la)\.? ?\d{1,2}\.\d{2}(?:\D|$)|\d\s?(?:am|pm)(?:\W|$)/i;
const DAY =
  /(?:^|\D)(?:19|20)\d{2}(?:\D|$)|\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{2,4}|\d{1,2}\s?月\s?\d{1,2}|\d{1,2}월|(?:^|[^\p{L}])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? \d{1,2}(?:\D|$)|\d{1,2}\.? (?:jan|feb|mar|mär|maa|apr|may|mai|maj|jun|jul|aug|sep|oct|okt|nov|dec|dez|déc)/iu;
const BRACKETED = /[<(（[]\s?(?:mailto:)?\s?[^\s<>()]{1,100}@[^\s<>()]{1,200}/i;

export const hasTime = (text: string): boolean => TIME.test(text);
export const hasDay = (text: string): boolean => DAY.test(text);

/** `<a@b>`, `(a@b)`, `[a@b]`, `[mailto:a@b]`. */
export const hasBracketedAddress = (text: string): boolean => BRACKETED.test(text);

const WORD = /[\p{L}\p{N}_*.+-]/u;

/** Something@something, looked for from each `@` outwards. */
export function hasAddress(text: string): boolean {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1))
    if (WORD.test(text[at - 1] ?? '') && WORD.test(text[at + 1] ?? '')) return true;
  return false;
}

/** A text that is one address and nothing else. */
export const isAddress = (text: string): boolean => /^<?[\w.+-]{1,64}@[\w.-]{1,190}\.\w{2,20}>?$/.test(text);
