/** WeChat's signature and encryption: SHA-1 over sorted parts, AES-256-CBC with a padding to 32 bytes of its own. */
import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';

const BLOCK = 32;
const RANDOM = 16;
const LENGTH = 4;
const KEY = /^[A-Za-z0-9+/]{43}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export type CryptoReason =
  | 'bad-key'
  | 'not-base64'
  | 'bad-length'
  | 'bad-padding'
  | 'bad-message-length'
  | 'bad-utf8'
  | 'foreign-receiver';

/** The one error for all that is wrong with a ciphertext; the reason is for the log and never leaves the house. */
export class WeChatCryptoError extends Error {
  override readonly name = 'WeChatCryptoError';
  readonly reason: CryptoReason;
  constructor(reason: CryptoReason) {
    super('The message cannot be decrypted.');
    this.reason = reason;
  }
}

/** `hex(sha1(sort(parts).join('')))`, sorted by code units; the parts are ASCII. */
export function sign(parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
}

/** Whether the given signature is the one of the parts, compared in constant time. */
export function verify(parts: readonly string[], signature: string): boolean {
  const expected = Buffer.from(sign(parts));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** The 32 bytes of an EncodingAESKey; its last character may carry bits that mean nothing. Throws `bad-key`. */
export function aesKeyOf(encodingAesKey: string): Buffer {
  if (!KEY.test(encodingAesKey)) throw new WeChatCryptoError('bad-key');
  return Buffer.from(`${encodingAesKey}=`, 'base64');
}

export type Opened = { message: string; receiveId: string; random: Buffer };

/** Base64 of `random(16) + length(4, big endian) + message + receiveId`, padded to 32 and encrypted. */
export function encrypt(plain: { message: string; receiveId: string; random: Uint8Array }, key: string): string {
  const aesKey = aesKeyOf(key);
  const message = Buffer.from(plain.message);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(message.length);
  const full = Buffer.concat([plain.random, length, message, Buffer.from(plain.receiveId)]);
  const pad = BLOCK - (full.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', aesKey, aesKey.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(full), cipher.update(Buffer.alloc(pad, pad)), cipher.final()]).toString('base64');
}

/** Opens a ciphertext with one key, whoever it is for. Throws WeChatCryptoError. */
export function open(ciphertext: string, key: string): Opened {
  const aesKey = aesKeyOf(key);
  if (!BASE64.test(ciphertext) || ciphertext.length % 4 !== 0) throw new WeChatCryptoError('not-base64');
  const bytes = Buffer.from(ciphertext, 'base64');
  if (bytes.length === 0 || bytes.length % 16 !== 0) throw new WeChatCryptoError('bad-length');
  const decipher = createDecipheriv('aes-256-cbc', aesKey, aesKey.subarray(0, 16)).setAutoPadding(false);
  const full = unpad(Buffer.concat([decipher.update(bytes), decipher.final()]));
  if (full.length < RANDOM + LENGTH) throw new WeChatCryptoError('bad-message-length');
  const end = RANDOM + LENGTH + full.readUInt32BE(RANDOM);
  if (end > full.length) throw new WeChatCryptoError('bad-message-length');
  return {
    random: full.subarray(0, RANDOM),
    message: textOf(full.subarray(RANDOM + LENGTH, end)),
    receiveId: textOf(full.subarray(end)),
  };
}

function unpad(padded: Buffer): Buffer {
  const pad = padded.at(-1) ?? 0;
  const whole = pad >= 1 && pad <= BLOCK && pad <= padded.length;
  if (!whole || padded.subarray(-pad).some((byte) => byte !== pad)) throw new WeChatCryptoError('bad-padding');
  return padded.subarray(0, -pad);
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WeChatCryptoError('bad-utf8');
  }
}

/**
 * The message for `receiveId`, opened by the first of the keys (current, then previous) that fits; `key` is that one,
 * and the reply belongs under it. Throws WeChatCryptoError with the reason of the key that came closest.
 */
export function decrypt(
  ciphertext: string,
  { keys, receiveId }: { keys: readonly string[]; receiveId: string },
): { message: string; key: string } {
  let reason: CryptoReason = 'bad-key';
  for (const [index, key] of keys.entries()) {
    try {
      const opened = open(ciphertext, key);
      if (opened.receiveId === receiveId) return { message: opened.message, key };
      reason = 'foreign-receiver';
    } catch (error) {
      if (!(error instanceof WeChatCryptoError)) throw error;
      if (index === 0) reason = error.reason;
    }
  }
  throw new WeChatCryptoError(reason);
}
