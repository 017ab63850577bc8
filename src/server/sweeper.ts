/** The net under the hints: what other processes changed and nobody told us is told here, a second late. Only PostgreSQL has other processes. */
import type { Live, Log } from '../ports.ts';
import type { Store } from '../store/store.ts';

/** Looks back further than it sleeps: a slow round misses nothing. */
const LOOK_BACK_MS = 5_000;
const PERIOD_MS = 1_000;
/** Positions kept; more conversations than this do not change within the look-back. */
const MAX_KNOWN = 50_000;

export type Sweeper = { start(): void; stop(): void };

export function createSweeper(deps: {
  store: Pick<Store, 'db' | 'conversations'>;
  live: Live;
  log: Log;
  periodMs?: number;
}): Sweeper {
  const { store, live, log, periodMs = PERIOD_MS } = deps;
  if (store.db.engine !== 'postgres') return { start: () => undefined, stop: () => undefined };
  /** The newest version of each conversation that this process has heard of, least recently heard first. */
  const known = new Map<string, number>();
  const learn = (id: string, version: number) => {
    const newest = Math.max(version, known.get(id) ?? -1);
    known.delete(id);
    known.set(id, newest);
    if (known.size > MAX_KNOWN) for (const oldest of known.keys()) return known.delete(oldest);
    return true;
  };
  const unsubscribe = live.subscribe((event) => {
    if (event.kind === 'conversation') learn(event.id, event.version);
  });
  let running = false;
  let failing = false;
  const sweep = async () => {
    if (running) return;
    running = true;
    try {
      for (const { id, seq, version, status, ownerId } of await store.conversations.changedWithin(LOOK_BACK_MS)) {
        if (version <= (known.get(id) ?? -1)) continue;
        live.publish({ kind: 'conversation', id, seq, version, status, ownerId, due: false, activities: [] });
      }
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'changes of other processes could not be read; trying again');
      failing = true;
    } finally {
      running = false;
    }
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    start: () => {
      timer ??= setInterval(() => void sweep(), periodMs).unref();
    },
    stop: () => {
      clearInterval(timer);
      unsubscribe();
    },
  };
}
