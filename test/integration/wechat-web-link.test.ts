/** A customer whose WeChat window is closed goes on in the web chat, by a link that opens once. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openWeChatWorld, type WeChatWorld } from '../support/wechat-world.ts';

const HOUR = 3_600_000;
let wechat: WeChatWorld;
let passed = 0;
beforeAll(async () => {
  const clock = () => new Date(Date.now() + passed);
  wechat = await openWeChatWorld({ sim: { deadlineMs: 1_000 }, overrides: { clock } });
});
afterAll(() => wechat?.close());

type Seen = { id: string; text?: string; from: { id: string; role: string } };
const admin = () => wechat.world.admin.cookie;
const api = (method: string, path: string, body?: unknown) =>
  wechat.world.call(method, `/api/v1/conversations/${path}`, { cookie: admin(), ...(body ? { body } : {}) });
const open = (body: unknown) => wechat.world.call('POST', '/api/web/session', { body });
const line = (method: string, path: string, token: unknown, body?: unknown) =>
  wechat.world.call(method, `/v3/directline/conversations/${path}`, {
    headers: { authorization: `Bearer ${token}` },
    ...(body ? { body } : {}),
  });

async function until<T>(look: () => Promise<T | null | undefined>): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resume) => setTimeout(resume, 25))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error('never came');
}

const deliveryOf = async (id: string, seq: number, state: string) =>
  until(async () => {
    const { json } = await api('GET', `${id}/activities?after=${seq - 1}&limit=1`);
    const delivery = (json.items as { delivery: { state: string } }[])[0]?.delivery;
    return delivery?.state === state ? delivery : null;
  });

/** A conversation in an agent's hands whose window has closed. */
async function closedWindow() {
  const openid = `o${v7().replaceAll('-', '')}`;
  const customer = wechat.front.account.customer(openid);
  customer.user.subscribed = true;
  await customer.say('转人工');
  await wechat.sees(openid, (entries) => entries.some(({ from }) => from === 'account'));
  const id = await wechat.conversationOf(openid);
  await api('POST', `${id}/take-over`, {});
  await wechat.world.app.store.ledger.close(wechat.inboxId, openid);
  const send = async (text: string) => Number((await api('POST', `${id}/messages`, { text, clientId: v7() })).json.seq);
  const link = async () => {
    const { status, json } = await api('POST', `${id}/web-link`);
    expect(status).toBe(200);
    const url = new URL(String(json.url));
    expect(url.pathname).toBe('/chat');
    return String(new URLSearchParams(url.hash.slice(1)).get('continue'));
  };
  return { openid, customer, id, send, link };
}

