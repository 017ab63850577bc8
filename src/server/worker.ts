/** Takes due conversations by lease, lets the bot think, commits; many at once, never two turns of one conversation. */
import type { Bot, Thought } from '../bot/bot.ts';
import type { Turn } from '../domain/change.ts';
import type { Live, LiveEvent, Log, TurnStore } from '../ports.ts';
import type { Metrics } from './metrics.ts';

export type WorkerDeps = {
  store: TurnStore;
  bot: Bot;
  live: Live;
  log: Log;
  /** Turns that may think at the same time in this process; a slow model fills seats, not the road. */
  concurrency: number;
  burstWindowMs: number;
  metrics: Pick<Metrics, 'turn'>;
};
export type Worker = { start(): void /** Takes no new turns and waits for those that run. */; stop(): Promise<void> };

/** The longest that a customer waits because another process died while it thought. */
const LEASE_MS = 10_000;
const RENEW_MS = 3_000;
/** The safety net where a hint was lost or another process died with a lease. */
const POLL_MS = 1_000;
/** Failures of one turn after which a person takes over. */
const MAX_ATTEMPTS = 3;
const GROUP = 64;

export function createWorker(deps: WorkerDeps): Worker {
  const running = new Set<Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  let poll: NodeJS.Timeout | undefined;
  let unsubscribe = () => {};
  let stopped = false;
  let claiming = false;
  let again = false;
  let full = false;

  /** One claim at a time: what becomes due meanwhile is in the next group. */
  const pump = async () => {
    again = true;
    if (claiming || stopped) return;
    claiming = true;
    try {
      while (again && !stopped) {
        again = false;
        full = running.size >= deps.concurrency;
        if (full) break;
        const turns = await deps.store.claimTurns(Math.min(GROUP, deps.concurrency - running.size), LEASE_MS);
        for (const turn of turns) track(takeTurn(turn, deps));
        if (turns.length === GROUP) again = true;
      }
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'no turns could be claimed; trying again');
    } finally {
      claiming = false;
    }
  };
  const track = (turn: Promise<void>) => {
    const entry = turn.finally(() => {
      running.delete(entry);
      if (full) void pump();
    });
    running.add(entry);
  };
  const hear = (event: LiveEvent) => {
    if (event.kind !== 'conversation' || !event.due || stopped) return;
    const said = event.activities.some(({ author }) => author.kind === 'customer');
    if (!said || deps.burstWindowMs === 0) return void pump();
    // The rest of the thought may still come; the database decides when it is due, this only looks at the right time.
    const timer = setTimeout(() => {
      timers.delete(timer);
      void pump();
    }, deps.burstWindowMs + 1);
    timers.add(timer);
  };
  return {
    start: () => {
      unsubscribe = deps.live.subscribe(hear);
      poll = setInterval(() => void pump(), POLL_MS);
      void pump();
    },
    stop: async () => {
      stopped = true;
      unsubscribe();
      clearInterval(poll);
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

/** Never throws: whatever goes wrong is logged, and the lease gives the turn to the next try. */
async function takeTurn(turn: Turn, deps: WorkerDeps): Promise<void> {
  const renewal = setInterval(() => void renew(turn, deps), RENEW_MS);
  const started = performance.now();
  const measure = (outcome: Outcome) => deps.metrics.turn(outcome, (performance.now() - started) / 1_000);
  try {
    const thought = turn.attempts + 1 > MAX_ATTEMPTS ? await deps.bot.giveUp(turn) : await deps.bot.think(turn);
    measure(await settle(turn, thought, deps));
  } catch (error) {
    measure('failed');
    await release(turn, error, deps);
  } finally {
    clearInterval(renewal);
  }
}

type Outcome = Parameters<Metrics['turn']>[0];

async function settle(turn: Turn, thought: Thought, deps: WorkerDeps): Promise<Outcome> {
  if (!thought.ok) throw thought.cause;
  const committed = await deps.store.commitTurn(turn, thought.change);
  if (committed) {
    deps.live.publish({ kind: 'conversation', id: committed.conversationId, ...committed });
    if (committed.activities.some(({ delivery }) => delivery !== null)) deps.live.publish({ kind: 'outbox' });
    return 'committed';
  }
  // Somebody changed the conversation while we thought (a person took over): nothing was written, it is thought again.
  deps.log.info({ conversationId: turn.conversation.id }, 'a late turn was dropped');
  await deps.store.releaseStale(turn);
  return 'lost';
}

async function renew(turn: Turn, deps: WorkerDeps): Promise<void> {
  try {
    await deps.store.renewTurn(turn, LEASE_MS);
  } catch (error) {
    deps.log.warn({ conversationId: turn.conversation.id, error: String(error) }, 'a lease could not be renewed');
  }
}

async function release(turn: Turn, cause: unknown, deps: WorkerDeps): Promise<void> {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  try {
    await deps.store.releaseTurn(turn, 200 * 4 ** turn.attempts, reason);
  } catch (error) {
    deps.log.warn(
      { conversationId: turn.conversation.id, error: String(error), reason },
      'a failed turn waits for its lease to end',
    );
  }
}
