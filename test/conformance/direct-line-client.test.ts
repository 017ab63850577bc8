/** Microsoft's own client, unmodified, in a browser's clothes: what it needs is more than what is described. */
import { createRequire } from 'node:module';
import type { Activity, DirectLine as Client, DirectLineOptions } from 'botframework-directlinejs';
import { JSDOM, VirtualConsole } from 'jsdom';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WebSession } from '../../src/contract/web.ts';
import { createClient, type Started, until, type Wire } from '../support/direct-line.ts';
import { type App, openApp } from '../support/direct-line-app.ts';
import { SHOP_ORIGIN } from '../support/direct-line-bare.ts';

type Library = { DirectLine: new (options: DirectLineOptions) => Client; ConnectionStatus: Record<string, number> };
const ONLINE = 2;
const EXPIRED = 3;

let library: Library;
let app: App;
let passed = 0;
const open: (() => void)[] = [];

/** The client looks for a browser when it is loaded; its refresh of fifteen minutes comes after less than a second. */
function dressAsBrowser(): void {
  const { window } = new JSDOM('', {
    url: `${SHOP_ORIGIN}/`,
    pretendToBeVisual: true,
    // It would print every cut connection.
    virtualConsole: new VirtualConsole(),
  });
  const own = { window, self: window, XMLHttpRequest: window.XMLHttpRequest, WebSocket: window.WebSocket };
  Object.assign(globalThis, own, { FormData: window.FormData, Blob: window.Blob });
  for (const world of [globalThis, window] as { setInterval: (...given: unknown[]) => unknown }[]) {
    const patient = world.setInterval.bind(world);
    world.setInterval = (act, ms, ...rest) => patient(act, Number(ms) >= 60_000 ? Number(ms) / 1_000 : ms, ...rest);
  }
}

beforeAll(async () => {
  app = await openApp({ clock: () => new Date(Date.now() + passed * 1_000) });
  const { fetch: realFetch, FormData: RealForm, Blob: RealBlob } = globalThis;
  dressAsBrowser();
  library = createRequire(import.meta.url)('botframework-directlinejs') as Library;
  Object.assign(globalThis, { fetch: realFetch, FormData: RealForm, Blob: RealBlob });
});
afterAll(() => app.close());
afterEach(() => {
  for (const close of open.splice(0)) close();
});

type Seen = { client: Client; activities: Wire[]; statuses: number[]; messages(): Wire[] };

/** A page with the client on it. */
function openPage(options: Partial<DirectLineOptions>): Seen {
  const client = new library.DirectLine({
    domain: app.base,
    timeout: 1_000,
    random: () => -0.24,
    ...options,
  } as DirectLineOptions);
  const seen: Seen = {
    client,
    activities: [],
    statuses: [],
    messages: () => seen.activities.filter(({ type }) => type !== 'typing'),
  };
  const subscriptions = [
    client.connectionStatus$.subscribe((status) => seen.statuses.push(status)),
    client.activity$.subscribe({
      next: (activity: unknown) => seen.activities.push(activity as Wire),
      error: () => {},
    }),
  ];
  open.push(() => {
    for (const subscription of subscriptions) subscription.unsubscribe();
    client.end();
  });
  return seen;
}
const online = (page: Seen) => until('the client to be online', () => page.statuses.at(-1) === ONLINE);
const post = ({ client }: Seen, activity: object) =>
  new Promise<string>((resolve) => {
    client
      .postActivity({ from: { id: 'page' }, ...activity } as Activity)
      .subscribe({ next: resolve, error: () => resolve('retry') });
  });
const hello = (text = '你好') => ({ type: 'message', text, channelData: { clientActivityID: crypto.randomUUID() } });
/** Like a page that does not give up: the same message until it has an id. */
async function persist(page: Seen, activity: object): Promise<string> {
  return until('a post to go through', async () => {
    const id = await post(page, activity);
    return id !== 'retry' && id;
  });
}
const newToken = () => createClient(app.base).generate(app.secret);
const historyOf = async (chat: Pick<Started, 'conversationId' | 'token'>) =>
  (await createClient(app.base).history(chat)).activities;
/** The page has each activity of the history once, in order, and nothing else. */
async function expectAll(page: Seen, chat: Pick<Started, 'conversationId' | 'token'>): Promise<void> {
  const idsOf = (activities: Wire[]) => activities.map(({ id }) => id).join();
  await until('the page to have all', async () => {
    const [before, after] = [await historyOf(chat), await historyOf(chat)];
    return idsOf(before) === idsOf(after) && page.messages().length >= after.length;
  }).catch(() => {});
  expect(page.messages().map(({ id }) => id)).toEqual((await historyOf(chat)).map(({ id }) => id));
}

