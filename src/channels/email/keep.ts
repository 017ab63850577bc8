/** The one way in, for all sources: the raw mail is durable when this resolves, and only then the other side is told. */
import { headOf, identify } from './identify.ts';
import type { Cursor, MailOrigin, Mails } from './mails.ts';

/** What other servers hand over whole; larger ones are kept as their headers, and a person is told. */
export const MAX_BYTES = 25 * 1024 * 1024;

export type Arrived = {
  inboxId: string;
  raw: Uint8Array;
  source: string;
  origin: MailOrigin;
  receivedAt: Date;
  cursor?: Cursor;
};
export type Keep = (arrived: Arrived) => Promise<{ id: string; fresh: boolean }>;

/** @param onKept Told of every fresh mail, so that it is read at once. */
export function createKeep(mails: Pick<Mails, 'keep'>, onKept: () => void): Keep {
  return async (arrived) => {
    const isLarge = arrived.raw.byteLength > MAX_BYTES;
    const raw = isLarge ? headOf(arrived.raw) : arrived.raw;
    const origin = isLarge ? { ...arrived.origin, headersOnly: true } : arrived.origin;
    const kept = await mails.keep({ ...arrived, raw, origin, ...identify(raw) });
    if (kept.fresh) onKept();
    return kept;
  };
}
