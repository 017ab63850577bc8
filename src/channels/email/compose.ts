/** A mail of ours as bytes, with every header fixed: whatever is sent again later is the same mail. */
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { MailSettings } from './settings.ts';

export type Composed = {
  from: { address: string; name: string };
  to: string;
  cc: readonly string[];
  replyTo: string | null;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  inReplyTo: string | null;
  references: readonly string[];
  /** Marked so that no other machine answers it (RFC 3834). */
  automatic: boolean;
  attachments: readonly { name: string; contentType: string; bytes: Uint8Array }[];
  date: Date;
};

/** A chain of references is cut in the middle: its beginning and its end are what clients thread by. */
const KEPT_ENDS = 20;

export async function compose(mail: Composed, settings: MailSettings): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const bracketed = (id: string) => `<${id}>`;
  const composer = new MailComposer({
    from: { address: mail.from.address, name: oneLine(mail.from.name) },
    to: { address: mail.to, name: '' },
    cc: mail.cc.map((address) => ({ address, name: '' })),
    ...(mail.replyTo ? { replyTo: { address: mail.replyTo, name: '' } } : {}),
    subject: oneLine(mail.subject),
    text: mail.text,
    html: mail.html,
    messageId: bracketed(mail.messageId),
    ...(mail.inReplyTo ? { inReplyTo: bracketed(mail.inReplyTo) } : {}),
    references: shortened(mail.references).map(bracketed),
    date: mail.date,
    headers: mail.automatic
      ? {
          'Auto-Submitted': 'auto-replied',
          'X-Auto-Response-Suppress': 'All',
          'X-Loop': settings.address,
        }
      : {},
    attachments: mail.attachments.map(({ name, contentType, bytes }) => ({
      filename: name,
      contentType,
      content: Buffer.from(bytes),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: '\r\n',
  });
  const raw = await composer.compile().build();
  return signed(raw, settings);
}

async function signed(raw: Buffer, { dkimDomain, dkimSelector, dkimKey }: MailSettings): Promise<Buffer> {
  if (!dkimDomain || !dkimSelector || !dkimKey) return raw;
  const { default: Dkim } = await import('nodemailer/lib/dkim');
  const dkim = new Dkim({ domainName: dkimDomain, keySelector: dkimSelector, privateKey: dkimKey });
  return buffer(dkim.sign(Readable.from([raw])));
}

function shortened(ids: readonly string[]): string[] {
  const chain = [...new Set(ids)];
  return chain.length <= 2 * KEPT_ENDS ? chain : [...chain.slice(0, KEPT_ENDS), ...chain.slice(-KEPT_ENDS)];
}

/** A header is one line, whatever a name or a subject holds. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 900);
}
