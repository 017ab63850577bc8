import { encrypt, getSignature } from '@wecom/crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AccountKind } from '../../../src/channels/wechat/account.ts';
import { judgeCallback } from '../../../src/channels/wechat/callback.ts';
import { dice } from '../../support/wechat-fuzz.ts';
import { createWeChatSim } from '../../support/wechat-sim/sim.ts';
import type { PushOutcome, SimAccountOptions, SimOptions } from '../../support/wechat-sim/state.ts';

const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const shop: SimAccountOptions = {
  appId: 'wxb11529c136998cb6',
  secret: 'a-secret-of-the-shop',
  token: 'pamtest',
  aesKey: KEY,
  mode: 'safe',
  format: 'xml',
  kind: 'service',
  originalId: 'gh_us',
  name: '示例店',
  callbackUrls: ['http://a', 'http://b'],
};

/** A world with a clock of its own; `answer` is what the server says to each push. */
function world(given: Partial<SimAccountOptions> = {}, options: Partial<SimOptions> = {}) {
  let now = Date.parse('2026-11-22T08:00:00Z');
  const seen: { url: string; query: string; body: string }[] = [];
  let answer: (attempt: number) => PushOutcome = () => ({
    kind: 'response',
    status: 200,
    contentType: '',
    body: 'success',
  });
  const sim = createWeChatSim({
    clock: () => new Date(now),
    random: dice(7),
    pause: async (ms) => {
      now += ms;
    },
    deliver: async ({ url, body }, { deadlineMs }) => {
      const [base = '', query = ''] = url.split('?');
      seen.push({ url: base, query, body });
      const outcome = answer(seen.length);
      if (outcome.kind === 'timeout') now += deadlineMs;
      return outcome;
    },
    ...options,
  });
  const driver = sim.addAccount({ ...shop, ...given });
  const call = async (method: string, path: string, body?: unknown, ip = '127.0.0.1') => {
    const [pathname = '', query = ''] = path.split('?');
    const bytes =
      typeof body === 'string' ? Buffer.from(body) : Buffer.from(body === undefined ? '' : JSON.stringify(body));
    const response = await sim.api({
      method,
      path: pathname,
      query: new URLSearchParams(query),
      headers: {},
      body: bytes,
      ip,
    });
    return 'json' in response ? response.json : response;
  };
  const stable = (force_refresh = false) =>
    call('POST', '/cgi-bin/stable_token', {
      grant_type: 'client_credential',
      appid: shop.appId,
      secret: shop.secret,
      force_refresh,
    }) as Promise<Record<string, unknown>>;
  return {
    sim,
    driver,
    customer: driver.customer('oBuyer', { following: true }),
    seen,
    call,
    stable,
    send: async (body: unknown, token?: unknown) =>
      call(
        'POST',
        `/cgi-bin/message/custom/send?access_token=${token ?? (await stable()).access_token}`,
        body,
      ) as Promise<Record<string, unknown>>,
    pass: (ms: number) => {
      now += ms;
    },
    reply: (next: typeof answer) => {
      answer = next;
    },
    now: () => new Date(now),
  };
}
const text = (content: string) => ({ touser: 'oBuyer', msgtype: 'text', text: { content } });
const MINUTES = 60_000;
let it: ReturnType<typeof world>;
beforeEach(() => {
  it = world();
});

