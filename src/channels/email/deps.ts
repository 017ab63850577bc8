/** What the email channel is made of. */
import type { ChannelDeps } from '../channel.ts';
import type { Mails } from './mails.ts';

export type EmailDeps = ChannelDeps & {
  mails: Mails;
  /** Networks of our own in which mail servers may stand, on any port. */
  mailAllow: readonly string[];
  /** Where other mail servers hand mails to us; null: nowhere. */
  mailListen: { protocol: 'smtp' | 'lmtp'; host: string; port: number } | null;
};
