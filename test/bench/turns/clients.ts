/** Who talks to the servers under measurement: one closed loop per conversation, timed from the POST to the reply. */
import { Agent, request } from 'node:http';
import WebSocket from 'ws';

export type Talker = { ask(text: string): Promise<void>; close(): void };

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** A plain HTTP client: the bench and the servers share the cores, so it should weigh little. */
function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

type Frame = { activities?: { type: string; replyToId?: string }[] };

/** A customer on our web chat: posts, and waits until the committed reply to that very message is on the stream. */
export async function openChat(url: string): Promise<Talker> {
  const session = await post(`${url}/api/web/session`, { locale: 'zh-CN' });
  const authorization = { authorization: `Bearer ${session.body.token}` };
  const started = await post(`${url}/v3/directline/conversations`, {}, authorization);
  const socket = new WebSocket(String(started.body.streamUrl));
  const waiting = new Map<string, () => void>();
  const early = new Set<string>();
  socket.on('message', (data) => {
    const text = data.toString();
    if (text === '') return;
    for (const { type, replyToId } of (JSON.parse(text) as Frame).activities ?? []) {
      if (type !== 'message' || !replyToId) continue;
      const resolve = waiting.get(replyToId);
      if (resolve) resolve();
      else early.add(replyToId);
      waiting.delete(replyToId);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  let n = 0;
  const path = `${url}/v3/directline/conversations/${session.body.conversationId}/activities`;
  return {
    ask: async (text) => {
      const answer = await post(
        path,
        { type: 'message', text, channelData: { clientActivityID: `b${n++}` } },
        authorization,
      );
      if (answer.status !== 200) throw new Error(`POST answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      const id = String(answer.body.id);
      if (early.delete(id)) return;
      await new Promise<void>((resolve) => waiting.set(id, resolve));
    },
    close: () => socket.terminate(),
  };
}

/** The same for the echo bot, whose reply comes in the answer of the POST. */
export async function openEcho(url: string, id: number): Promise<Talker> {
  const address = {
    channelId: 'bench',
    serviceUrl: 'urn:bench',
    conversation: { id: `c${id}` },
    from: { id: `u${id}` },
    recipient: { id: 'bot' },
  };
  return {
    ask: async (text) => {
      const answer = await post(`${url}/api/messages`, {
        type: 'message',
        id: 'm',
        text,
        deliveryMode: 'expectReplies',
        ...address,
      });
      if (answer.status !== 200) throw new Error(`POST answered ${answer.status}`);
    },
    close: () => {},
  };
}

export type Timing = { turns: number; seconds: number; perSecond: number; p50Ms: number; p99Ms: number };

/** Every talker asks without a pause until the time is over. */
export async function talk(talkers: Talker[], questions: readonly string[], seconds: number): Promise<Timing> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1_000;
  const started = performance.now();
  await Promise.all(
    talkers.map(async (talker, index) => {
      for (let n = index; performance.now() < end; n++) {
        const asked = performance.now();
        await talker.ask(questions[n % questions.length] ?? '');
        times.push(performance.now() - asked);
      }
    }),
  );
  const took = (performance.now() - started) / 1_000;
  times.sort((a, b) => a - b);
  const quantile = (q: number) =>
    Number((times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0).toFixed(1));
  return {
    turns: times.length,
    seconds: Number(took.toFixed(1)),
    perSecond: Math.round(times.length / took),
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}
