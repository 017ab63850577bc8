/** What a Mini Program hands over about its user: signed and encrypted with the session key of that user (AES-128-CBC). */
import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

const userDataSchema = z.looseObject({ watermark: z.looseObject({ appid: z.string() }) });
export type UserData = z.output<typeof userDataSchema>;

/** Whether `signature` is `hex(sha1(rawData + sessionKey))`. */
export function verifyUserData(given: { rawData: string; sessionKey: string; signature: string }): boolean {
  const expected = createHash('sha1')
    .update(given.rawData + given.sessionKey)
    .digest();
  const signature = Buffer.from(given.signature, 'hex');
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

/** The decrypted user data of this Mini Program, null for anything else; all three are base64. */
export function decryptUserData(
  sealed: { encryptedData: string; iv: string; sessionKey: string },
  appId: string,
): UserData | null {
  try {
    const key = Buffer.from(sealed.sessionKey, 'base64');
    const decipher = createDecipheriv('aes-128-cbc', key, Buffer.from(sealed.iv, 'base64'));
    const bytes = Buffer.concat([decipher.update(Buffer.from(sealed.encryptedData, 'base64')), decipher.final()]);
    const data = userDataSchema.parse(JSON.parse(bytes.toString('utf8')));
    return data.watermark.appid === appId ? data : null;
  } catch {
    return null;
  }
}
