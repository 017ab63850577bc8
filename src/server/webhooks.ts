/** The door for what other servers push: bounded raw bytes for one inbox, handed to its channel as they came. */
import express, { type Request, type RequestHandler, Router } from 'express';
import * as z from 'zod';
import type { Channel } from '../channels/channel.ts';
import { ZhikeError } from '../domain/errors.ts';
import type { Inboxes, Log } from '../ports.ts';
import type { Limits } from './limits.ts';

const NOTHING = new Uint8Array();

export type WebhookDeps = {
  channels: ReadonlyMap<string, Channel>;
  inboxes: Inboxes;
  limits: Pick<Limits, 'guardRefusals'>;
  log: Log;
};

export function createWebhooks({ channels, inboxes, limits, log }: WebhookDeps): { path: string; router: Router } {
  const router = Router();
  router.use(limits.guardRefusals);
  for (const channel of channels.values()) {
    const { webhook } = channel;
    if (!webhook) continue;
    const read = express.raw({ type: () => true, limit: webhook.maxBytes, inflate: false });
    const handle: RequestHandler<{ id: string }> = async (request, response) => {
      const id = z.uuid().safeParse(request.params.id);
      const inbox = id.success ? await inboxes.find(id.data) : null;
      if (!inbox?.enabled || inbox.channel !== channel.name) throw new ZhikeError('NotFound');
      await readBody(read, request, response);
      const { status, contentType, body } = await webhook.handle({
        inbox,
        method: request.method === 'GET' ? 'GET' : 'POST',
        query: request.originalUrl.split('?').slice(1).join('?'),
        headers: request.headers,
        body: Buffer.isBuffer(request.body) ? request.body : NOTHING,
        remoteAddress: request.ip ?? '',
      });
      if (status >= 400) log.warn({ inboxId: inbox.id, channel: channel.name, status }, 'a push was refused');
      response
        .status(status)
        .type(contentType ?? 'text/plain')
        .send(body ?? '');
    };
    router.get(`/${channel.name}/:id`, handle);
    router.post(`/${channel.name}/:id`, handle);
  }
  return { path: '/webhooks', router };
}

/** Only for an inbox that exists: a scanner's body is never read. */
function readBody(read: RequestHandler, request: Request<{ id: string }>, response: Parameters<RequestHandler>[1]) {
  return new Promise<void>((resolve, reject) => {
    void read(request as never, response, (error?: unknown) => (error ? reject(error) : resolve()));
  });
}
