/** What every channel that pushes must keep, whatever stands on its other side; a channel's own file brings the other side. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerWorld } from './server-world.ts';

/** A house with one account of the channel that is set up and on. */
export type ChannelHarness = {
  world: ServerWorld;
  inboxId: string;
  /** A new customer; what they say reaches the house as the other side delivers it. */
  customer(): {
    address: string;
    say(text: string): Promise<void>;
    /** Said once, delivered more often, as a doubtful other side does. */
    sayTwice(text: string): Promise<void>;
    /** What they have been sent, oldest first. */
    heard(): string[];
  };
  close(): Promise<void>;
};

const QUESTION = '退货运费谁出？';
type Activity = {
  seq: number;
  author: { kind: string };
  text?: string;
  source?: { articleId: string; version: number };
  delivery: { state: string } | null;
};

export function channelSuite(name: string, open: () => Promise<ChannelHarness>): void {
  describe(`a channel that pushes: ${name}`, () => {
    let harness: ChannelHarness;
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(() => harness?.close());

    const cookie = () => harness.world.admin.cookie;
    const conversationOf = async (address: string) => {
      const found = await harness.world.app.store.conversations.findByAddress(harness.inboxId, address);
      if (!found) throw new Error('the customer has no conversation');
      return found.id;
    };
    const activities = async (id: string) => {
      const { json } = await harness.world.call('GET', `/api/v1/conversations/${id}/activities`, { cookie: cookie() });
      return json.items as Activity[];
    };

    it('answers a question once, with its source, and shows that the answer was delivered', async () => {
      const customer = harness.customer();
      await customer.say(QUESTION);
      await until(async () => customer.heard().length > 0);
      const id = await conversationOf(customer.address);
      await until(async () => (await activities(id)).some(({ delivery }) => delivery?.state === 'sent'));
      expect(customer.heard()).toHaveLength(1);
      const answer = (await activities(id)).find(({ author }) => author.kind === 'bot');
      expect(answer?.source?.articleId).toBeTruthy();
    });

    it('answers once what was delivered twice', async () => {
      const customer = harness.customer();
      await customer.sayTwice(QUESTION);
      await until(async () => customer.heard().length > 0);
      const id = await conversationOf(customer.address);
      const said = (await activities(id)).filter(({ author }) => author.kind === 'customer');
      expect(said).toHaveLength(1);
      expect(customer.heard()).toHaveLength(1);
    });

    it('gives the same article in the same version as the chat on the website', async () => {
      const customer = harness.customer();
      await customer.say(QUESTION);
      const { call } = harness.world;
      const opened = await call('POST', '/api/web/session', { body: { locale: 'zh-CN' } });
      const { conversationId, token } = opened.json as { conversationId: string; token: string };
      await call('POST', `/v3/directline/conversations/${conversationId}/activities`, {
        headers: { authorization: `Bearer ${token}` },
        body: { type: 'message', from: { id: 'me' }, text: QUESTION },
      });
      const sourceIn = async (id: string) => {
        const find = async () => (await activities(id)).find(({ source }) => source)?.source;
        await until(async () => (await find()) !== undefined);
        return find();
      };
      await until(async () => customer.heard().length > 0);
      expect(await sourceIn(await conversationOf(customer.address))).toEqual(await sourceIn(conversationId));
    });

    it('brings a colleague’s words to the customer in order, and each once', async () => {
      const customer = harness.customer();
      await customer.say('转人工');
      await until(async () => customer.heard().length > 0);
      const id = await conversationOf(customer.address);
      const { call } = harness.world;
      expect((await call('POST', `/api/v1/conversations/${id}/take-over`, { cookie: cookie(), body: {} })).status).toBe(
        200,
      );
      const texts = ['第一句', '第二句', '第三句'];
      for (const text of texts) {
        const body = { text, clientId: v7() };
        const path = `/api/v1/conversations/${id}/messages`;
        await Promise.all([0, 1].map(() => call('POST', path, { cookie: cookie(), body })));
      }
      const heard = () => customer.heard().flatMap((text) => texts.filter((one) => text.includes(one)));
      await until(async () => heard().length >= texts.length);
      expect(heard()).toEqual(texts);
    });

    it('is closed to a secret that was typed once: no answer shows it again', async () => {
      const { text, json } = await harness.world.call('GET', '/api/v1/inboxes', { cookie: cookie() });
      const inbox = (json.items as { id: string; secretsSet: string[] }[]).find(({ id }) => id === harness.inboxId);
      expect(inbox?.secretsSet.length).toBeGreaterThan(0);
      const [row] = await harness.world.app.store.db.query<{ secrets: Record<string, string> }>(
        'select secrets from inbox where id = $1',
        [harness.inboxId],
      );
      for (const sealed of Object.values(row?.secrets ?? {})) {
        expect(sealed).toMatch(/^v1\./);
        expect(text).not.toContain(sealed);
      }
    });
  });
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    if (await isTrue()) return;
    await new Promise((resume) => setTimeout(resume, 25));
  }
  throw new Error('it never came true');
}
