/** The net under the hints: what other processes changed and nobody told us is told here, a second late. Only PostgreSQL has other processes. */
import type { Live, Log } from '../ports.ts';
import type { Store } from '../store/store.ts';

/** Looks back further than it sleeps: a slow round misses nothing. */
const LOOK_BACK_MS = 5_000;
const PERIOD_MS = 1_000;
/** Positions kept; more conversations than this do not change within the look-back. */
const MAX_KNOWN = 50_000;

export type Sweeper = { start(): void; stop(): void };
export type SweeperDeps = {
  store: Pick<Store, 'db' | 'conversations'>;
  live: Live;
  log: Log;
  periodMs?: number;
};

type Place = { seq: number; version: number };

export function createSweeper({ store, live, log, periodMs = PERIOD_MS }: SweeperDeps): Sweeper {
  /** The newest place of each conversation that this process has heard of, least recently heard first. */
  const known = new Map<string, Place>();
  const learn = (id: string, { seq, version }: Place) => {
    const before = known.get(id) ?? { seq: -1, version: -1 };
    known.delete(id);
    known.set(id, { seq: Math.max(seq, before.seq), version: Math.max(version, before.version) });
    if (known.size <= MAX_KNOWN) return;
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  };
  const isNew = (id: string, { seq, version }: Place) => {
    const before = known.get(id);
    return !before || seq > before.seq || version > before.version;
  };
  let running = false;
  let failing = false;
  const sweep = async () => {
    if (running) return;
    running = true;
    try {
      for (const head of await store.conversations.changedWithin(LOOK_BACK_MS))
        if (isNew(head.id, head)) live.publish({ kind: 'conversation', ...head, due: false, activities: [] });
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'changes of other processes could not be read; trying again');
      failing = true;
    } finally {
      running = false;
    }
  };
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe = () => {};
  return {
    start: () => {
      if (store.db.engine !== 'postgres') return;
      unsubscribe = live.subscribe((event) => {
        if (event.kind === 'conversation') learn(event.id, event);
      });
      timer = setInterval(() => void sweep(), periodMs).unref();
    },
    stop: () => {
      clearInterval(timer);
      unsubscribe();
    },
  };
}
