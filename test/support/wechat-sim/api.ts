/** WeChat's API as the simulator answers it: its check order, its codes, always status 200. */
import { ApiError, type ApiRequest, type ApiResponse, type Call } from './api-call.ts';
import { grantMedia, uploadMedia } from './media.ts';
import { sendMessage, sendNotice, sendTyping } from './send.ts';
import { nowOf, randomText, type Sim, type SimAccount, strikes } from './state.ts';
import { checkToken, plainToken, revokeTokens, stableToken } from './tokens.ts';

type Fail = { errcode: number; errmsg: string };
type Handler = (call: Call) => Record<string, unknown> | ApiResponse | Promise<Record<string, unknown> | ApiResponse>;

const ROUTES: Record<string, { method: 'GET' | 'POST' | null; handle: Handler }> = {
  '/cgi-bin/message/custom/send': { method: 'POST', handle: sendMessage },
  '/cgi-bin/message/custom/typing': { method: 'POST', handle: sendTyping },
  '/cgi-bin/message/custom/business/typing': { method: 'POST', handle: sendTyping },
  '/cgi-bin/message/template/send': { method: 'POST', handle: (call) => sendNotice(call, 'template') },
  '/cgi-bin/message/subscribe/bizsend': { method: 'POST', handle: (call) => sendNotice(call, 'subscribe') },
  '/cgi-bin/media/upload': { method: 'POST', handle: uploadMedia },
  '/cgi-bin/media/get': { method: 'GET', handle: grantMedia },
  '/cgi-bin/media/get/jssdk': { method: 'GET', handle: grantMedia },
  '/cgi-bin/user/info': { method: 'GET', handle: userInfo },
  '/cgi-bin/menu/create': { method: 'POST', handle: createMenu },
  '/cgi-bin/menu/get': { method: 'GET', handle: readMenu },
  '/cgi-bin/menu/delete': { method: 'GET', handle: deleteMenu },
  '/cgi-bin/clear_quota': { method: 'POST', handle: clearQuota },
  '/cgi-bin/get_api_domain_ip': { method: 'GET', handle: () => ({ ip_list: ['127.0.0.1'] }) },
  '/cgi-bin/getcallbackip': { method: 'GET', handle: () => ({ ip_list: ['127.0.0.1', '127.0.0.2'] }) },
};

export async function handleApi(sim: Sim, request: ApiRequest): Promise<ApiResponse> {
  let account: SimAccount | null = null;
  try {
    const route = ROUTES[request.path];
    if (request.path === '/cgi-bin/token' || request.path === '/cgi-bin/stable_token') {
      account = credentialsOf(sim, request);
      return logged(sim, { account, request, answer: tokenAnswer(sim, account, request) });
    }
    if (!route) throw new ApiError(40066, 'invalid url');
    if (route.method === 'POST' && request.method !== 'POST') throw new ApiError(43002, 'require POST method');
    if (route.method === 'GET' && request.method !== 'GET') throw new ApiError(43001, 'require GET method');
    // A refused call is the account's too, where the token tells whose.
    account = checkToken(sim, request.query.get('access_token')).account;
    account = accountOf(sim, request);
    const call: Call = { sim, account, request, json: () => jsonOf(request.body) };
    return logged(sim, { account, request, answer: await route.handle(call) });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return logged(sim, { account, request, answer: { errcode: error.errcode, errmsg: error.message } });
  }
}

function accountOf(sim: Sim, request: ApiRequest): SimAccount {
  const given = request.query.get('access_token');
  const known = checkToken(sim, given).account;
  if (known && strikes(sim, 'token-revoked')) revokeTokens(sim, known);
  const { account, errcode } = checkToken(sim, given);
  if (errcode === 41001) throw new ApiError(errcode, 'access_token missing');
  if (errcode === 42001) throw new ApiError(errcode, 'access_token expired');
  if (errcode === 40001 || !account)
    throw new ApiError(
      40001,
      'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
    );
  checkAddress(account, request);
  if (account.callsLeft-- <= 0) throw new ApiError(45009, 'reach max api daily quota limit');
  return account;
}

function checkAddress(account: SimAccount, { ip }: ApiRequest): void {
  if (account.ipAllow && !account.ipAllow.includes(ip)) throw new ApiError(40164, `invalid ip ${ip}, not in whitelist`);
}

function credentialsOf(sim: Sim, request: ApiRequest): SimAccount {
  const stable = request.path.endsWith('stable_token');
  if (stable && request.method !== 'POST') throw new ApiError(43002, 'require POST method');
  const given = stable ? jsonOf(request.body) : Object.fromEntries(request.query);
  if (given.grant_type !== 'client_credential') throw new ApiError(40002, 'invalid grant_type');
  const account = sim.accounts.get(String(given.appid ?? ''));
  if (!account) throw new ApiError(40013, 'invalid appid');
  if (given.secret !== account.secret) throw new ApiError(given.secret ? 40125 : 41004, 'invalid appsecret');
  checkAddress(account, request);
  return account;
}

