/** Hints within one process: whoever publishes is heard at once, and a listener that throws harms nobody else. */
import type { Live, LiveEvent, Log } from '../ports.ts';

type Listeners = {
  subscribe: Live['subscribe'];
  onResync: Live['onResync'];
  tell(event: LiveEvent): void;
  resync(): void;
};

/** The listeners of this process; both buses deliver through it. */
export function createListeners(log: Log): Listeners {
  const listeners = new Set<(event: LiveEvent) => void>();
  const resyncs = new Set<() => void>();
  const guarded = (call: () => void) => {
    try {
      call();
    } catch (error) {
      log.error({ err: error }, 'a live listener failed');
    }
  };
  return {
    subscribe: (listener) => {
      const own = (event: LiveEvent) => listener(event);
      listeners.add(own);
      return () => listeners.delete(own);
    },
    onResync: (listener) => {
      const own = () => listener();
      resyncs.add(own);
      return () => resyncs.delete(own);
    },
    tell: (event) => {
      for (const listener of [...listeners]) guarded(() => listener(event));
    },
    resync: () => {
      for (const listener of [...resyncs]) guarded(listener);
    },
  };
}

export function createMemoryLive(log: Log): Live {
  const listeners = createListeners(log);
  let closed = false;
  return {
    publish: (event) => {
      if (!closed) listeners.tell(event);
    },
    subscribe: listeners.subscribe,
    onResync: listeners.onResync,
    close: async () => {
      closed = true;
    },
  };
}
