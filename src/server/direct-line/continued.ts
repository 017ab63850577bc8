/** Conversations of other channels, seen from the web: under a name of their own, so that no address of a channel gets out. */
import * as z from 'zod';
import type { WebConversation } from '../../store/store.ts';
import type { Seqs } from '../web-links.ts';
import type { DirectLineContext, WebDeps } from './deps.ts';

const PREFIX = 'continued:';

/** No visitor is ever called so: theirs begin with `dl_`. */
export const continuedUser = (conversationId: string): string => PREFIX + conversationId;

/** The conversation whose continued user that is; null for a visitor of the web. */
export function continuedBy(user: string): string | null {
  return user.startsWith(PREFIX) ? (z.uuid().safeParse(user.slice(PREFIX.length)).data ?? null) : null;
}

export function asSeenFromWeb({ inboxId }: Pick<WebDeps, 'inboxId'>, conversation: WebConversation): WebConversation {
  if (conversation.inboxId === inboxId) return conversation;
  return { ...conversation, address: continuedUser(conversation.id) };
}

/** Said by the customer's own client, which has these rows. Failing costs the customer nothing but a second copy. */
export function noteRead(
  { continued, inboxId, log }: Pick<DirectLineContext, 'continued' | 'inboxId' | 'log'>,
  conversation: WebConversation,
  seqs: Seqs,
): void {
  if (conversation.inboxId === inboxId || seqs.through <= seqs.after) return;
  continued
    .read(conversation.id, seqs)
    .catch((error: unknown) => log.warn({ err: error }, 'what was read on the web could not be noted'));
}
