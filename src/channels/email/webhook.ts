/** Mails that a provider pushes: raw ones only, proven by the mailbox's secret, acknowledged when they are durable. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import busboy from 'busboy';
import * as z from 'zod';
import type { Clock } from '../../ports.ts';
import type { WebhookRequest, WebhookResponse } from '../channel.ts';
import { identify } from './identify.ts';
import type { Keep } from './keep.ts';
import { settingsOf } from './settings.ts';

export const WEBHOOK_BYTES = 36 * 1024 * 1024;

/** How far the sender's clock may be off: an old push cannot be played again for ever. */
const SKEW_MS = 5 * 60_000;
const MAX_FIELDS = 60;

type Pushed = { raw: Uint8Array; to: string[]; from: string | null };
const OK: WebhookResponse = { status: 200, body: 'ok' };

export function createWebhook({ keep, clock }: { keep: Keep; clock: Clock }) {
  return async (request: WebhookRequest): Promise<WebhookResponse> => {
    if (request.method !== 'POST') return { status: 405 };
    const { webhookSecret } = settingsOf(request.inbox);
    if (webhookSecret === '') return { status: 404 };
    const fields = await fieldsOf(request);
    if (!isProven(request, { secret: webhookSecret, fields, now: clock() })) return { status: 401 };
    const pushed = mailOf(request, fields);
    if (!pushed) return { status: 400, body: 'no raw mail in it' };
    const { contentHash } = identify(pushed.raw);
    const envelope = pushed.to.length > 0 ? { envelope: { from: pushed.from ?? '', to: pushed.to } } : {};
    await keep({
      inboxId: request.inbox.id,
      raw: pushed.raw,
      source: `webhook:${contentHash}`,
      origin: { by: 'webhook', ...envelope },
      receivedAt: clock(),
    });
    return OK;
  };
}

type Fields = ReadonlyMap<string, Buffer> | null;

/** SendGrid and Mailgun post forms; everything else is the body itself. */
async function fieldsOf({ headers, body }: WebhookRequest): Promise<Fields> {
  const type = String(headers['content-type'] ?? '');
  if (type.startsWith('application/x-www-form-urlencoded'))
    return new Map([...new URLSearchParams(Buffer.from(body).toString('utf8'))].map(([k, v]) => [k, Buffer.from(v)]));
  if (!type.startsWith('multipart/form-data')) return null;
  const fields = new Map<string, Buffer>();
  await new Promise<void>((resolve) => {
    const limits = {
      fields: MAX_FIELDS,
      fieldSize: WEBHOOK_BYTES,
      files: 5,
      fileSize: WEBHOOK_BYTES,
      parts: MAX_FIELDS,
    };
    const form = busboy({ headers: { 'content-type': type }, limits, defParamCharset: 'utf8' });
    form.on('field', (name, value) => fields.set(name, Buffer.from(value)));
    form.on('file', (name, stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => fields.set(name, Buffer.concat(chunks)));
    });
    form.on('error', () => resolve());
    form.on('close', () => resolve());
    form.end(Buffer.from(body));
  });
  return fields;
}

type Proof = { secret: string; fields: Fields; now: Date };

/**
 * Ours: `X-Zhike-Signature: sha256=<hex of HMAC-SHA256(secret, timestamp + "." + body)>` with `X-Zhike-Timestamp` in
 * seconds. Providers: the secret as the password of the URL (Basic), or Mailgun's own signature of timestamp and token.
 */
function isProven({ headers, body }: WebhookRequest, { secret, fields, now }: Proof): boolean {
  const header = (name: string) => (typeof headers[name] === 'string' ? headers[name] : '');
  const isFresh = (seconds: string) =>
    /^\d{9,11}$/.test(seconds) && Math.abs(Number(seconds) * 1000 - now.getTime()) <= SKEW_MS;
  const mac = (parts: readonly (string | Uint8Array)[]) => {
    const hmac = createHmac('sha256', secret);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  };
  const timestamp = header('x-zhike-timestamp');
  const signature = header('x-zhike-signature');
  if (signature) return isFresh(timestamp) && isSame(signature, `sha256=${mac([timestamp, '.', body])}`);
  const [, credentials] = /^Basic ([\w+/=]{1,2000})$/.exec(header('authorization')) ?? [];
  if (credentials) return isSame(Buffer.from(credentials, 'base64').toString('utf8').split(/:(.*)/s)[1] ?? '', secret);
  const given = (name: string) => fields?.get(name)?.toString('utf8') ?? '';
  const stamp = given('timestamp');
  return isFresh(stamp) && given('token') !== '' && isSame(given('signature'), mac([stamp, given('token')]));
}

function isSame(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return left !== '' && right !== '' && timingSafeEqual(digest(left), digest(right));
}

const postmark = z.object({ RawEmail: z.string().min(1), OriginalRecipient: z.string().max(320).optional() });
const sendgridEnvelope = z.object({ from: z.string().max(320).catch(''), to: z.array(z.string().max(320)).max(50) });

function mailOf({ headers, body }: WebhookRequest, fields: Fields): Pushed | null {
  if (fields) return formMail(fields);
  const type = String(headers['content-type'] ?? '');
  if (type.startsWith('application/json')) {
    const parsed = postmark.safeParse(parse(Buffer.from(body).toString('utf8')));
    if (!parsed.success) return null;
    const { RawEmail, OriginalRecipient } = parsed.data;
    return { raw: Buffer.from(RawEmail), to: OriginalRecipient ? [OriginalRecipient.toLowerCase()] : [], from: null };
  }
  return body.byteLength > 0 ? { raw: body, to: [], from: null } : null;
}

function formMail(fields: ReadonlyMap<string, Buffer>): Pushed | null {
  const raw = fields.get('email') ?? fields.get('body-mime');
  if (!raw || raw.byteLength === 0) return null;
  const envelope = sendgridEnvelope.safeParse(parse(fields.get('envelope')?.toString('utf8') ?? ''));
  if (envelope.success) return { raw, to: envelope.data.to.map((one) => one.toLowerCase()), from: envelope.data.from };
  const recipient = fields.get('recipient')?.toString('utf8').toLowerCase();
  return { raw, to: recipient ? [recipient] : [], from: fields.get('sender')?.toString('utf8').toLowerCase() ?? null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
