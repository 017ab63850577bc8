/** Watches every mailbox that is set up for IMAP: one process at a time for each, by a lease that is kept while it lives. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Inbox } from '../../domain/inbox.ts';
import type { Dial } from './connect.ts';
import type { EmailDeps } from './deps.ts';
import type { MailFault } from './fault.ts';
import { watchFolder } from './imap.ts';
import type { Keep } from './keep.ts';
import { type MailSettings, settingsOf } from './settings.ts';

const LEASE_MS = 30_000;
const RENEW_MS = 8_000;
/** Without a hint a changed set-up is seen after this long. */
const LOOK_MS = 5_000;

export type WatcherDeps = Pick<EmailDeps, 'inboxes' | 'shared' | 'mails' | 'clock' | 'random' | 'log' | 'newId'> & {
  keep: Keep;
  dial: Dial;
};
type Guard = { version: number; end: AbortController; done: Promise<void> };

export function createWatcher(deps: WatcherDeps): { start(): void; stop(): Promise<void> } {
  const stopping = new AbortController();
  const guards = new Map<string, Guard>();
  const holder = deps.newId();
  let wake = () => {};
  let running: Promise<void> = Promise.resolve();
  let unsubscribe = () => {};

  const look = async () => {
    const wanted = new Map((await deps.inboxes.ofChannel('email')).filter(isWatched).map((inbox) => [inbox.id, inbox]));
    for (const [id, guard] of guards)
      if (wanted.get(id)?.version !== guard.version) {
        guard.end.abort();
        guards.delete(id);
      }
    for (const inbox of wanted.values())
      if (!guards.has(inbox.id)) {
        const end = new AbortController();
        const done = guardInbox({ inbox, holder }, deps, end.signal);
        guards.set(inbox.id, { version: inbox.version, end, done });
      }
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await look().catch((error: unknown) => deps.log.warn({ error: String(error) }, 'mailboxes could not be listed'));
      await Promise.race([woken, pause(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {})]);
    }
  };
  return {
    start: () => {
      unsubscribe = deps.inboxes.onChange(() => wake());
      running = run();
    },
    stop: async () => {
      unsubscribe();
      stopping.abort();
      wake();
      await running;
      for (const { end } of guards.values()) end.abort();
      await Promise.all([...guards.values()].map(({ done }) => done));
    },
  };
}

function isWatched({ settings }: Inbox): boolean {
  return settings.receive === 'imap' && settings.demo !== true && Boolean(settings.address);
}

/** Waits for the lease, watches while it can be extended, waits again when it was lost. */
async function guardInbox(
  { inbox, holder }: { inbox: Inbox; holder: string },
  deps: WatcherDeps,
  signal: AbortSignal,
): Promise<void> {
  const name = `mailbox:${inbox.id}`;
  const take = () => deps.shared.takeLease(name, holder, LEASE_MS).catch(() => false);
  const settings = openSettings(inbox, deps);
  while (settings && !signal.aborted) {
    if (await take()) {
      const lost = new AbortController();
      const watching = watchAll({ inbox, settings }, deps, AbortSignal.any([signal, lost.signal]));
      while (!signal.aborted && (await pause(RENEW_MS, true, { signal }).catch(() => false)) && (await take()));
      lost.abort();
      await watching;
    } else await pause(RENEW_MS, undefined, { signal }).catch(() => {});
  }
  await deps.shared.dropLease(name, holder).catch(() => {});
}

function openSettings(inbox: Inbox, { log }: WatcherDeps): MailSettings | null {
  try {
    return settingsOf(inbox);
  } catch (error) {
    log.error({ inboxId: inbox.id, error: String(error) }, 'the settings of a mailbox cannot be read');
    return null;
  }
}

async function watchAll(
  { inbox, settings }: { inbox: Inbox; settings: MailSettings },
  deps: WatcherDeps,
  signal: AbortSignal,
): Promise<void> {
  const faults = new Map<string, MailFault>();
  const folders = settings.folders.map((folder, index) => {
    const report = async (fault: MailFault | null) => {
      if (fault) faults.set(folder, fault);
      else if (!faults.delete(folder)) return;
      const [worst] = faults.values();
      const health = worst && { code: worst.code, params: worst.params, at: deps.clock().toISOString() };
      await deps.inboxes.report(inbox.id, health ?? null);
    };
    return watchFolder({ inboxId: inbox.id, settings, folder, isFirst: index === 0 }, { ...deps, report }, signal);
  });
  await Promise.all(folders);
}
