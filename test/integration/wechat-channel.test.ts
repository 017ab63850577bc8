/** A customer on WeChat, from the callback to the answer in the chat, beside a faithful fake of Tencent's side. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { Llm } from '../../src/ports.ts';
import { wire } from '../../src/wire.ts';
import { silentLog } from '../support/engines.ts';
import { createTestDatabase, postgresUrl } from '../support/services.ts';
import { openWeChatWorld, type WeChatWorld } from '../support/wechat-world.ts';

const QUESTION = '退货运费谁出？';

describe('a verified service account', () => {
  let wechat: WeChatWorld;
  beforeAll(async () => {
    wechat = await openWeChatWorld({ sim: { deadlineMs: 1_000 } });
  });
  afterAll(() => wechat?.close());
  const customer = () => {
    const openid = `o${v7().replaceAll('-', '')}`;
    const driver = wechat.front.account.customer(openid);
    driver.user.subscribed = true;
    return { openid, ...driver };
  };

  test('a question is answered once in the chat, with its source, and costs one of five', async () => {
    const { openid, say } = customer();
    await say(QUESTION);
    const seen = await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
    const answer = seen.find(({ from }) => from === 'account');
    expect(answer).toMatchObject({ via: 'custom', type: 'text' });
    expect(answer?.text).toContain('依据');
    expect(wechat.front.account.quotaLeft(openid)).toBe(4);
    const id = await wechat.conversationOf(openid);
    const { json } = await wechat.world.call('GET', `/api/v1/conversations/${id}/window`, {
      cookie: wechat.world.admin.cookie,
    });
    expect(json.window).toMatchObject({ remaining: 4, forBot: 3 });
  });

  test('a customer is answered once even when WeChat pushes three times', async () => {
    const { openid, say } = customer();
    wechat.front.sim.setFault('response-lost', 2);
    const key = await say(QUESTION);
    await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
    expect(wechat.front.account.deliveries(key)).toHaveLength(3);
    expect(wechat.heard(openid)).toHaveLength(1);
  });

  test('whoever follows is greeted with choices, and a tap on one is understood', async () => {
    const { openid, follow, tapMsgMenu } = customer();
    await follow();
    const greeted = await wechat.sees(openid, (entries) => entries.some(({ type }) => type === 'msgmenu'));
    expect(greeted.filter(({ from }) => from === 'account')).toHaveLength(1);
    await tapMsgMenu(0);
    await wechat.sees(openid, (entries) => entries.filter(({ from }) => from === 'account').length > 1);
    expect(wechat.heard(openid).at(-1)).toContain('依据');
  });

  test('whoever leaves gets nothing more, and what waited for them is shown as not sent', async () => {
    const { openid, say, unfollow, follow } = customer();
    await say(QUESTION);
    await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
    await unfollow();
    const id = await wechat.conversationOf(openid);
    const { cookie } = wechat.world.admin;
    await wechat.world.call('POST', `/api/v1/conversations/${id}/take-over`, { cookie, body: {} });
    const said = await wechat.world.call('POST', `/api/v1/conversations/${id}/messages`, {
      cookie,
      body: { text: '还在吗', clientId: v7() },
    });
    expect(await settled(id, Number(said.json.seq))).toEqual({ state: 'failed', reason: 'Unsubscribed' });
    await follow();
    const retried = await wechat.world.call('POST', `/api/v1/conversations/${id}/messages/${said.json.seq}/retry`, {
      cookie,
      body: {},
    });
    expect(retried.json.delivery).toEqual({ state: 'pending' });
    await wechat.sees(openid, (entries) => entries.some(({ text }) => text === '还在吗'));
  });

  test('a person’s words wait when the window is used up, and go when the customer writes again', async () => {
    const { openid, say } = customer();
    await say('转人工');
    await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
    const id = await wechat.conversationOf(openid);
    const { cookie } = wechat.world.admin;
    await wechat.world.call('POST', `/api/v1/conversations/${id}/take-over`, { cookie, body: {} });
    let last = 0;
    for (const n of [1, 2, 3, 4, 5]) {
      const said = await wechat.world.call('POST', `/api/v1/conversations/${id}/messages`, {
        cookie,
        body: { text: `第${n}条`, clientId: v7() },
      });
      last = Number(said.json.seq);
    }
    expect(await settled(id, last)).toEqual({ state: 'held', reason: 'QuotaUsed' });
    expect(wechat.heard(openid).filter((text) => text.startsWith('第'))).toEqual(['第1条', '第2条', '第3条', '第4条']);
    // WeChat writes whole seconds: within one, nobody knows which came first, and the ledger assumes the worse.
    const second = Math.floor(Date.now() / 1_000);
    await until(async () => Math.floor(Date.now() / 1_000) > second);
    await say('好的');
    await wechat.sees(openid, (entries) => entries.some(({ text }) => text === '第5条'));
    expect(wechat.front.account.apiCalls().some(({ errcode }) => errcode === 45047)).toBe(false);
  });

  test('a picture is fetched, judged by its bytes and kept before WeChat forgets it', async () => {
    const { openid, sendImage } = customer();
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await sendImage({ contentType: 'image/png', filename: 'a.png', bytes: png }, wechat.front.url);
    const id = await wechat.conversationOf(openid);
    const { cookie } = wechat.world.admin;
    await until(async () => {
      const { json } = await wechat.world.call('GET', `/api/v1/conversations/${id}/activities`, { cookie });
      const items = json.items as { attachments?: { contentType: string; contentUrl?: string }[] }[];
      const file = items.flatMap(({ attachments = [] }) => attachments)[0];
      if (file?.contentType !== 'image/png' || !file.contentUrl) return false;
      const got = await fetch(wechat.world.url + file.contentUrl, { headers: { cookie } });
      return got.status === 200 && Buffer.from(await got.arrayBuffer()).equals(png);
    });
  });

  test('a send whose answer is lost is shown as unknown and never repeated by itself; a person may repeat it', async () => {
    const { openid, say } = customer();
    await say('转人工');
    await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
    const id = await wechat.conversationOf(openid);
    const { cookie } = wechat.world.admin;
    await wechat.world.call('POST', `/api/v1/conversations/${id}/take-over`, { cookie, body: {} });
    wechat.front.sim.setFault('send-lost-after-delivery', 1);
    const said = await wechat.world.call('POST', `/api/v1/conversations/${id}/messages`, {
      cookie,
      body: { text: '只说一次', clientId: v7() },
    });
    const seq = Number(said.json.seq);
    expect(await settled(id, seq)).toMatchObject({ state: 'unknown' });
    expect(wechat.heard(openid).filter((text) => text === '只说一次')).toHaveLength(1);
    const path = `/api/v1/conversations/${id}/messages/${seq}/retry`;
    const asked = await wechat.world.call('POST', path, { cookie, body: {} });
    expect([asked.status, asked.problem.code]).toEqual([409, 'MayHaveArrived']);
    await wechat.world.call('POST', path, { cookie, body: { evenIfSent: true } });
    await wechat.sees(openid, (entries) => entries.filter(({ text }) => text === '只说一次').length === 2);
  });

  test('a token that is revoked under way costs one refresh and no message', async () => {
    const { openid, say } = customer();
    wechat.front.sim.setFault('token-revoked', 1);
    await say(QUESTION);
    await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
    expect(wechat.heard(openid)).toHaveLength(1);
  });

  test('a report of where someone is starts no turn and makes no conversation; a place that was sent is answered', async () => {
    const { openid, reportLocation, viewMenu, sendLocation } = customer();
    await reportLocation();
    expect(await wechat.world.app.store.conversations.findByAddress(wechat.inboxId, openid)).toBeNull();
    await viewMenu('https://shop.test/');
    await sendLocation({ latitude: 31.2, longitude: 121.4, label: '上海市' });
    await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
  });

  test('when the window is closed the customer is asked back once by a template, and the words wait', async () => {
    const { openid, say } = customer();
    await say('转人工');
    await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
    const { cookie } = wechat.world.admin;
    const { json } = await wechat.world.call('GET', '/api/v1/inboxes', { cookie });
    const inbox = (json.items as { id: string; version: number; settings: object }[]).find(
      ({ id }) => id === wechat.inboxId,
    );
    const notice = { kind: 'template', templateId: 'T-1', fields: [{ name: 'thing1', value: '{shop}有新回复' }] };
    const changed = await wechat.world.call('PATCH', `/api/v1/inboxes/${wechat.inboxId}`, {
      cookie,
      body: { version: inbox?.version, settings: { ...inbox?.settings, notice } },
    });
    expect(changed.status).toBe(200);
    await wechat.world.app.store.ledger.close(wechat.inboxId, openid);
    const id = await wechat.conversationOf(openid);
    await wechat.world.call('POST', `/api/v1/conversations/${id}/take-over`, { cookie, body: {} });
    const send = (text: string) =>
      wechat.world.call('POST', `/api/v1/conversations/${id}/messages`, { cookie, body: { text, clientId: v7() } });
    const said = await send('请看订单');
    expect(await settled(id, Number(said.json.seq))).toEqual({ state: 'held', reason: 'NoticeSent' });
    await send('还有一句');
    const seen = await wechat.sees(openid, (entries) => entries.some(({ via }) => via === 'template'));
    expect(seen.filter(({ via }) => via === 'template')).toHaveLength(1);
    const told = JSON.stringify(seen.find(({ via }) => via === 'template'));
    expect(told).toContain('有新回复');
    const code = /\/chat#continue=([\w-]{43})"/.exec(told)?.[1];
    const opened = await wechat.world.call('POST', '/api/web/session', { body: { continue: code } });
    expect(opened.json).toMatchObject({ conversationId: id });
    expect(wechat.heard(openid)).not.toContain('请看订单');
    await say('我来了');
    await wechat.sees(openid, (entries) => entries.some(({ text }) => text === '还有一句'));
    expect(wechat.heard(openid).slice(-2)).toEqual(['请看订单', '还有一句']);
  });

  const settled = async (id: string, seq: number) => {
    let delivery: { state: string; reason?: string } = { state: '' };
    await until(async () => {
      const { json } = await wechat.world.call(
        'GET',
        `/api/v1/conversations/${id}/activities?after=${seq - 1}&limit=1`,
        { cookie: wechat.world.admin.cookie },
      );
      delivery = (json.items as { delivery: typeof delivery }[])[0]?.delivery ?? delivery;
      return !['pending', 'sending', ''].includes(delivery.state);
    });
    return delivery;
  };
});

describe('an account that was never verified', () => {
  test('answers inside the callback, within WeChat’s five seconds', async () => {
    const wechat = await openWeChatWorld({ account: { kind: 'unverified' } });
    try {
      const openid = 'oUnverified';
      const driver = wechat.front.account.customer(openid);
      driver.user.subscribed = true;
      const key = await driver.say(QUESTION);
      const seen = await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
      expect(seen.find(({ from }) => from === 'account')).toMatchObject({ via: 'passive' });
      expect(wechat.front.account.deliveries(key)).toHaveLength(1);
      expect(wechat.front.account.apiCalls().filter(({ path }) => path.endsWith('custom/send'))).toEqual([]);
    } finally {
      await wechat.close();
    }
  });
});

test('an answer that takes longer than one callback comes with WeChat’s next attempt', async () => {
  const slow: Llm = {
    model: 'slow',
    word: async ({ answer }) => {
      await new Promise((resume) => setTimeout(resume, 6_000));
      return { ok: true, text: answer };
    },
  };
  const wechat = await openWeChatWorld({ account: { kind: 'unverified' }, overrides: { llm: slow } });
  try {
    const driver = wechat.front.account.customer('oSlow');
    driver.user.subscribed = true;
    const key = await driver.say('你们几点上班');
    const attempts = wechat.front.account.deliveries(key).map(({ outcome }) => outcome);
    expect(attempts).toEqual(['timeout', 'reply']);
    expect(wechat.heard('oSlow')).toHaveLength(1);
    expect(wechat.front.account.transcript('oSlow').some(({ from }) => from === 'notice')).toBe(false);
  } finally {
    await wechat.close();
  }
}, 30_000);

test('a Mini Program’s customer messages come as JSON too, are greeted and answered', async () => {
  const wechat = await openWeChatWorld({ account: { kind: 'miniprogram', format: 'json' } });
  try {
    const driver = wechat.front.account.customer('oMini');
    await driver.enterSession('order');
    await wechat.sees('oMini', (entries) => entries.some(({ from }) => from === 'account'));
    await driver.say(QUESTION);
    await wechat.sees('oMini', (entries) => entries.filter(({ from }) => from === 'account').length > 1);
    expect(wechat.front.account.apiCalls().filter(({ errcode }) => errcode !== 0)).toEqual([]);
    expect(wechat.front.account.transcript('oMini').every(({ type }) => type === 'text')).toBe(true);
  } finally {
    await wechat.close();
  }
});

describe.skipIf(postgresUrl() === null)('two processes on one database', () => {
  test('behind one account answer each customer once, whichever of them a push reaches, and share one token', async () => {
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.url, SECRET_KEY: 'as long as a secret must be' };
    const wechat = await openWeChatWorld({ env });
    const dataDir = mkdtempSync(join(tmpdir(), 'zhike-'));
    const second = await wire(
      readConfig({ PORT: '0', DATA_DIR: dataDir, WECHAT_API_BASE: wechat.front.url, BURST_WINDOW_MS: '0', ...env }),
      { log: silentLog },
    );
    const { account } = wechat.front.account;
    account.callbackUrls = [...account.callbackUrls, `${await second.listen()}/webhooks/wechat/${wechat.inboxId}`];
    wechat.front.sim.setFault('duplicate', Number.POSITIVE_INFINITY);
    try {
      const customers = Array.from({ length: 20 }, (_, n) => {
        const driver = wechat.front.account.customer(`oTwo${n}`);
        driver.user.subscribed = true;
        return driver;
      });
      await Promise.all(customers.map((customer) => customer.say(QUESTION)));
      for (const { user } of customers)
        await wechat.sees(user.openid, (entries) => entries.some(({ from }) => from === 'account'));
      await until(async () => {
        const open = await second.store.db.query(`select 1 from outbox where state in ('pending', 'sending')`);
        return open.length === 0;
      });
      expect(customers.map(({ user }) => wechat.heard(user.openid).length)).toEqual(customers.map(() => 1));
      expect(account.apiCalls.filter(({ path }) => path.endsWith('stable_token'))).toHaveLength(1);
      expect(account.apiCalls.filter(({ errcode }) => errcode !== 0)).toEqual([]);
    } finally {
      await second.close();
      await wechat.close();
      rmSync(dataDir, { recursive: true, force: true });
      await database.drop();
    }
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    if (await isTrue()) return;
    await new Promise((resume) => setTimeout(resume, 25));
  }
  throw new Error('it never came true');
}
