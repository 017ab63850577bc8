/** One mail's bytes become a ParsedMail, or a reason why not. Pure but for the time it takes: run it in a worker. */
import { type ParsedMail as Parsed, type SimpleParserOptions, simpleParser } from 'mailparser';
import { fileKind, safeFileName } from '../../../domain/file-kind.ts';
import { classify, type Own } from '../filter/classify.ts';
import type { ReportParts } from '../filter/report.ts';
import { readHead } from '../head.ts';
import type { MailAttachment, MailFlag, MailHeader, ParsedMail, ReadMail } from '../mail.ts';
import { htmlText } from '../reply/html-lines.ts';
import { visibleReply } from '../reply.ts';
import { addressesIn, idsIn, type ParsedAddresses, unfoldedHeaders } from './headers.ts';
import { isTooComplex, sanitised } from './html.ts';
import { LIMITS, type ReadLimits } from './limits.ts';
import { type Mended, mend } from './mend.ts';
import { bodyOf, type MailPart, TooDeep } from './parts.ts';

const REPORT_BYTES = 64 * 1024;

/** No HTML is made of text nor text of HTML, no image goes into the HTML: each was a way to stall (keepDeliveryStatus is missing in the types). */
const PARSING: SimpleParserOptions & { keepDeliveryStatus: boolean } = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipTextLinks: true,
  skipImageLinks: true,
  keepDeliveryStatus: true,
};

export async function readMail(raw: Uint8Array, own: Own, limits: ReadLimits = LIMITS): Promise<ReadMail> {
  if (raw.byteLength > limits.bytes) return { unparsed: 'too-large', headers: readHead(raw) };
  try {
    const mended = mend(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength));
    const parsed = await simpleParser(mended.bytes, PARSING);
    return assembled({ mended, parsed, own, limits });
  } catch (error) {
    const deep = error instanceof TooDeep || /max allowed child nodes/i.test(String(error));
    return { unparsed: deep ? 'too-deep' : 'broken', headers: readHead(raw) };
  }
}

interface Job {
  mended: Mended;
  parsed: Parsed;
  own: Own;
  limits: ReadLimits;
}

function assembled({ mended, parsed, own, limits }: Job): ParsedMail {
  const flags = new Set<MailFlag>(mended.flags);
  const headers = unfoldedHeaders(mended.parts[0] as MailPart);
  const senders = addressesIn(parsed.from as ParsedAddresses);
  const given = typeof parsed.html === 'string' ? parsed.html : undefined;
  const plain = parsed.text ?? '';
  const complex = given !== undefined && isTooComplex(given);
  if (complex) flags.add('html-too-complex');
  const text = cut(plain.trim() === '' && given !== undefined ? htmlText(given) : plain, { limits, flags });
  const reply = visibleReply({
    text,
    subject: parsed.subject ?? '',
    ...(given === undefined || complex ? {} : { html: given }),
  });
  const attachments = attachmentsOf(parsed.attachments, { html: given ?? '', limits, flags });
  const base = envelopeOf(headers, parsed);
  const [from] = senders;
  if (from === undefined) flags.add('no-sender');
  if (senders.length > 1) flags.add('several-senders');
  if (from?.name !== undefined && /@/.test(from.name) && !from.name.toLowerCase().includes(from.address))
    flags.add('sender-name-is-address');
  if (mended.parts.some(({ type }) => /^(?:multipart\/encrypted|application\/(?:x-)?pkcs7-mime)$/.test(type)))
    flags.add('encrypted');
  return {
    ...base,
    ...(from === undefined ? {} : { from }),
    text,
    ...(given === undefined || complex ? {} : { html: sanitised(given) }),
    visible: reply.text,
    quoted: reply.quoted,
    attachments,
    flags: [...flags],
    classification: classify({
      ...base,
      ...(from === undefined ? {} : { from }),
      text,
      own,
      ...kindsOf(mended),
    }),
  };
}

function cut(text: string, { limits, flags }: { limits: ReadLimits; flags: Set<MailFlag> }): string {
  if (text.length <= limits.text) return text;
  flags.add('text-cut');
  return text.slice(0, limits.text);
}

