/** What the email channel is made of. */
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
  readMail: ReadMailBytes;
  /** Networks of our own in which mail servers may stand, on any port. */
  mailAllow: readonly string[];
  /** Where other mail servers hand mails to us; null: nowhere. */
  mailListen: { protocol: 'smtp' | 'lmtp'; host: string; port: number } | null;
};
