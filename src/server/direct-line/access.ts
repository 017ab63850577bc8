/** Who calls, and which conversation that opens: a token exactly one, the secret those of its inbox. */
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import * as z from 'zod';
import type { Grant } from '../../channels/web/token.ts';
import { ZhikeError } from '../../domain/errors.ts';
import type { WebConversation } from '../../store/store.ts';
import { addressKey } from '../limits.ts';
import { asSeenFromWeb, continuedUser } from './continued.ts';
import type { DirectLineContext } from './deps.ts';

export type Caller = { kind: 'secret' } | { kind: 'token'; grant: Grant };

const idSchema = z.uuid();
const isId = (id: string) => idSchema.safeParse(id).success;

/** Throws `MissingToken` (401) without a credential; everything wrong with one is a 403, the only code clients know. */
export async function authenticate(context: DirectLineContext, request: Request): Promise<Caller> {
  const credential = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  if (credential && context.keys.isDirectLineSecret(credential)) return { kind: 'secret' };
  const grant = await grantFor(context, credential).catch((error: unknown) => refuse(context, request, error));
  checkOrigin(grant, request);
  return { kind: 'token', grant };
}

async function grantFor(context: DirectLineContext, credential: string | undefined): Promise<Grant> {
  if (!credential) throw new ZhikeError('MissingToken');
  return context.tokens.verifyToken(credential);
}

/** Refusals are counted by address, and only the refused hear of it: a good token behind the same address goes on. */
async function refuse(context: DirectLineContext, request: Request, error: unknown): Promise<never> {
  await context.limits.take('refused', addressKey(request.ip));
  throw error;
}

/** A token may be narrowed to the origins that it was made for. */
export function checkOrigin({ origins }: Grant, request: IncomingMessage): void {
  const { origin } = request.headers;
  if (origins && origin !== undefined && !origins.includes(origin)) throw new ZhikeError('NotAllowed');
}

/** Without asking the store: whether the caller may have this conversation at all. A foreign one is like a missing one. */
export function mayOpen(caller: Caller, conversationId: string): void {
  if (caller.kind === 'token' && caller.grant.conversationId !== conversationId) throw new ZhikeError('NotAllowed');
  if (!isId(conversationId)) throw new ZhikeError('NotFound');
}

/** The conversation; throws `NotAllowed`, `NotFound`, or `BadToken` for a revoked token. */
export async function openConversation(
  context: DirectLineContext,
  caller: Caller,
  conversationId: string,
): Promise<WebConversation> {
  mayOpen(caller, conversationId);
  const conversation = await context.store.conversations.find(conversationId);
  if (!conversation || !opens(context, caller, conversation)) throw new ZhikeError('NotFound');
  if (caller.kind === 'token' && caller.grant.epoch !== conversation.tokenEpoch) throw new ZhikeError('BadToken');
  return asSeenFromWeb(context, conversation);
}

/** The secret opens the web's own conversations; those of other channels only a token that was made for the one. */
function opens({ inboxId }: DirectLineContext, caller: Caller, conversation: WebConversation): boolean {
  if (conversation.inboxId === inboxId) return true;
  return caller.kind === 'token' && caller.grant.user === continuedUser(conversation.id);
}
