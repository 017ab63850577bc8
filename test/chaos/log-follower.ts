/** What a colleague's screen shows of the conversations it follows: live rows where they fit, else what is read behind the last. */
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { DeskClient } from './desk-client.ts';

export type LogRow = { id: string; seq: number };
type Frame = { type: string; id?: string; activities?: LogRow[] };

export type LogFollower = {
  /** Rows by conversation, as they were shown. */
  readonly shown: Map<string, LogRow[]>;
  /** Shows all of a conversation, and what comes. */
  open(conversationId: string): Promise<void>;
  /** Resolves after the next hint, or a moment later. */
  hint(): Promise<void>;
  close(): void;
};

const MOMENT_MS = 150;

export function followLogs(client: DeskClient): LogFollower {
  const shown = new Map<string, LogRow[]>();
  const chains = new Map<string, Promise<void>>();
  let wake = () => {};
  let closed = false;
  let socket: WebSocket | null = null;

  const inTurn = (id: string, work: () => Promise<void>) => {
    const next = (chains.get(id) ?? Promise.resolve()).then(work);
    chains.set(
      id,
      next.catch(() => undefined),
    );
    return next;
  };
  const readOn = async (id: string, rows: LogRow[]) => {
    for (;;) {
      const after = rows.at(-1)?.seq ?? 0;
      const { json } = await client.call('GET', `/api/v1/conversations/${id}/activities?after=${after}&limit=200`);
      rows.push(...((json.items ?? []) as LogRow[]));
      if (json.hasMore !== true) return;
    }
  };
  const show = (id: string, news: readonly LogRow[]) =>
    inTurn(id, async () => {
      const rows = shown.get(id);
      if (!rows) return;
      const fresh = news.filter(({ seq }) => seq > (rows.at(-1)?.seq ?? 0));
      const fits = news.length > 0 && fresh.every(({ seq }, index) => seq === (rows.at(-1)?.seq ?? 0) + 1 + index);
      if (fits) rows.push(...fresh);
      else await readOn(id, rows);
    });
  const hear = (frame: Frame) => {
    wake();
    if (frame.type === 'conversation' && frame.id) void show(frame.id, frame.activities ?? []);
    if (frame.type === 'ready' || frame.type === 'resync') for (const id of shown.keys()) void show(id, []);
  };
  const live = async () => {
    while (!closed) {
      const base = client.base();
      socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/live`, {
        headers: { cookie: client.cookie, origin: base },
      });
      await listen(socket, hear);
      if (!closed) await client.hop();
    }
  };
  live().catch(() => undefined);
  return {
    shown,
    open: (id) => {
      if (!shown.has(id)) shown.set(id, []);
      return show(id, []);
    },
    hint: () => {
      const hinted = new Promise<void>((resolve) => {
        wake = resolve;
      });
      return Promise.race([hinted, pause(MOMENT_MS)]);
    },
    close: () => {
      closed = true;
      socket?.terminate();
    },
  };
}

function listen(socket: WebSocket, hear: (frame: Frame) => void): Promise<void> {
  return new Promise((resolve) => {
    socket.on('message', (data) => hear(JSON.parse(String(data)) as Frame));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => resolve());
  });
}
