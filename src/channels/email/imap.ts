/** A mailbox that is watched: pushed by IDLE, asked every two minutes, taken up again wherever it broke off. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import type { Clock, Log, Random } from '../../ports.ts';
import type { Dial } from './connect.ts';
import { faultOf, MailFault } from './fault.ts';
import { type Keep, MAX_BYTES } from './keep.ts';
import type { Mails } from './mails.ts';
import type { MailSettings } from './settings.ts';

const POLL_MS = 120_000;
const NOOP_MS = 10_000;
const IDLE_MS = 10 * 60_000;
const MAX_PAUSE_MS = 60_000;
/** A wrong password is not hammered on. */
const REFUSED_PAUSE_MS = 10 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** How far back mails are looked for that bear no mark of ours, whatever the cursor says. */
const UNMARKED_DAYS = 3;
const MARK = '$Imported';
const COPIES = 20;

export type WatchDeps = {
  mails: Mails;
  keep: Keep;
  dial: Dial;
  clock: Clock;
  random: Random;
  log: Log;
  /** Shown to administrators; null: all is well. */
  report(fault: MailFault | null): Promise<void>;
};
export type Watched = { inboxId: string; settings: MailSettings; folder: string; isFirst: boolean };

export async function openImap(settings: MailSettings, dial: Dial): Promise<ImapFlow> {
  const { host, port, servername } = await dial({ host: settings.imapHost, port: settings.imapPort });
  const { ImapFlow } = await import('imapflow');
  const options: ImapFlowOptions = {
    host,
    port,
    secure: settings.imapSecurity === 'tls',
    ...(settings.imapSecurity === 'starttls' ? { doSTARTTLS: true } : {}),
    ...(settings.imapSecurity === 'none' ? { doSTARTTLS: false } : {}),
    ...(servername === '' ? {} : { servername }),
    auth: { user: settings.imapUser || settings.address, pass: settings.imapPassword },
    clientInfo: { name: 'Zhike' },
    logger: false,
    maxIdleTime: IDLE_MS,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 5 * 60_000,
  };
  const client = new ImapFlow(options);
  // Without a listener a time-out ends the process; what is wrong is seen where the client is used.
  client.on('error', () => {});
  return client;
}

/** Runs until the signal; never rejects. */
export async function watchFolder(box: Watched, deps: WatchDeps, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; failures++) {
    let fault: MailFault | null = null;
    try {
      await session(box, deps, {
        signal,
        onUsable: () => {
          failures = 0;
        },
      });
    } catch (error) {
      fault = faultOf(error, 'imap');
    }
    if (signal.aborted) return;
    if (fault) {
      deps.log.warn(
        { inboxId: box.inboxId, folder: box.folder, code: fault.code, said: fault.params.said },
        'a mailbox cannot be watched',
      );
      await deps.report(fault).catch(() => {});
    }
    const ms = fault?.code.startsWith('mail-login')
      ? REFUSED_PAUSE_MS
      : Math.min(MAX_PAUSE_MS, 500 * 2 ** Math.min(failures, 10));
    await pause(ms * (0.5 + deps.random() / 2), undefined, { signal }).catch(() => {});
  }
}

type Session = { signal: AbortSignal; onUsable: () => void };

async function session(box: Watched, deps: WatchDeps, { signal, onUsable }: Session): Promise<void> {
  const client = await openImap(box.settings, deps.dial);
  let wake = () => {};
  const stop = () => client.close();
  signal.addEventListener('abort', stop, { once: true });
  client.on('exists', () => wake());
  client.on('close', () => wake());
  try {
    await client.connect();
    await client.mailboxOpen(box.folder);
    onUsable();
    await deps.report(null);
    await catchUp(client, box, { ...deps, alsoUnmarked: true });
    while (client.usable && !signal.aborted) {
      // Armed before the search: nothing slips between.
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await catchUp(client, box, { ...deps, alsoUnmarked: false });
      if (box.isFirst) await copySent(client, box, deps);
      // By itself it would wait a quarter of a minute.
      client.idle().catch(() => {});
      await Promise.race([woken, pause(POLL_MS, undefined, { signal, ref: false }).catch(() => {})]);
      // A connection that died in silence fails here.
      if (client.usable && !signal.aborted) await inTime(client.noop(), NOOP_MS);
    }
    if (!signal.aborted) throw new MailFault('mail-no-answer', { server: 'IMAP', said: 'connection lost' });
  } finally {
    signal.removeEventListener('abort', stop);
    client.close();
  }
}

type Found = { uid: number; size: number; receivedAt: Date };

/**
 * Everything behind the cursor, and on a fresh connection whatever bears no mark of ours. After a close imapflow
 * resolves with nothing instead of rejecting: an empty answer of a dead connection is no empty mailbox.
 */
