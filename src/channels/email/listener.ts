/** Where other mail servers hand mails to us: known recipients only, and taken once they are durable, not before. */
import { buffer } from 'node:stream/consumers';
import type { SMTPServerAddress, SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import type { Clock, Inboxes, Log } from '../../ports.ts';
import { identify } from './identify.ts';
import { type Keep, MAX_BYTES } from './keep.ts';
import type { MailOrigin } from './mails.ts';
import { isOwnAddress } from './settings.ts';

export type ListenerDeps = { inboxes: Inboxes; keep: Keep; clock: Clock; log: Log; judge: JudgeSender };
/** What the sender's domain says about this mail from this machine. */
export type JudgeSender = (
  raw: Uint8Array,
  given: { ip: string; helo: string; sender: string },
) => Promise<MailOrigin['checked']>;

export type ListenerOptions = {
  protocol: 'smtp' | 'lmtp';
  host: string;
  port: number;
  by: MailOrigin['by'];
  /** Takes mails for everybody, and lets those go that are not for a mailbox of ours: for mails that stay in the house. */
  takesAll?: boolean;
};
export type Listener = { port: number; close(): Promise<void> };

const MAX_CLIENTS = 50;
const MAX_RECIPIENTS = 50;
const SOCKET_MS = 60_000;

export async function listen(options: ListenerOptions, deps: ListenerDeps): Promise<Listener> {
  const { SMTPServer } = await import('smtp-server');
  const server = new SMTPServer({
    lmtp: options.protocol === 'lmtp',
    banner: 'Zhike',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    maxClients: MAX_CLIENTS,
    socketTimeout: SOCKET_MS,
    closeTimeout: 2_000,
    logger: false,
    onRcptTo: (address, session, done) => {
      if (session.envelope.rcptTo.length >= MAX_RECIPIENTS) return done(refusal(452, 'Too many recipients'));
      if (options.takesAll) return done(null);
      inboxOf(address.address, deps.inboxes).then(
        (id) => done(id === null ? refusal(550, 'No such mailbox here') : null),
        () => done(refusal(451, 'Try again later')),
      );
    },
    onData: (stream, session, done) => {
      take({ stream, session, options }, deps).then(
        () => done(null, 'Kept'),
        (error: unknown) => {
          if (!isRefusal(error))
            deps.log.warn({ error: String(error) }, 'a mail could not be kept; its sender tries again');
          done(isRefusal(error) ? error : refusal(451, 'Try again later'));
        },
      );
    },
  });
  server.on('error', (error) => deps.log.warn({ error: String(error) }, 'the mail listener had trouble'));
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  const bound = server.server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : options.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Refusal = Error & { responseCode: number };

function refusal(responseCode: number, words: string): Refusal {
  return Object.assign(new Error(words), { responseCode });
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'responseCode' in error;
}

async function inboxOf(address: string, inboxes: Inboxes): Promise<string | null> {
  const all = await inboxes.ofChannel('email');
  const own = all.find(({ settings }) => isOwnAddress({ address: String(settings.address) }, address.toLowerCase()));
  return own?.id ?? null;
}

type Taken = { stream: SMTPServerDataStream; session: SMTPServerSession; options: ListenerOptions };

async function take({ stream, session, options }: Taken, deps: ListenerDeps): Promise<void> {
  const raw = await buffer(stream);
  if (stream.sizeExceeded) throw refusal(552, 'The mail is too large');
  const { mailFrom, rcptTo } = session.envelope;
  const from = addressOf(mailFrom);
  const to = rcptTo.map(({ address }) => address.toLowerCase());
  const checked = await deps.judge(raw, {
    ip: session.remoteAddress,
    helo: session.hostNameAppearsAs,
    sender: from,
  });
  const receivedAt = deps.clock();
  const { contentHash } = identify(raw);
  // One entry in each mailbox that it was sent to, with what a delivering server notes on top.
  const wanted = new Map(await Promise.all(to.map(async (one) => [await inboxOf(one, deps.inboxes), one] as const)));
  for (const [inboxId, recipient] of wanted) {
    if (inboxId === null) continue;
    const noted = Buffer.from(`Return-Path: <${from}>\r\nDelivered-To: ${recipient}\r\n`);
    await deps.keep({
      inboxId,
      raw: Buffer.concat([noted, raw]),
      source: `${options.by}:${contentHash}:${session.id}:${receivedAt.getTime()}`,
      origin: { by: options.by, envelope: { from, to }, ...(checked ? { checked } : {}) },
      receivedAt,
    });
  }
}

function addressOf(address: SMTPServerAddress | false): string {
  return address ? address.address.toLowerCase() : '';
}