describe('a push', () => {
  test('is believed by the server, attempt by attempt', async () => {
    await it.customer.say('怎么退货？');
    const [attempt] = it.seen;
    const verdict = judgeCallback(
      { method: 'POST', query: attempt?.query ?? '', body: Buffer.from(attempt?.body ?? '') },
      { appId: shop.appId, token: shop.token, aesKeys: [KEY] },
      it.now(),
    );
    expect(verdict).toMatchObject({
      kind: 'message',
      fields: { MsgType: 'text', Content: '怎么退货？', FromUserName: 'oBuyer' },
    });
  });
  test('is repeated after 5 s, three times in all, with one MsgId and new signatures, then the customer sees a fault', async () => {
    it.reply(() => ({ kind: 'timeout' }));
    const key = await it.customer.say('在吗');
    const attempts = it.driver.deliveries(key);
    expect(attempts.map(({ attempt, outcome, ms }) => [attempt, outcome, ms])).toEqual([
      [1, 'timeout', 5_000],
      [2, 'timeout', 5_000],
      [3, 'timeout', 5_000],
    ]);
    expect(new Set(it.seen.map(({ query }) => query)).size).toBe(3);
    expect(it.driver.transcript('oBuyer').at(-1)).toMatchObject({ from: 'notice', type: 'fault' });
  });
  test('goes to all instances in turn', async () => {
    it.reply((attempt) =>
      attempt < 2 ? { kind: 'timeout' } : { kind: 'response', status: 200, contentType: '', body: '' },
    );
    await it.customer.say('在吗');
    expect(it.seen.map(({ url }) => url)).toEqual(['http://a', 'http://b']);
    expect(it.driver.transcript('oBuyer')).toHaveLength(1);
  });
  test('is repeated by faults: answered but lost, or duplicated', async () => {
    it.sim.setFault('response-lost', 1);
    const lost = await it.customer.say('一');
    expect(it.driver.deliveries(lost).map(({ outcome }) => outcome)).toEqual(['response-lost', 'success']);
    it.sim.setFault('duplicate', 1);
    expect(it.driver.deliveries(await it.customer.say('二'))).toHaveLength(2);
    it.sim.setFault('same-msg-id', 1);
    const other = await it.driver.customer('oOther').say('三');
    expect(other).toBe(it.driver.account.pushed.at(-2)?.key);
  });
  test('held back comes after the next one', async () => {
    it.sim.setFault('reorder', 1);
    await it.customer.say('先');
    expect(it.seen).toHaveLength(0);
    await it.customer.say('后');
    expect(it.driver.account.deliveries.map(({ key }) => key)).toEqual(
      it.driver.account.pushed.map(({ key }) => key).reverse(),
    );
  });
});

describe('a passive reply', () => {
  const sealed = (inner: string, appId = shop.appId, to = 'oBuyer') => {
    const xml = `<xml><ToUserName><![CDATA[${to}]]></ToUserName><FromUserName>gh_us</FromUserName><CreateTime>1763798400</CreateTime>${inner}</xml>`;
    const ciphertext = encrypt(KEY, xml, appId);
    const signature = getSignature(shop.token, '1763798400', 'n', ciphertext);
    const body = `<xml><Encrypt>${ciphertext}</Encrypt><MsgSignature>${signature}</MsgSignature><TimeStamp>1763798400</TimeStamp><Nonce>n</Nonce></xml>`;
    return (): PushOutcome => ({ kind: 'response', status: 200, contentType: 'text/xml', body });
  };
  const words = (content: string) => `<MsgType>text</MsgType><Content><![CDATA[${content}]]></Content>`;
  const last = () => it.driver.transcript('oBuyer').at(-1);

  test('is shown when it is right', async () => {
    it.reply(sealed(words('七天内 007')));
    await it.customer.say('？');
    expect(last()).toMatchObject({ from: 'account', via: 'passive', text: '七天内 007' });
  });
  test.each([
    ['for another account', sealed(words('x'), 'wxother')],
    ['with the names not swapped', sealed(words('x'), shop.appId, 'gh_us')],
    ['too long', sealed(words('长'.repeat(700)))],
    ['empty', sealed(words(''))],
    ['of no known type', sealed('<MsgType>poem</MsgType>')],
    ['with media that is not there', sealed('<MsgType>image</MsgType><Image><MediaId>x</MediaId></Image>')],
    [
      'in the wrong format',
      (): PushOutcome => ({ kind: 'response', status: 200, contentType: '', body: '{"MsgType":"text"}' }),
    ],
    ['an error page', (): PushOutcome => ({ kind: 'response', status: 502, contentType: 'text/html', body: '<html>' })],
    [
      'an error page with status 200',
      (): PushOutcome => ({ kind: 'response', status: 200, contentType: 'text/html', body: '<html></html>' }),
    ],
    [
      'left unencrypted',
      (): PushOutcome => ({ kind: 'response', status: 200, contentType: '', body: `<xml>${words('x')}</xml>` }),
    ],
  ])('%s is a fault', async (_name, answer) => {
    it.reply(answer);
    await it.customer.say('？');
    expect(last()).toMatchObject({ from: 'notice', type: 'fault' });
  });
});

