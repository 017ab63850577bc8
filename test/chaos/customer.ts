/**
 * A customer's chat as our widget keeps it: one message after the other, each sent again under its own key until the
 * server has acknowledged it; the stream is resumed by watermark at whatever server still answers.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Dice } from './dice.ts';
import { type Answer, ask, isWorthRepeating, pauseMs } from './http.ts';
import { createOutgoing, type Said } from './outgoing.ts';
import type { Line } from './script.ts';

/** What came over the sockets, in the order in which it came. */
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

export type CustomerOptions = { bases: readonly string[]; home: number; dice: Dice };
const BASE_PATH = '/v3/directline';

export async function openCustomer({ bases, home, dice }: CustomerOptions): Promise<Customer> {
  let at = home;
  let failures = 0;
  let closed = false;
  let socket: WebSocket | null = null;
  let watermark = '';
  const seen: Seen[] = [];
  const base = () => bases[at % bases.length] as string;
  const hop = async () => {
    at++;
    await pause(pauseMs(++failures, dice));
  };

  /** Repeats until there is an answer that says something; the credentials of the chat are renewed when they are refused. */
  const insist = async (act: () => Promise<Answer | null>): Promise<Answer> => {
    for (;;) {
      const answer = await act();
      if (answer?.status === 401 || answer?.status === 403) await openSession();
      else if (answer && !isWorthRepeating(answer)) {
        failures = 0;
        return answer;
      } else if (answer?.retryAfterMs) await pause(answer.retryAfterMs);
      await hop();
    }
  };
  let session: { conversationId: string; token: string; credential: string } | null = null;
  const openSession = async () => {
    for (;;) {
      const body = { locale: 'zh-CN', ...(session ? { credential: session.credential } : {}) };
      const answer = await ask('POST', `${base()}/api/web/session`, { body });
      if (answer?.status === 200) {
        session = answer.json as NonNullable<typeof session>;
        return session;
      }
      await hop();
    }
  };
  const { conversationId } = await openSession();
  const authorized = () => ({ authorization: `Bearer ${session?.token}` });
  const path = `${BASE_PATH}/conversations/${conversationId}`;

  const started = await insist(() => ask('POST', `${base()}${BASE_PATH}/conversations`, { headers: authorized(), body: { locale: 'zh-CN' } }));
  let streamUrl = started.status === 201 ? String(started.json.streamUrl) : null;
  const resume = async () => {
    const answer = await ask('GET', `${base()}${path}?watermark=${watermark}`, { headers: authorized() });
    if (answer?.status === 401 || answer?.status === 403) await openSession();
    return answer?.status === 200 ? String(answer.json.streamUrl) : null;
  };
  const follow = async () => {
    while (!closed) {
      const url = streamUrl ?? (await resume());
      streamUrl = null;
      if (url && !closed) {
        socket = new WebSocket(url);
        await listen(socket, (frame) => {
          for (const activity of frame.activities) if (activity.type !== 'typing') seen.push(readActivity(activity));
          if (frame.watermark !== undefined) watermark = frame.watermark;
          failures = 0;
        });
      }
      if (!closed) await hop();
    }
  };
  const following = follow();
  following.catch(() => undefined);

  const outgoing = createOutgoing({
    dice,
    post: (body, other) => {
      const target = other ? (bases[(at + 1) % bases.length] as string) : base();
      return ask('POST', `${target}${path}/activities`, { headers: authorized(), body });
    },
    insist,
  });
  return {
    kind: 'widget',
    conversationId,
    seen,
    said: outgoing.said,
    say: (line) => outgoing.say(line, randomUUID()),
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
