/** Seals the secrets of inboxes (AES-256-GCM) under a key that lies outside the database: a lost dump opens nothing. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Vault = {
  seal(text: string): string;
  /** null when it was sealed under another key or was tampered with. */
  open(sealed: string): string | null;
};

const FORM = /^v1\.([\w-]{16})\.([\w-]+)\.([\w-]{22})$/;

/** @param given `SECRET_KEY`; without it the key is a file in the data folder, made on the first start. */
export function openVault(given: string | null, dataDir: string): Vault {
  const key = createHash('sha256')
    .update(given ?? keyFile(dataDir))
    .digest();
  return {
    seal: (text) => {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `v1.${iv.toString('base64url')}.${body.toString('base64url')}.${cipher.getAuthTag().toString('base64url')}`;
    },
    open: (sealed) => {
      const [, iv = '', body = '', tag = ''] = FORM.exec(sealed) ?? [];
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'));
        decipher.setAuthTag(Buffer.from(tag, 'base64url'));
        return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}

/** Two processes that start at once agree: the file is made once, whoever comes second reads it. */
function keyFile(dataDir: string): string {
  const path = join(dataDir, 'secret.key');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(path, randomBytes(32).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
}
