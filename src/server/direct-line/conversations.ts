/** Tokens, start and reconnect: how a client comes into a conversation and stays in it. */
import type { Request, Response, Router } from 'express';
import * as z from 'zod';
import { type Grant, TOKEN_SECONDS } from '../../channels/web/token.ts';
import { newVisitorId, visitorName } from '../../channels/web/visitor.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { type Locale, localeOf } from '../../domain/locale.ts';
import type { WebConversation } from '../../store/store.ts';
import { addressKey } from '../limits.ts';
import { authenticate, openConversation } from './access.ts';
import { toZhikeError } from './answers.ts';
import { readJson } from './body.ts';
import { noteRead } from './continued.ts';
import { BASE_PATH, type DirectLineContext } from './deps.ts';
import { parseWatermark } from './watermark.ts';

const userId = z.string().regex(/^dl_[\w.@+=-]{1,197}$/);
const generateSchema = z.object({
  user: z.object({ id: userId.optional(), name: z.string().trim().max(80).optional() }).optional(),
  trustedOrigins: z.array(z.url().max(300)).max(20).optional(),
  locale: z.string().max(35).optional(),
});
/** Microsoft's client sends whatever id its page has made up; only the token's counts. */
const startSchema = z.object({ user: z.unknown().optional(), locale: z.string().max(35).optional() });

type Answer = { conversationId: string; token: string; expires_in: number };

export function mountConversations(router: Router, context: DirectLineContext): void {
  router.post('/tokens/generate', (request, response) => generate(context, request, response));
  router.post('/tokens/refresh', (request, response) => refresh(context, request, response));
  router.post('/conversations', (request, response) => start(context, request, response));
  router.get('/conversations/:id', (request, response) => reconnect(context, request, response));
}

async function generate(context: DirectLineContext, request: Request, response: Response): Promise<void> {
  const caller = await authenticate(context, request);
  if (caller.kind !== 'secret') throw new ZhikeError('NotAllowed');
  await context.limits.take('webSession', addressKey(request.ip));
  const { user, trustedOrigins, locale } = await readJson(request, generateSchema);
  const made = await createConversation(context, { address: user?.id, name: user?.name, locale: localeOf(locale) });
  const origins = trustedOrigins?.map((origin) => new URL(origin).origin);
  response.json(answerOf(context, grantOf(made, origins)));
}

async function refresh(context: DirectLineContext, request: Request, response: Response): Promise<void> {
  const caller = await authenticate(context, request);
  if (caller.kind === 'secret') throw new ZhikeError('NotAllowed');
  const conversation = await openConversation(context, caller, caller.grant.conversationId);
  response.json(answerOf(context, grantOf(conversation, caller.grant.origins)));
}

/** Any 4xx or 5xx here is final for Microsoft's client, a broken connection is not: so a failing store breaks it. */
async function start(context: DirectLineContext, request: Request, response: Response): Promise<void> {
  const caller = await authenticate(context, request);
  const locale = localeOf((await readJson(request, startSchema)).locale);
  try {
    const conversation =
      caller.kind === 'secret'
        ? await createConversation(context, { locale })
        : await openConversation(context, caller, caller.grant.conversationId);
    const first = await ensureStarted(context, conversation, locale);
    const grant = grantOf(conversation, caller.kind === 'token' ? caller.grant.origins : undefined);
    const streamUrl = streamUrlOf(context, request, { grant, after: first ? 0 : conversation.seq });
    response.status(first ? 201 : 200).json({ ...answerOf(context, grant), streamUrl });
  } catch (error) {
    if (toZhikeError(error, context.log).status < 500) throw error;
    request.socket.destroy();
  }
}

async function reconnect(
  context: DirectLineContext,
  request: Request<{ id: string }>,
  response: Response,
): Promise<void> {
  const asked = parseWatermark(request.query.watermark);
  const caller = await authenticate(context, request);
  const conversation = await openConversation(context, caller, request.params.id);
  noteRead(context, conversation, { after: 0, through: asked ?? 0 });
  // A client that was given token and conversation comes here first and never calls start.
  await ensureStarted(context, conversation, null);
  const grant = grantOf(conversation, caller.kind === 'token' ? caller.grant.origins : undefined);
  const streamUrl = streamUrlOf(context, request, { grant, after: asked ?? conversation.seq });
  response.json({ ...answerOf(context, grant), streamUrl });
}

type Newcomer = { address?: string | undefined; name?: string | undefined; locale: Locale | null };

/** A conversation of its own for a visitor; agents see it from the first message on. */
export function createConversation(
  { store, inboxId, clock, random }: Pick<DirectLineContext, 'store' | 'inboxId' | 'clock' | 'random'>,
  { address = newVisitorId(), name, locale: given }: Newcomer,
): Promise<WebConversation> {
  const locale = given ?? 'zh-CN';
  return store.conversations.create({
    inboxId,
    address,
    name: name || visitorName(locale, random),
    locale,
    now: clock(),
  });
}

/** Asks for the greeting exactly once, whoever comes first; true for that one. */
async function ensureStarted(
  { intake, clock }: DirectLineContext,
  { id, inboxId, address, started }: WebConversation,
  locale: Locale | null,
): Promise<boolean> {
  if (started) return false;
  const accepted = await intake({
    inboxId,
    address,
    externalKey: `start:${id}`,
    author: 'system',
    body: { type: 'event', name: 'conversation.start' },
    locale,
    receivedAt: clock(),
    conversationId: id,
  });
  return !accepted.duplicate;
}

export function grantOf({ id, address, tokenEpoch }: WebConversation, origins?: readonly string[]): Grant {
  return { conversationId: id, user: address, epoch: tokenEpoch, origins };
}

function answerOf({ tokens }: DirectLineContext, grant: Grant): Answer {
  return { conversationId: grant.conversationId, token: tokens.issueToken(grant), expires_in: TOKEN_SECONDS };
}

function streamUrlOf(
  context: DirectLineContext,
  request: Request,
  { grant, after }: { grant: Grant; after: number },
): string {
  const url = new URL(`${context.publicUrl(request)}${BASE_PATH}/conversations/${grant.conversationId}/stream`);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('watermark', String(after));
  url.searchParams.set('t', context.tokens.issueTicket({ ...grant, address: addressKey(request.ip) }));
  return url.href;
}
