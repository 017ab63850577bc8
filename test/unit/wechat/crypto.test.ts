import { readFileSync } from 'node:fs';
import { getSignature, decrypt as oracleDecrypt, encrypt as oracleEncrypt } from '@wecom/crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aesKeyOf, decrypt, encrypt, open, sign, verify } from '../../../src/channels/wechat/crypto.ts';
import { parseEnvelope } from '../../../src/channels/wechat/envelope.ts';
import { sealReply } from '../../../src/channels/wechat/passive.ts';
import { decryptUserData, verifyUserData } from '../../../src/channels/wechat/user-data.ts';

type Vector = {
  id: string;
  kind: string;
  input: Record<string, string> & { parts: string[] };
  expect: Record<string, string> & { msgContains?: string[]; cipherLen?: number; fullLen?: number; msgLen?: number };
};
const { vectors }: { vectors: Vector[] } = JSON.parse(
  readFileSync(new URL('../../fixtures/wechat/vectors.json', import.meta.url), 'utf8'),
);
const cipherBytes = (base64: string) => Buffer.from(base64, 'base64').length;

const CHECKS: Record<string, (vector: Vector) => void> = {
  signature3: ({ input, expect: { signature, joined } }) => {
    const parts = [input.token ?? '', input.timestamp ?? '', input.nonce ?? ''];
    expect(sign(parts)).toBe(signature);
    if (joined) expect([...parts].sort().join('')).toBe(joined);
    expect(verify(parts, signature ?? '')).toBe(true);
  },
  signatureN: ({ input, expect: { signature } }) => {
    expect(sign(input.parts)).toBe(signature);
  },
  'signature4-fail': ({ input, expect: { notMsgSignature } }) => {
    const parts = [input.token ?? '', input.timestamp ?? '', input.nonce ?? '', input.encrypt ?? ''];
    expect(verify(parts, notMsgSignature ?? '')).toBe(false);
  },
  decrypt: ({ input, expect: wanted }) => {
    const parts = [input.token ?? '', input.timestamp ?? '', input.nonce ?? '', input.encrypt ?? ''];
    expect(verify(parts, wanted.msgSignature ?? '')).toBe(true);
    const opened = open(input.encrypt ?? '', input.encodingAESKey ?? '');
    if (wanted.msg !== undefined) expect(opened.message).toBe(wanted.msg);
    for (const part of wanted.msgContains ?? []) expect(opened.message).toContain(part);
    if (wanted.receiveId !== undefined) expect(opened.receiveId).toBe(wanted.receiveId);
    if (wanted.random !== undefined) expect(opened.random.toString()).toBe(wanted.random);
    if (wanted.msgLen !== undefined) expect(Buffer.byteLength(opened.message)).toBe(wanted.msgLen);
    if (wanted.cipherLen !== undefined) expect(cipherBytes(input.encrypt ?? '')).toBe(wanted.cipherLen);
    if (wanted.fullLen !== undefined)
      expect(20 + Buffer.byteLength(opened.message) + Buffer.byteLength(opened.receiveId)).toBe(wanted.fullLen);
    expect(oracleDecrypt(input.encodingAESKey ?? '', input.encrypt ?? '').message).toBe(opened.message);
  },
  encrypt: ({ input, expect: wanted }) => {
    const { msg: message = '', receiveId = '', encodingAESKey: key = '' } = input;
    const random = Buffer.from(input.random ?? '');
    const ciphertext = encrypt({ message, receiveId, random }, key);
    expect(ciphertext).toBe(wanted.encrypt);
    if (wanted.cipherLen !== undefined) expect(cipherBytes(ciphertext)).toBe(wanted.cipherLen);
    expect(decrypt(ciphertext, { keys: [key], receiveId }).message).toBe(message);
    const { token, timestamp, nonce } = input;
    if (token === undefined || timestamp === undefined || nonce === undefined) return;
    expect(sign([token, timestamp, nonce, ciphertext])).toBe(wanted.msgSignature);
    if (wanted.envelope === undefined) return;
    const at = new Date(Number(timestamp) * 1000);
    const sealed = sealReply(message, { token, appId: receiveId, key, at, nonce, random }, 'xml');
    expect(parseEnvelope(sealed).fields).toEqual(parseEnvelope(wanted.envelope).fields);
  },
  'decrypt-reject': ({ input }) => {
    const given = { keys: [input.encodingAESKey ?? ''], receiveId: input.expectedId ?? '' };
    expect(() => decrypt(input.encrypt ?? '', given)).toThrow(
      expect.objectContaining({ name: 'WeChatCryptoError', message: 'The message cannot be decrypted.' }),
    );
  },
  'wxa-decrypt': ({ input, expect: { watermarkAppid = '' } }) => {
    const { encryptedData = '', iv = '', sessionKey = '' } = input;
    expect(decryptUserData({ encryptedData, iv, sessionKey }, watermarkAppid)?.watermark.appid).toBe(watermarkAppid);
    expect(decryptUserData({ encryptedData, iv, sessionKey }, 'wxsomebodyelse')).toBeNull();
  },
  'wxa-decrypt-fail': ({ input }) => {
    const { encryptedData = '', iv = '', sessionKey = '' } = input;
    expect(decryptUserData({ encryptedData, iv, sessionKey }, 'wx4f4bc4dec97d474b')).toBeNull();
  },
  'wxa-signature': ({ input, expect: { signature = '' } }) => {
    const { rawData = '', sessionKey = '' } = input;
    expect(verifyUserData({ rawData, sessionKey, signature })).toBe(true);
    expect(verifyUserData({ rawData: `${rawData} `, sessionKey, signature })).toBe(false);
  },
};

