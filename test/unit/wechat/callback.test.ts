import { getSignature, decrypt as oracleDecrypt, encrypt as oracleEncrypt } from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallbackAccount } from '../../../src/channels/wechat/account.ts';
import { judgeCallback, type RawRequest } from '../../../src/channels/wechat/callback.ts';
import { parseEnvelope } from '../../../src/channels/wechat/envelope.ts';
import { fuzzCallbacks } from '../../support/wechat-fuzz.ts';
import {
  type PushAccount,
  type PushFields,
  pushRequest,
  signature3,
  verificationQuery,
} from '../../support/wechat-sim/wire.ts';

const NOW = new Date('2026-11-22T08:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const OLD_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const shop: PushAccount = { appId: 'wxb11529c136998cb6', token: 'pamtest', aesKey: KEY, mode: 'safe', format: 'xml' };
const safe: CallbackAccount = { appId: shop.appId, token: shop.token, aesKeys: [KEY, OLD_KEY] };
const plain: CallbackAccount = { ...safe, aesKeys: [] };
const fields: PushFields = {
  ToUserName: 'gh_97417a04a28d',
  FromUserName: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY',
  CreateTime: SECONDS,
  MsgType: 'text',
  Content: '退货要几天？',
  MsgId: '4561255354251345929',
};
const stamp = { timestamp: SECONDS, nonce: '415670741', random: Buffer.alloc(16, 7) };

const post = ({ query, body }: { query: string; body: string }): RawRequest => ({
  method: 'POST',
  query,
  body: Buffer.from(body),
});
const pushed = (account: Partial<PushAccount> = {}, given = stamp): RawRequest =>
  post(pushRequest(fields, { ...shop, ...account }, given));
const refusal = (request: RawRequest, account: CallbackAccount = safe): string => {
  const verdict = judgeCallback(request, account, NOW);
  return verdict.kind === 'refused' ? `${verdict.status} ${verdict.reason}` : verdict.kind;
};

describe('the URL is verified', () => {
  const query = verificationQuery(shop, stamp, '4375120948345356249');
  const get = (raw: string): RawRequest => ({ method: 'GET', query: raw, body: new Uint8Array() });

  test('by the echo of what was sent, also when encryption is on', () => {
    for (const account of [safe, plain])
      expect(judgeCallback(get(query), account, NOW)).toEqual({ kind: 'echo', body: '4375120948345356249' });
  });
  test('with a plus in the echo left as it is, escaped or not', () => {
    const signature = signature3(shop.token, String(SECONDS), 'n');
    for (const echostr of ['a+b/c==', 'a%2Bb%2Fc%3D%3D'])
      expect(
        judgeCallback(get(`signature=${signature}&timestamp=${SECONDS}&nonce=n&echostr=${echostr}`), safe, NOW),
      ).toEqual({ kind: 'echo', body: 'a+b/c==' });
  });
  test('and not for anybody else', () => {
    expect(refusal(get(query.replace(/signature=[^&]*/, 'signature=0')))).toBe('403 wrong-signature');
    expect(refusal(get(query.replace(/signature=[^&]*&/, '')))).toBe('403 missing-signature');
    expect(refusal(get(query.replace('nonce=415670741', 'nonce=1')))).toBe('403 wrong-signature');
    expect(refusal(get(''))).toBe('403 missing-signature');
    expect(refusal(get(`${query}&echostr=again`))).toBe('400 repeated-key');
    expect(refusal(get(verificationQuery(shop, { ...stamp, timestamp: SECONDS - 700 }, '1')))).toBe('403 stale');
  });
});

describe('a message is read', () => {
  test.each([
    ['plain', 'xml', plain],
    ['plain', 'json', plain],
    ['compatible', 'xml', safe],
    ['compatible', 'json', safe],
    ['safe', 'xml', safe],
    ['safe', 'json', safe],
  ] as const)('in %s mode as %s', (mode, format, account) => {
    const verdict = judgeCallback(pushed({ mode, format }), account, NOW);
    expect(verdict).toMatchObject({ kind: 'message', fields: { ...fields, CreateTime: String(SECONDS) } });
  });

  test('under the previous key, and answered under that one, for another implementation to read', () => {
    for (const format of ['xml', 'json'] as const) {
      const verdict = judgeCallback(pushed({ aesKey: OLD_KEY, format }), safe, NOW);
      if (verdict.kind !== 'message') throw new Error('refused');
      const { body } = verdict.reply({ type: 'text', content: '三天内 ]]> 🙂' }, { at: NOW, random: stamp.random });
      const { Encrypt = '', MsgSignature, TimeStamp = '', Nonce = '' } = parseEnvelope(body).fields;
      expect(MsgSignature).toBe(getSignature(shop.token, TimeStamp, Nonce, Encrypt));
      const { message, id } = oracleDecrypt(OLD_KEY, Encrypt);
      expect(id).toBe(shop.appId);
      expect({ ...parseEnvelope(message).fields }).toEqual({
        ToUserName: fields.FromUserName,
        FromUserName: fields.ToUserName,
        CreateTime: String(SECONDS),
        MsgType: 'text',
        Content: '三天内 ]]> 🙂',
      });
    }
  });
  test('and in plain mode answered plainly', () => {
    const verdict = judgeCallback(pushed({ mode: 'plain' }), plain, NOW);
    if (verdict.kind !== 'message') throw new Error('refused');
    const reply = verdict.reply({ type: 'text', content: '好' }, { at: NOW, random: stamp.random });
    expect(reply.contentType).toContain('xml');
    expect(parseEnvelope(reply.body).fields.Content).toBe('好');
  });
  test('whatever its type, with unknown fields kept', () => {
    const odd = { ...fields, MsgType: 'something_new', Extra: { Deep: 'x' } };
    expect(judgeCallback(post(pushRequest(odd, shop, stamp)), safe, NOW)).toMatchObject({
      kind: 'message',
      fields: { MsgType: 'something_new', 'Extra.Deep': 'x' },
    });
  });
});

describe('refused', () => {
  const compatible = pushRequest(fields, { ...shop, mode: 'compatible' }, stamp);
  const encrypted = pushRequest(fields, shop, stamp);
  const change = (query: string, name: string, value: string | null): string => {
    const given = new URLSearchParams(query);
    if (value === null) given.delete(name);
    else given.set(name, value);
    return given.toString();
  };
  const sealed = (ciphertext: string, body = `<xml><Encrypt><![CDATA[${ciphertext}]]></Encrypt></xml>`): RawRequest => {
    const msg = getSignature(shop.token, SECONDS, 'n', ciphertext);
    return post({ query: `timestamp=${SECONDS}&nonce=n&encrypt_type=aes&msg_signature=${msg}`, body });
  };

  test('plain text where a key is set, even with a right signature', () => {
    expect(refusal(pushed({ mode: 'plain' }))).toBe('403 missing-signature');
    const forged = pushRequest(fields, { ...shop, mode: 'plain' }, stamp);
    expect(refusal(post({ ...forged, query: encrypted.query }))).toBe('403 not-encrypted');
  });
  test('plain fields beside the encrypted part are not believed', () => {
    const forged = compatible.body.replace(String(fields.FromUserName), 'oSomebodyElse');
    expect(forged).toContain('oSomebodyElse');
    const verdict = judgeCallback(post({ ...compatible, body: forged }), safe, NOW);
    expect(verdict).toMatchObject({ kind: 'message', fields: { FromUserName: fields.FromUserName } });
  });
  test('an encrypted body where no key is set', () => {
    expect(refusal(post(encrypted), plain)).toBe('403 no-key');
  });
  test('a missing or wrong msg_signature, though `signature` is right', () => {
    expect(refusal(post({ ...encrypted, query: change(encrypted.query, 'msg_signature', null) }))).toBe(
      '403 missing-signature',
    );
    const { signature = '' } = Object.fromEntries(new URLSearchParams(encrypted.query));
    for (const wrong of [signature, '0'.repeat(40), 'x', '签名'])
      expect(refusal(post({ ...encrypted, query: change(encrypted.query, 'msg_signature', wrong) })), wrong).toBe(
        '403 wrong-signature',
      );
    expect(refusal(post({ ...encrypted, query: change(encrypted.query, 'nonce', '1') }))).toBe('403 wrong-signature');
  });
  test('a plain message with a wrong signature, or none', () => {
    const message = pushRequest(fields, { ...shop, mode: 'plain' }, stamp);
    expect(refusal(post({ ...message, query: change(message.query, 'signature', '0'.repeat(40)) }), plain)).toBe(
      '403 wrong-signature',
    );
    expect(refusal(post({ ...message, query: change(message.query, 'signature', null) }), plain)).toBe(
      '403 missing-signature',
    );
  });
  test('a message for another account, one that begins like ours, or for nobody', () => {
    for (const appId of ['wx0000000000000000', `${shop.appId}0`, shop.appId.slice(0, -1), ''])
      expect(refusal(sealed(oracleEncrypt(KEY, '<xml/>', appId, stamp.random))), appId).toBe('403 foreign-account');
  });
  test('what no key of ours opens, or is no ciphertext: the same status, no detail outside', () => {
    const foreign = oracleEncrypt('A'.repeat(43), '<xml/>', shop.appId, stamp.random);
    for (const ciphertext of [foreign, 'AAAA', '###', oracleEncrypt(KEY, 'x', shop.appId).slice(0, 24)])
      expect(refusal(sealed(ciphertext)), ciphertext).toBe('403 undecryptable');
  });
  test('a request that was recorded, or comes from tomorrow', () => {
    for (const off of [-601, 601, -86_400])
      expect(refusal(pushed({}, { ...stamp, timestamp: SECONDS + off })), String(off)).toBe('403 stale');
    for (const off of [-590, 590]) expect(refusal(pushed({}, { ...stamp, timestamp: SECONDS + off }))).toBe('message');
    for (const odd of ['x', '1e9', '-1', '99999999999999999999'])
      expect(refusal(post({ ...encrypted, query: change(encrypted.query, 'timestamp', odd) })), odd).toBe(
        '400 bad-query',
      );
  });
  test('repeated, giant and broken query values', () => {
    const given = { ...encrypted };
    for (const name of ['nonce', 'timestamp', 'msg_signature', 'openid', 'other'])
      expect(refusal(post({ ...given, query: `${given.query}&${name}=1&${name}=1` })), name).toBe('400 repeated-key');
    expect(refusal(post({ ...given, query: `${given.query}&%6eonce=1` }))).toBe('400 repeated-key');
    expect(refusal(post({ ...given, query: `${given.query}&a=${'x'.repeat(600)}` }))).toBe('400 bad-query');
    expect(refusal(post({ ...given, query: `${given.query}&a=%zz` }))).toBe('400 bad-query');
    expect(refusal(post({ ...given, query: `${given.query}&${'a&'.repeat(4_000)}` }))).toBe('413 too-large');
  });
  test('a DTD and repeated tags, outside and inside the encryption', () => {
    const dtd = '<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>AAAA</Encrypt></xml>';
    expect(refusal(sealed('AAAA', dtd))).toBe('400 declaration');
    expect(refusal(sealed('AAAA', '<xml><Encrypt>AAAA</Encrypt><Encrypt>BBBB</Encrypt></xml>'))).toBe(
      '400 repeated-tag',
    );
    const inside = (message: string) => sealed(oracleEncrypt(KEY, message, shop.appId, stamp.random));
    expect(refusal(inside(`<!DOCTYPE x>${'<xml></xml>'}`))).toBe('400 declaration');
    expect(refusal(inside('<xml><FromUserName>a</FromUserName><FromUserName>b</FromUserName></xml>'))).toBe(
      '400 repeated-tag',
    );
    expect(refusal(inside('<xml><ToUserName>a</ToUserName></xml>'))).toBe('400 missing-field');
  });
  test('a giant, bytes that are no text, and other methods', () => {
    expect(refusal({ ...post(encrypted), body: Buffer.alloc(200_000, 0x20) })).toBe('413 too-large');
    expect(refusal({ ...post(encrypted), body: Buffer.from([0x3c, 0xfe, 0xff]) })).toBe('400 not-utf8');
    expect(refusal({ ...post(encrypted), body: Buffer.alloc(0) })).toBe('400 malformed');
    for (const method of ['PUT', 'DELETE', 'HEAD', 'OPTIONS'])
      expect(refusal({ ...post(encrypted), method })).toBe('405 wrong-method');
  });
  test('nothing that was changed on the way is taken for the message', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), (place, flip) => {
        const body = Buffer.from(encrypted.body);
        const at = place % body.length;
        body[at] = (body[at] ?? 0) ^ flip;
        const verdict = judgeCallback({ ...post(encrypted), body }, safe, NOW);
        if (verdict.kind === 'message') expect(verdict.fields.Content).toBe(fields.Content);
      }),
      { numRuns: 500 },
    );
  });
});

test('two thousand mangled callbacks crash nothing and none takes a second', () => {
  const report = fuzzCallbacks({ count: 2_000, seed: 20_261_122 });
  expect(report.crashes).toEqual([]);
  expect(report.slowest.ms).toBeLessThan(1_000);
  expect(report.verdicts.message).toBeGreaterThan(100);
  expect(report.forged).toBe(0);
});