function tokenAnswer(sim: Sim, account: SimAccount, request: ApiRequest): Record<string, unknown> {
  if (request.path === '/cgi-bin/token') return plainToken(sim, account);
  return stableToken(sim, account, jsonOf(request.body).force_refresh === true);
}

/** A `\u` escape is refused as such; the body must be raw UTF-8. */
function jsonOf(body: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(body).toString('utf8');
  const escaped = /\\u[0-9a-f]{4}/i.exec(text);
  if (escaped)
    throw new ApiError(
      40033,
      `invalid charset. please check your request, if include \\uxxxx will create fail! hint: [${escaped[0]}]`,
    );
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Said below, as for a body that is no object.
  }
  throw new ApiError(47001, 'data format error');
}

function logged(
  sim: Sim,
  {
    account,
    request,
    answer,
  }: { account: SimAccount | null; request: ApiRequest; answer: Record<string, unknown> | ApiResponse },
): ApiResponse {
  const lost = 'lost' in answer;
  const code =
    !('bytes' in answer) && !lost && 'errcode' in answer
      ? (answer as Fail)
      : { errcode: 0, errmsg: lost ? 'answer lost' : 'ok' };
  const errmsg = code.errcode === 0 ? code.errmsg : `${code.errmsg} rid: ${rid(sim)}`;
  account?.apiCalls.push({
    at: nowOf(sim),
    method: request.method,
    path: request.path,
    errcode: code.errcode,
    errmsg,
    openid: openidIn(request),
    detail: account && request.path.endsWith('send') ? Buffer.from(request.body).toString('utf8').slice(0, 500) : '',
  });
  sim.options.onChange();
  if (lost || 'bytes' in answer) return answer as ApiResponse;
  return { json: 'errcode' in answer ? { ...answer, errmsg } : (answer as Record<string, unknown>) };
}

function openidIn({ query, body }: ApiRequest): string | null {
  return (
    query.get('openid') ??
    /"touser"\s*:\s*"([^"]{1,64})"/.exec(Buffer.from(body.subarray(0, 400)).toString('utf8'))?.[1] ??
    null
  );
}

function rid(sim: Sim): string {
  return [8, 8, 8].map((length) => randomText(sim, length, '0123456789abcdef')).join('-');
}

function userInfo({ account, request }: Call): Record<string, unknown> {
  const user = account.users.get(request.query.get('openid') ?? '');
  if (!user) throw new ApiError(40003, 'invalid openid');
  if (!user.subscribed)
    return { subscribe: 0, openid: user.openid, ...(user.unionid ? { unionid: user.unionid } : {}) };
  return {
    subscribe: 1,
    openid: user.openid,
    nickname: '',
    headimgurl: '',
    language: 'zh_CN',
    subscribe_time: Math.floor(user.lastMessageAt / 1000),
    tagid_list: [],
    subscribe_scene: 'ADD_SCENE_QR_CODE',
    qr_scene: 0,
    qr_scene_str: '',
    ...(user.unionid ? { unionid: user.unionid } : {}),
  };
}

function createMenu({ account, json }: Call): Record<string, unknown> {
  const { button } = json();
  if (!Array.isArray(button) || button.length < 1 || button.length > 3)
    throw new ApiError(40016, 'invalid button size');
  for (const one of button as Record<string, unknown>[]) {
    const inner = Array.isArray(one.sub_button) ? (one.sub_button as Record<string, unknown>[]) : [];
    if (inner.length > 5) throw new ApiError(40023, 'invalid sub button size');
    for (const leaf of inner.length > 0 ? inner : [one]) checkButton(leaf);
  }
  account.menu = { button };
  return { errcode: 0, errmsg: 'ok' };
}

function checkButton({ type, name, key, url }: Record<string, unknown>): void {
  if (typeof name !== 'string' || name === '') throw new ApiError(40018, 'invalid button name size');
  if (type === 'view' && typeof url !== 'string') throw new ApiError(40020, 'invalid button url size');
  if (type === 'click' && (typeof key !== 'string' || Buffer.byteLength(key) > 128))
    throw new ApiError(40019, 'invalid button key size');
}

function readMenu({ account }: Call): Record<string, unknown> {
  if (!account.menu) throw new ApiError(46003, 'menu no exist');
  return { menu: account.menu };
}

function deleteMenu({ account }: Call): Record<string, unknown> {
  account.menu = null;
  return { errcode: 0, errmsg: 'ok' };
}

function clearQuota({ sim, account }: Call): Record<string, unknown> {
  if (account.clearedQuota >= 10) throw new ApiError(48006, 'forbid to clear quota because of reaching the limit');
  account.clearedQuota++;
  account.callsLeft = sim.options.dayLimit;
  return { errcode: 0, errmsg: 'ok' };
}
