/** All open streams of this process: hints go to whom they concern, and once a second nobody is left behind. */
import { presentTyping } from '../../channels/web/present.ts';
import type { LiveEvent } from '../../ports.ts';
import type { DirectLineContext } from './deps.ts';
import type { Follower } from './follower.ts';

export type Hub = {
  add(follower: Follower): void;
  remove(follower: Follower): void;
  countOf(conversationId: string): number;
  /** Closes all streams, spread over the drain time; resolves when the last one is gone. */
  drain(): Promise<void>;
};

type HubContext = Pick<DirectLineContext, 'store' | 'live' | 'log' | 'clock' | 'newId' | 'random' | 'tuning'>;
type Followers = Map<string, Set<Follower>>;

/** Long enough for a close handshake over a bad line. */
const FAREWELL_MS = 1_000;
/** Between two closes of a drain on average: a handful leaves at once, a crowd over the whole drain time. */
const SPACING_MS = 20;

export function createHub(context: HubContext): Hub {
  const { live, log, tuning } = context;
  const followers: Followers = new Map();
  let emptied: (() => void) | null = null;
  const sweep = oneAtATime(
    () => wakeThoseBehind(context, followers),
    (err) => log.warn({ err }, 'positions of web streams could not be compared'),
  );
  const revoke = oneAtATime(
    () => closeRevoked(context, followers),
    (err) => log.warn({ err }, 'web streams could not be checked for revocation'),
  );
  const keepAlive = () => {
    for (const one of all(followers)) one.keepAlive();
    revoke();
  };
  const timers = [setInterval(sweep, tuning.sweepMs), setInterval(keepAlive, tuning.keepaliveMs)];
  for (const timer of timers) timer.unref();
  const stops = [live.subscribe((event) => tell(context, followers, event)), live.onResync(sweep)];
  return {
    add(follower) {
      const group = followers.get(follower.conversationId) ?? new Set();
      followers.set(follower.conversationId, group.add(follower));
    },
    remove(follower) {
      const group = followers.get(follower.conversationId);
      group?.delete(follower);
      if (group?.size === 0) followers.delete(follower.conversationId);
      if (followers.size === 0) emptied?.();
    },
    countOf: (conversationId) => followers.get(conversationId)?.size ?? 0,
    async drain() {
      for (const timer of timers) clearInterval(timer);
      for (const stop of stops) stop();
      if (followers.size === 0) return;
      const gone = new Promise<void>((resolve) => {
        emptied = resolve;
      });
      const leaving = all(followers);
      const spread = Math.min(tuning.drainMs, leaving.length * SPACING_MS);
      for (const one of leaving) setTimeout(() => one.close(1001), context.random() * spread);
      const end = setTimeout(() => all(followers).map((one) => one.terminate()), spread + FAREWELL_MS);
      await gone;
      clearTimeout(end);
    },
  };
}

const all = (followers: Followers): Follower[] => [...followers.values()].flatMap((group) => [...group]);

function tell(context: HubContext, followers: Followers, event: LiveEvent): void {
  if (event.kind === 'conversation') {
    for (const one of followers.get(event.id) ?? []) {
      one.hear(event.seq, event.activities);
      one.confirm();
    }
    return;
  }
  if (event.kind === 'delivery') {
    if (event.delivery?.state === 'held') for (const one of followers.get(event.conversationId) ?? []) one.confirm();
    return;
  }
  if (event.kind !== 'typing' || event.author === 'customer') return;
  const { conversationId, author: kind, authorId: id, name } = event;
  const group = followers.get(conversationId);
  if (!group) return;
  const place = {
    conversationId,
    id: `${conversationId}|${context.newId()}`,
    timestamp: context.clock().toISOString(),
  };
  const activity = presentTyping({ kind, id, name }, place);
  for (const one of group) one.push(activity);
}

/** One query for all streams makes lost hints harmless. */
async function wakeThoseBehind({ store }: HubContext, followers: Followers): Promise<void> {
  if (followers.size === 0) return;
  for (const head of await store.conversations.heads([...followers.keys()]))
    for (const one of followers.get(head.id) ?? []) one.hear(head.seq, []);
}

async function closeRevoked({ store }: HubContext, followers: Followers): Promise<void> {
  for (const [id, group] of [...followers]) {
    const conversation = await store.conversations.find(id);
    for (const one of [...group]) if (one.epoch !== conversation?.tokenEpoch) one.close(1008);
  }
}

/** The act, skipped while the last one still runs; its failure is told and never thrown. */
function oneAtATime(act: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let running = false;
  return () => {
    if (running) return;
    running = true;
    act()
      .catch(failed)
      .finally(() => {
        running = false;
      });
  };
}
