/** Whether a reworded answer still says what the article says: every number, amount, date and link must stand in it. */

const NUMBERS = /\d+(?:[.:,]\d+)*/g;
const LINKS = /\bhttps?:\/\/[^\s)>\]]+|\bwww\.[^\s)>\]]+/gi;
const HAN_NUMBERS = /[一二两三四五六七八九十百千万]+(?=\s*(?:天|日|小时|个?工作日|个?月|年|元|块|分钟|周|次|倍|折|%))/g;
const MARKUP = /[<>]|!\[|\]\(/;

const HAN_DIGITS: Record<string, number> = {
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
};

function facts(text: string): Set<string> {
  const plain = text.normalize('NFKC');
  const numbers = plain.match(NUMBERS) ?? [];
  const han = (plain.match(HAN_NUMBERS) ?? []).map((word) => String(HAN_DIGITS[word] ?? word));
  return new Set([...numbers, ...han, ...(plain.match(LINKS) ?? [])]);
}

/** At most this much longer than the source: a model that adds sentences adds claims. */
const GROWTH = 1.5;

export function isGrounded(reply: string, source: string): boolean {
  if (reply.trim() === '' || MARKUP.test(reply) || reply.length > source.length * GROWTH + 80) return false;
  const known = facts(source);
  return [...facts(reply)].every((fact) => known.has(fact));
}
