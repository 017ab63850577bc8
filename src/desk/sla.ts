/** The clocks at work: what a commit has moved is read again, and each share that is used up is warned of once. */
import type { Committed } from '../domain/change.ts';
import { readClock } from '../domain/sla.ts';
import type { Clock, ClockStore, DeskStore, DueClock, KeptClock, SettledClock } from '../ports.ts';
import type { Rules } from './sla-rules.ts';

export type ClockWork = {
  /** Reads moved clocks by the newest rules; the conversations whose clocks were read. */
  settle(rules: () => Promise<Rules>): Promise<string[]>;
  /** Warns of what is due; how many warnings were given. */
  warn(): Promise<number>;
};
export type ClockWorkDeps = {
  store: ClockStore;
  desk: DeskStore;
  clock: Clock;
  announce: (committed: Committed & { due: boolean }) => void;
};

const GROUP = 200;

export function createClockWork({ store, desk, clock, announce }: ClockWorkDeps): ClockWork {
  const warnOf = async (due: DueClock): Promise<boolean> => {
    const level = due.dueAt <= clock() ? 100 : due.level;
    const key = `clock:${due.id}:${level}`;
    const snapshot = await desk.snapshot(due.conversationId, key);
    if (!snapshot || snapshot.done) return false;
    // The version is compared: whoever answered in the meantime has stopped the clock, and nothing is said.
    const committed = await desk.commit(snapshot, {
      activities: [
        {
          author: { kind: 'system', id: null, name: null },
          visibility: 'internal',
          body: {
            type: 'event',
            name: 'sla.warned',
            value: { goal: due.goal, level, dueAt: due.dueAt.toISOString() },
          },
        },
      ],
      warnings: [{ id: due.id, level }],
      idempotencyKey: key,
    });
    if (committed) announce(committed);
    return committed !== null;
  };
  return {
    settle: async (rules) => {
      const stale = await store.staleClocks(GROUP);
      if (stale.length === 0) return [];
      const newest = await rules();
      return store.settleClocks(stale.map((moved) => settled(moved, newest)));
    },
    warn: async () => {
      let given = 0;
      for (const due of await store.dueClocks(clock(), GROUP)) if (await warnOf(due)) given++;
      return given;
    },
  };
}

function settled(clock: KeptClock, rules: Rules): SettledClock {
  const { goal, policyId, target } = rules.aimOf(clock);
  const reading = target && readClock(clock, target);
  return { id: clock.id, revision: clock.revision, goal, policyId, targetMinutes: target?.minutes ?? null, reading };
}
