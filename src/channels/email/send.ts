/** A message becomes a mail once: fixed, braked, offered; and its outcome says no more than is known. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { ActivityRow } from '../../domain/activity.ts';
import { fileIdOf } from '../../domain/file-reference.ts';
import type { Inbox } from '../../domain/inbox.ts';
import type { SendOutcome } from '../../ports.ts';
import type { Outgoing } from '../channel.ts';
import { compose } from './compose.ts';
import type { EmailDeps } from './deps.ts';
import { faultOf } from './fault.ts';
import { writeLetter } from './letter.ts';
import { BRAKES, type Brake, type MailReading, type Mails, type MailThread, type OutgoingMail } from './mails.ts';
import { createMarks, type Marks } from './marks.ts';
import type { Outlets } from './outlets.ts';
import { type MailSettings, settingsOf } from './settings.ts';
import { words } from './words.ts';

export type SendDeps = Pick<
  EmailDeps,
  'accept' | 'clock' | 'newId' | 'inboxes' | 'conversations' | 'files' | 'shared' | 'log' | 'shopName' | 'mails'
> & { outlets: Outlets };

const DAY = 24 * 3_600_000;
/** An address that is not proven to be the sender's gets one automatic mail a day, so that nobody is flooded through us. */
const LIMITS = { perConversationHour: 5, perInboxHour: 500, sameBody: 3 };
const DAILY = { proven: 20, unproven: 1 };
/** Tickets that one address may raise in a day by what we do not answer. */
const MAX_RAISED = 3;
const MAX_LOCAL = 64;

const address = z.email({ pattern: z.regexes.html5Email }).max(254);

export async function sendMessage(message: Outgoing, deps: SendDeps): Promise<SendOutcome> {
  const { conversationId, seq } = message.activity;
  const inbox = await deps.inboxes.find(message.inboxId);
  if (!inbox?.enabled) return { kind: 'failed', reason: 'mail-inbox-off' };
  const known = await deps.mails.findOutgoing({ conversationId, seq });
  const settings = settingsOf(inbox);
  const mail = known ?? (await prepare({ message, inbox, settings }, deps));
  if (typeof mail === 'string') return { kind: 'failed', reason: mail };
  return mail.seq === seq ? offer({ mail, message, inbox, settings }, deps) : asTheFirst(mail);
}

type Job = { message: Outgoing; inbox: Inbox; settings: MailSettings };

/** Messages of one turn are one mail: the later ones share the fate of the first. */
function asTheFirst({ state, answer }: OutgoingMail): SendOutcome {
  if (state === 'accepted') return { kind: 'sent', externalId: answer };
  if (state === 'refused') return { kind: 'failed', reason: brakeOf(answer) ?? 'mail-refused' };
  return { kind: 'unknown', reason: 'mail-no-word' };
}

async function offer(job: Job & { mail: OutgoingMail }, deps: SendDeps): Promise<SendOutcome> {
  const { mail, message, inbox, settings } = job;
  if (mail.state === 'accepted') return { kind: 'sent', externalId: mail.answer };
  const brake = mail.state === 'refused' ? brakeOf(mail.answer) : null;
  if (brake) {
    await raise(mail, brake, deps);
    return { kind: 'failed', reason: brake };
  }
  // Cut off while the mail was on its way: it may have arrived, and is not sent again unless a person says so.
  if (mail.state === 'offered') {
    await deps.mails.settle(mail.id, 'unknown', null);
    return { kind: 'unknown', reason: 'mail-no-word' };
  }
  const outlet = await deps.outlets.of(inbox, settings).catch((error: unknown) => faultOf(error, 'smtp').code);
  if (typeof outlet === 'string') return { kind: 'retry', delayMs: 60_000, reason: outlet };
  const result = await outlet.send({
    envelope: { from: mail.envelopeFrom, to: mail.recipients },
    raw: mail.raw,
    onOffer: () => deps.mails.settle(mail.id, 'offered', null),
    attempt: message.attempt,
    signal: AbortSignal.timeout(Math.max(1_000, message.deadline.getTime() - deps.clock().getTime())),
  });
  const { answer, ...outcome } = result;
  const state = { sent: 'accepted', failed: 'refused', unknown: 'unknown', retry: 'ready', held: 'ready' } as const;
  await deps.mails.settle(mail.id, state[outcome.kind], outcome.kind === 'sent' ? outcome.externalId : answer);
  if (outcome.kind !== 'sent')
    deps.log.warn({ inboxId: inbox.id, answer, outcome: outcome.kind }, 'a mail did not go out');
  await deps.outlets.note(inbox, outcome);
  return outcome;
}

