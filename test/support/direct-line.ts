/** A Direct Line client made of fetch and a bare WebSocket, and a network that can be cut. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';

export type Wire = Record<string, unknown> & {
  id: string;
  type: string;
  timestamp: string;
  text?: string;
  replyToId?: string;
  channelData?: Record<string, unknown>;
  from: { id: string; name: string; role: string };
  attachments?: { contentType: string; contentUrl?: string; name?: string }[];
};
export type Started = { conversationId: string; token: string; expires_in: number; streamUrl: string };
export type History = { activities: Wire[]; watermark: string };
export type Answer<T = unknown> = { status: number; headers: Headers; body: T };

/** Resolves when the condition holds; looks every few milliseconds and gives up after ten seconds. */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const value = await condition();
    if (value) return value as Exclude<T, false | null | undefined>;
    if (Date.now() > deadline) throw new Error(`in vain waited for ${what}`);
    await setTimeout(2);
  }
}

export type Network = {
  port: number;
  to(port: number): void;
  cut(): void;
  refuse(refusing: boolean): void;
  close(): Promise<void>;
};

/** Everything between client and server passes here; `cut` destroys what is open, `refuse` what comes. */
export async function openNetwork(): Promise<Network> {
  const open = new Set<Socket>();
  let target = 0;
  let refusing = false;
  const server = createServer((client) => {
    if (refusing) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    to: (port) => {
      target = port;
    },
    cut,
    refuse: (now) => {
      refusing = now;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type Client = ReturnType<typeof createClient>;

/** Raw requests below the base path; bodies are JSON unless they are bytes or a form. */
export function createClient(base: string) {
  const request = async <T = unknown>(
    method: string,
    path: string,
    given: { as?: string | undefined; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> => {
    const raw = given.body instanceof FormData || given.body instanceof Uint8Array || typeof given.body === 'string';
    const response = await fetch(path.startsWith('http') ? path : base + path, {
      method,
      headers: {
        ...(given.as === undefined ? {} : { authorization: `Bearer ${given.as}` }),
        ...(given.body === undefined || raw ? {} : { 'content-type': 'application/json' }),
        ...given.headers,
      },
      ...(given.body === undefined ? {} : { body: (raw ? given.body : JSON.stringify(given.body)) as string }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as T };
  };
  return {
    base,
    request,
    generate: async (secret: string, body: unknown = {}) =>
      (await request<Started>('POST', '/tokens/generate', { as: secret, body })).body,
    start: async (token: string) =>
      (await request<Started>('POST', '/conversations', { as: token, body: { user: {} } })).body,
    history: async ({ conversationId, token }: Pick<Started, 'conversationId' | 'token'>, watermark = '') =>
      (
        await request<History>('GET', `/conversations/${conversationId}/activities?watermark=${watermark}`, {
          as: token,
        })
      ).body,
    say: async ({ conversationId, token }: Pick<Started, 'conversationId' | 'token'>, activity: object) =>
      request<{ id: string }>('POST', `/conversations/${conversationId}/activities`, { as: token, body: activity }),
  };
}

export type Frame = { activities: Wire[]; watermark?: string };
export type Stream = {
  socket: WebSocket;
  frames: Frame[];
  keepalives: number;
  /** Activities of all frames, in their order. */
  heard(): Wire[];
  close(): void;
};

/** Opens a stream; rejects with the status of a refused handshake. */
export function openStream(streamUrl: string, headers: Record<string, string> = {}): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(streamUrl, { headers });
    const stream: Stream = {
      socket,
      frames: [],
      keepalives: 0,
      heard: () => stream.frames.flatMap((frame) => frame.activities),
      close: () => socket.terminate(),
    };
    socket.on('message', (data) => {
      const text = String(data);
      if (text === '') stream.keepalives += 1;
      else stream.frames.push(JSON.parse(text) as Frame);
    });
    socket.on('open', () => resolve(stream));
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      socket.terminate();
      reject(Object.assign(new Error(`refused with ${response.statusCode}`), { status: response.statusCode }));
    });
    socket.on('error', reject);
  });
}

/** The status with which a handshake was refused; 101 when it was not. */
export async function handshake(streamUrl: string, headers: Record<string, string> = {}): Promise<number> {
  try {
    (await openStream(streamUrl, headers)).close();
    return 101;
  } catch (error) {
    return (error as { status?: number }).status ?? 0;
  }
}
