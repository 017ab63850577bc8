/** Whether a request comes from a page of ours: the whole defence against forged cross-site requests, with the cookie's SameSite. */
import type { IncomingMessage } from 'node:http';

/** The `Origin` is that of the public URL, or names the very host that was asked. A request without one is not ours. */
export function isSameOrigin(request: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined || origin === 'null') return false;
  const parsed = URL.parse(origin);
  if (parsed === null) return false;
  return parsed.origin === new URL(publicUrl).origin || (host !== undefined && parsed.host === host.toLowerCase());
}

/** A header that no foreign page can set without asking first. */
export function hasPageHeader(request: IncomingMessage): boolean {
  return Boolean(request.headers['x-zhike']);
}
