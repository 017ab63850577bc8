/** The marks that lead an answer back to its thread: signed, bound to inbox and thread, worthless for any other. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** 100 bits in base 32: local parts may come back in lower case. */
const MAC_LENGTH = 20;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const NUMBER = '[0-9a-z]{1,11}';
const MAC = `[a-z2-7]{${MAC_LENGTH}}`;

const REPLY = new RegExp(`\\+t-(${NUMBER})-(${MAC})@`, 'i');
const BOUNCE = new RegExp(`\\+b-([0-9a-z]{1,40})-(${MAC})@`, 'i');
const MESSAGE_ID = new RegExp(`^zk\\.(${NUMBER})\\.[0-9a-z]{1,40}\\.(${MAC})@`, 'i');
const MARKER = new RegExp(`\\bzk-(${NUMBER})-(${MAC})\\b`, 'gi');
const TAG = /\[#(\d{1,15})-(\d)\]/g;

export type Marks = {
  /** Where answers to a thread go: `shop+t-<number>-<mac>@domain`. */
  replyAddress(number: number): string;
  /** Where a mail that cannot be delivered comes back to. */
  bounceAddress(token: string): string;
  /** An id of ours; `unique` makes it one mail's, without it it is the thread's own. */
  messageId(number: number, unique?: string): string;
  /** For the body, where all else is lost. */
  marker(number: number): string;
  /** For the subject. Anyone can make one: it proves nothing. */
  tag(number: number): string;
  /** The thread's number in the first of the addresses that holds a valid mark. */
  readAddresses(addresses: readonly string[]): number | null;
  readBounce(addresses: readonly string[]): string | null;
  readMessageId(id: string): number | null;
  readMarker(text: string): number | null;
  readTag(subject: string): number | null;
};

export type MarkOptions = { key: string; inboxId: string; address: string };

export function createMarks({ key, inboxId, address }: MarkOptions): Marks {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  const mac = (kind: string, value: string) =>
    base32(createHmac('sha256', key).update(`${kind}:${inboxId}:${value}`).digest()).slice(0, MAC_LENGTH);
  const verified = (kind: string, found: { value: string | undefined; mac: string | undefined }) => {
    const value = found.value?.toLowerCase() ?? '';
    return value !== '' && isSame(mac(kind, value), found.mac?.toLowerCase() ?? '') ? value : null;
  };
  const thread = (match: RegExpMatchArray | null): number | null => {
    const value = match && verified('thread', { value: match[1], mac: match[2] });
    return value ? Number.parseInt(value, 36) : null;
  };
  const signed = (number: number) => [number.toString(36), mac('thread', number.toString(36))] as const;
  return {
    replyAddress: (number) => `${local}+t-${signed(number).join('-')}@${domain}`,
    bounceAddress: (token) => `${local}+b-${token}-${mac('bounce', token)}@${domain}`,
    messageId: (number, unique = '0') => {
      const [value, proof] = signed(number);
      return `zk.${value}.${unique}.${proof}@${domain}`;
    },
    marker: (number) => `zk-${signed(number).join('-')}`,
    tag: (number) => `[#${number}-${checkDigit(number)}]`,
    readAddresses: (addresses) => firstOf(addresses, (one) => thread(one.match(REPLY))),
    readBounce: (addresses) =>
      firstOf(addresses, (one) => {
        const match = one.match(BOUNCE);
        return match && verified('bounce', { value: match[1], mac: match[2] });
      }),
    readMessageId: (id) => thread(id.match(MESSAGE_ID)),
    readMarker: (text) => firstOf([...text.matchAll(MARKER)].slice(0, 20), thread),
    readTag: (subject) =>
      firstOf([...subject.matchAll(TAG)].slice(0, 5), ([, number, digit]) =>
        Number(digit) === checkDigit(Number(number)) ? Number(number) : null,
      ),
  };
}

function firstOf<T, R>(items: readonly T[], read: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = read(item);
    if (found !== null) return found;
  }
  return null;
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Luhn: catches a digit that was mistyped, and two that changed places. */
function checkDigit(number: number): number {
  const digits = [...String(number)].reverse().map(Number);
  const sum = digits.reduce((total, digit, place) => {
    const weighed = place % 2 === 0 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return (10 - (sum % 10)) % 10;
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >> bits) & 31];
      value &= (1 << bits) - 1;
    }
  }
  return text;
}
