/** A request to the callback URL is judged before anything is done about it: an echo, a refusal, or a message that WeChat sent. */
import type { CallbackAccount } from './account.ts';
import { decrypt, verify, WeChatCryptoError } from './crypto.ts';
import { decodeBody, EnvelopeError, type Fields, type Format, parseEnvelope } from './envelope.ts';
import { buildReply, type PassiveReply, sealReply } from './passive.ts';

export type RawRequest = {
  method: string;
  /** The query string as it came, without the question mark. */
  query: string;
  body: Uint8Array;
};

export type RefusalReason =
  | 'wrong-method'
  | 'bad-query'
  | 'repeated-key'
  | 'missing-signature'
  | 'wrong-signature'
  | 'stale'
  | 'not-encrypted'
  | 'no-key'
  | 'undecryptable'
  | 'foreign-account'
  | 'missing-field'
  | EnvelopeError['reason'];

/** Fields that every message has. */
const REQUIRED = ['ToUserName', 'FromUserName', 'CreateTime', 'MsgType'] as const;
export type MessageFields = Fields & Readonly<Record<(typeof REQUIRED)[number], string>>;

export type Verdict =
  | { kind: 'echo'; body: string }
  /** Answer with the status and nothing else; `detail` is for the log. */
  | { kind: 'refused'; status: 400 | 403 | 405 | 413; reason: RefusalReason; detail?: string }
  | {
      kind: 'message';
      fields: MessageFields;
      /** The message as it was read, decrypted. */
      raw: string;
      reply: ReplyBuilder;
    };

/** When a reply is made, and 16 random bytes for its encryption. */
export type Sealing = { at: Date; random: Uint8Array };
/** The body of a passive reply to this message: in its format, encrypted when the message was. */
export type ReplyBuilder = (reply: PassiveReply, given: Sealing) => { body: string; contentType: string };

/** Each attempt is signed anew; a clock may be off, an old request is somebody's copy. */
const FRESH_SECONDS = 600;
const MAX_QUERY = 4_096;
const MAX_VALUE = 512;

class Refusal extends Error {
  readonly status: 400 | 403 | 405 | 413;
  readonly reason: RefusalReason;
  readonly detail: string | undefined;
  constructor(status: 400 | 403 | 405 | 413, reason: RefusalReason, detail?: string) {
    super(reason);
    this.status = status;
    this.reason = reason;
    this.detail = detail;
  }
}

/** Pure: the same request, account and time give the same verdict. It never throws. */
export function judgeCallback(request: RawRequest, account: CallbackAccount, now: Date): Verdict {
  try {
    if (request.method === 'GET') return judgeEcho(readQuery(request.query), account, now);
    if (request.method === 'POST') return judgeMessage(request, account, now);
    throw new Refusal(405, 'wrong-method');
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): Verdict {
  if (error instanceof EnvelopeError)
    return { kind: 'refused', status: error.reason === 'too-large' ? 413 : 400, reason: error.reason };
  if (!(error instanceof Refusal)) throw error;
  const { status, reason, detail } = error;
  return { kind: 'refused', status, reason, ...(detail === undefined ? {} : { detail }) };
}

type Query = Readonly<Record<string, string>>;

/** Single values of bounded length, decoded once; a `+` stays a `+`, for signatures and ciphertexts have them. */
function readQuery(raw: string): Query {
  if (raw.length > MAX_QUERY) throw new Refusal(413, 'too-large');
  const query: Record<string, string> = Object.create(null);
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(at === -1 ? pair : pair.slice(0, at));
    if (name in query) throw new Refusal(400, 'repeated-key');
    query[name] = decoded(at === -1 ? '' : pair.slice(at + 1));
  }
  return query;
}

function decoded(part: string): string {
  try {
    const value = decodeURIComponent(part);
    if (value.length <= MAX_VALUE) return value;
  } catch {
    // Falls through: a broken escape and a giant are refused alike.
  }
  throw new Refusal(400, 'bad-query');
}

