import { createHash } from 'node:crypto';

/**
 * A value of JSON and typed arrays as bytes: a digest, the JSON with a reference for every array, then the arrays, each at a
 * multiple of 8, so that reading makes views and copies nothing.
 */

const KINDS = { Int32Array, Uint8Array, Float32Array } as const;
type Kind = keyof typeof KINDS;
type Numbers = InstanceType<(typeof KINDS)[Kind]>;

const DIGEST = 32;
const HEAD = DIGEST + 8;
const REFERENCE = '$array';

const aligned = (size: number): number => Math.ceil(size / 8) * 8;

export function pack(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: Numbers[] = [];
  let length = 0;
  const json = JSON.stringify(value, (_, one: unknown) => {
    const kind = kindOf(one);
    if (kind === undefined) return one;
    const numbers = one as Numbers;
    arrays.push(numbers);
    const reference = { [REFERENCE]: [kind, length, numbers.length] };
    length += aligned(numbers.byteLength);
    return reference;
  });
  const text = new TextEncoder().encode(json);
  let at = HEAD + aligned(text.length);
  const bytes = new Uint8Array(at + length);
  new DataView(bytes.buffer).setUint32(DIGEST, text.length);
  bytes.set(text, HEAD);
  for (const numbers of arrays) {
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), at);
    at += aligned(numbers.byteLength);
  }
  bytes.set(digestOf(bytes), 0);
  return bytes;
}

/** The value that was packed, its arrays views of `bytes`; undefined when the bytes are not whole. */
export function unpack(given: Uint8Array): unknown {
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  if (bytes.length < HEAD || !digestOf(bytes).equals(bytes.subarray(0, DIGEST))) return undefined;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(DIGEST);
  const from = bytes.byteOffset + HEAD + aligned(size);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD, HEAD + size)), (_, one: unknown) => {
    if (typeof one !== 'object' || one === null || !(REFERENCE in one)) return one;
    const [kind, offset, length] = one[REFERENCE] as [Kind, number, number];
    return new KINDS[kind](bytes.buffer as ArrayBuffer, from + offset, length);
  });
}

const kindOf = (value: unknown): Kind | undefined =>
  (Object.keys(KINDS) as Kind[]).find((kind) => value instanceof KINDS[kind]);

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes.subarray(DIGEST)).digest();
