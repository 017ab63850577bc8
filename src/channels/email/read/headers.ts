/** Headers, addresses and message ids of a mail in the channel's own shapes. */
import type { MailAddress, MailHeader } from '../mail.ts';
import type { MailPart } from './parts.ts';

const MAX_HEADERS = 500;
const MAX_VALUE = 8_000;
const MAX_ADDRESSES = 200;
const MAX_IDS = 100;

/** Header lines as text; those that were renamed because they repeat keep their renamed name. */
export const unfoldedHeaders = (root: MailPart): MailHeader[] =>
  root.headers.slice(0, MAX_HEADERS).map(({ name, value }) => ({
    name,
    value: Buffer.from(value.slice(0, MAX_VALUE), 'latin1').toString('utf8'),
  }));

/** Ids without brackets, in their order; blanks and commas part those that have none. */
export const idsIn = (value: string): string[] =>
  [...value.slice(0, MAX_VALUE).matchAll(/[^<>\s,]{1,400}/g)].slice(0, MAX_IDS).map(([id]) => id);

interface ParsedAddress {
  address?: string;
  name?: string;
  group?: ParsedAddress[];
}
export type ParsedAddresses = { value: ParsedAddress[] } | { value: ParsedAddress[] }[] | undefined;

/** Every mailbox with an address, groups opened; names as claimed, without invisible characters. */
export function addressesIn(given: ParsedAddresses): MailAddress[] {
  const values = [given ?? []].flat().flatMap(({ value }) => value);
  return values
    .flatMap((one) => (one.group === undefined ? [one] : one.group))
    .slice(0, MAX_ADDRESSES)
    .flatMap(({ address, name }) => {
      const plain = (address ?? '').trim().toLowerCase();
      if (!/^[^\s@]{1,200}@[^\s@]{1,250}$/.test(plain)) return [];
      const shown = (name ?? '')
        .replace(/[\p{Cc}\p{Cf}]/gu, '')
        .trim()
        .slice(0, 200);
      return [shown === '' ? { address: plain } : { address: plain, name: shown }];
    });
}