type Stamp = { timestamp: string; nonce: string };

function stampOf(query: Query, now: Date): Stamp {
  const { timestamp = '', nonce = '' } = query;
  if (timestamp === '' || nonce === '') throw new Refusal(403, 'missing-signature');
  if (!/^\d{1,12}$/.test(timestamp)) throw new Refusal(400, 'bad-query');
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > FRESH_SECONDS) throw new Refusal(403, 'stale');
  return { timestamp, nonce };
}

function requireSignature(given: string | undefined, parts: readonly string[]): void {
  if (!given) throw new Refusal(403, 'missing-signature');
  if (!verify(parts, given)) throw new Refusal(403, 'wrong-signature');
}

function judgeEcho(query: Query, account: CallbackAccount, now: Date): Verdict {
  const { timestamp, nonce } = stampOf(query, now);
  requireSignature(query.signature, [account.token, timestamp, nonce]);
  if (!query.echostr) throw new Refusal(400, 'bad-query');
  return { kind: 'echo', body: query.echostr };
}

function judgeMessage({ query: rawQuery, body }: RawRequest, account: CallbackAccount, now: Date): Verdict {
  const query = readQuery(rawQuery);
  const stamp = stampOf(query, now);
  if (account.aesKeys.length > 0) return judgeEncrypted({ query, stamp, body }, account);
  if (query.encrypt_type === 'aes' || query.msg_signature !== undefined) throw new Refusal(403, 'no-key');
  requireSignature(query.signature, [account.token, stamp.timestamp, stamp.nonce]);
  const raw = decodeBody(body);
  return accepted({ raw, ...parseEnvelope(raw) }, (reply) => reply);
}

/** `signature` proves nothing here, it does not cover the body; and plain fields beside `Encrypt` are not looked at. */
function judgeEncrypted(given: { query: Query; stamp: Stamp; body: Uint8Array }, account: CallbackAccount): Verdict {
  const { token, appId } = account;
  const { timestamp, nonce } = given.stamp;
  const signature = given.query.msg_signature;
  if (!signature) throw new Refusal(403, 'missing-signature');
  const outer = parseEnvelope(decodeBody(given.body));
  const ciphertext = outer.fields.Encrypt;
  if (!ciphertext) throw new Refusal(403, 'not-encrypted');
  requireSignature(signature, [token, timestamp, nonce, ciphertext]);
  const { message: raw, key } = opened(ciphertext, account);
  return accepted({ raw, ...parseEnvelope(raw) }, (reply, { at, random }, format) =>
    sealReply(reply, { token, appId, key, at, nonce, random }, format),
  );
}

function opened(ciphertext: string, account: CallbackAccount): { message: string; key: string } {
  try {
    return decrypt(ciphertext, { keys: account.aesKeys, receiveId: account.appId });
  } catch (error) {
    if (!(error instanceof WeChatCryptoError)) throw error;
    throw new Refusal(403, error.reason === 'foreign-receiver' ? 'foreign-account' : 'undecryptable', error.reason);
  }
}

type Read = { raw: string; fields: Fields; format: Format };

function accepted(
  { raw, fields, format }: Read,
  seal: (reply: string, given: Sealing, format: Format) => string,
): Verdict {
  if (!hasRequired(fields)) throw new Refusal(400, 'missing-field');
  return {
    kind: 'message',
    fields,
    raw,
    reply: (reply, given) => {
      const direction = { to: fields.FromUserName, from: fields.ToUserName, at: given.at };
      return { body: seal(buildReply(reply, direction, format), given, format), contentType: CONTENT_TYPES[format] };
    },
  };
}

const CONTENT_TYPES = { xml: 'application/xml; charset=utf-8', json: 'application/json; charset=utf-8' };

/** CreateTime is the one number; without an author or a type there is nobody to answer. */
function hasRequired(fields: Fields): fields is MessageFields {
  return REQUIRED.every((name) => fields[name]) && /^\d{1,12}$/.test(fields.CreateTime ?? '');
}
