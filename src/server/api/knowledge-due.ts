/** Time passes for articles: what was scheduled goes live, what has run out is taken off, on whichever process looks first. */
import type { Clock, Live, Log } from '../../ports.ts';
import type { Store } from '../../store/store.ts';

export type DueArticles = {
  start(): void;
  stop(): Promise<void>;
  /** Looks now. */
  look(): Promise<void>;
};
type Deps = { store: Pick<Store, 'knowledge'>; live: Live; clock: Clock; log: Log; periodMs?: number };

const PERIOD_MS = 1_000;

export function createDueArticles({ store, live, clock, log, periodMs = PERIOD_MS }: Deps): DueArticles {
  let failing = false;
  let looking: Promise<void> | undefined;
  const lookOnce = async () => {
    try {
      const released = await store.knowledge.runDue(clock());
      if (released) live.publish({ kind: 'knowledge', revision: released.revision });
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'scheduled articles could not be looked at; trying again');
      failing = true;
    }
  };
  const look = (): Promise<void> => {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    start: () => {
      timer = setInterval(() => void look(), periodMs).unref();
    },
    stop: async () => {
      clearInterval(timer);
      await looking;
    },
    look,
  };
}
