/** The page around the frame, if there is one that spoke its origin; messages go to and come from that origin alone. */
import { readMessage, type ToChat, type ToHost } from '../bridge.ts';

export type Host = { embedded: boolean; tell(message: ToHost): void };

export function meetHost(origin: string | null, hear: (message: ToChat) => void): Host {
  const embedded = window.parent !== window && origin !== null && /^https?:\/\/[^/]+$/.test(origin);
  if (!embedded) return { embedded, tell: () => undefined };
  window.addEventListener('message', (event) => {
    if (event.origin !== origin || event.source !== window.parent) return;
    const message = readMessage(event.data);
    if (message) hear(message as ToChat);
  });
  return { embedded, tell: (message) => window.parent.postMessage(message, origin) };
}