async function catchUp(
  client: ImapFlow,
  { inboxId, folder, settings }: Watched,
  deps: WatchDeps & { alsoUnmarked: boolean },
): Promise<void> {
  const { mails, clock, alsoUnmarked } = deps;
  const mailbox = client.mailbox;
  if (!mailbox) throw new MailFault('mail-no-answer', { server: 'IMAP', said: 'no folder is open' });
  const uidValidity = String(mailbox.uidValidity);
  const first = await mails.watchedSince(inboxId, folder);
  const since = new Date((first ?? clock()).getTime() - settings.historyDays * DAY_MS - 60_000);
  const last = await mails.lastUid(inboxId, folder, uidValidity);
  if (first === null) await mails.pass(inboxId, { folder, uidValidity, uid: 0 });
  const behind = await searched(client, { uid: `${last + 1}:*`, ...(last === 0 ? { since: dayBefore(since) } : {}) });
  const unmarked = alsoUnmarked
    ? await searched(client, { unKeyword: MARK, since: new Date(clock().getTime() - UNMARKED_DAYS * DAY_MS) })
    : [];
  const uids = [...new Set([...behind.filter((uid) => uid > last), ...unmarked])].sort((a, b) => a - b);
  const place = (uid: number) => `imap:${folder}:${uidValidity}:${uid}`;
  const unknown = new Set(uids.length === 0 ? [] : await mails.unknownSources(inboxId, uids.map(place)));
  for (const uid of uids.filter((one) => unknown.has(place(one)))) {
    const found = await describe(client, uid);
    const cursor = { folder, uidValidity, uid };
    // Already there when the mailbox was connected: not for us.
    if (!found || found.receivedAt < since) await mails.pass(inboxId, cursor);
    else await take(client, { ...found, inboxId, source: place(uid), cursor }, deps);
  }
}

async function take(
  client: ImapFlow,
  {
    uid,
    size,
    receivedAt,
    inboxId,
    source,
    cursor,
  }: Found & { inboxId: string; source: string; cursor: { folder: string; uidValidity: string; uid: number } },
  { keep }: WatchDeps,
): Promise<void> {
  const isLarge = size > MAX_BYTES;
  const fetched = await client.fetchOne(String(uid), isLarge ? { headers: true } : { source: true }, { uid: true });
  const raw = fetched && (isLarge ? fetched.headers : fetched.source);
  if (!raw) throw new MailFault('mail-no-answer', { server: 'IMAP', said: 'connection lost' });
  await keep({
    inboxId,
    raw,
    source,
    receivedAt,
    cursor,
    origin: { by: 'imap', ...(isLarge ? { headersOnly: true } : {}) },
  });
  // A hint for others and for us; not every server keeps it, and nothing depends on it.
  await client.messageFlagsAdd(String(uid), ['\\Seen', MARK], { uid: true }).catch(() => {});
}

async function searched(client: ImapFlow, query: Parameters<ImapFlow['search']>[0]): Promise<number[]> {
  const uids = await client.search(query, { uid: true });
  if (!uids) throw new MailFault('mail-no-answer', { server: 'IMAP', said: 'connection lost' });
  return uids;
}

/** null: somebody has removed it in the meantime. */
async function describe(client: ImapFlow, uid: number): Promise<Found | null> {
  const found = await client.fetchOne(String(uid), { size: true, internalDate: true }, { uid: true });
  if (!found && !client.usable) throw new MailFault('mail-no-answer', { server: 'IMAP', said: 'connection lost' });
  return found ? { uid, size: found.size ?? 0, receivedAt: new Date(found.internalDate ?? Date.now()) } : null;
}

/** IMAP counts days of some zone or other. */
function dayBefore(date: Date): Date {
  return new Date(date.getTime() - DAY_MS);
}

/** What we sent lies where people look for it, also in their own mail program. */
async function copySent(client: ImapFlow, { inboxId, settings }: Watched, { mails }: WatchDeps): Promise<void> {
  if (!settings.appendSent) return;
  const waiting = await mails.uncopied(inboxId, COPIES);
  if (waiting.length === 0) return;
  const folders = await client.list();
  const sent = folders.find(({ specialUse }) => specialUse === '\\Sent')?.path;
  for (const { id, raw } of waiting) {
    if (sent) await client.append(sent, Buffer.from(raw), ['\\Seen']);
    await mails.copied(id);
  }
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const late = new AbortController();
  const lateness = pause(ms, undefined, { signal: late.signal, ref: false }).then(() => {
    throw new MailFault('mail-no-answer', { server: 'IMAP', said: 'connection lost' });
  });
  lateness.catch(() => {});
  try {
    return await Promise.race([work, lateness]);
  } finally {
    late.abort();
  }
}
