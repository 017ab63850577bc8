/** What an administrator sets up for a mailbox; texts come trimmed, secrets are named and sealed by whoever keeps them. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Inbox } from '../../domain/inbox.ts';
import type { InboxSettings } from '../channel.ts';

const text = (max: number) => z.string().trim().max(max).default('');
const port = (preset: number) => z.coerce.number().int().min(1).max(65_535).default(preset);
/** `none`: neither asked for nor accepted; only for servers on the same machine. */
const security = z.enum(['tls', 'starttls', 'none']).default('tls');
const key = () =>
  z
    .string()
    .min(1)
    .default(() => randomBytes(32).toString('hex'));

const schema = z.object({
  /** Empty until it is set up. */
  address: z
    .union([z.literal(''), z.email({ pattern: z.regexes.html5Email }).max(200)])
    .transform((address) => address.toLowerCase())
    .default(''),
  /** Shown to customers as the sender. */
  senderName: text(80),
  /** Below what people write. Markdown. */
  signature: text(2_000),
  /** `push`: the provider hands mails to the webhook, or another server to our listener. */
  receive: z.enum(['imap', 'push']).default('imap'),
  imapHost: text(253),
  imapPort: port(993),
  imapSecurity: security,
  imapUser: text(200),
  imapPassword: text(500),
  folders: z.array(z.string().trim().min(1).max(200)).max(5).default(['INBOX']),
  /** Mails that lay in the mailbox before it was connected are left alone, but for those of so many days. */
  historyDays: z.coerce.number().int().min(0).max(30).default(0),
  smtpHost: text(253),
  smtpPort: port(465),
  smtpSecurity: security,
  /** Empty: the same as for IMAP. */
  smtpUser: text(200),
  smtpPassword: text(500),
  /** Whether mail for `name+anything@domain` arrives here. */
  plusAddressing: z.boolean().default(false),
  /** The name under which the receiving server writes its findings (RFC 8601); empty: nobody's findings are believed. */
  authservId: text(253),
  appendSent: z.boolean().default(false),
  dkimDomain: text(253),
  dkimSelector: text(63),
  dkimKey: text(8_000),
  webhookSecret: z.union([z.literal(''), z.string().min(16).max(200)]).default(''),
  /** Signs the marks by which answers find their thread. */
  threadKey: key(),
  /** The mailbox of the demo shop: lives in this house alone. */
  demo: z.boolean().default(false),
});
export type MailSettings = z.output<typeof schema>;

export const mailSettings: InboxSettings = {
  schema,
  secrets: ['imapPassword', 'smtpPassword', 'dkimKey', 'webhookSecret', 'threadKey'],
};

/** The settings of an inbox with their secrets. Throws where they cannot be read, as after another `SECRET_KEY`. */
export function settingsOf(inbox: Pick<Inbox, 'settings' | 'secrets'>): MailSettings {
  const settings = schema.parse({ ...inbox.settings, ...inbox.secrets });
  return {
    ...settings,
    smtpUser: settings.smtpUser || settings.imapUser,
    smtpPassword: settings.smtpPassword || settings.imapPassword,
  };
}

/** Whether mail for the address is mail for this mailbox; what stands behind a plus does not count. */
export function isOwnAddress(settings: Pick<MailSettings, 'address'>, address: string): boolean {
  return settings.address !== '' && withoutTag(address) === settings.address;
}

function withoutTag(address: string): string {
  const at = address.lastIndexOf('@');
  const plus = address.indexOf('+');
  return (plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : address).toLowerCase();
}
