/** Whether a wording says nearly what another one says: shared pairs of characters (Dice 1945), without marks and case. */

const SAME = 0.82;

function pairsOf(text: string): Set<string> {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  if (plain.length < 2) return new Set([plain]);
  return new Set(Array.from({ length: plain.length - 1 }, (_, at) => plain.slice(at, at + 2)));
}

/** The first of the known ones that is nearly the same, else null. */
export function nearDuplicate(text: string, known: readonly string[]): string | null {
  const own = pairsOf(text);
  const isNear = (other: string) => {
    const pairs = pairsOf(other);
    const shared = [...own].filter((pair) => pairs.has(pair)).length;
    return (2 * shared) / (own.size + pairs.size) >= SAME;
  };
  return known.find((one) => one !== '' && isNear(one)) ?? null;
}
