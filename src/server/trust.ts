/** Who may come near: whether only this machine can reach the house, and which pages may embed the chat. */

/** Nobody but this machine can reach the house: it may be played with. */
export function isAtHome({ host, publicUrl }: { host: string; publicUrl: string }): boolean {
  const isLocal = (name: string | undefined) =>
    name !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(name);
  return isLocal(host) && isLocal(URL.parse(publicUrl)?.hostname);
}

/** Named origins only; on a fresh install, where none is named, any page on this very machine. */
export function isTrusted(origin: string, named: readonly string[]): boolean {
  if (named.length > 0) return named.includes(origin);
  const host = URL.parse(origin)?.hostname;
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}
