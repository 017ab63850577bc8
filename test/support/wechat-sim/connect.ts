/** Sets up the simulator's account in a running server, as an administrator would: an inbox, its keys, its URL. */
import type { SimFront } from './front.ts';
import type { SimAccountOptions } from './state.ts';

/** The account of the demo; nothing about it is secret, it exists on this machine only. */
export const DEMO_ACCOUNT: SimAccountOptions = {
  appId: 'wx5a1e0d3m0c0ffee1',
  secret: '0123456789abcdef0123456789abcdef',
  token: 'zhikeSimulator',
  aesKey: 'ZhikeSimulatorZhikeSimulatorZhikeSimulator1',
  mode: 'safe',
  format: 'xml',
  kind: 'service',
  originalId: 'gh_zhike000001',
  name: '知客示例店',
  callbackUrls: [],
};

/** A menu for the phone, of the three kinds that shops use. */
const DEMO_MENU = {
  button: [
    { type: 'click', name: '怎么退货', key: '怎么退货？' },
    {
      name: '售后',
      sub_button: [
        { type: 'click', name: '退款进度', key: '退款多久到账？' },
        { type: 'click', name: '开发票', key: '怎么开发票？' },
      ],
    },
    { type: 'click', name: '人工客服', key: '转人工' },
  ],
};

export type Admin = { base: string; cookie: string };
type Answer = { status: number; json: Record<string, unknown>; cookie: string };

/** As the console asks: with its origin and its header. */
export async function askAsAdmin(
  { base, cookie }: Admin,
  call: { method: string; path: string; body?: unknown },
): Promise<Answer> {
  const response = await fetch(base + call.path, {
    method: call.method,
    headers: { origin: base, 'x-zhike': '1', cookie, 'content-type': 'application/json' },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${call.method} ${call.path} answered ${response.status}: ${text.slice(0, 300)}`);
  const set = response.headers.getSetCookie().find((line) => /^(__Host-)?zhike=/.test(line));
  return { status: response.status, json: text ? JSON.parse(text) : {}, cookie: set?.split(';', 1)[0] ?? cookie };
}

/** Signs in with the one-time link that a fresh server prints, and sets a password. */
export async function signInByLink(base: string, link: string, newPassword: string): Promise<Admin> {
  const code = new URLSearchParams(new URL(link).hash.slice(1)).get('code');
  const first = await askAsAdmin({ base, cookie: '' }, { method: 'POST', path: '/api/v1/auth/link', body: { code } });
  const admin = { base, cookie: first.cookie };
  const { cookie } = await askAsAdmin(admin, { method: 'PATCH', path: '/api/v1/me', body: { newPassword } });
  return { base, cookie };
}

export async function signIn(base: string, given: { email: string; password: string }): Promise<Admin> {
  const { cookie } = await askAsAdmin(
    { base, cookie: '' },
    { method: 'POST', path: '/api/v1/auth/sign-in', body: given },
  );
  return { base, cookie };
}

/** Adds the account as an inbox, switches it on and lets WeChat check the URL; `bases` are all servers behind it. */
export async function connect(front: SimFront, admin: Admin, bases: readonly string[] = [admin.base]): Promise<string> {
  const { account, verifyUrl } = front.account;
  const settings = {
    kind: account.kind,
    mode: account.mode,
    appId: account.appId,
    secret: account.secret,
    token: account.token,
    aesKey: account.aesKey ?? '',
  };
  const { id, version } = await inboxNamed(account.name, admin);
  const body = { version, enabled: true, settings };
  await askAsAdmin(admin, { method: 'PATCH', path: `/api/v1/inboxes/${id}`, body });
  account.callbackUrls = bases.map((base) => `${base}/webhooks/wechat/${id}`);
  account.menu = DEMO_MENU;
  if (!(await verifiedSoon(verifyUrl))) throw new Error('The server did not answer the check of the URL.');
  return id;
}

/** The one that an earlier run left, or a new one. */
async function inboxNamed(name: string, admin: Admin): Promise<{ id: string; version: number }> {
  type Shown = { id: string; version: number; channel: string; name: string };
  const { json } = await askAsAdmin(admin, { method: 'GET', path: '/api/v1/inboxes' });
  const known = (json.items as Shown[]).find((inbox) => inbox.channel === 'wechat' && inbox.name === name);
  if (known) return known;
  const body = { channel: 'wechat', name };
  return (await askAsAdmin(admin, { method: 'POST', path: '/api/v1/inboxes', body })).json as Shown;
}

/** Another process may take a moment to hear of the new inbox. */
async function verifiedSoon(verify: (get: (url: string) => Promise<string>) => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 40; attempt++) {
    if (await verify(async (url) => (await fetch(url)).text())) return true;
    await new Promise((resume) => setTimeout(resume, 250));
  }
  return false;
}
