/** What the email channel is made of. */
import type { Delivery } from '../../domain/activity.ts';
import type { ChannelDeps } from '../channel.ts';
import type { ReadMail } from './mail.ts';
import type { Mails } from './mails.ts';

/** Reads a mail within its budget; never rejects for what the mail holds. `own`: what is ours, to know our own mails by. */
export type ReadMailBytes = (
  raw: Uint8Array,
  own: { addresses: readonly string[]; domain: string },
) => Promise<ReadMail>;

export type EmailDeps = ChannelDeps & {
  mails: Mails;
  read: ReadMailBytes;
  /** A message that was sent turned out not to have arrived. */
  onDelivery(conversationId: string, seq: number, delivery: Delivery): void;
  /** Mail servers may stand inside the house, on any port. */
  openHouse: boolean;
  /** Where other mail servers hand mails to us; null: nowhere. */
  listen: { protocol: 'smtp' | 'lmtp'; host: string; port: number } | null;
};
