/** Sends a stored file so that no browser ever runs it: as a download, sandboxed, with the kind that was found at the door. */
import type { Response } from 'express';
import type { StoredFile } from '../ports.ts';

/** `cross-origin` where pages of other origins show images by a signed link; `same-origin` for the desk. */
export function sendFile(response: Response, file: StoredFile, embed: 'cross-origin' | 'same-origin'): void {
  // Not by express, which would claim a charset for text of which we know none.
  response.setHeader('Content-Type', file.contentType);
  response.set({
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeName(file.name)}`,
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': embed,
    'Referrer-Policy': 'no-referrer',
  });
  response.end(Buffer.from(file.bytes));
}

/** RFC 8187: what encodeURIComponent leaves and the RFC does not allow is encoded too. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
