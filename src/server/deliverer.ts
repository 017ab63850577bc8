/** Hands messages to their channels: leased, in order per conversation, at least once with a stable key, visibly failed. */
import type { Channel } from '../channels/channel.ts';
import type { Clock, Live, Log, OutboxItem, OutboxStore, SendOutcome } from '../ports.ts';
import type { Metrics } from './metrics.ts';

export type DelivererDeps = {
  store: OutboxStore;
  channels: ReadonlyMap<string, Channel>;
  live: Live;
  log: Log;
  clock: Clock;
  metrics: Pick<Metrics, 'delivered'>;
};
export type Deliverer = { start(): void; stop(): Promise<void> };

/** Longer than any send may take, so that a lease never ends under a send. */
const LEASE_MS = 60_000;
const SEND_MS = 30_000;
const POLL_MS = 1_000;
const GROUP = 32;

export function createDeliverer(deps: DelivererDeps): Deliverer {
  const usesOutbox = [...deps.channels.values()].some(({ delivery }) => delivery === 'outbox');
  const running = new Set<Promise<void>>();
  let stopped = false;
  let claiming = false;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  let unsubscribe = () => {};

  const pump = async () => {
    again = true;
    if (claiming || stopped) return;
    claiming = true;
    try {
      while (again && !stopped && running.size < GROUP) {
        again = false;
        const items = await deps.store.claimDeliveries(GROUP - running.size, LEASE_MS);
        for (const item of items) track(deliver(item, deps));
      }
    } catch (error) {
      deps.log.warn({ error: String(error) }, 'no deliveries could be claimed; trying again');
    } finally {
      claiming = false;
    }
  };
  const track = (delivery: Promise<void>) => {
    const entry = delivery.finally(() => {
      running.delete(entry);
      void pump();
    });
    running.add(entry);
  };
  return {
    start: () => {
      if (!usesOutbox) return;
      unsubscribe = deps.live.subscribe((event) => {
        if (event.kind === 'outbox') void pump();
      });
      timer = setInterval(() => void pump(), POLL_MS);
      void pump();
    },
    stop: async () => {
      stopped = true;
      unsubscribe();
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}

async function deliver(item: OutboxItem, deps: DelivererDeps): Promise<void> {
  const outcome = await attempt(item, deps);
  deps.metrics.delivered(item.channel, outcome.kind);
  try {
    const delivery = await deps.store.settleDelivery(item, outcome);
    if (!delivery) return;
    const { conversationId, seq } = item.activity;
    deps.live.publish({ kind: 'delivery', conversationId, seq, delivery });
    if (outcome.kind === 'failed')
      deps.log.warn({ conversationId, seq, reason: outcome.reason }, 'a message could not be delivered');
  } catch (error) {
    deps.log.warn({ outboxId: item.id, error: String(error) }, 'the outcome of a delivery waits for its lease to end');
  }
}

async function attempt(item: OutboxItem, { channels, clock, log }: DelivererDeps): Promise<SendOutcome> {
  const channel = channels.get(item.channel);
  if (!channel) return { kind: 'failed', reason: 'NoChannel' };
  if (item.attempts > item.allowance) return { kind: 'failed', reason: 'GaveUp' };
  const { inboxId, address, idempotencyKey, activity, attempts: attempt } = item;
  try {
    const deadline = new Date(clock().getTime() + SEND_MS);
    return await channel.send({ inboxId, address, idempotencyKey, activity, attempt, deadline });
  } catch (error) {
    // A channel answers with a value; an exception is a fault of ours, after which nobody knows what was sent.
    log.error({ inboxId, err: error }, 'a channel broke while sending');
    return { kind: 'unknown', reason: 'Broke' };
  }
}