test('a link opens the same conversation once, both sides go on in it, and what was read arrives on WeChat no more', async () => {
  const { openid, customer, id, send, link } = await closedWindow();
  const held = await send('您的退款已到账');
  expect(await deliveryOf(id, held, 'held')).toEqual({ state: 'held', reason: 'WindowClosed' });
  const code = await link();
  const opened = await open({ continue: code });
  expect(opened.json).toMatchObject({ conversationId: id, resumed: true });
  const again = await open({ continue: code });
  expect([again.status, again.json]).toMatchObject([410, { error: { code: 'ChatLinkInvalid' } }]);

  const { token } = opened.json;
  const history = await line('GET', `${id}/activities`, token);
  const seen = history.json.activities as Seen[];
  expect(seen.map(({ text }) => text)).toEqual(expect.arrayContaining(['转人工', '您的退款已到账']));
  expect(history.text).not.toContain(openid);
  // Whoever only asked may never have got the answer: until the client says what it has, the message waits.
  expect(await deliveryOf(id, held, 'held')).toBeTruthy();
  await line('GET', `${id}/activities?watermark=${history.json.watermark}`, token);
  expect(await deliveryOf(id, held, 'sent')).toEqual({ state: 'sent', via: 'web' });

  const said = await line('POST', `${id}/activities`, token, { type: 'message', text: '收到了，谢谢' });
  expect(said.status).toBe(200);
  const { json } = await api('GET', `${id}/activities`);
  expect((json.items as { text?: string; author: { kind: string } }[]).at(-1)).toMatchObject({
    text: '收到了，谢谢',
    author: { kind: 'customer' },
  });
  const window = await api('GET', `${id}/window`);
  expect(window.json.window).toMatchObject({ remaining: 0 });

  const unread = await send('还有问题吗');
  await deliveryOf(id, unread, 'held');
  await customer.say('我回来了');
  await wechat.sees(openid, (entries) => entries.some(({ text }) => text === '还有问题吗'));
  expect(wechat.heard(openid)).not.toContain('您的退款已到账');

  const back = await open({ credential: opened.json.credential });
  expect(back.json).toMatchObject({ conversationId: id, resumed: true });
  const audit = await wechat.world.call('GET', `/api/v1/audit?object=${id}`, { cookie: admin() });
  const entries = audit.json.items as { action: string; actor: { kind: string } }[];
  expect(entries.map(({ action, actor }) => [action, actor.kind])).toEqual([
    ['conversation.linkOpened', 'nobody'],
    ['conversation.linkMade', 'agent'],
  ]);
  expect(audit.text).not.toContain(code);
});

test('what an open stream has brought is not sent again, and what came before the stream still waits', async () => {
  const { openid, id, send, link, customer } = await closedWindow();
  const before = await send('没看到的');
  await deliveryOf(id, before, 'held');
  const { token } = (await open({ continue: await link() })).json;
  const { json } = await line('GET', id, token);
  const socket = new WebSocket(String(json.streamUrl));
  const texts: string[] = [];
  socket.on('message', (data) => texts.push(data.toString()));
  try {
    await new Promise((resolve) => socket.once('open', resolve));
    const after = await send('在网页看到的');
    expect(await deliveryOf(id, after, 'sent')).toEqual({ state: 'sent', via: 'web' });
    expect(texts.join()).toContain('在网页看到的');
    expect(await deliveryOf(id, before, 'held')).toBeTruthy();
  } finally {
    socket.close();
  }
  await customer.say('在吗');
  await wechat.sees(openid, (entries) => entries.some(({ text }) => text === '没看到的'));
  expect(wechat.heard(openid)).not.toContain('在网页看到的');
});

test('a link opens no other conversation, and of two who open it at once one gets in', async () => {
  const [mine, other] = [await closedWindow(), await closedWindow()];
  const code = await mine.link();
  const both = await Promise.all([open({ continue: code }), open({ continue: code })]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
  const { token } = both.find(({ status }) => status === 200)?.json ?? {};
  for (const [method, path, body] of [
    ['GET', other.id, undefined],
    ['GET', `${other.id}/activities`, undefined],
    ['POST', `${other.id}/activities`, { type: 'message', text: '我是谁' }],
  ] as const)
    expect((await line(method, path, token, body)).status).toBe(403);
  const visitor = (await open({})).json;
  expect((await line('GET', `${mine.id}/activities`, visitor.token)).status).toBe(403);
  const webLink = await api('POST', `${visitor.conversationId}/web-link`);
  expect([webLink.status, webLink.problem.code]).toEqual([400, 'NotSupported']);
});

test('a code that was made up or is older than 72 hours opens nothing', async () => {
  const { link, id } = await closedWindow();
  const [early, late] = [await link(), await link()];
  for (const forged of ['', 'x'.repeat(43), id, `${early.slice(0, -1)}${early.endsWith('A') ? 'E' : 'A'}`])
    expect((await open({ continue: forged })).status).toBe(410);
  passed += 72 * HOUR - 60_000;
  expect((await open({ continue: early })).status).toBe(200);
  passed += 120_000;
  expect((await open({ continue: late })).status).toBe(410);
});
