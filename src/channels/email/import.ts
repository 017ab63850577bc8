/** A kept mail becomes an entry of a conversation, once; what cannot be read becomes one too. */
import { createHash } from 'node:crypto';
import type { ActivityBody, Attachment, MailNote } from '../../domain/activity.ts';
import { fileKind, safeFileName } from '../../domain/file-kind.ts';
import { fileReference } from '../../domain/file-reference.ts';
import type { Inbox } from '../../domain/inbox.ts';
import { type Locale, localeOfText } from '../../domain/locale.ts';
import type { EmailDeps } from './deps.ts';
import { readHead } from './head.ts';
import type { MailAttachment, MailHeader, ParsedMail, ReadMail, UnparsedMail } from './mail.ts';
import type { DomainCheck, KeptMail, MailReading, SenderTrust } from './mails.ts';
import { createMarks } from './marks.ts';
import type { MailPool } from './read/pool.ts';
import { hearReport } from './report.ts';
import { isOwnAddress, type MailSettings, settingsOf } from './settings.ts';
import { findPlace, type Place, titleOf } from './thread.ts';
import { domainCheckOf, domainOf } from './trust.ts';
import { words } from './words.ts';

export type ImportDeps = Pick<EmailDeps, 'accept' | 'inboxes' | 'files' | 'live' | 'log' | 'mails'> & {
  read: MailPool['read'];
};

const MAX_TEXT = 20_000;
const MAX_FILES = 30;
/** A mail that ended the process so often is not read again. */
const MAX_READINGS = 4;

export async function importMail(mail: KeptMail, deps: ImportDeps): Promise<void> {
  const inbox = await deps.inboxes.find(mail.inboxId);
  if (!inbox) throw new Error(`no inbox ${mail.inboxId}`);
  const settings = settingsOf(inbox);
  const read = await readKept(mail, settings, deps);
  if ('unparsed' in read) return importUnreadable({ mail, inbox, settings, deps }, read);
  const { kind } = read.classification;
  if (kind === 'own') return deps.mails.finish(mail.id, 'dropped');
  if (kind === 'bounce' || kind === 'delayed' || kind === 'complaint' || kind === 'receipt')
    return hearReport({ mail, settings, read }, deps);
  return importLetter({ mail, inbox, settings, deps }, read);
}

type Job = { mail: KeptMail; inbox: Inbox; settings: MailSettings; deps: ImportDeps };

/** On a busy machine an ordinary mail may run out of time: slowness is believed when it comes back. */
const READINGS = 3;

async function readKept(mail: KeptMail, settings: MailSettings, { read }: ImportDeps): Promise<ReadMail> {
  const headers = () => readHead(mail.raw);
  if (mail.origin.headersOnly) return { unparsed: 'too-large', headers: headers() };
  if (mail.attempts > MAX_READINGS) return { unparsed: 'broken', headers: headers() };
  const { address, threadKey } = settings;
  const own = { addresses: [address], marks: { key: threadKey, inboxId: mail.inboxId, address } };
  for (let reading = 1; ; reading++) {
    const found = await read(mail.raw, own);
    if (!('unparsed' in found) || found.unparsed !== 'too-slow' || reading === READINGS) return found;
  }
}

function checkOf(headers: readonly MailHeader[], from: string, { mail, settings }: Job): DomainCheck {
  const { checked, by } = mail.origin;
  // Nobody outside this machine can write to the demo mailbox.
  if (by === 'demo') return 'pass';
  if (checked) return checked.domain === domainOf(from) ? checked.result : 'none';
  return domainCheckOf(headers, { authservId: settings.authservId, from });
}

function trustOf(check: DomainCheck, { confirmed }: Place): SenderTrust {
  if (check === 'pass') return 'verified';
  if (check === 'fail') return 'failed';
  return confirmed ? 'confirmed' : 'unverified';
}

async function importLetter(job: Job, read: ParsedMail): Promise<void> {
  const { mail, inbox, settings, deps } = job;
  const from = read.from?.address ?? '';
  // Two senders, or a header twice: whose findings would count?
  const isDoubtful = read.flags.some((flag) => flag === 'duplicate-header' || flag === 'several-senders');
  const check = isDoubtful ? 'fail' : checkOf(read.headers, from, job);
  const place = await findPlace(
    {
      inboxId: inbox.id,
      from,
      deliveredTo: [...(mail.origin.envelope?.to ?? []), ...read.deliveredTo],
      inReplyTo: read.inReplyTo,
      references: read.references,
      subject: read.subject,
      text: `${read.text}\n${read.quoted}`,
      receivedAt: mail.receivedAt,
      check,
      checked: settings.authservId !== '' || mail.origin.checked !== undefined,
    },
    {
      mails: deps.mails,
      marks: createMarks({ key: settings.threadKey, inboxId: inbox.id, address: settings.address }),
    },
  );
  const isHuman = read.classification.kind === 'human';
  const files = isHuman || read.attachments.length > 0 ? filesOf(mail, read) : [];
  await enter(job, {
    place,
    from,
    name: read.from?.name ?? from,
    subject: read.subject,
    said: read.visible.trim() || read.subject.trim(),
    files,
    reading: {
      from: from || null,
      fromName: read.from?.name ?? null,
      to: read.to.map(({ address }) => address),
      cc: read.cc.map(({ address }) => address).filter((one) => !isOwnAddress(settings, one)),
      subject: read.subject,
      messageId: read.messageId ?? null,
      references: [...new Set([...read.references, ...read.inReplyTo])],
      date: (read.date ?? mail.receivedAt).toISOString(),
      trust: trustOf(check, place),
      kind: read.classification.kind,
      flags: read.flags,
      visible: read.visible,
      text: read.text,
      html: read.html ?? null,
      inline: files.flatMap(({ file, id }) => (file.cid ? [{ cid: file.cid, fileId: id }] : [])),
    },
  });
}

