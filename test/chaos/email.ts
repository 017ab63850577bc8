/** Mails while servers die: each one becomes one entry, each answer leaves once or says that nobody knows. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { v7 } from 'uuid';
import { openStore } from '../../src/store/open.ts';
import { MAILBOX, type MailServer, openMailServer, PASSWORD } from '../support/mail-server.ts';
import { openCuttingProxy } from './cutting-proxy.ts';
import { type DeskClient, enter } from './desk-client.ts';
import { createDice, type Dice } from './dice.ts';
import { until } from './http.ts';
import { freePort, type ServerProcess, startServer } from './server-process.ts';

export type EmailChaosOptions = { kills: number; messages: number; seed: number; say: (line: string) => void };
export type EmailReport = {
  seed: number;
  kills: number;
  mails: number;
  deliveredTwice: number;
  renumbered: number;
  mailServerStops: number;
  kicks: number;
  cuts: { imap: number; smtp: number };
  entries: number;
  /** Entered, but not read within the budget: the machine was too busy. */
  unreadable: number;
  answers: { sent: number; unknown: number; failed: number };
  lost: string[];
  doubled: string[];
  stuck: string[];
  crashes: string[];
  complaints: Record<string, number>;
  seconds: number;
};

const QUIET_MS = 120_000;
const JUDGE = 'mx.example.test';