function brakeOf(answer: string | null): Brake | null {
  return BRAKES.find((brake) => brake === answer) ?? null;
}

/** What the bot may not answer, a person sees; a flood from one address does not become a flood of tickets. */
async function raise(mail: OutgoingMail, reason: Brake, deps: SendDeps): Promise<void> {
  const key = `mail-raised:${mail.inboxId}:${mail.recipients[0]}`;
  const raised = Number(await deps.shared.get(key));
  if (raised >= MAX_RAISED) return;
  await deps.shared.set(key, String(raised + 1), DAY);
  await deps.accept({
    inboxId: mail.inboxId,
    address: mail.recipients[0] ?? '',
    conversationId: mail.conversationId,
    externalKey: `raised:${mail.id}`,
    author: 'system',
    body: { type: 'event', name: 'channel.needsPerson', value: { reason } },
    locale: null,
    receivedAt: deps.clock(),
  });
}

async function prepare(job: Job, deps: SendDeps): Promise<OutgoingMail | string> {
  const { message, inbox, settings } = job;
  const { conversationId, author } = message.activity;
  const [place, thread, reading] = await Promise.all([
    deps.conversations.find(conversationId),
    deps.mails.findThread(inbox.id, { conversationId }),
    deps.mails.lastReading(conversationId),
  ]);
  if (!place || !thread) return 'mail-no-thread';
  if (!address.safeParse(message.address).success) return 'mail-bad-address';
  const automatic = author.kind === 'bot';
  const messages = automatic ? await ofOneTurn(message.activity, deps.mails) : [message.activity];
  const marks = createMarks({ key: settings.threadKey, inboxId: inbox.id, address: settings.address });
  const cc = automatic ? [] : ccOf(message.activity, { settings, to: message.address });
  const given = { ...job, place, thread, reading, messages, marks, cc, automatic };
  const draft = await draftOf(given, deps);
  if (cc.length > 0) await deps.mails.addParticipants(conversationId, cc);
  return deps.mails.prepare(draft, automatic ? judge(given) : null);
}

type Drafting = Job & {
  place: { status: Parameters<typeof writeLetter>[0]['status']; locale: 'zh-CN' | 'en' };
  thread: MailThread;
  reading: MailReading | null;
  messages: readonly ActivityRow[];
  marks: Marks;
  cc: readonly string[];
  automatic: boolean;
};

async function ofOneTurn(first: ActivityRow, mails: Mails): Promise<ActivityRow[]> {
  const waiting = await mails.waitingWords(first.conversationId, first.seq);
  const end = waiting.findIndex(({ seq, body }) => seq !== first.seq && body.replyToId !== first.body.replyToId);
  const turn = end < 0 ? waiting : waiting.slice(0, end);
  return turn.some(({ seq }) => seq === first.seq) ? turn : [first];
}

function ccOf({ body }: ActivityRow, { settings, to }: { settings: MailSettings; to: string }): string[] {
  const given = (body.mail?.cc ?? []).map((one) => one.toLowerCase());
  return [...new Set(given)].filter((one) => address.safeParse(one).success && one !== to && one !== settings.address);
}

const isProven = (reading: MailReading | null) => reading?.trust === 'verified' || reading?.trust === 'confirmed';

