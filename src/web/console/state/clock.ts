/** The server's time as this browser knows it, and one shared tick for everything that counts seconds. */
import { useSyncExternalStore } from 'react';

let offset = 0;
export function learnServerTime(iso: string): void {
  const server = Date.parse(iso);
  if (Number.isFinite(server)) offset = server - Date.now();
}
export function serverNow(): number {
  return Date.now() + offset;
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = Math.floor(serverNow() / 1000);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  second = Math.floor(serverNow() / 1000);
  for (const listener of listeners) listener();
}

/** The present second (server time, Unix); the component renders again with each. */
export function useSecond(): number {
  return useSyncExternalStore(subscribe, () => second);
}
