/** The WebSocket handshake: whoever may not listen hears so here, with a status, and never gets a socket. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ZhikeError } from '../../domain/errors.ts';
import type { WebConversation } from '../../store/store.ts';
import { checkOrigin, openConversation } from './access.ts';
import { errorBody, originTrusted, toZhikeError } from './answers.ts';
import { noteRead } from './continued.ts';
import { BASE_PATH, type DirectLineContext } from './deps.ts';
import { follow } from './follower.ts';
import type { Hub } from './hub.ts';
import { readerOf } from './reader.ts';
import { parseWatermark } from './watermark.ts';

const STREAM = new RegExp(`^${BASE_PATH}/conversations/([^/]+)/stream$`);

type Admission = { conversation: WebConversation; after: number; address: string };
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;

/** Handles every upgrade below the base path; {@link isOurs} tells which those are. */
export function createUpgrade(context: DirectLineContext, hub: Hub): Upgrade {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: context.tuning.maxPayload,
    perMessageDeflate: false,
  });
  const addresses = new Map<string, number>();
  const count = (address: string, by: number) => {
    const left = (addresses.get(address) ?? 0) + by;
    if (left > 0) addresses.set(address, left);
    else addresses.delete(address);
  };
  return async (request, socket, head) => {
    const onError = () => socket.destroy();
    socket.on('error', onError);
    try {
      const admission = await admit(context, request);
      const { address } = admission;
      if ((addresses.get(address) ?? 0) >= context.tuning.maxSocketsPerAddress) throw new ZhikeError('Throttled');
      if (hub.countOf(admission.conversation.id) >= context.tuning.maxSocketsPerConversation)
        throw new ZhikeError('Throttled');
      socket.off('error', onError);
      server.handleUpgrade(request, socket, head, (webSocket) => {
        count(address, 1);
        webSocket.on('close', () => count(address, -1));
        open({ context, hub, request, webSocket, admission });
      });
    } catch (error) {
      refuse(socket, toZhikeError(error, context.log));
    }
  };
}

export function isOurs(request: IncomingMessage): boolean {
  return pathOf(request).startsWith(`${BASE_PATH}/`);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

/** A ticket opens the one conversation it names, for a minute. */
async function admit(context: DirectLineContext, request: IncomingMessage): Promise<Admission> {
  const conversationId = STREAM.exec(pathOf(request))?.[1];
  if (!conversationId) throw new ZhikeError('NotFound');
  if (!originTrusted(context, request)) throw new ZhikeError('NotAllowed');
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  const grant = await context.tokens.verifyTicket(query.get('t') ?? '');
  checkOrigin(grant, request);
  const after = parseWatermark(query.get('watermark') ?? undefined);
  const conversation = await openConversation(context, { kind: 'token', grant }, conversationId);
  return { conversation, after: Math.min(after ?? conversation.seq, conversation.seq), address: grant.address };
}

type Opened = {
  context: DirectLineContext;
  hub: Hub;
  request: IncomingMessage;
  webSocket: WebSocket;
  admission: Admission;
};

function open({ context, hub, request, webSocket, admission: { conversation, after } }: Opened): void {
  const { store, log, tuning } = context;
  const page = { limit: tuning.pageSize, audience: 'customer' } as const;
  const follower = follow({
    socket: webSocket,
    conversationId: conversation.id,
    epoch: conversation.tokenEpoch,
    after,
    reader: readerOf(context, conversation, request),
    read: (seq) => store.conversations.activitiesAfter(conversation.id, seq, page),
    arrived:
      conversation.inboxId === context.inboxId
        ? null
        : (through) => noteRead(context, conversation, { after, through }),
    log,
    tuning,
  });
  hub.add(follower);
  // Whatever a client says here (keepalives) is ignored; what it breaks ends its own socket alone.
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', () => hub.remove(follower));
}

function refuse(socket: Duplex, error: ZhikeError): void {
  const body = JSON.stringify(errorBody(error));
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
