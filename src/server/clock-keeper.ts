/** Keeps the desk's clocks going: one process at a time, by lease, reads what moved and warns of what is due; another takes over when it dies. */
import type { ClockWork } from '../desk/sla.ts';
import { compileRules, type KeptRules, type Rules } from '../desk/sla-rules.ts';
import type { WorkingHours } from '../domain/calendar.ts';
import type { Live, Log, SharedState } from '../ports.ts';

const PERIOD_MS = 1_000;
/** Longer than a round takes; the longest that warnings wait for a process that died. */
const LEASE_MS = 5_000;
const LEASE = 'desk-clocks';
const BLINK_MS = 40;
/** Beats after which the rules are read even without a hint. */
const REFRESH_BEATS = 5;

export type RuleBook = {
  /** As they were read last. */
  current(): Rules;
  /** Reads them; the same object when nothing was changed. */
  refresh(): Promise<Rules>;
};

/** The rules, compiled once per change; kept fresh by hints and by whoever asks for the newest. */
export async function openRuleBook(given: {
  store: { rules(): Promise<KeptRules> };
  hours: WorkingHours;
  live: Live;
  log: Log;
}): Promise<RuleBook> {
  const { store, hours, live, log } = given;
  let text = '';
  let rules = compileRules({ calendars: [], inboxes: [], policies: [] }, hours);
  const refresh = async () => {
    const kept = await store.rules();
    const next = JSON.stringify(kept);
    if (next !== text) rules = compileRules(kept, hours);
    text = next;
    return rules;
  };
  await refresh();
  const again = () =>
    void refresh().catch((error) => log.warn({ err: error }, 'the rules of the clocks could not be read'));
  live.subscribe(({ kind }) => {
    if (kind === 'rules') again();
  });
  live.onResync(again);
  return { current: () => rules, refresh };
}

export type ClockKeeper = { start(): void; stop(): Promise<void> };
export type ClockKeeperDeps = {
  work: ClockWork;
  /** Further work on due instants, done in the same round. */
  also: readonly (() => Promise<unknown>)[];
  book: RuleBook;
  /** null where this is the only process there can be. */
  lease: { shared: SharedState; holder: string } | null;
  live: Live;
  log: Log;
};

export function createClockKeeper(deps: ClockKeeperDeps): ClockKeeper {
  const { book, lease, live, log } = deps;
  let beats = 0;
  let failing = false;
  const guarded = async () => {
    try {
      if (beats++ % REFRESH_BEATS === 0) await book.refresh();
      if (lease === null || (await lease.shared.takeLease(LEASE, lease.holder, LEASE_MS))) await round(deps);
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'the clocks of the desk could not be kept; trying again');
      failing = true;
    }
  };
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  const pump = () => {
    again = true;
    running ??= (async () => {
      while (again && !stopped) {
        again = false;
        await guarded();
      }
      running = null;
    })();
  };
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let unsubscribe = () => {};
  return {
    start: () => {
      // What happens where people are may have moved a clock; all that happens within a blink is one round.
      unsubscribe = live.subscribe((event) => {
        if (event.kind !== 'rules' && (event.kind !== 'conversation' || event.status === 'bot')) return;
        soon ??= setTimeout(() => {
          soon = undefined;
          pump();
        }, BLINK_MS);
      });
      timer = setInterval(pump, PERIOD_MS).unref();
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      clearTimeout(soon);
      unsubscribe();
      await running;
      await lease?.shared.dropLease(LEASE, lease.holder).catch(() => {});
    },
  };
}

/** A warning moves its clock, so both take turns until nothing is left to do. */
async function round({ work, also, book, live }: ClockKeeperDeps): Promise<void> {
  for (const each of also) await each();
  do {
    for (;;) {
      const changed = await work.settle(book.refresh);
      for (const conversationId of changed) live.publish({ kind: 'clocks', conversationId });
      if (changed.length === 0) break;
    }
  } while ((await work.warn()) > 0);
}