describe.each([
  ['by WebSocket', { webSocket: true }],
  ['by polling', { webSocket: false, pollingInterval: 200 }],
])('Microsoft’s client %s', (_name, transport) => {
  test('comes online, hears its own message and the reply, each once', async () => {
    const chat = await newToken();
    const page = openPage({ ...transport, token: chat.token });
    await online(page);
    const id = await post(page, hello());
    await until('a reply', () => page.activities.find(({ replyToId }) => replyToId === id));
    expect(page.activities.filter((activity) => activity.id === id)).toMatchObject([
      { text: '你好', from: { role: 'user' } },
    ]);
    await expectAll(page, chat);
    expect(await new Promise((resolve) => page.client.getSessionId().subscribe(resolve))).toMatch(/\w+/);
  });

  test('given a conversation instead of a start is greeted once, and uploads a file', async () => {
    const chat = await newToken();
    const page = openPage({ ...transport, token: chat.token, conversationId: chat.conversationId });
    await until('the greeting', () => page.messages().length > 0);
    const png =
      'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const attachments = [{ contentType: 'image/png', contentUrl: png, name: '照片.png' }];
    const { Blob: plainBlob, FormData: plainForm } = globalThis;
    Object.assign(globalThis, { Blob: globalThis.window.Blob, FormData: globalThis.window.FormData });
    const id = await post(page, { ...hello('看图'), attachments }).finally(() =>
      Object.assign(globalThis, { Blob: plainBlob, FormData: plainForm }),
    );
    const echo = await until('the file', () => page.activities.find((activity) => activity.id === id));
    expect(echo).toMatchObject({ text: '看图', attachments: [{ contentType: 'image/png', name: '照片.png' }] });
    const bytes = Buffer.from(await (await fetch(echo.attachments?.[0]?.contentUrl ?? '')).arrayBuffer());
    expect(bytes.toString('base64')).toBe(png.split(',')[1]);
    await expectAll(page, chat);
    const before = page.messages().findIndex((activity) => activity.id === id);
    expect(page.messages().slice(0, before)).toMatchObject([{ type: 'message', from: { role: 'bot' } }]);
  });

  test('whose token has expired says so, and goes on in the same conversation with a new one', async () => {
    const ask = async (body: object = {}) =>
      (await createClient(app.base).request<WebSession>('POST', `${app.origin}/api/web/session`, { body })).body;
    const session = await ask();
    const page = openPage({ ...transport, token: session.token, conversationId: session.conversationId });
    await online(page);
    const before = await post(page, hello());
    passed += 3_700;
    await until('the client to notice', async () => {
      await post(page, hello());
      return page.statuses.includes(EXPIRED);
    });
    const fresh = await ask({ credential: session.credential });
    const watermark = (page.client as unknown as { watermark: string }).watermark;
    const path = `/conversations/${fresh.conversationId}?watermark=${watermark}`;
    const { body } = await createClient(app.base).request<Started>('GET', path, { as: fresh.token });
    page.client.reconnect(body as unknown as Parameters<Client['reconnect']>[0]);
    const after = await persist(page, hello('我回来了'));
    await until('the message', () => page.activities.find(({ id }) => id === after));
    expect(fresh.conversationId).toBe(session.conversationId);
    // The client itself opens a second stream after this, beside the one it has: what counts is that nothing is missing.
    const ids = () => [...new Set(page.messages().map(({ id }) => id))].sort();
    await until('all', async () => ids().join() === (await historyOf(fresh)).map(({ id }) => id).join());
    expect(ids()).toContain(before);
  });
});

test('the client sees a colleague typing', async () => {
  const chat = await newToken();
  const page = openPage({ token: chat.token });
  await online(page);
  await until('the greeting', () => page.messages().length > 0);
  app.agentTypes(chat.conversationId);
  const typing = await until('typing', () =>
    page.activities.find(({ type, from }) => type === 'typing' && from.name === '小李'),
  );
  expect(typing.from.role).toBe('bot');
});

test('the client refreshes its token, and the new one works', async () => {
  const chat = await newToken();
  const page = openPage({ token: chat.token });
  await online(page);
  const tokenOf = () => (page.client as unknown as { token: string }).token;
  const started = tokenOf();
  await until('a fresh token', () => tokenOf() !== started);
  const id = await post(page, hello());
  await until('the message', () => page.activities.find((activity) => activity.id === id));
});

describe('nothing is lost and nothing doubled', () => {
  test('over sixty messages and eight cuts, after a reload, and over a restart of the server', async () => {
    const chat = await newToken();
    let page = openPage({ token: chat.token });
    await online(page);
    app.network.cut();
    for (let number = 0; number < 60; number++) {
      const sent = persist(page, hello(`第 ${number} 句：你好`));
      if (number % 8 === 3) app.network.cut();
      await sent;
      if (number % 8 === 7) app.network.cut();
    }
    await expectAll(page, chat);
    const mine = page
      .messages()
      .filter(({ from }) => from.role === 'user')
      .map(({ text }) => text);
    expect(mine).toEqual(Array.from({ length: 60 }, (_, number) => `第 ${number} 句：你好`));

    const { conversationId, token } = chat;
    const { watermark } = page.client as unknown as { watermark: string };
    for (const close of open.splice(0)) close();
    const fromStart = openPage({ token, conversationId, watermark: '0' });
    page = openPage({ token, conversationId, watermark });
    await expectAll(fromStart, chat);
    expect(page.messages()).toEqual([]);

    app.network.refuse(true);
    app.network.cut();
    await app.restart();
    app.network.refuse(false);
    const id = await persist(fromStart, hello('重启以后'));
    await until('the message', () => page.activities.find((activity) => activity.id === id));
    await expectAll(fromStart, chat);
  });
});