describe('the count of messages', () => {
  test('is five for a message, and none before or after its 48 hours', async () => {
    await it.customer.follow();
    it.pass(2 * MINUTES);
    expect(await it.send(text('早'))).toMatchObject({ errcode: 45015 });
    await it.customer.say('在吗');
    expect(it.driver.quotaLeft('oBuyer')).toBe(5);
    for (let n = 0; n < 5; n++) expect(await it.send(text(`${n}`))).toMatchObject({ errcode: 0 });
    expect(await it.send(text('六'))).toMatchObject({
      errcode: 45047,
      errmsg: expect.stringMatching(/rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/),
    });
    await it.customer.say('还在吗');
    it.pass(48 * 60 * MINUTES);
    expect(await it.send(text('晚'))).toMatchObject({ errcode: 45015 });
  });
  test('is three in a minute for a follow, a scan, a menu click and a tap on a menu in the chat', async () => {
    await it.customer.follow();
    expect(it.driver.quotaLeft('oBuyer')).toBe(3);
    it.pass(61_000);
    expect(it.driver.quotaLeft('oBuyer')).toBe(0);
    await it.customer.tapMenu('HELP');
    expect(it.driver.quotaLeft('oBuyer')).toBe(3);
    await it.send({
      touser: 'oBuyer',
      msgtype: 'msgmenu',
      msgmenu: { head_content: '？', list: [{ id: '101', content: '退货' }], tail_content: '' },
    });
    it.pass(61_000);
    await it.customer.tapMsgMenu(0);
    expect(it.driver.quotaLeft('oBuyer')).toBe(3);
    expect(it.driver.account.pushed.at(-1)?.fields).toMatchObject({
      MsgType: 'text',
      Content: '退货',
      bizmsgmenuid: '101',
    });
    it.pass(61_000);
    await it.customer.scan('s1');
    expect(it.driver.quotaLeft('oBuyer')).toBe(3);
  });
  test('spends first what ends first, and fills or adds, as one reads the table', async () => {
    await it.customer.say('一');
    await it.customer.say('二');
    await it.customer.follow();
    expect(it.driver.quotaLeft('oBuyer')).toBe(8);
    await it.send(text('x'));
    it.pass(2 * MINUTES);
    expect(it.driver.quotaLeft('oBuyer')).toBe(5);
    it = world({}, { quotaReading: 'add' });
    await it.customer.follow();
    await it.customer.say('一');
    await it.customer.say('二');
    it.pass(2 * MINUTES);
    expect(it.driver.quotaLeft('oBuyer')).toBe(10);
  });
});

