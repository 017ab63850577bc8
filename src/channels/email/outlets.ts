/** One way out per mailbox, opened when the first mail leaves, opened anew when its settings change. */
import type { Inbox } from '../../domain/inbox.ts';
import type { Clock, Inboxes, SendOutcome } from '../../ports.ts';
import { createDial, type Dial } from './connect.ts';
import type { MailSettings } from './settings.ts';
import { type Outlet, openOutlet } from './smtp.ts';

export type Outlets = {
  of(inbox: Inbox, settings: MailSettings): Promise<Outlet>;
  /** Shows administrators what keeps mails from leaving, until one leaves. */
  note(inbox: Inbox, outcome: SendOutcome): Promise<void>;
  close(): Promise<void>;
};

/** What an administrator can do something about. */
const TROUBLE = /^mail-(login|host|port|certificate|nobody|wrong|no-answer|trouble)/;

/** The demo mailbox's own server is on this machine. */
const LOOPBACK = '127.0.0.1';

type OutletDeps = { dial: Dial; inboxes: Inboxes; clock: Clock; demoPort: () => Promise<number> };

export function createOutlets({ dial, inboxes, clock, demoPort }: OutletDeps): Outlets {
  const open = new Map<string, { version: number; outlet: Promise<Outlet> }>();
  const troubled = new Set<string>();
  const drop = (id: string) => {
    const entry = open.get(id);
    open.delete(id);
    return entry?.outlet.then(
      (outlet) => outlet.close(),
      () => {},
    );
  };
  const openDemo = async (settings: MailSettings) => {
    const servers = { smtpHost: LOOPBACK, smtpPort: await demoPort(), smtpSecurity: 'none', smtpUser: '' } as const;
    return openOutlet({ ...settings, ...servers }, createDial([LOOPBACK]));
  };
  return {
    of: (inbox, settings) => {
      const entry = open.get(inbox.id);
      if (entry?.version === inbox.version) return entry.outlet;
      void drop(inbox.id);
      const outlet = settings.demo ? openDemo(settings) : openOutlet(settings, dial);
      open.set(inbox.id, { version: inbox.version, outlet });
      outlet.catch(() => drop(inbox.id));
      return outlet;
    },
    note: async ({ id }, outcome) => {
      const reason = outcome.kind === 'retry' && TROUBLE.test(outcome.reason) ? outcome.reason : null;
      if (reason !== null) {
        troubled.add(id);
        await inboxes.report(id, { code: reason, params: { server: 'SMTP' }, at: clock().toISOString() });
      } else if (outcome.kind === 'sent' && troubled.delete(id)) await inboxes.report(id, null);
    },
    close: async () => {
      await Promise.all([...open.keys()].map(drop));
    },
  };
}
