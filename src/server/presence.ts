/** Who is at the desk: whoever has an open stream, in this process or (by hint) in another. */
import type { Clock, Live } from '../ports.ts';

/** Other processes repeat themselves twice in this time; a process that died is forgotten after it. */
const REMOTE_MS = 75_000;
const REPEAT_MS = 30_000;

export type Presence = {
  isOnline(agentId: string): boolean;
  arrive(agentId: string): void;
  leave(agentId: string): void;
  close(): void;
};

export function createPresence({ live, clock }: { live: Live; clock: Clock }): Presence {
  /** Open streams of this process. */
  const here = new Map<string, number>();
  /** Until when another process's word is believed, in milliseconds since the epoch. */
  const elsewhere = new Map<string, number>();
  let speaking = false;
  const tell = (agentId: string, online: boolean) => {
    speaking = true;
    live.publish({ kind: 'presence', agentId, online });
    speaking = false;
  };
  const unsubscribe = live.subscribe((event) => {
    // One's own words come back at once; what is heard otherwise is from another process.
    if (event.kind !== 'presence' || speaking) return;
    if (event.online) elsewhere.set(event.agentId, clock().getTime() + REMOTE_MS);
    else {
      elsewhere.delete(event.agentId);
      if (here.has(event.agentId)) tell(event.agentId, true);
    }
  });
  const repeat = () => {
    for (const agentId of here.keys()) tell(agentId, true);
  };
  const timer = setInterval(repeat, REPEAT_MS).unref();
  return {
    isOnline: (agentId) => here.has(agentId) || (elsewhere.get(agentId) ?? 0) > clock().getTime(),
    arrive: (agentId) => {
      const streams = here.get(agentId) ?? 0;
      here.set(agentId, streams + 1);
      if (streams === 0) tell(agentId, true);
    },
    leave: (agentId) => {
      const streams = (here.get(agentId) ?? 0) - 1;
      if (streams > 0) here.set(agentId, streams);
      else if (here.delete(agentId)) tell(agentId, false);
    },
    close: () => {
      clearInterval(timer);
      unsubscribe();
    },
  };
}
