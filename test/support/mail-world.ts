/** The house with a mailbox on a real mail server, and people who write to it with real mails. */
import { randomUUID } from 'node:crypto';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { ALICE, MAILBOX, type MailServer, openMailServer, PASSWORD } from './mail-server.ts';
import { openServerWorld, type Person, type ServerWorld } from './server-world.ts';

/** The server whose findings about senders the mailbox believes. */
const JUDGE = 'mx.example.test';
/** Those of whom it finds that they are who they say. */
const proven = [ALICE, 'friend@example.test', 'cousin@example.test'];

export type Said = {
  seq: number;
  author: { kind: string };
  text?: string;
  mail?: Record<string, unknown>;
  delivery: { state: string; reason?: string } | null;
  name?: string;
  attachments?: { name?: string; contentUrl?: string }[];
  type: string;
  visibility: string;
};
export type Listed = {
  id: string;
  status: string;
  customer: { name: string };
  ticket: { label: string } | null;
  preview: { text: string } | null;
};
export type Got = {
  messageId: string;
  subject: string;
  text: string;
  html: string;
  raw: string;
  headers: Map<string, string>;
};

export type MailWorld = ServerWorld & {
  mail: MailServer;
  inboxId: string;
  agent: Person;
  /** Hands a mail to Postfix, with headers as given; the Message-ID. */
  write(given: Letter): Promise<string>;
  conversations(): Promise<Listed[]>;
  log(conversationId: string): Promise<Said[]>;
  /** What lies in Alice's mailbox, oldest first. */
  received(): Promise<Got[]>;
};
export type Letter = {
  from?: string;
  to?: string;
  subject?: string;
  text?: string;
  html?: string;
  inReplyTo?: string;
  references?: string[];
  headers?: Record<string, string>;
  attachments?: { filename: string; content: string }[];
  cc?: string;
  messageId?: string;
};

export async function openMailWorld(
  settings: Record<string, unknown> = {},
  env: Record<string, string> = {},
): Promise<MailWorld | null> {
  const mail = await openMailServer();
  if (!mail) return null;
  const world = await openServerWorld({
    env: { MAIL_ALLOW: '127.0.0.1', BURST_WINDOW_MS: '20', ...env },
    overrides: { workers: true },
  });
  const inboxId = await connectMailbox(world, mail, settings);
  const agent = await world.join('agent');
  const smtp = createTransport({ host: '127.0.0.1', port: mail.smtpPort, ignoreTLS: true });
  return {
    ...world,
    mail,
    inboxId,
    agent,
    write: async ({ from = ALICE, to = MAILBOX, headers = {}, ...rest }) => {
      const found = proven.includes(from)
        ? { 'Authentication-Results': `${JUDGE}; dmarc=pass header.from=${from.split('@')[1]}` }
        : {};
      const messageId = `<${randomUUID()}@mailer.test>`;
      const given = { from, to, messageId, ...rest, headers: { ...found, ...headers } };
      const info: { messageId: string } = await smtp.sendMail(given);
      return info.messageId;
    },
    conversations: async () =>
      (await world.call('GET', '/api/v1/conversations?view=all', { cookie: agent.cookie })).json.items as Listed[],
    log: async (id) =>
      (await world.call('GET', `/api/v1/conversations/${id}/activities?after=0&limit=200`, { cookie: agent.cookie }))
        .json.items as Said[],
    received: () => readMailbox(mail),
    close: async () => {
      smtp.close();
      await world.close();
      mail.stop();
    },
  };
}

async function connectMailbox(
  world: ServerWorld,
  mail: MailServer,
  settings: Record<string, unknown> = {},
): Promise<string> {
  const made = await world.call('POST', '/api/v1/inboxes', {
    cookie: world.admin.cookie,
    body: {
      channel: 'email',
      name: String(settings.address ?? MAILBOX),
      settings: {
        address: MAILBOX,
        imapHost: '127.0.0.1',
        imapPort: mail.imapPort,
        imapSecurity: 'none',
        imapUser: MAILBOX,
        imapPassword: PASSWORD,
        smtpHost: '127.0.0.1',
        smtpPort: mail.smtpPort,
        smtpSecurity: 'none',
        plusAddressing: true,
        authservId: JUDGE,
        ...settings,
      },
    },
  });
  if (made.status !== 201) throw new Error(`the mailbox was refused: ${made.text}`);
  const { id, version } = made.json as { id: string; version: number };
  const on = await world.call('PATCH', `/api/v1/inboxes/${id}`, {
    cookie: world.admin.cookie,
    body: { version, enabled: true },
  });
  if (on.status !== 200) throw new Error(`the mailbox was not switched on: ${on.text}`);
  return id;
}

async function readMailbox(mail: MailServer): Promise<Got[]> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port: mail.imapPort,
    secure: false,
    doSTARTTLS: false,
    auth: { user: ALICE, pass: PASSWORD },
    logger: false,
  });
  client.on('error', () => {});
  const { simpleParser } = await import('mailparser');
  await client.connect();
  try {
    await client.mailboxOpen('INBOX');
    const all = await client.fetchAll('1:*', { source: true }).catch(() => []);
    return await Promise.all(
      all.map(async ({ source }) => {
        const raw = String(source);
        const parsed = await simpleParser(raw);
        const headers = new Map(
          parsed.headerLines.map(({ key, line }) => [key, line.replace(/^[^:]*:\s*/, '').replace(/\r?\n[ \t]+/g, ' ')]),
        );
        return {
          messageId: parsed.messageId ?? '',
          subject: parsed.subject ?? '',
          text: parsed.text ?? '',
          html: String(parsed.html || ''),
          raw,
          headers,
        };
      }),
    );
  } finally {
    client.close();
  }
}
