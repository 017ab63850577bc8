/** Through whose eyes a conversation is presented on this connection. */
import type { IncomingMessage } from 'node:http';
import type { Reader } from '../../channels/web/present.ts';
import type { WebConversation } from '../../store/store.ts';
import { BASE_PATH, type DirectLineContext } from './deps.ts';

/** File links lead back to the host that the reader came by, and are signed anew each time. */
export function readerOf(context: DirectLineContext, conversation: WebConversation, request: IncomingMessage): Reader {
  const base = `${context.publicUrl(request)}${BASE_PATH}/attachments`;
  return {
    user: conversation.address,
    linkTo: (fileId) => `${base}/${fileId}?t=${encodeURIComponent(context.tokens.issueFileLink(fileId))}`,
  };
}
