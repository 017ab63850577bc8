/** Files of customers for colleagues: by session, never by a link that could be passed on. */
import { type RequestHandler, Router } from 'express';
import * as z from 'zod';
import { ZhikeError } from '../../domain/errors.ts';
import { fileIdOf } from '../../domain/file-reference.ts';
import { can } from '../../domain/permission.ts';
import type { Store } from '../../store/store.ts';
import type { Sessions } from '../auth/sessions.ts';
import { sendFile } from '../send-file.ts';

const PATH = '/api/v1/files';

/** Where the desk finds what a message points at; other addresses stay as they are. */
export function deskAddress(contentUrl: string): string {
  const id = fileIdOf(contentUrl);
  return id === null ? contentUrl : `${PATH}/${id}`;
}

export function deskFiles(deps: { store: Pick<Store, 'files'>; sessions: Pick<Sessions, 'find'> }): Router {
  const get: RequestHandler<{ id: string }> = async (request, response) => {
    const session = await deps.sessions.find(request);
    if (!session) throw new ZhikeError('MissingToken');
    if (!can(session.actor, 'conversation.read')) throw new ZhikeError('NotAllowed');
    const id = z.uuid().safeParse(request.params.id);
    const file = id.success ? await deps.store.files.get(id.data) : null;
    if (!file) throw new ZhikeError('NotFound');
    sendFile(response, file, 'same-origin');
  };
  return Router().get(`${PATH}/:id`, get);
}
