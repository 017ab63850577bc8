/** How the outbox's messages reach the server, and what happens to the screen when they do. */
import { api } from '../../ui/api.ts';
import { useConnection } from '../state/connection.ts';
import type { Courier } from '../state/outbox.ts';
import { applyActivity, readConversation } from './apply.ts';

export function makeCourier(on: { signedOut: () => void }): Courier {
  return {
    post: ({ conversationId, mode, text, clientId, cc = [], files = [] }) =>
      mode === 'note'
        ? api('POST /api/v1/conversations/{id}/notes', { params: { id: conversationId }, body: { text, clientId } })
        : api('POST /api/v1/conversations/{id}/messages', {
            params: { id: conversationId },
            body: {
              text,
              clientId,
              ...(cc.length > 0 ? { cc: [...cc] } : {}),
              ...(files.length > 0 ? { files: files.map(({ id }) => id) } : {}),
            },
          }),
    delivered: (_message, activity) => applyActivity(activity),
    refused: (message, error) => {
      if (error.status === 401) on.signedOut();
      // Somebody moved it: show how it stands now.
      else if (error.status === 409) void readConversation(message.conversationId).catch(() => {});
    },
    pause: (ms) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          stop();
          resolve();
        };
        const timer = setTimeout(done, ms * (0.75 + Math.random() / 2));
        const stop = useConnection.subscribe((now, before) => {
          if (now.state === 'online' && before.state !== 'online') done();
        });
      }),
  };
}
