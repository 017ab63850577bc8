/** Turns kept mails into entries, one after the other for each mailbox, in the order of their coming, on one process at a time. */
import { setTimeout as pause } from 'node:timers/promises';
import { type ImportDeps, importMail } from './import.ts';
import type { KeptMail } from './mails.ts';

/** Longer than reading and keeping one mail takes; after it another process takes over. */
const LEASE_MS = 15_000;
/** The net under the wake-ups: mails that another process kept and could not finish. */
const POLL_MS = 2_000;

export type Importer = { wake(): void; start(): void; stop(): Promise<void> };

export function createImporter(deps: ImportDeps): Importer {
  const stopping = new AbortController();
  let wake = () => {};
  let running: Promise<void> = Promise.resolve();
  const run = async () => {
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const worked = await workOnce(deps);
      if (!worked) await Promise.race([woken, pause(POLL_MS, undefined, { signal: stopping.signal }).catch(() => {})]);
    }
  };
  return {
    wake: () => wake(),
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      wake();
      await running;
    },
  };
}

/** Whether there was a mail. What fails here is a fault of ours or of the database: the mail stays, and is tried again. */
async function workOnce(deps: ImportDeps): Promise<boolean> {
  let mail: KeptMail | null = null;
  try {
    mail = await deps.mails.claim(LEASE_MS);
    if (!mail) return false;
    await importMail(mail, deps);
    return true;
  } catch (error) {
    deps.log.warn({ mailId: mail?.id, error: String(error) }, 'a mail could not be taken in; it will be tried again');
    return false;
  }
}
