/** WeChat's side of the wire, written after Tencent's words and with another library than the product's own code. */
import { createHash } from 'node:crypto';
import { encrypt, getSignature } from '@wecom/crypto';

export type PushMode = 'plain' | 'compatible' | 'safe';
export type PushFormat = 'xml' | 'json';
/** A field's value; a number stays one in JSON and is not wrapped in CDATA in XML. */
export type PushValue = string | number | PushFields | readonly PushFields[];
export type PushFields = { readonly [name: string]: PushValue };

export type PushAccount = { appId: string; token: string; aesKey: string | null; mode: PushMode; format: PushFormat };
export type PushStamp = { timestamp: number; nonce: string; random: Buffer };
export type Pushed = { query: string; body: string; contentType: string };

export function signature3(token: string, timestamp: string, nonce: string): string {
  return createHash('sha1').update([token, timestamp, nonce].sort().join('')).digest('hex');
}

/** The query with which the console checks a URL. */
export function verificationQuery(account: PushAccount, stamp: PushStamp, echostr: string): string {
  const { timestamp, nonce } = { timestamp: String(stamp.timestamp), nonce: stamp.nonce };
  const signature = signature3(account.token, timestamp, nonce);
  return new URLSearchParams({ signature, echostr, timestamp, nonce }).toString();
}

/** One attempt to deliver a message. */
export function pushRequest(fields: PushFields, account: PushAccount, stamp: PushStamp): Pushed {
  const timestamp = String(stamp.timestamp);
  const openid = String(fields.FromUserName ?? '');
  const query: Record<string, string> = {
    signature: signature3(account.token, timestamp, stamp.nonce),
    timestamp,
    nonce: stamp.nonce,
    openid,
  };
  const plain = serialise(fields, account.format);
  const contentType = account.format === 'json' ? 'application/json' : 'text/xml';
  if (account.mode === 'plain' || account.aesKey === null)
    return { query: new URLSearchParams(query).toString(), body: plain, contentType };
  const ciphertext = encrypt(account.aesKey, plain, account.appId, stamp.random);
  query.encrypt_type = 'aes';
  query.msg_signature = getSignature(account.token, timestamp, stamp.nonce, ciphertext);
  const outer =
    account.mode === 'compatible'
      ? { ...fields, Encrypt: ciphertext }
      : { ToUserName: fields.ToUserName ?? '', Encrypt: ciphertext };
  return { query: new URLSearchParams(query).toString(), body: serialise(outer, account.format), contentType };
}

export function serialise(fields: PushFields, format: PushFormat): string {
  return format === 'json' ? jsonText(fields) : `<xml>${tags(fields, '\n')}\n</xml>`;
}

/** Digits of 64 bits go out as a number, as WeChat does. */
function jsonText(fields: PushFields): string {
  const text = JSON.stringify(fields, (name, value: unknown) => (name === 'MsgId' ? `@@${value}@@` : value));
  return text.replace(/"@@(\d+)@@"/g, '$1').replace(/"@@([^"]*)@@"/g, '"$1"');
}

function tags(fields: PushFields, before: string): string {
  return Object.entries(fields)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `${before}<${name}>${tagText(one)}</${name}>`),
    )
    .join('');
}

function tagText(value: string | number | PushFields): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? `<![CDATA[${value.split(']]>').join(']]]]><![CDATA[>')}]]>` : tags(value, '');
}