async function draftOf(given: Drafting, deps: SendDeps) {
  const { message, inbox, settings, thread, reading, messages, marks, cc, automatic, place } = given;
  const { address: from, plusAddressing } = settings;
  const unique = deps.newId().replaceAll('-', '');
  const messageId = marks.messageId(thread.number, unique);
  const mayQuote = (!automatic || isProven(reading)) && cc.every((one) => thread.participants.includes(one));
  const letter = writeLetter({
    messages,
    locale: place.locale,
    status: place.status,
    shop: deps.shopName,
    marker: marks.marker(thread.number),
    signature: settings.signature,
    quoted: mayQuote ? reading : null,
  });
  const raw = await compose(
    {
      ...letter,
      from: { address: from, name: settings.senderName || deps.shopName },
      to: message.address,
      cc,
      replyTo: plusAddressing ? fitting(marks.replyAddress(thread.number), from) : null,
      subject: subjectOf(given, deps.shopName),
      messageId,
      inReplyTo: reading?.messageId ?? null,
      references: [
        marks.messageId(thread.number),
        ...(reading?.references ?? []),
        ...(reading?.messageId ? [reading.messageId] : []),
      ],
      automatic,
      attachments: await filesOf(messages, deps),
      date: deps.clock(),
    },
    settings,
  );
  const token = unique.slice(-16);
  return {
    id: deps.newId(),
    idempotencyKey: message.idempotencyKey,
    inboxId: inbox.id,
    conversationId: thread.conversationId,
    seq: message.activity.seq,
    throughSeq: messages.at(-1)?.seq ?? message.activity.seq,
    messageId,
    bounceToken: token,
    recipients: [message.address, ...cc],
    envelopeFrom: envelopeFrom(given, fitting(marks.bounceAddress(token), from)),
    raw,
    automatic,
    topic: automatic ? topicOf(messages) : null,
  };
}

/** An answer comes back when it cannot be delivered; a mere notice comes back to nobody, so that nothing can circle. */
function envelopeFrom({ settings, automatic, messages }: Drafting, bounce: string): string {
  if (!settings.plusAddressing) return settings.address;
  return automatic && !messages.some(hasSource) ? '' : bounce;
}

function fitting(marked: string, plain: string): string {
  return marked.lastIndexOf('@') <= MAX_LOCAL ? marked : plain;
}

/** To an address that is not proven nothing goes out that came in with the mail, its subject neither. */
function subjectOf({ settings, thread, reading, automatic, place, marks }: Drafting, shop: string): string {
  const own = words(place.locale, 'genericSubject', { shop });
  const subject = (automatic && !isProven(reading)) || thread.subject === '' ? own : thread.subject;
  return `Re: ${subject}${settings.plusAddressing ? '' : ` ${marks.tag(thread.number)}`}`;
}

const hasSource = ({ body }: ActivityRow) => body.channelData?.source !== undefined;

/** What an automatic mail is about: of one topic an address hears once a day. */
function topicOf(messages: readonly ActivityRow[]): string {
  const about = messages.map(({ body }) => {
    const source = body.channelData?.source as { articleId?: string } | undefined;
    return source?.articleId ?? `said:${body.text ?? ''}`;
  });
  return createHash('sha256').update(about.sort().join('\n')).digest('hex').slice(0, 32);
}

function judge({ reading, messages }: Drafting) {
  const limits = { ...LIMITS, perAddressDay: isProven(reading) ? DAILY.proven : DAILY.unproven };
  if (reading?.trust === 'failed') return { limits, brake: 'mail-sender-failed' as const };
  const echoes = !isProven(reading) && messages.some((message) => !hasSource(message) && echoesIn(message, reading));
  return { limits, brake: echoes ? ('mail-would-echo' as const) : null };
}

/** So many letters in a row that both have are no accident: long enough for words of the shop's own, short for an advertisement. */
const ECHO = 8;

function echoesIn({ body }: ActivityRow, reading: MailReading | null): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  const said = plain(`${reading?.subject ?? ''} ${reading?.visible ?? ''}`.slice(0, 20_000));
  const ours = plain(body.text ?? '');
  const heard = new Set(Array.from({ length: Math.max(0, said.length - ECHO + 1) }, (_, n) => said.slice(n, n + ECHO)));
  return Array.from({ length: Math.max(0, ours.length - ECHO + 1) }).some((_, n) => heard.has(ours.slice(n, n + ECHO)));
}

async function filesOf(messages: readonly ActivityRow[], { files }: SendDeps) {
  const ids = messages.flatMap(({ body }) =>
    (body.attachments ?? []).flatMap(({ contentUrl }) => fileIdOf(contentUrl) ?? []),
  );
  const found = await Promise.all(ids.slice(0, 10).map((id) => files.get(id)));
  return found.flatMap((file) => (file ? [{ name: file.name, contentType: file.contentType, bytes: file.bytes }] : []));
}
