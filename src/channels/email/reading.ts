/** Reads a mail into the shape that the channel works with. */
import type { AddressObject } from 'mailparser';
import type { ReadMailBytes } from './deps.ts';
import type { MailAddress, MailHeader, MailKind } from './mail.ts';
import { visibleReply } from './reply.ts';

export const readMail: ReadMailBytes = async (raw, own) => {
  const { simpleParser } = await import('mailparser');
  const parsed = await simpleParser(Buffer.from(raw), { skipImageLinks: true });
  const headers = parsed.headerLines.map(({ key, line }): MailHeader => ({ name: key, value: unfolded(line) }));
  const all = (name: string) => headers.filter((header) => header.name === name).map(({ value }) => value);
  const first = (name: string) => all(name)[0] ?? '';
  const html = typeof parsed.html === 'string' ? parsed.html : undefined;
  const text = parsed.text ?? '';
  const { text: visible, quoted } = visibleReply({ text, ...(html ? { html } : {}) });
  const [from] = addresses(parsed.from);
  const isReport = /multipart\/report/i.test(first('content-type'));
  const kind: MailKind = isReport ? 'bounce' : kindOf(first, own.addresses);
  const original = parsed.attachments.find(({ contentType }) => contentType === 'message/rfc822');
  const report = isReport
    ? {
        ...field('recipient', /Final-Recipient:\s*rfc822;\s*(\S+)/i.exec(text)?.[1]?.toLowerCase()),
        ...field('status', /^Status:\s*(\d\.\d+\.\d+)/im.exec(text)?.[1]),
        ...field('diagnostic', /Diagnostic-Code:\s*(.{1,200})/i.exec(text)?.[1]),
        ...field('originalMessageId', /Message-ID:\s*<([^>]+)>/i.exec(String(original?.content ?? ''))?.[1]),
        action: 'failed',
      }
    : undefined;
  return {
    ...field('messageId', idsIn(first('message-id'))[0]),
    inReplyTo: idsIn(first('in-reply-to')),
    references: idsIn(first('references')),
    ...(from ? { from } : {}),
    to: addresses(parsed.to),
    cc: addresses(parsed.cc),
    replyTo: addresses(parsed.replyTo),
    deliveredTo: [...all('delivered-to'), ...addresses(parsed.to).map(({ address }) => address)],
    subject: parsed.subject ?? '',
    ...(parsed.date ? { date: parsed.date } : {}),
    headers,
    text,
    visible,
    quoted,
    attachments: parsed.attachments.map(({ filename, contentType, content, cid, contentDisposition }) => ({
      name: filename ?? 'file',
      contentType,
      bytes: content,
      ...field('cid', cid),
      inline: contentDisposition === 'inline',
    })),
    flags: [],
    classification: { kind, rule: 'headers', ...(report ? { report } : {}) },
  };
};

function kindOf(first: (name: string) => string, own: readonly string[]): MailKind {
  if (own.includes(first('x-loop'))) return 'own';
  if (!['', 'no'].includes(first('auto-submitted'))) return 'auto-reply';
  return first('list-id') === '' ? 'human' : 'bulk';
}

function field<K extends string>(name: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: string });
}

function unfolded(line: string): string {
  return line
    .replace(/^[^:]*:\s*/, '')
    .replace(/\r?\n[ \t]+/g, ' ')
    .trim();
}

function idsIn(value: string): string[] {
  return value.match(/[^<>\s,]+/g) ?? [];
}

function addresses(given: AddressObject | AddressObject[] | undefined): MailAddress[] {
  return [given ?? []]
    .flat()
    .flatMap(({ value }) =>
      value.flatMap(({ address, name }) =>
        address ? [{ address: address.toLowerCase(), ...(name ? { name } : {}) }] : [],
      ),
    );
}