describe('the API', () => {
  test('refuses in its own order', async () => {
    await it.customer.follow();
    const token = (await it.stable()).access_token;
    const send = '/cgi-bin/message/custom/send';
    const codes = async (...calls: Promise<unknown>[]) =>
      (await Promise.all(calls)).map((answer) => (answer as { errcode: number }).errcode);
    expect(
      await codes(
        it.call('GET', `${send}?access_token=${token}`),
        it.call('POST', send, text('x')),
        it.call('POST', `${send}?access_token=nonsense`, text('x')),
        it.call('POST', `${send}?access_token=${token}`, '{"touser":'),
        it.call(
          'POST',
          `${send}?access_token=${token}`,
          '{"touser":"oBuyer","msgtype":"text","text":{"content":"\\ud83d"}}',
        ),
        it.send({ ...text('x'), touser: 'oNobody' }),
        it.send(text('')),
        it.send(text('长'.repeat(683))),
        it.send({ touser: 'oBuyer', msgtype: 'image', image: { media_id: 'x' } }),
        it.send({ touser: 'oBuyer', msgtype: 'news', news: { articles: [] } }),
      ),
    ).toEqual([43002, 41001, 40001, 47001, 40033, 40003, 44004, 45002, 40007, 45008]);
    expect(it.driver.quotaLeft('oBuyer')).toBe(3);
    await it.customer.unfollow();
    expect(await it.send(text('x'))).toMatchObject({ errcode: 43004 });
  });
  test('knows what kinds of accounts may not do, and which addresses may call', async () => {
    const refusals: [AccountKind, unknown, number][] = [
      ['unverified', text('x'), 48001],
      ['subscription', { touser: 'oBuyer', msgtype: 'msgmenu', msgmenu: {} }, 40200],
      ['miniprogram', { touser: 'oBuyer', msgtype: 'news', news: {} }, 40008],
    ];
    for (const [kind, body, errcode] of refusals) {
      it = world({ kind });
      await it.customer.follow();
      expect(await it.send(body), kind).toMatchObject({ errcode });
    }
    it = world({ ipAllow: ['203.0.113.1'] });
    expect(await it.stable()).toMatchObject({ errcode: 40164, errmsg: expect.stringContaining('127.0.0.1') });
  });
  test('repeats a stable token until five minutes before its end, and both live through the overlap', async () => {
    const first = await it.stable();
    it.pass(110 * MINUTES);
    expect(await it.stable()).toEqual({ access_token: first.access_token, expires_in: 600 });
    it.pass(6 * MINUTES);
    const second = await it.stable();
    expect(second.access_token).not.toBe(first.access_token);
    await it.customer.say('在吗');
    expect(await it.send(text('x'), first.access_token)).toMatchObject({ errcode: 0 });
    it.pass(4 * MINUTES);
    expect(await it.send(text('x'), first.access_token)).toMatchObject({ errcode: 42001 });
  });
  test('forces a stable token rarely, and the old one is dead then', async () => {
    await it.customer.say('在吗');
    const first = await it.stable();
    expect(await it.stable(true)).toMatchObject({ expires_in: 7_200 });
    expect(await it.send(text('x'), first.access_token)).toMatchObject({ errcode: 40001 });
    expect(await it.stable(true)).toMatchObject({ errcode: 45011 });
    for (let n = 0; n < 19; n++) {
      it.pass(31_000);
      await it.stable(true);
    }
    it.pass(31_000);
    expect(await it.stable(true)).toMatchObject({ errcode: 45009 });
  });
  test('kills the token before when the old interface is called', async () => {
    await it.customer.say('在吗');
    const old = () =>
      it.call(
        'GET',
        `/cgi-bin/token?grant_type=client_credential&appid=${shop.appId}&secret=${shop.secret}`,
      ) as Promise<{ access_token: string }>;
    const first = await old();
    await old();
    expect(await it.send(text('x'), first.access_token)).toMatchObject({ errcode: 0 });
    it.pass(6 * MINUTES);
    expect(await it.send(text('x'), first.access_token)).toMatchObject({ errcode: 40001 });
  });
  test('loses its answer after delivering when told to', async () => {
    await it.customer.say('在吗');
    it.sim.setFault('send-lost-after-delivery', 1);
    expect(await it.send(text('到了'))).toEqual({ lost: true });
    expect(it.driver.transcript('oBuyer').at(-1)).toMatchObject({ text: '到了', via: 'custom' });
  });
  test('takes and gives media, and keeps a menu', async () => {
    const form = new FormData();
    form.set('media', new File([Buffer.from('\x89PNG')], '图.png', { type: 'image/png' }));
    const request = new Response(form);
    const token = (await it.stable()).access_token;
    const body = new Uint8Array(await request.arrayBuffer());
    const headers = {
      'content-type': request.headers.get('content-type') ?? '',
      'content-length': String(body.length),
    };
    const query = new URLSearchParams({ access_token: String(token), type: 'image' });
    const uploaded = await it.sim.api({
      method: 'POST',
      path: '/cgi-bin/media/upload',
      query,
      headers,
      body,
      ip: '127.0.0.1',
    });
    const mediaId = 'json' in uploaded ? uploaded.json.media_id : '';
    expect(await it.call('GET', `/cgi-bin/media/get?access_token=${token}&media_id=${mediaId}`)).toMatchObject({
      contentType: 'image/png',
    });
    it.pass(3 * 24 * 60 * MINUTES);
    const later = (await it.stable()).access_token;
    expect(await it.call('GET', `/cgi-bin/media/get?access_token=${later}&media_id=${mediaId}`)).toMatchObject({
      errcode: 40007,
    });
    const button = [{ type: 'click', name: '帮助', key: 'HELP' }];
    expect(await it.call('GET', `/cgi-bin/menu/get?access_token=${later}`)).toMatchObject({ errcode: 46003 });
    expect(await it.call('POST', `/cgi-bin/menu/create?access_token=${later}`, { button })).toMatchObject({
      errcode: 0,
    });
    expect(await it.call('GET', `/cgi-bin/menu/get?access_token=${later}`)).toEqual({ menu: { button } });
  });
});