describe('the known answers', () => {
  test('are all there, of kinds we check', () => {
    expect(vectors).toHaveLength(42);
    expect(vectors.filter(({ kind }) => !Object.hasOwn(CHECKS, kind))).toEqual([]);
  });
  test.each(vectors)('$kind $id', (vector) => {
    CHECKS[vector.kind]?.(vector);
  });
});

const keyOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').slice(0, 43);
const aesKey = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(keyOf);
const random = fc.uint8Array({ minLength: 16, maxLength: 16 });
const text = fc.string({ unit: 'grapheme', maxLength: 700 });
const appId = fc.stringMatching(/^wx[0-9a-f]{16}$/);

describe('another implementation', () => {
  test('reads what we encrypt and writes what we read, byte for byte', () => {
    fc.assert(
      fc.property(text, appId, aesKey, random, (message, receiveId, key, salt) => {
        const ours = encrypt({ message, receiveId, random: salt }, key);
        expect(oracleEncrypt(key, message, receiveId, Buffer.from(salt))).toBe(ours);
        const { message: read, id } = oracleDecrypt(key, ours);
        expect({ read, id }).toEqual({ read: message, id: receiveId });
        expect(decrypt(ours, { keys: [key], receiveId })).toEqual({ message, key });
      }),
      { numRuns: 300 },
    );
  });
  test('signs as we do', () => {
    const part = fc.stringMatching(/^[\w+/=-]{0,40}$/);
    fc.assert(
      fc.property(part, part, part, part, (token, timestamp, nonce, ciphertext) => {
        expect(sign([token, timestamp, nonce, ciphertext])).toBe(getSignature(token, timestamp, nonce, ciphertext));
      }),
    );
  });
});

describe('a rotated key', () => {
  const [current, previous, foreign] = [1, 2, 3].map((fill) => keyOf(new Uint8Array(32).fill(fill))) as [
    string,
    string,
    string,
  ];
  const receiveId = 'wxb11529c136998cb6';
  const sealed = (key: string, id = receiveId) =>
    encrypt({ message: '你好', receiveId: id, random: new Uint8Array(16) }, key);

  test('still opens what was sent under it, and says so', () => {
    expect(decrypt(sealed(previous), { keys: [current, previous], receiveId })).toEqual({
      message: '你好',
      key: previous,
    });
    expect(decrypt(sealed(current), { keys: [current, previous], receiveId }).key).toBe(current);
  });
  test('opens nothing that is under neither, or for another account', () => {
    expect(() => decrypt(sealed(foreign), { keys: [current, previous], receiveId })).toThrow();
    expect(() => decrypt(sealed(previous, `${receiveId}x`), { keys: [current, previous], receiveId })).toThrow(
      expect.objectContaining({ reason: 'foreign-receiver' }),
    );
  });
  test('may end in bits that mean nothing, but not in another length or alphabet', () => {
    expect(aesKeyOf('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFR')).toHaveLength(32);
    for (const wrong of ['', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(42)}-`])
      expect(() => aesKeyOf(wrong), wrong).toThrow(expect.objectContaining({ reason: 'bad-key' }));
  });
});

test('a changed ciphertext never passes for a message of ours with another text', () => {
  const key = keyOf(new Uint8Array(32).fill(9));
  const receiveId = 'wxb11529c136998cb6';
  fc.assert(
    fc.property(text, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, place, flip) => {
      const bytes = Buffer.from(encrypt({ message, receiveId, random: new Uint8Array(16) }, key), 'base64');
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      try {
        decrypt(bytes.toString('base64'), { keys: [key], receiveId });
      } catch (error) {
        expect(error).toMatchObject({ name: 'WeChatCryptoError', message: 'The message cannot be decrypted.' });
      }
    }),
  );
});
