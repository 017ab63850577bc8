/** Steps of setting a mailbox up, against the real servers: each says in one code what to do next. */
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { CheckResult, Inbox } from '../../domain/inbox.ts';
import type { Clock, NewId } from '../../ports.ts';
import type { InboxAction } from '../channel.ts';
import { compose } from './compose.ts';
import type { Dial } from './connect.ts';
import { faultOf, MailFault } from './fault.ts';
import { openImap } from './imap.ts';
import { createMarks } from './marks.ts';
import { type MailSettings, settingsOf } from './settings.ts';
import { openOutlet } from './smtp.ts';
import { words } from './words.ts';

type Checked = CheckResult & { data?: unknown };
type Deps = { dial: Dial; clock: Clock; newId: NewId };

const nothing = z.unknown();
/** Providers take their time between taking a mail and showing it. */
const LOOK_MS = 1_000;
const MAX_FOLDERS = 200;

export function createActions(deps: Deps): Readonly<Record<string, InboxAction>> {
  const action = (run: (settings: MailSettings, signal: AbortSignal) => Promise<Checked>): InboxAction => ({
    input: nothing,
    run: async (inbox: Inbox, _input, signal) => {
      try {
        return await run(settingsOf(inbox), signal);
      } catch (error) {
        const { code, params } = faultOf(error, 'imap');
        return { ok: false, code, params };
      }
    },
  });
  return {
    imap: action((settings, signal) => checkImap(settings, deps, signal)),
    smtp: action((settings) => checkSmtp(settings, deps)),
    loop: action((settings, signal) => checkLoop(settings, deps, signal)),
  };
}

/** Signs in, lists the folders, and says whether the server pushes. */
async function checkImap(settings: MailSettings, { dial }: Deps, signal: AbortSignal): Promise<Checked> {
  const client = await openImap(settings, dial);
  signal.addEventListener('abort', () => client.close(), { once: true });
  try {
    await client.connect();
    const folders = (await client.list()).filter(({ flags }) => !flags.has('\\Noselect')).map(({ path }) => path);
    const missing = settings.folders.find((folder) => !folders.some((one) => isSameFolder(one, folder)));
    const data = { folders: folders.slice(0, MAX_FOLDERS), idle: client.capabilities.has('IDLE') };
    if (missing) return { ok: false, code: 'mail-folder-missing', params: { folder: missing }, data };
    await client.mailboxOpen(settings.folders[0] ?? 'INBOX', { readOnly: true });
    const code = data.idle ? 'mail-imap-ok' : 'mail-imap-no-idle';
    return { ok: true, code, params: { count: String(folders.length) }, data };
  } finally {
    client.close();
  }
}

function isSameFolder(one: string, other: string): boolean {
  return one === other || (one.toUpperCase() === 'INBOX' && other.toUpperCase() === 'INBOX');
}

async function checkSmtp(settings: MailSettings, { dial }: Deps): Promise<Checked> {
  try {
    const outlet = await openOutlet(settings, dial);
    try {
      await outlet.verify();
    } finally {
      outlet.close();
    }
    return { ok: true, code: 'mail-smtp-ok' };
  } catch (error) {
    const { code, params } = faultOf(error, 'smtp');
    return { ok: false, code, params };
  }
}

/** Sends a mail to itself, to a tagged address where such are in use, and waits until it lies in the mailbox. */
async function checkLoop(settings: MailSettings, deps: Deps, signal: AbortSignal): Promise<Checked> {
  const code = deps.newId().slice(-8);
  const started = deps.clock().getTime();
  await sendToSelf(settings, { code, deps });
  if (settings.receive !== 'imap') return { ok: true, code: 'mail-loop-sent' };
  const client = await openImap(settings, deps.dial);
  try {
    await client.connect();
    await client.mailboxOpen(settings.folders[0] ?? 'INBOX');
    while (!signal.aborted) {
      const found = await client.search({ header: { 'X-Zhike-Check': code } }, { uid: true });
      if (!client.usable) throw new MailFault('mail-no-answer', { server: 'IMAP', said: 'connection lost' });
      if (found && found.length > 0) {
        await client.messageDelete(found.join(','), { uid: true }).catch(() => {});
        const seconds = ((deps.clock().getTime() - started) / 1_000).toFixed(1);
        return { ok: true, code: 'mail-loop-ok', params: { seconds } };
      }
      await pause(LOOK_MS, undefined, { signal }).catch(() => {});
      if (!signal.aborted) await client.noop();
    }
    return { ok: false, code: settings.plusAddressing ? 'mail-loop-lost-tagged' : 'mail-loop-lost' };
  } finally {
    client.close();
  }
}

async function sendToSelf(settings: MailSettings, { code, deps }: { code: string; deps: Deps }): Promise<void> {
  const { address, plusAddressing } = settings;
  const marks = createMarks({ key: settings.threadKey, inboxId: 'check', address });
  const to = plusAddressing ? marks.replyAddress(0) : address;
  const text = words('zh-CN', 'testBody');
  const raw = await compose(
    {
      from: { address, name: '' },
      to,
      cc: [],
      replyTo: null,
      subject: words('zh-CN', 'testSubject', { code }),
      text,
      html: `<p>${text}</p>`,
      messageId: `zk-check.${deps.newId()}@${address.slice(address.lastIndexOf('@') + 1)}`,
      inReplyTo: null,
      references: [],
      automatic: true,
      attachments: [],
      date: deps.clock(),
    },
    settings,
  );
  const outlet = await openOutlet(settings, deps.dial);
  try {
    const marked = Buffer.concat([Buffer.from(`X-Zhike-Check: ${code}\r\n`), raw]);
    const outcome = await outlet.send({
      envelope: { from: address, to: [to] },
      raw: marked,
      onOffer: async () => {},
      attempt: 1,
      signal: AbortSignal.timeout(15_000),
    });
    if (outcome.kind !== 'sent') throw new MailFault('mail-loop-refused', { said: outcome.answer ?? '' });
  } finally {
    outlet.close();
  }
}
