/** The way out: a pool of connections per mailbox, and for each mail an outcome that says no more than is known. */
import { Readable } from 'node:stream';
import type { Transporter } from 'nodemailer';
import type { SendOutcome } from '../../ports.ts';
import type { Dial } from './connect.ts';
import { faultOf } from './fault.ts';
import type { MailSettings } from './settings.ts';

export type Offer = {
  envelope: { from: string; to: readonly string[] };
  raw: Uint8Array;
  /** Awaited after the recipients were taken and before the first byte of the mail leaves. */
  onOffer: () => Promise<void>;
  attempt: number;
  signal: AbortSignal;
};
export type Outlet = {
  send(offer: Offer): Promise<SendOutcome & { answer: string | null }>;
  /** Connects and signs in. Throws MailFault. */
  verify(): Promise<void>;
  close(): void;
};

const MINUTE = 60_000;
/** What the other side asks to be tried again is tried for a day. */
const AGAIN = [1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * MINUTE);

type Streamed = { data: { offer?: Offer }; message: { createReadStream?: () => Readable } };

export async function openOutlet(settings: MailSettings, dial: Dial): Promise<Outlet> {
  const transport = await openTransport(settings, dial);
  return {
    send: (offer) => send(transport, offer),
    verify: async () => {
      try {
        await transport.verify();
      } catch (error) {
        throw faultOf(error, 'smtp');
      }
    },
    close: () => transport.close(),
  };
}

async function openTransport(settings: MailSettings, dial: Dial): Promise<Transporter> {
  const { host, port, servername } = await dial({ host: settings.smtpHost, port: settings.smtpPort });
  const { createTransport } = await import('nodemailer');
  const { smtpSecurity, smtpUser, smtpPassword } = settings;
  const transport = createTransport({
    pool: true,
    maxConnections: 2,
    maxMessages: 50,
    host,
    port,
    name: settings.address.slice(settings.address.lastIndexOf('@') + 1),
    secure: smtpSecurity === 'tls',
    requireTLS: smtpSecurity === 'starttls',
    ignoreTLS: smtpSecurity === 'none',
    ...(smtpUser && smtpPassword ? { auth: { user: smtpUser, pass: smtpPassword } } : {}),
    tls: servername === '' ? {} : { servername },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // The pool reads the mail only when the server has taken the recipients: by then it is noted as offered.
  transport.use('stream', (mail, done) => {
    const { data, message } = mail as unknown as Streamed;
    const { offer } = data;
    if (offer) message.createReadStream = () => offered(offer);
    done();
  });
  return transport;
}

function offered({ raw, onOffer }: Offer): Readable {
  return new Readable({
    highWaterMark: 0,
    read() {
      onOffer().then(
        () => {
          this.push(raw);
          this.push(null);
        },
        (error: Error) => this.destroy(error),
      );
    },
  });
}

async function send(transport: Transporter, offer: Offer): Promise<SendOutcome & { answer: string | null }> {
  let isOut = false;
  const onOffer = async () => {
    await offer.onOffer();
    isOut = true;
  };
  try {
    const given = { envelope: offer.envelope, raw: '', offer: { ...offer, onOffer }, signal: offer.signal };
    const info: { response?: string | undefined } = await transport.sendMail(given as never);
    const answer = info.response ?? '';
    return { kind: 'sent', externalId: queueIdOf(answer), answer };
  } catch (error) {
    return outcomeOf(error, { isOut, attempt: offer.attempt });
  }
}

/** A reply decides; without one, what left before the silence does. */
function outcomeOf(
  error: unknown,
  { isOut, attempt }: { isOut: boolean; attempt: number },
): SendOutcome & { answer: string | null } {
  const failure = error as { responseCode?: number; response?: string; message?: string };
  const code = failure.responseCode;
  const answer = failure.response ?? failure.message ?? null;
  const fault = faultOf(error, 'smtp');
  const delayMs = AGAIN[Math.min(attempt, AGAIN.length) - 1] ?? MINUTE;
  if (fault.code === 'mail-login-refused') return { kind: 'retry', delayMs, reason: fault.code, answer };
  if (code !== undefined && code >= 500) return { kind: 'failed', reason: 'mail-refused', answer };
  if (code !== undefined && code >= 400) return { kind: 'retry', delayMs, reason: 'mail-put-off', answer };
  if (isOut) return { kind: 'unknown', reason: 'mail-no-word', answer };
  return { kind: 'retry', delayMs: Math.min(delayMs, attempt * 5_000), reason: fault.code, answer };
}

function queueIdOf(response: string): string | null {
  return /queued as (\S{1,200})/i.exec(response)?.[1] ?? (response.slice(0, 200) || null);
}
