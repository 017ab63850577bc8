/** `POST /api/web/session`: a visitor gets a conversation to talk in, or finds the old one again; never a way in to another's. */
import express, { type Request, type Router } from 'express';
import { createTokens, TOKEN_SECONDS, type Tokens } from '../channels/web/token.ts';
import { type WebSession, webSessionRequestSchema } from '../contract/web.ts';
import { ZhikeError } from '../domain/errors.ts';
import { localeOf } from '../domain/locale.ts';
import type { WebConversation } from '../store/store.ts';
import { answerErrors, cors, originTrusted } from './direct-line/answers.ts';
import { readJson } from './direct-line/body.ts';
import { asSeenFromWeb, continuedBy } from './direct-line/continued.ts';
import { createConversation, grantOf } from './direct-line/conversations.ts';
import type { WebDeps } from './direct-line/deps.ts';
import { addressKey } from './limits.ts';

/** To be mounted at its path, before anything that reads bodies. */
export function createWebSession(deps: WebDeps): { path: string; router: Router } {
  const tokens = createTokens({ keys: deps.keys.signing, clock: deps.clock, newId: deps.newId });
  const router = express.Router();
  router.use(cors(deps));
  router.post('/', async (request, response) => {
    response.json(await openSession({ deps, tokens, request }));
  });
  router.use(() => {
    throw new ZhikeError('NotFound');
  });
  router.use(answerErrors(deps.log));
  return { path: '/api/web/session', router };
}

/** A credential that is not even one is no credential: whoever holds it starts anew. */
const requestSchema = webSessionRequestSchema.extend({
  credential: webSessionRequestSchema.shape.credential.catch(undefined),
});
type Asked = { deps: WebDeps; tokens: Tokens; request: Request };

async function openSession({ deps, tokens, request }: Asked): Promise<WebSession> {
  if (!originTrusted(deps, request)) throw new ZhikeError('NotAllowed');
  await deps.limits.take('webSession', addressKey(request.ip));
  const { credential, locale, continue: code } = await readJson(request, requestSchema);
  const found =
    code === undefined
      ? credential !== undefined && (await findAgain({ deps, tokens, credential }))
      : await openLink(deps, request, code);
  const known = found ? asSeenFromWeb(deps, found) : null;
  const conversation = known ?? (await createConversation(deps, { locale: localeOf(locale) }));
  const { address: user, tokenEpoch: epoch } = conversation;
  return {
    conversationId: conversation.id,
    token: tokens.issueToken(grantOf(conversation)),
    expiresIn: TOKEN_SECONDS,
    credential: tokens.issueCredential({ user, epoch }),
    resumed: known !== null,
  };
}

/** A conversation of another channel; throws `ChatLinkInvalid`. */
async function openLink(
  { limits, continued, store }: WebDeps,
  { ip }: Request,
  code: string,
): Promise<WebConversation> {
  await limits.take('chatLink', addressKey(ip));
  const id = await continued.redeem(code, ip ?? null);
  const conversation = id === null ? null : await store.conversations.find(id);
  if (!conversation) throw new ZhikeError('ChatLinkInvalid');
  return conversation;
}

/** Null for a credential that is forged, expired or revoked: its bearer is a new visitor and locked out of nothing. */
async function findAgain({
  deps,
  tokens,
  credential,
}: {
  deps: WebDeps;
  tokens: Tokens;
  credential: string;
}): Promise<WebConversation | null> {
  const visitor = await tokens.verifyCredential(credential).catch(() => null);
  if (!visitor) return null;
  const continued = continuedBy(visitor.user);
  const conversation =
    continued === null
      ? await deps.store.conversations.findByAddress(deps.inboxId, visitor.user)
      : await deps.store.conversations.find(continued);
  return conversation?.tokenEpoch === visitor.epoch ? conversation : null;
}