type KnownFile = { id: string; name: string; contentType: string; file: MailAttachment };

function filesOf(mail: KeptMail, { attachments }: ParsedMail): KnownFile[] {
  return attachments.slice(0, MAX_FILES).map((file, n) => ({
    id: fileIdFor(mail.id, n),
    name: safeFileName(file.name),
    contentType: fileKind(file.bytes, file.contentType),
    file,
  }));
}

/** The same mail read again has the same files: a UUID of version 8, made from the mail's own. */
function fileIdFor(mailId: string, n: number): string {
  const hash = createHash('sha256').update(`${mailId}:${n}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

type Entry = {
  place: Place;
  from: string;
  name: string;
  subject: string;
  said: string;
  files: readonly KnownFile[];
  reading: MailReading;
};

/** Placed once, its files kept, then accepted under the mail's own key: cut off anywhere, it is done again to the same end. */
async function enter({ mail, inbox, deps }: Job, entry: Entry): Promise<void> {
  const { place, from, name, subject, said, files, reading } = entry;
  const locale: Locale = localeOfText(said) ?? 'zh-CN';
  const address = from || 'unknown';
  const thread = await deps.mails.place(mail, {
    placing: place.thread
      ? { conversationId: place.thread.conversationId }
      : { address, name: name.slice(0, 80) || address, locale, ...titleOf(subject) },
    reading,
  });
  const { conversationId } = thread;
  for (const { id, name: fileName, contentType, file } of files)
    await deps.files.put({ id, conversationId, name: fileName, contentType, bytes: file.bytes });
  await deps.accept({
    inboxId: inbox.id,
    address: thread.address,
    conversationId,
    externalKey: `mail:${mail.id}`,
    author: 'customer',
    body: bodyOf(mail, { ...entry, locale, title: thread.subject }),
    locale,
    receivedAt: mail.receivedAt,
  });
  await deps.mails.finish(mail.id, 'done');
}

type Shown = Entry & { locale: Locale; title: string };

function bodyOf(mail: KeptMail, { place, said, files, reading, locale, title }: Shown): ActivityBody {
  const shown = files.filter(({ file }) => !(file.inline && reading.html));
  const attachments = shown.map(
    ({ id, name, contentType }): Attachment => ({ contentType, contentUrl: fileReference(id), name }),
  );
  const note: MailNote = {
    id: mail.id,
    kind: reading.kind,
    from: reading.from ?? '',
    ...(reading.fromName ? { name: reading.fromName } : {}),
    to: reading.to.slice(0, 20),
    cc: reading.cc.slice(0, 20),
    subject: reading.subject.slice(0, 300),
    title: title.slice(0, 300),
    trust: reading.trust,
    flags: reading.flags,
    more: reading.visible.trim() !== reading.text.trim() || reading.html !== null,
    ...(place.related ? { related: place.related.conversationId } : {}),
  };
  return {
    type: 'message',
    text: said.slice(0, MAX_TEXT) || words(locale, 'empty'),
    textFormat: 'plain',
    ...(attachments.length > 0 ? { attachments } : {}),
    mail: note,
  };
}

/** The raw mail is there; a person looks into it, the mailbox goes on. */
async function importUnreadable(job: Job, { headers, unparsed }: UnparsedMail): Promise<void> {
  const value = (name: string) => headers.find((header) => header.name === name)?.value ?? '';
  const subject = value('subject').slice(0, 300);
  const from = (/<([^<>\s]+@[^<>\s]+)>/.exec(value('from')) ?? /([^\s<>"]+@[^\s<>"]+)/.exec(value('from')))?.[1] ?? '';
  const messageId = /<([^<>\s]{1,500})>/.exec(value('message-id'))?.[1] ?? null;
  const said = subject || words('zh-CN', 'unreadable');
  const place: Place = { thread: null, confirmed: false, related: null };
  const check = checkOf(headers, from.toLowerCase(), job);
  await enter(job, {
    place,
    from: from.toLowerCase().slice(0, 254),
    name: from,
    subject,
    said,
    files: [],
    reading: {
      from: from.toLowerCase() || null,
      fromName: null,
      to: [],
      cc: [],
      subject,
      messageId,
      references: [],
      date: job.mail.receivedAt.toISOString(),
      trust: trustOf(check, place),
      kind: 'unreadable',
      flags: [unparsed],
      visible: '',
      text: '',
      html: null,
      inline: [],
    },
  });
}
