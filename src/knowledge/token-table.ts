/**
 * Tokens to numbers in typed arrays, by open addressing over a 64-bit hash (the two lanes of cyrb53): a tenth of the memory of a
 * Map of strings, and it crosses threads and files as it is. No token is kept, so none can be listed.
 */
export type TokenTable = { size: number; keys: Int32Array; values: Int32Array };

const LEAST = 16;
const FULL = 0.75;

const SEED = { low: 0xdeadbeef, high: 0x41c6ce57 };

let high = 0;

/** Gives the low lane and leaves the other in `high`, so that a look-up allocates nothing. */
function hash(text: string): number {
  let a = SEED.low;
  let b = SEED.high;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  return finish(a, b);
}

function finish(a: number, b: number): number {
  const low = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  high = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  return low;
}

/** An empty table; it grows by itself. */
export function createTable(expected = 0): TokenTable {
  let capacity = LEAST;
  while (capacity * FULL < expected) capacity *= 2;
  return { size: 0, keys: new Int32Array(2 * capacity), values: new Int32Array(capacity) };
}

/** The number of a token; -1 where there is none. */
export const lookUp = (table: TokenTable, token: string): number => find(table, hash(token));

/** Bits that tell what no token of a table begins with (Bloom 1970, one hash): a walk along a text ends early. */
export type Beginnings = Uint8Array;
const BITS = 20;

const bitOf = (a: number, b: number): number => Math.imul(a ^ (b >>> 7), 2_654_435_761) >>> (32 - BITS);

export function beginningsOf(tokens: Iterable<string>): Beginnings {
  const bits = new Uint8Array(2 ** (BITS - 3));
  for (const token of tokens) {
    let a = SEED.low;
    let b = SEED.high;
    for (let at = 0; at < token.length; at += 1) {
      a = Math.imul(a ^ token.charCodeAt(at), 2_654_435_761);
      b = Math.imul(b ^ token.charCodeAt(at), 1_597_334_677);
      const bit = bitOf(a, b);
      bits[bit >>> 3] = (bits[bit >>> 3] as number) | (1 << (bit & 7));
    }
  }
  return bits;
}

type Walk = { from: number; to: number; beginnings: Beginnings; found(value: number, end: number): void };

/** Looks up every part of a text that begins at `from` and ends by `to`, shortest first, without cutting any out. */
export function lookUpFrom(table: TokenTable, text: string, { from, to, beginnings, found }: Walk): void {
  let a = SEED.low;
  let b = SEED.high;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
    const bit = bitOf(a, b);
    if (((beginnings[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return;
    const value = find(table, finish(a, b));
    if (value >= 0) found(value, at + 1);
  }
}

const find = (table: TokenTable, low: number): number => (table.values[slotOf(table, low, high)] as number) - 1;

/** Gives a token a number from 0 on, in place of an earlier one. */
export function enter(table: TokenTable, token: string, value: number): void {
  const low = hash(token);
  const slot = slotOf(table, low, high);
  if (table.values[slot] === 0) table.size += 1;
  put(table, slot, { low, high, stored: value + 1 });
  if (table.size > FULL * table.values.length) grow(table);
}

function put(table: TokenTable, slot: number, by: { low: number; high: number; stored: number }): void {
  table.keys[2 * slot] = by.low;
  table.keys[2 * slot + 1] = by.high;
  table.values[slot] = by.stored;
}

function slotOf({ keys, values }: TokenTable, low: number, above: number): number {
  const mask = values.length - 1;
  let slot = low & mask;
  while (values[slot] !== 0 && (keys[2 * slot] !== low || keys[2 * slot + 1] !== above)) slot = (slot + 1) & mask;
  return slot;
}

function grow(table: TokenTable): void {
  const { keys, values } = table;
  table.keys = new Int32Array(2 * keys.length);
  table.values = new Int32Array(2 * values.length);
  for (let at = 0; at < values.length; at += 1) {
    if (values[at] === 0) continue;
    const low = keys[2 * at] as number;
    const above = keys[2 * at + 1] as number;
    put(table, slotOf(table, low, above), { low, high: above, stored: values[at] as number });
  }
}

/** A copy that may be written to while the other is read. */
export const copyTable = ({ size, keys, values }: TokenTable): TokenTable => ({
  size,
  keys: keys.slice(),
  values: values.slice(),
});

/** A copy in which every number is what `to` makes of it; no token can be taken out, so give one that nobody means. */
export function mapTable(table: TokenTable, to: (value: number) => number): TokenTable {
  const values = table.values.map((stored) => (stored === 0 ? 0 : to(stored - 1) + 1));
  return { size: table.size, keys: table.keys, values };
}
