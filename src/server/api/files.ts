/** Files of customers for colleagues: by session, never by a link that could be passed on. */
import { type RequestHandler, Router, raw } from 'express';
import * as z from 'zod';
import { ZhikeError } from '../../domain/errors.ts';
import { fileKind, safeFileName } from '../../domain/file-kind.ts';
import { fileIdOf } from '../../domain/file-reference.ts';
import { can } from '../../domain/permission.ts';
import type { NewId } from '../../ports.ts';
import type { Store } from '../../store/store.ts';
import { hasPageHeader, isSameOrigin } from '../auth/origin.ts';
import type { Sessions } from '../auth/sessions.ts';
import { sendFile } from '../send-file.ts';

const PATH = '/api/v1/files';

/** Where the desk finds what a message points at; other addresses stay as they are. */
export function deskAddress(contentUrl: string): string {
  const id = fileIdOf(contentUrl);
  return id === null ? contentUrl : `${PATH}/${id}`;
}

/** What a colleague attaches, each file by itself. */
const readBytes = raw({ type: () => true, limit: '20mb', inflate: false });

/** Header values are no place for other letters than ASCII. */
function decodedName(value: string | undefined): string | undefined {
  try {
    return value && decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

type FilesDeps = {
  store: Pick<Store, 'files' | 'conversations'>;
  sessions: Pick<Sessions, 'find'>;
  newId: NewId;
  publicUrl: () => string;
};

export function deskFiles(deps: FilesDeps): Router {
  const get: RequestHandler<{ id: string }> = async (request, response) => {
    const session = await deps.sessions.find(request);
    if (!session) throw new ZhikeError('MissingToken');
    if (!can(session.actor, 'conversation.read')) throw new ZhikeError('NotAllowed');
    const id = z.uuid().safeParse(request.params.id);
    const file = id.success ? await deps.store.files.get(id.data) : null;
    if (!file) throw new ZhikeError('NotFound');
    sendFile(response, file, 'same-origin');
  };
  const post: RequestHandler<{ id: string }> = async (request, response) => {
    const session = await deps.sessions.find(request);
    if (!session) throw new ZhikeError('MissingToken');
    if (!isSameOrigin(request, deps.publicUrl()) || !hasPageHeader(request)) throw new ZhikeError('WrongOrigin');
    if (!can(session.actor, 'conversation.reply')) throw new ZhikeError('NotAllowed');
    const conversationId = z.uuid().safeParse(request.params.id);
    if (!conversationId.success || !(await deps.store.conversations.find(conversationId.data)))
      throw new ZhikeError('NotFound');
    await new Promise<void>((resolve, reject) => {
      void readBytes(request as never, response, (error?: unknown) => (error ? reject(error) : resolve()));
    });
    const bytes: unknown = request.body;
    if (!Buffer.isBuffer(bytes) || bytes.byteLength === 0) throw new ZhikeError('MissingProperty', { path: 'file' });
    const name = safeFileName(decodedName(request.get('x-file-name')));
    const contentType = fileKind(bytes, request.get('content-type') ?? '');
    const id = deps.newId();
    await deps.store.files.put({ id, conversationId: conversationId.data, name, contentType, bytes });
    response.status(201).json({ id, name, contentType });
  };
  return Router().get(`${PATH}/:id`, get).post('/api/v1/conversations/:id/files', post);
}