export async function runEmailChaos(options: EmailChaosOptions): Promise<EmailReport> {
  const started = performance.now();
  const mail = await openMailServer();
  if (!mail) throw new Error('Dovecot and Postfix are needed for this, and the rights to start them.');
  const home = mkdtempSync(join(tmpdir(), 'zhike-chaos-mail-'));
  const dataDir = join(home, 'data');
  mkdirSync(dataDir);
  const sink = await openSink();
  const dice = createDice(options.seed, 7);
  const imap = await openCuttingProxy(mail.imapPort, { dice: createDice(options.seed, 8), share: 0.2 });
  const smtp = await openCuttingProxy(sink.port, { dice: createDice(options.seed, 9), share: 0.15 });
  const env = { DATA_DIR: dataDir, LOG_LEVEL: 'warn', BURST_WINDOW_MS: '40', MAIL_ALLOW: '127.0.0.1' };
  const entry = join(import.meta.dirname, '../../src/main.ts');
  const server = startServer({ entry, port: await freePort(), cwd: home, env });
  try {
    await server.ready();
    const desk = await enter({ bases: [server.base], home: 0, dice }, String(server.firstLink));
    await connectMailbox(desk, { imapPort: imap.port, smtpPort: smtp.port });
    const faults = await sendThroughFaults({ options, mail, server, dice, desk });
    for (const proxy of [imap, smtp]) proxy.heal();
    await server.ready();
    await until(async () => (await countAll(desk)) >= faults.sent.length + 1 && (await isSettled(desk)), QUIET_MS, 500);
    await pause(2_000);
    const code = await server.stop();
    const truth = await readTruth(dataDir);
    const { seed, kills } = options;
    return {
      seed,
      kills,
      mails: faults.sent.length,
      deliveredTwice: faults.twice,
      renumbered: faults.renumbered,
      mailServerStops: faults.stops,
      kicks: faults.kicks,
      cuts: { imap: imap.cuts, smtp: smtp.cuts },
      ...reckon({ sent: faults.sent, truth, sink: sink.got }),
      crashes: [...server.crashes, ...(code === 0 ? [] : [`stopped with ${code}`])],
      complaints: Object.fromEntries(server.complaints),
      seconds: Number(((performance.now() - started) / 1_000).toFixed(1)),
    };
  } finally {
    await server.stop();
    await Promise.all([imap.close(), smtp.close(), sink.close()]);
    mail.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Takes every mail and notes which it confirmed. */
async function openSink(): Promise<{ port: number; got: string[]; close(): Promise<void> }> {
  const got: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData: (stream, _session, done) => {
      void buffer(stream).then((raw) => {
        const id = /^Message-ID:\s*<([^>]+)>/im.exec(raw.toString('latin1'))?.[1];
        if (id) got.push(id);
        done(null, 'queued as sink');
      }, done);
    },
  });
  server.on('error', () => {});
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  return { port, got, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function connectMailbox(desk: DeskClient, { imapPort, smtpPort }: { imapPort: number; smtpPort: number }) {
  const settings = {
    address: MAILBOX,
    imapHost: '127.0.0.1',
    imapPort,
    imapSecurity: 'none',
    imapUser: MAILBOX,
    imapPassword: PASSWORD,
    smtpHost: '127.0.0.1',
    smtpPort,
    smtpSecurity: 'none',
    plusAddressing: true,
    authservId: JUDGE,
  };
  const made = await desk.call('POST', '/api/v1/inboxes', { channel: 'email', name: MAILBOX, settings });
  const { id, version } = made.json as { id: string; version: number };
  const on = await desk.call('PATCH', `/api/v1/inboxes/${id}`, { version, enabled: true });
  if (on.status !== 200) throw new Error(`the mailbox was not connected: ${on.status}`);
}

type Faults = { sent: string[]; twice: number; kicks: number; stops: number; renumbered: number };
type Talk = { options: EmailChaosOptions; mail: MailServer; server: ServerProcess; dice: Dice; desk: DeskClient };

async function sendThroughFaults({ options, mail, server, dice, desk }: Talk): Promise<Faults> {
  const post = createTransport({ host: '127.0.0.1', port: mail.smtpPort, ignoreTLS: true });
  const faults: Faults = { sent: [], twice: 0, kicks: 0, stops: 0, renumbered: 0 };
  // A mail that is delivered twice is the same to the second.
  const date = new Date();
  const write = (n: number, messageId: string) =>
    post.sendMail({
      date,
      from: `c${n}@customer.test`,
      to: MAILBOX,
      messageId: `<${messageId}>`,
      subject: `No. ${n}`,
      text: `[${messageId}] 怎么退货？`,
      headers: { 'Authentication-Results': `${JUDGE}; dmarc=pass header.from=customer.test` },
    });
  // Watched from here on: what lay in the mailbox before is not ours.
  await write(0, 'warm@customer.test');
  await until(async () => (await countAll(desk)) > 0, QUIET_MS, 200);
  const every = options.messages / Math.max(1, options.kills);
  let killed = 0;
  for (let n = 1; n <= options.messages; n++) {
    const messageId = `m${n}.${options.seed}@customer.test`;
    await write(n, messageId);
    faults.sent.push(messageId);
    if (dice.chance(0.1)) {
      faults.twice++;
      await write(n, messageId);
    }
    if (n < every * (killed + 1) || killed >= options.kills) continue;
    await pause(dice.below(1_500));
    killed++;
    options.say(`kill ${killed} of ${options.kills}: pid ${server.pid} after ${n} mails`);
    await troubleMailServer({ mail, dice, faults, killed });
    await server.kill();
    if (!dice.chance(0.2)) await server.ready();
  }
  post.close();
  return faults;
}

async function troubleMailServer({
  mail,
  dice,
  faults,
  killed,
}: Pick<Talk, 'mail' | 'dice'> & { faults: Faults; killed: number }): Promise<void> {
  if (killed % 10 === 0) {
    faults.stops++;
    mail.stopImap();
    await pause(200);
    if (killed % 20 === 0) {
      faults.renumbered++;
      mail.resetUidValidity();
    }
    mail.startImap();
  } else if (dice.chance(0.3)) {
    faults.kicks++;
    mail.kick();
  }
}

async function countAll(desk: DeskClient): Promise<number> {
  return Number((await desk.call('GET', '/api/v1/conversations/counts')).json.all);
}

/** The newest page has no message on its way any more. */
async function isSettled(desk: DeskClient): Promise<boolean> {
  const { json } = await desk.call('GET', '/api/v1/conversations?view=all&limit=100');
  const items = json.items as { preview: { author: string } | null }[];
  return items.every(({ preview }) => preview?.author === 'bot');
}

type Truth = {
  entries: { text: string; times: number; unread: number }[];
  open: number;
  out: { state: string; reason: string | null; messageId: string | null }[];
};

async function readTruth(dataDir: string): Promise<Truth> {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const store = await openStore({
    databaseUrl: null,
    dataDir,
    templateDir: null,
    burstWindowMs: 0,
    usesOutbox: () => true,
    clock: () => new Date(),
    newId: v7,
    random: Math.random,
    log: silent,
  });
  const { query } = store.db;
  const truth = {
    entries: await query<Truth['entries'][number]>(
      `select m.message_id as text, count(a.seq)::int as times, count(*) filter (where a.body -> 'mail' ->> 'kind' = 'unreadable')::int as unread
         from mail_in m left join activity a on a.author_kind = 'customer' and a.body -> 'mail' ->> 'id' = m.id::text group by 1`,
    ),
    open: Number((await query<{ n: number }>(`select count(*)::int as n from mail_in where state = 'kept'`))[0]?.n),
    out: await query<Truth['out'][number]>(
      `select o.state, o.reason, m.message_id as "messageId" from outbox o
         left join mail_out m on m.conversation_id = o.conversation_id and o.seq between m.seq and m.through_seq`,
    ),
  };
  await store.close();
  return truth;
}

function reckon({ sent, truth, sink }: { sent: readonly string[]; truth: Truth; sink: readonly string[] }) {
  const lost: string[] = [];
  const doubled: string[] = [];
  const stuck: string[] = truth.open > 0 ? [`${truth.open} mails were kept and never entered`] : [];
  const times = new Map(truth.entries.map((entry) => [entry.text, entry.times]));
  for (const id of sent) {
    const count = times.get(id) ?? 0;
    if (count === 0) lost.push(`the mail ${id} has no entry`);
    if (count > 1) doubled.push(`the mail ${id} has ${count} entries`);
  }
  const arrived = Map.groupBy(sink, (id) => id);
  const count = (state: string) => truth.out.filter((row) => row.state === state).length;
  for (const { state, messageId, reason } of truth.out) {
    const copies = messageId === null ? 0 : (arrived.get(messageId)?.length ?? 0);
    if (state === 'sent' && copies === 0) lost.push(`the answer ${messageId} is called sent and did not arrive`);
    if (copies > 1) doubled.push(`the answer ${messageId} arrived ${copies} times`);
    if (state === 'pending' || state === 'sending') stuck.push(`the answer ${messageId} is still ${state} (${reason})`);
  }
  return {
    entries: truth.entries.length,
    unreadable: truth.entries.reduce((sum, { unread }) => sum + unread, 0),
    answers: { sent: count('sent'), unknown: count('unknown'), failed: count('failed') },
    lost,
    doubled,
    stuck,
  };
}