/** Everything that names people, threads and places. */
function envelopeOf(headers: MailHeader[], parsed: Job['parsed']) {
  const all = (name: string): string[] => headers.filter((one) => one.name === name).map(({ value }) => value);
  const first = (name: string): string => all(name)[0] ?? '';
  const [messageId] = idsIn(first('message-id'));
  const [sender] = addressesIn(parsed.headers.get('sender') as ParsedAddresses);
  const [to, cc] = [addressesIn(parsed.to as ParsedAddresses), addressesIn(parsed.cc as ParsedAddresses)];
  const returnPath = all('return-path')[0];
  const direct = ['x-gm-original-to', 'delivered-to', 'x-original-to', 'envelope-to', 'resent-to'].flatMap((name) =>
    all(name).flatMap((value) => value.match(/[^\s<>,;"]{1,200}@[^\s<>,;"]{1,200}/g) ?? []),
  );
  return {
    ...(messageId === undefined ? {} : { messageId }),
    inReplyTo: idsIn(first('in-reply-to')),
    references: idsIn(first('references')),
    to,
    cc,
    replyTo: addressesIn(parsed.replyTo as ParsedAddresses),
    ...(sender === undefined ? {} : { sender }),
    ...(returnPath === undefined ? {} : { returnPath: returnPath.replace(/[<>\s]/g, '').toLowerCase() }),
    deliveredTo: [
      ...new Set([...direct.map((one) => one.toLowerCase()), ...[...to, ...cc].map(({ address }) => address)]),
    ],
    subject: (parsed.subject ?? '').replace(/\s+/g, ' ').trim().slice(0, 1000),
    ...(parsed.date === undefined || Number.isNaN(parsed.date.getTime()) ? {} : { date: parsed.date }),
    headers,
  };
}

function kindsOf({ bytes, parts }: Mended): { type: string; reportType: string; types: string[]; report: ReportParts } {
  const root = parts[0] as MailPart;
  const read = (test: RegExp): string | undefined => {
    const found = parts.find(({ type }) => test.test(type));
    return found === undefined ? undefined : bodyOf(bytes, found, REPORT_BYTES).toString('utf8');
  };
  const status = read(/^message\/(?:global-)?(?:delivery-status|feedback-report|disposition-notification)$/);
  const original = read(/^(?:message\/(?:global|rfc822)(?:-headers)?|text\/rfc822-headers)$/);
  return {
    type: root.type,
    reportType: (root.parameters.get('report-type') ?? '').toLowerCase(),
    types: parts.map(({ type }) => type),
    report: { ...(status === undefined ? {} : { status }), ...(original === undefined ? {} : { original }) },
  };
}

interface Around {
  html: string;
  limits: ReadLimits;
  flags: Set<MailFlag>;
}

function attachmentsOf(given: Job['parsed']['attachments'], { html, limits, flags }: Around): MailAttachment[] {
  if (given.length > limits.attachments) flags.add('attachments-cut');
  return given.slice(0, limits.attachments).map(({ filename, contentType, content, cid, contentDisposition }) => ({
    name: shortName(filename ?? nameFor(contentType)),
    contentType: /^(?:text\/calendar|message\/)/.test(contentType) ? contentType : fileKind(content, contentType),
    bytes: new Uint8Array(content), // of its own: it is handed over to another thread
    ...(cid === undefined ? {} : { cid }),
    inline: cid !== undefined && (contentDisposition === 'inline' || html.includes(`cid:${cid}`)),
  }));
}

const nameFor = (contentType: string): string =>
  contentType === 'text/calendar' ? 'invite.ics' : /^message\//.test(contentType) ? 'mail.eml' : 'file';

/** At most 120 bytes, the extension kept. */
function shortName(name: string): string {
  const safe = safeFileName(name);
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(safe)?.[0] ?? '';
  let stem = [...safe.slice(0, safe.length - extension.length)];
  while (Buffer.byteLength(stem.join('') + extension) > 120) stem = stem.slice(0, -1);
  return stem.join('') + extension;
}
