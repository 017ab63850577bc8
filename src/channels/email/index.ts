/** Email: mailboxes that are watched or pushed to, threads that hold, answers as mails. */
import type { Channel } from '../channel.ts';
import { createActions } from './check.ts';
import { createDial } from './connect.ts';
import { createDemoServer } from './demo.ts';
import type { EmailDeps } from './deps.ts';
import { createImporter } from './importer.ts';
import { createJudge } from './judge.ts';
import { createKeep } from './keep.ts';
import { type Listener, listen } from './listener.ts';
import { createOutlets } from './outlets.ts';
import { createMailPool } from './read/pool.ts';
import { sendMessage } from './send.ts';
import { mailSettings } from './settings.ts';
import { createWatcher } from './watcher.ts';
import { createWebhook, WEBHOOK_BYTES } from './webhook.ts';

export function emailChannel(deps: EmailDeps): Channel {
  const dial = createDial(deps.mailAllow);
  const pool = createMailPool();
  const importer = createImporter({ ...deps, read: pool.read });
  const keep = createKeep(deps.mails, () => importer.wake());
  const watcher = createWatcher({ ...deps, keep, dial });
  const judge = createJudge(deps);
  const demo = createDemoServer({ ...deps, keep, judge });
  const outlets = createOutlets({ ...deps, dial, demoPort: () => demo.port() });
  let listener: Promise<Listener | null> = Promise.resolve(null);
  return {
    name: 'email',
    capabilities: { markup: 'html', choices: { as: 'numbers', max: 10 }, typing: false },
    delivery: 'outbox',
    settings: mailSettings,
    actions: createActions({ dial, ...deps }),
    webhook: { maxBytes: WEBHOOK_BYTES, handle: createWebhook({ ...deps, keep }) },
    send: (message) => sendMessage(message, { ...deps, outlets }),
    start: () => {
      importer.start();
      watcher.start();
      demo.start();
      if (deps.mailListen)
        listener = listen({ ...deps.mailListen, by: 'smtp' }, { ...deps, keep, judge }).catch((error: unknown) => {
          deps.log.error({ error: String(error) }, 'nobody can hand mails to us: the listener did not open');
          return null;
        });
    },
    stop: async () => {
      await (await listener)?.close();
      await watcher.stop();
      await demo.stop();
      await importer.stop();
      await pool.close();
      await outlets.close();
    },
  };
}
