/** The desk's live stream: hints to every signed-in colleague over WebSocket; whoever cannot keep up reads again, whoever is signed out is cut. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type LiveFrame, liveEventSchema } from '../contract/live.ts';
import type { Live, LiveEvent, Log } from '../ports.ts';
import { presentActivity, presentDelivery } from './api/present.ts';
import { isSameOrigin } from './auth/origin.ts';
import type { Session, Sessions } from './auth/sessions.ts';
import type { ServerDeps, Timing } from './deps.ts';
import type { Presence } from './presence.ts';

export const LIVE_PATH = '/api/v1/live';
/** A reader that has not taken this much yet misses hints and is told to read again. */
const SOFT_BUFFER = 1024 * 1024;
/** Rows beyond it are left out of the hint. */
const MAX_FRAME = 64 * 1024;
const MAX_STREAMS_PER_AGENT = 20;

type Client = { socket: WebSocket; session: Session; alive: boolean; behind: boolean };
export type LiveStream = {
  /** Answers an upgrade of {@link LIVE_PATH}. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  /** Closes all streams as "going away"; clients come back elsewhere. */
  close(): void;
};
export type StreamDeps = Pick<ServerDeps, 'publicUrl' | 'clock' | 'checkAnswers'> & {
  live: Live;
  log: Log;
  sessions: Sessions;
  presence: Presence;
  timing: Timing;
};

export function createLiveStream(deps: StreamDeps): LiveStream {
  const { live, log, sessions, presence, timing } = deps;
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024, perMessageDeflate: false });
  const clients = new Set<Client>();
  const encode = encoder(deps.checkAnswers);
  let closed = false;

  const open = (socket: WebSocket, session: Session) => {
    const client: Client = { socket, session, alive: true, behind: false };
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => {
      client.alive = true;
    });
    socket.on('message', () => socket.close(1008, 'nothing is expected here'));
    socket.on('close', () => {
      if (clients.delete(client)) presence.leave(session.agent.id);
    });
    // Before it is one of the hearers: `ready` is the first frame of every stream.
    send(client, encode({ type: 'ready', serverTime: deps.clock().toISOString() }));
    clients.add(client);
    presence.arrive(session.agent.id);
  };
  const broadcast = (event: LiveEvent) => {
    const frame = frameOf(event);
    if (!frame) return;
    const text = shorten(frame, encode);
    for (const client of clients) if (!isOwnTyping(frame, client)) send(client, text);
  };
  const resync = () => {
    for (const client of clients) send(client, encode({ type: 'resync' }));
  };
  const leave = [live.subscribe(broadcast), live.onResync(resync)];
  const timers = [
    repeat(timing.recheckMs, () => Promise.all([...clients].map((client) => recheck(client, sessions, encode)))),
    repeat(timing.pingMs, async () => clients.forEach(ping)),
  ];

  const refusalOf = async (request: IncomingMessage): Promise<number | Session> => {
    if (closed) return 503;
    if (!isSameOrigin(request, deps.publicUrl())) return 403;
    const session = await sessions.find(request);
    if (!session) return 401;
    const streams = [...clients].filter((client) => client.session.agent.id === session.agent.id).length;
    return streams < MAX_STREAMS_PER_AGENT ? session : 429;
  };
  return {
    upgrade: async (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      try {
        const found = await refusalOf(request);
        if (typeof found === 'number') refuse(socket, found);
        else server.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, found));
      } catch (error) {
        log.error({ err: error }, 'a stream could not be opened');
        refuse(socket, 503);
      }
    },
    close: () => {
      closed = true;
      for (const each of leave) each();
      for (const timer of timers) clearInterval(timer);
      for (const { socket } of clients) socket.close(1001, 'going away');
    },
  };
}

type Encode = (frame: LiveFrame) => string;

function encoder(checks: boolean): Encode {
  return (frame) => JSON.stringify(checks ? liveEventSchema.parse(frame) : frame);
}

/** A client that is behind hears nothing until its buffer is empty; then it is told to read. */
function send(client: Client, text: string): void {
  if (client.behind || client.socket.bufferedAmount > SOFT_BUFFER) client.behind = true;
  else client.socket.send(text);
}

function isOwnTyping(frame: LiveFrame, { session }: Client): boolean {
  return frame.type === 'typing' && frame.author === 'agent' && frame.authorId === session.agent.id;
}

/** Cuts a stream whose session has ended; an unreachable database ends nobody's. */
async function recheck(client: Client, sessions: Sessions, encode: Encode): Promise<void> {
  if (client.behind && client.socket.bufferedAmount === 0) {
    client.behind = false;
    send(client, encode({ type: 'resync' }));
  }
  if (await sessions.lives(client.session.tokenHash).catch(() => true)) return;
  client.socket.send(encode({ type: 'signedOut' }));
  client.socket.close(4401, 'signed out');
}

function ping(client: Client): void {
  if (client.alive) client.socket.ping();
  else client.socket.terminate();
  client.alive = false;
}

/** The hint as the desk hears it; null for what is none of its business. Rows come whole, notes too: all here are colleagues. */
function frameOf(event: LiveEvent): LiveFrame | null {
  switch (event.kind) {
    case 'conversation': {
      const { id, status, ownerId, seq, version, activities } = event;
      return { type: 'conversation', id, status, ownerId, seq, version, activities: activities.map(presentActivity) };
    }
    case 'typing': {
      const { conversationId, author, authorId, name } = event;
      return { type: 'typing', conversationId, author, authorId, name };
    }
    case 'delivery': {
      const { conversationId, seq, delivery } = event;
      return { type: 'delivery', conversationId, seq, delivery: presentDelivery(delivery) };
    }
    case 'presence':
      return { type: 'presence', agentId: event.agentId, online: event.online };
    case 'clocks':
      return { type: 'clocks', conversationId: event.conversationId };
    case 'outbox':
    case 'rules':
    case 'inbox':
    case 'knowledge':
      return null;
  }
}

function shorten(frame: LiveFrame, encode: Encode): string {
  const text = encode(frame);
  return frame.type === 'conversation' && text.length > MAX_FRAME ? encode({ ...frame, activities: [] }) : text;
}

/** Runs `work` each `ms`, never twice at once. */
function repeat(ms: number, work: () => Promise<unknown>): NodeJS.Timeout {
  let running = false;
  return setInterval(() => {
    if (running) return;
    running = true;
    void work().finally(() => {
      running = false;
    });
  }, ms).unref();
}

/** Ends a handshake with a status and nothing else. */
export function refuse(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? '';
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n`,
  );
}
