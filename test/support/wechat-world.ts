/** The house beside a simulated WeChat: an account that is set up as an administrator would, and customers with phones. */
import type { Overrides } from '../../src/wire.ts';
import { openServerWorld, type ServerWorld } from './server-world.ts';
import { connect, DEMO_ACCOUNT } from './wechat-sim/connect.ts';
import { openSimFront, type SimFront } from './wechat-sim/front.ts';
import type { Entry, SimAccountOptions, SimOptions } from './wechat-sim/state.ts';

export type WeChatWorld = {
  world: ServerWorld;
  front: SimFront;
  inboxId: string;
  /** Waits until the transcript of a customer satisfies the question; throws with the transcript when it never does. */
  sees(openid: string, isThere: (entries: Entry[]) => boolean): Promise<Entry[]>;
  /** What the account said to the customer, oldest first. */
  heard(openid: string): string[];
  conversationOf(openid: string): Promise<string>;
  close(): Promise<void>;
};

type Given = {
  account?: Partial<SimAccountOptions>;
  sim?: Partial<SimOptions>;
  env?: Record<string, string>;
  overrides?: Overrides;
};

const PATIENCE_MS = 15_000;

export async function openWeChatWorld({ account, sim, env, overrides }: Given = {}): Promise<WeChatWorld> {
  const front = await openSimFront({ ...DEMO_ACCOUNT, ...account }, sim);
  const world = await openServerWorld({
    env: { WECHAT_API_BASE: front.url, BURST_WINDOW_MS: '0', FETCH_ALLOW: '127.0.0.0/8', ...env },
    overrides: { workers: true, ...overrides },
  });
  const inboxId = await connect(front, { base: world.url, cookie: world.admin.cookie });
  const { transcript } = front.account;
  return {
    world,
    front,
    inboxId,
    sees: async (openid, isThere) => {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
        if (isThere(transcript(openid))) return transcript(openid);
        await new Promise((resume) => setTimeout(resume, 25));
      }
      throw new Error(`never seen: ${JSON.stringify(transcript(openid), null, 1)}`);
    },
    heard: (openid) => transcript(openid).flatMap(({ from, text }) => (from === 'account' ? [text] : [])),
    conversationOf: async (openid) => {
      const found = await world.app.store.conversations.findByAddress(inboxId, openid);
      if (!found) throw new Error(`no conversation of ${openid}`);
      return found.id;
    },
    close: async () => {
      await world.close();
      await front.close();
    },
  };
}
