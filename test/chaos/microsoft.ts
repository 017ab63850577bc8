/** A customer on a page with Microsoft's own client, unmodified: it resumes by itself, and the page sends again what it gave up. */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import type { Activity, DirectLine, DirectLineOptions } from 'botframework-directlinejs';
import { JSDOM, VirtualConsole } from 'jsdom';
import { type Customer, readActivity, type Seen } from './customer.ts';
import type { Dice } from './dice.ts';
import { ask, until } from './http.ts';
import { createOutgoing } from './outgoing.ts';

type Library = { DirectLine: new (options: DirectLineOptions) => DirectLine };
type Page = { base: string; dice: Dice };

const ONLINE = 2;
const START_MS = 30_000;
let library: Library | null = null;

/** The client looks for a browser when it is loaded; requests of the others go on without one. */
function load(): Library {
  if (library) return library;
  // Its complaints about servers that are away go nowhere.
  const virtualConsole = new VirtualConsole();
  const { window } = new JSDOM('', { url: 'http://localhost/', pretendToBeVisual: true, virtualConsole });
  Object.assign(window, { console: { ...console, warn: () => {}, error: () => {} } });
  Object.assign(globalThis, {
    window,
    self: window,
    XMLHttpRequest: window.XMLHttpRequest,
    WebSocket: window.WebSocket,
  });
  library = createRequire(import.meta.url)('botframework-directlinejs') as Library;
  return library;
}

/** Its address is one server's: while that one is away the client waits for it. */
export async function openMicrosoft({ base, dice }: Page): Promise<Customer> {
  const session = await ask('POST', `${base}/api/web/session`, { body: { locale: 'zh-CN' } });
  const { token, conversationId } = (session?.json ?? {}) as { token: string; conversationId: string };
  // As after a reload of the page: where the answer to a start is lost, a second start would begin behind the greeting.
  const place = { token, conversationId, watermark: '0' };
  const options = { domain: `${base}/v3/directline`, ...place, timeout: 1_000, random: () => -0.24 };
  const client = new (load().DirectLine)(options as DirectLineOptions);
  const seen: Seen[] = [];
  let status = -1;
  const subscriptions = [
    client.connectionStatus$.subscribe((now) => {
      status = now;
    }),
    client.activity$.subscribe((activity: unknown) => {
      const read = activity as Parameters<typeof readActivity>[0];
      if (read.type !== 'typing') seen.push(readActivity(read));
    }),
  ];
  if (!(await until(() => status === ONLINE, START_MS))) throw new Error("Microsoft's client did not come online");

  /** The id, or null for "retry". */
  const post = (body: object) =>
    new Promise<string | null>((resolve) => {
      client.postActivity(body as Activity).subscribe(
        (id) => resolve(id === 'retry' ? null : id),
        () => resolve(null),
      );
    });
  const outgoing = createOutgoing({
    dice,
    post: async (body) => {
      const id = await post(body);
      return id === null ? null : { status: 200, json: { id }, cookie: undefined, retryAfterMs: 0 };
    },
    insist: async (act) => {
      for (;;) {
        const answer = await act();
        if (answer) return answer;
        await pause(300 + dice.below(500));
      }
    },
  });
  return {
    kind: 'microsoft',
    conversationId,
    seen,
    said: outgoing.said,
    say: (line) => outgoing.say(line, randomUUID()),
    close: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
      client.end();
    },
  };
}
