/** The demo mailbox: a mail server of our own on loopback for one mailbox that exists nowhere else. */
import type { EmailDeps } from './deps.ts';
import type { Keep } from './keep.ts';
import { type JudgeSender, type Listener, listen } from './listener.ts';

/** Where the page that writes demo mails finds the port. */
const PORT_KEY = 'mail-demo-port';
const PORT_MS = 24 * 3_600_000;
const LOOPBACK = '127.0.0.1';

export type DemoServer = {
  /** Opens the server as soon as there is a demo mailbox. */
  start(): void;
  port(): Promise<number>;
  stop(): Promise<void>;
};
type Deps = Pick<EmailDeps, 'inboxes' | 'shared' | 'clock' | 'log'> & { keep: Keep; judge: JudgeSender };

export function createDemoServer(deps: Deps): DemoServer {
  let opened: Promise<Listener> | null = null;
  let unsubscribe = () => {};
  const open = () => {
    opened ??= openServer(deps);
    return opened;
  };
  const look = async () => {
    const inboxes = await deps.inboxes.ofChannel('email');
    if (inboxes.some(({ settings }) => settings.demo === true)) await open();
  };
  const lookQuietly = () => {
    look().catch((error: unknown) => deps.log.warn({ error: String(error) }, 'the demo mailbox could not be opened'));
  };
  return {
    start: () => {
      unsubscribe = deps.inboxes.onChange(lookQuietly);
      lookQuietly();
    },
    port: async () => (await open()).port,
    stop: async () => {
      unsubscribe();
      await (await opened?.catch(() => null))?.close();
    },
  };
}

async function openServer(deps: Deps): Promise<Listener> {
  const listener = await listen({ protocol: 'smtp', host: LOOPBACK, port: 0, by: 'demo', takesAll: true }, deps);
  await deps.shared.set(PORT_KEY, String(listener.port), PORT_MS);
  return listener;
}
