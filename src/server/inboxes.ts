/** The accounts of channels as the running house sees them: secrets opened, read again when a hint or the clock says so. */
import type { Inbox } from '../domain/inbox.ts';
import type { Clock, Inboxes, Live, Log } from '../ports.ts';
import type { InboxStore, KeptInbox } from '../store/store.ts';
import type { Vault } from './vault.ts';

/** Without a hint (Redis away) another process's change is seen after this long. */
const FRESH_MS = 5_000;

type InboxesDeps = { store: { inboxes: InboxStore }; vault: Vault; live: Live; clock: Clock; log: Log };

export function createInboxes({ store, vault, live, clock, log }: InboxesDeps): Inboxes {
  const listeners = new Set<() => void>();
  let all: { read: Promise<readonly Inbox[]>; at: number } | null = null;
  const read = () => {
    const now = clock().getTime();
    if (all && now - all.at < FRESH_MS) return all.read;
    const mine = {
      read: store.inboxes.list().then((kept) => kept.map((inbox) => openInbox(inbox, vault, log))),
      at: now,
    };
    all = mine;
    mine.read.catch(() => {
      if (all === mine) all = null;
    });
    return mine.read;
  };
  const changed = () => {
    all = null;
    for (const listener of listeners) listener();
  };
  live.subscribe((event) => {
    if (event.kind === 'inbox') changed();
  });
  live.onResync(changed);
  return {
    find: async (id) => (await read()).find((inbox) => inbox.id === id) ?? null,
    ofChannel: async (channel) => (await read()).filter((inbox) => inbox.channel === channel && inbox.enabled),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report: (id, health) => store.inboxes.report(id, health),
  };
}

/** A secret that cannot be opened (another `SECRET_KEY`) is left out: the channel then says what is missing. */
export function openInbox(
  { id, channel, name, enabled, settings, secrets, version }: KeptInbox,
  vault: Vault,
  log: Log,
): Inbox {
  const opened = Object.entries(secrets).flatMap(([key, sealed]) => {
    const text = vault.open(sealed);
    if (text === null) log.error({ inboxId: id, secret: key }, 'a secret was sealed under another SECRET_KEY');
    return text === null ? [] : [[key, text] as const];
  });
  return { id, channel, name, enabled, settings, version, secrets: Object.fromEntries(opened) };
}
