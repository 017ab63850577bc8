/**
 * One socket that follows one conversation: the rows behind the last one it sent, one frame each, in order, without
 * gap or overlap. A hint may bring the rows themselves; a hint that is lost, late or doubled changes nothing.
 */
import { WebSocket } from 'ws';
import { presentActivity, type Reader, type WireActivity } from '../../channels/web/present.ts';
import type { ActivityRow } from '../../domain/activity.ts';
import type { Log } from '../../ports.ts';
import type { Tuning } from './deps.ts';

export type Follower = {
  readonly conversationId: string;
  readonly epoch: number;
  /** The conversation stands at `seq`; `rows` are its newest where the hint has them. */
  hear(seq: number, rows: readonly ActivityRow[]): void;
  /** A frame without a place in the log; it is lost when the reader is behind. */
  push(activity: WireActivity): void;
  /** Asks the peer whether what was sent has arrived; {@link FollowerOptions.arrived} hears it. */
  confirm(): void;
  /** Sends the keepalive; a peer that has not answered the last one is cut. */
  keepAlive(): void;
  close(code: number): void;
  terminate(): void;
};

export type FollowerOptions = {
  socket: WebSocket;
  conversationId: string;
  epoch: number;
  /** Last seq that the client has. */
  after: number;
  reader: Reader;
  /** Rows behind a seq, for customers' eyes, and the last seq that was looked at. */
  read(after: number): Promise<{ rows: ActivityRow[]; through: number }>;
  /** The peer has what was sent up to that seq; null where nobody needs to know. */
  arrived: ((through: number) => void) | null;
  log: Log;
  tuning: Tuning;
};

export function follow(options: FollowerOptions): Follower {
  const { socket, conversationId, epoch, after, reader, read, log, tuning } = options;
  let sent = after;
  let heard = after;
  let caughtUp = false;
  let running = false;
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  const frameOf = (row: ActivityRow) =>
    JSON.stringify({ activities: [presentActivity(row, reader)], watermark: String(row.seq) });

  /** Used while catching up: waits for a slow reader instead of filling the memory. */
  const deliver = (row: ActivityRow): Promise<void> | undefined => {
    sent = row.seq;
    if (row.visibility !== 'customer') return undefined;
    if (socket.bufferedAmount < tuning.softBuffer) socket.send(frameOf(row));
    else return new Promise((resolve) => socket.send(frameOf(row), () => resolve()));
    return undefined;
  };
  const push = (frame: string) => {
    if (!isOpen()) return;
    socket.send(frame);
    if (socket.bufferedAmount > tuning.hardBuffer) socket.terminate();
  };
  const step = async () => {
    const [start, heardBefore] = [sent, heard];
    const page = await read(start);
    for (const row of page.rows) {
      if (!isOpen()) return;
      if (row.seq > sent) await deliver(row);
    }
    sent = Math.max(sent, page.through);
    if (sent === start) {
      caughtUp = true;
      // Nothing was there although something was heard before the read began: a hint ahead of the truth.
      if (heard === heardBefore) heard = sent;
    }
  };
  const wake = async () => {
    if (running) return;
    running = true;
    try {
      while (isOpen() && (!caughtUp || sent < heard)) await step();
    } catch (error) {
      // Tried again when the next hint, or the next comparison of positions, wakes the loop.
      log.warn({ err: error, conversationId }, 'a web stream could not read on');
    } finally {
      // In the same breath as the last look at `heard`: a hint in between would be lost.
      running = false;
    }
  };

  const heart = heartOf(options, () => sent);
  void wake();
  return {
    conversationId,
    epoch,
    hear(seq, rows) {
      const news = rows.filter((row) => row.seq > sent);
      const follows = news.every((row, index) => row.seq === sent + 1 + index);
      heard = Math.max(heard, seq);
      if (!running && caughtUp && follows) {
        for (const row of news) {
          sent = row.seq;
          if (row.visibility === 'customer') push(frameOf(row));
        }
      }
      if (sent < heard || !caughtUp) void wake();
    },
    push: (activity) => push(JSON.stringify({ activities: [activity] })),
    keepAlive() {
      if (heart.beat()) push('');
      else socket.terminate();
    },
    confirm: heart.confirm,
    close: (code) => socket.close(code),
    terminate: () => socket.terminate(),
  };
}

/** Pings name the last seq that was sent, and browsers give them back by themselves. */
function heartOf({ socket, arrived }: FollowerOptions, sent: () => number) {
  let alive = true;
  const ping = () => socket.ping(String(sent()));
  socket.on('pong', (data) => {
    alive = true;
    // No further than what was sent, whatever the peer makes up.
    const through = Number(data.toString());
    if (Number.isSafeInteger(through)) arrived?.(Math.min(through, sent()));
  });
  return {
    confirm() {
      if (arrived && socket.readyState === WebSocket.OPEN) ping();
    },
    /** False when the last ping was never answered. */
    beat(): boolean {
      if (!alive) return false;
      alive = false;
      ping();
      return true;
    },
  };
}
