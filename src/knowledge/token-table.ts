/**
 * Tokens to numbers in typed arrays, by open addressing over a 64-bit hash (the two lanes of cyrb53): a tenth of the memory of a
 * Map of strings, and it crosses threads and files as it is. No token is kept, so none can be listed.
 */
export type TokenTable = { size: number; keys: Int32Array; values: Int32Array };

const LEAST = 16;
const FULL = 0.75;

let high = 0;

/** Gives the low lane and leaves the other in `high`, so that a look-up allocates nothing. */
function hash(text: string, from: number, to: number): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  high = b | 0;
  return a | 0;
}

/** An empty table; it grows by itself. */
export function createTable(expected = 0): TokenTable {
  let capacity = LEAST;
  while (capacity * FULL < expected) capacity *= 2;
  return { size: 0, keys: new Int32Array(2 * capacity), values: new Int32Array(capacity) };
}

/** The number of a token; -1 where there is none. */
export const lookUp = (table: TokenTable, token: string): number => find(table, hash(token, 0, token.length));

/** The same for the part of a text, without cutting it out. */
export const lookUpPart = (table: TokenTable, text: string, part: { from: number; to: number }): number =>
  find(table, hash(text, part.from, part.to));

function find(table: TokenTable, low: number): number {
  return (table.values[slotOf(table, low, high)] as number) - 1;
}

/** Gives a token a number from 0 on, in place of an earlier one. */
export function enter(table: TokenTable, token: string, value: number): void {
  const low = hash(token, 0, token.length);
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
