/**
 * A customer's chat as our widget keeps it: one message after the other, each sent again under its own key until the
 * server has acknowledged it; the stream is resumed by watermark at whatever server still answers.
 */
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { ask } from './http.ts';
import { createOutgoing, type Said } from './outgoing.ts';
import type { Line } from './script.ts';
import { openSession, type Place, type Session } from './session.ts';

/** What came over the sockets, in the order in which it came, and when. */
export type Seen = { id: string; type: string; text: string; replyToId: string | null; at: number };

export type Customer = {
  readonly kind: 'widget' | 'microsoft';
  readonly conversationId: string;
  readonly said: Said[];
  readonly seen: Seen[];
  /** Sends the line and resolves when it is acknowledged. */
  say(line: Line): Promise<Said>;
  close(): void;
};

const BASE_PATH = '/v3/directline';

export async function openCustomer(place: Place): Promise<Customer> {
  const session = await openSession(place);
  const { conversationId } = session;
  const path = `${BASE_PATH}/conversations/${conversationId}`;
  const started = await session.insist(() =>
    ask('POST', `${session.base()}${BASE_PATH}/conversations`, {
      headers: session.headers(),
      body: { locale: 'zh-CN' },
    }),
  );
  const stream = follow(session, path, started.status === 201 ? String(started.json.streamUrl) : null);
  const outgoing = createOutgoing({
    dice: place.dice,
    post: (body, other) => {
      const base = other ? session.otherBase() : session.base();
      return ask('POST', `${base}${path}/activities`, { headers: session.headers(), body });
    },
    insist: session.insist,
  });
  return {
    kind: 'widget',
    conversationId,
    seen: stream.seen,
    said: outgoing.said,
    say: (line) => outgoing.say(line, randomUUID()),
    close: stream.close,
  };
}

/** Reads on for as long as it is open; every new socket begins behind the last activity that came. */
function follow(session: Session, path: string, first: string | null): { seen: Seen[]; close(): void } {
  const seen: Seen[] = [];
  let watermark = '';
  let closed = false;
  let socket: WebSocket | null = null;
  const resume = async () => {
    const answer = await ask('GET', `${session.base()}${path}?watermark=${watermark}`, { headers: session.headers() });
    await session.renewIfRefused(answer);
    return answer?.status === 200 ? String(answer.json.streamUrl) : null;
  };
  const take = (frame: Frame) => {
    for (const activity of frame.activities) if (activity.type !== 'typing') seen.push(readActivity(activity));
    if (frame.watermark !== undefined) watermark = frame.watermark;
    session.cheer();
  };
  const run = async () => {
    for (let url = first; !closed; url = await resume()) {
      if (url) {
        socket = new WebSocket(url);
        await listen(socket, take);
      }
      if (!closed) await session.hop();
    }
  };
  void run();
  return {
    seen,
    close: () => {
      closed = true;
      socket?.terminate();
    },
  };
}

type Wire = { id: string; type: string; text?: string; replyToId?: string };
type Frame = { activities: Wire[]; watermark?: string };

/** Resolves when the socket is gone, however it went. */
function listen(socket: WebSocket, take: (frame: Frame) => void): Promise<void> {
  return new Promise((resolve) => {
    socket.on('message', (data) => {
      const text = String(data);
      if (text !== '') take(JSON.parse(text) as Frame);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => resolve());
  });
}

export function readActivity({ id, type, text, replyToId }: Wire): Seen {
  return { id, type, text: text ?? '', replyToId: replyToId ?? null, at: performance.now() };
}
