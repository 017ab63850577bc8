/** Files: taken in with one message, given out by signed links that expire, and never run in our origin. */
import type { Request, Response, Router } from 'express';
import * as z from 'zod';
import { receiveActivity } from '../../channels/web/receive.ts';
import { MAX_ACTIVITY, MAX_UPLOAD, parseUpload } from '../../channels/web/upload.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { sendFile } from '../send-file.ts';
import { authenticate, mayOpen, openConversation } from './access.ts';
import { placeOf, take } from './activities.ts';
import { readBody } from './body.ts';
import type { DirectLineContext } from './deps.ts';

type ById = Request<{ id: string }>;
/** Boundaries and part headers of a form. */
const FORM_OVERHEAD = 64 * 1024;

export function mountFiles(router: Router, context: DirectLineContext): void {
  router.post('/conversations/:id/upload', (request, response) => upload(context, request, response));
  router.get('/attachments/:id', (request, response) => download(context, request, response));
}

async function upload(context: DirectLineContext, request: ById, response: Response): Promise<void> {
  const caller = await authenticate(context, request);
  mayOpen(caller, request.params.id);
  await context.limits.take('webMessage', request.params.id);
  const conversation = await openConversation(context, caller, request.params.id);
  const body = await readBody(request, MAX_UPLOAD + MAX_ACTIVITY + FORM_OVERHEAD);
  const { activity, files } = await parseUpload(request.headers, body);
  const stored = files.map((file) => ({ ...file, id: context.newId(), conversationId: conversation.id }));
  const inbound = receiveActivity({
    place: placeOf(conversation),
    raw: activity,
    receivedAt: context.clock(),
    files: stored,
  });
  if (inbound.body.type !== 'message') throw new ZhikeError('NotSupported', { path: 'type' });
  // Files first: a message never points at what is not there yet.
  for (const file of stored) await context.store.files.put(file);
  response.json({ id: await take(context, inbound) });
}

/** Bytes as they came in; the link is for this one file, whatever else the address says. */
async function download(context: DirectLineContext, request: ById, response: Response): Promise<void> {
  const link = request.query.t;
  if (link === undefined) throw new ZhikeError('MissingToken');
  const fileId = await context.tokens.verifyFileLink(z.string().catch('').parse(link));
  if (fileId !== request.params.id) throw new ZhikeError('BadToken');
  const file = await context.store.files.get(fileId);
  if (!file) throw new ZhikeError('NotFound');
  sendFile(response, file, 'cross-origin');
}
