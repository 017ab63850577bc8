/** WeChat's Official Accounts and the customer messages of Mini Programs. */
import { randomBytes } from 'node:crypto';
import type { Channel, ChannelDeps, WebhookRequest, WebhookResponse } from '../channel.ts';
import { capabilitiesOf } from './account.ts';
import { createApi } from './api.ts';
import { judgeCallback, type MessageFields, type ReplyBuilder } from './callback.ts';
import { rememberSeen, setUpActions } from './check.ts';
import { MAX_BODY } from './envelope.ts';
import { createFetchLoop } from './fetching.ts';
import { holdForAnswer } from './hold.ts';
import { createIdentities } from './identity.ts';
import { createMemory } from './memory.ts';
import { type Received, receive } from './receive.ts';
import { sendMessage } from './send.ts';
import { type Account, accountOf, inboxSettings } from './settings.ts';
import { createTokens } from './token.ts';
import { followTyping } from './typing.ts';

const NAME = 'wechat';
const DONE: WebhookResponse = { status: 200, contentType: 'text/plain', body: 'success' };
/** Not `success`: WeChat delivers again, and nothing is lost. */
const AGAIN: WebhookResponse = { status: 503, contentType: 'text/plain', body: '' };
/** Where a customer was is worth a write now and then. */
const LOCATION_ONCE_IN_MS = 60_000;

export function weChatChannel(deps: ChannelDeps): Channel {
  const base = deps.wechatApiBase;
  const tokens = createTokens({ ...deps, base });
  const api = createApi({ base, tokens, log: deps.log });
  const memory = createMemory(deps);
  const tools = { ...deps, api, memory, base, channel: NAME };
  const identities = createIdentities(tools);
  const fetching = createFetchLoop(tools);
  let unfollow = () => {};
  return {
    name: NAME,
    capabilities: { markup: 'anchors', choices: { as: 'menu', max: 10 }, typing: true },
    delivery: 'outbox',
    settings: inboxSettings,
    actions: setUpActions(tools),
    send: (message) => sendMessage(message, tools),
    webhook: { maxBytes: MAX_BODY, handle: createCallback({ ...tools, identities, fetching }) },
    start: () => {
      fetching.start();
      unfollow = followTyping(tools);
    },
    stop: async () => {
      unfollow();
      await Promise.all([fetching.stop(), identities.idle()]);
    },
  };
}

type Tools = ChannelDeps & {
  memory: ReturnType<typeof createMemory>;
  identities: ReturnType<typeof createIdentities>;
  fetching: ReturnType<typeof createFetchLoop>;
};

function createCallback(tools: Tools) {
  const located = new Map<string, number>();
  return async (request: WebhookRequest): Promise<WebhookResponse> => {
    const startedAt = tools.clock();
    const account = accountOf(request.inbox);
    if (!account) return refuse(403, 'not-set-up', { request, tools });
    const verdict = judgeCallback(request, account.callback, startedAt);
    if (verdict.kind === 'refused') return refuse(verdict.status, verdict.detail ?? verdict.reason, { request, tools });
    if (verdict.kind === 'echo') {
      await rememberSeen(account.inboxId, tools);
      return { status: 200, contentType: 'text/plain', body: verdict.body };
    }
    try {
      const taken = await take(verdict.fields, { account, startedAt, tools, located });
      return await answer(taken, { account, startedAt, tools, reply: verdict.reply });
    } catch (error) {
      tools.log.error({ inboxId: account.inboxId, err: error }, 'a push could not be kept; WeChat delivers it again');
      return AGAIN;
    }
  };
}

/** The reason is for the log alone: outwards all refusals look alike. */
function refuse(
  status: number,
  reason: string,
  { request, tools }: { request: WebhookRequest; tools: Tools },
): WebhookResponse {
  tools.log.info({ inboxId: request.inbox.id, reason, status }, 'a callback was not believed');
  return { status, contentType: 'text/plain', body: '' };
}

type Taking = { account: Account; startedAt: Date; tools: Tools; located: Map<string, number> };

/** Kept before anything is answered. What goes with it may be done twice, so that a repeated push completes it. */
async function take(fields: MessageFields, { account, startedAt, tools, located }: Taking): Promise<Received> {
  const { inboxId, kind } = account;
  const address = fields.FromUserName;
  const offered =
    fields.MsgType === 'text' ? await tools.memory.offered(inboxId, address) : { latest: [], earlier: [] };
  const pulls = wantsMore(fields) && (await tools.outbox.nextHeld(inboxId, address)) !== null;
  const received = receive(fields, { inboxId, kind, now: startedAt, newId: tools.newId, offered, pulls });
  if (received.kind === 'location') await locate(received, { account, tools, located });
  if (received.kind === 'nothing') tools.log.info({ inboxId, what: received.what }, 'a push that changes nothing');
  if (received.kind !== 'inbound') return received;
  await tools.accept(received.inbound);
  if (received.inbound.files) tools.fetching.wake();
  await follow(received, { account, tools });
  return received;
}

/** "Reply “more” to read on" was said by us, where the rest of an answer waits for the customer's next word. */
function wantsMore({ MsgType, Content = '' }: MessageFields): boolean {
  return MsgType === 'text' && /^\s*[“"']?(继续|更多|取结果|more|continue)[”"']?[.。!！]?\s*$/i.test(Content);
}

/** Reports come every five seconds while a chat is open; the last one of a minute is enough, and it never starts a turn. */
async function locate(
  { address, at }: Extract<Received, { kind: 'location' }>,
  { account, tools, located }: Pick<Taking, 'account' | 'tools' | 'located'>,
): Promise<void> {
  const now = tools.clock().getTime();
  const key = `${account.inboxId} ${address}`;
  if (now - (located.get(key) ?? 0) < LOCATION_ONCE_IN_MS) return;
  if (located.size > 10_000) located.clear();
  located.set(key, now);
  await tools.contacts.note(account.inboxId, address, { location: { ...at, at: new Date(now).toISOString() } });
}

async function follow(
  { inbound, effect }: Extract<Received, { kind: 'inbound' }>,
  { account, tools }: Pick<Taking, 'account' | 'tools'>,
): Promise<void> {
  const { inboxId, address } = inbound;
  if (effect === 'left') {
    await tools.contacts.setReachable(inboxId, address, false);
    for (const news of await tools.outbox.cancelDeliveries(inboxId, address, 'Unsubscribed'))
      tools.live.publish({ kind: 'delivery', ...news });
    return;
  }
  if (effect === 'revoked') {
    await tools.contacts.forget(inboxId, address);
    tools.log.info({ inboxId }, 'a customer took back the right to their data; the profile is gone');
    return;
  }
  tools.identities.look(account, address);
}

type Answering = { account: Account; startedAt: Date; tools: Tools; reply: ReplyBuilder };

async function answer(received: Received, { account, startedAt, tools, reply }: Answering): Promise<WebhookResponse> {
  if (received.kind !== 'inbound') return DONE;
  const { inboxId, address, externalKey, body: said } = received.inbound;
  const isQuestion = said.type === 'message' || said.name === 'contact.more';
  if (!isQuestion && said.name !== 'conversation.start') return DONE;
  const canSend =
    account.kind !== 'unverified' && capabilitiesOf(account.kind, await tools.memory.refused(inboxId)).customSend;
  if (canSend || externalKey === null) return DONE;
  const passive = await holdForAnswer({ inboxId, address, externalKey, startedAt, isQuestion }, tools);
  if (!passive) return DONE;
  const { body, contentType } = reply(passive, { at: tools.clock(), random: randomBytes(16) });
  return { status: 200, contentType, body };
}
