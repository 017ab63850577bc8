/** A message of ours on its way to a customer: planned once, booked part by part, never said twice by accident. */
import * as z from 'zod';
import { localeOf } from '../../domain/locale.ts';
import type { PartKey, SendOutcome, SendPart } from '../../ports.ts';
import type { ChannelDeps, Outgoing } from '../channel.ts';
import { capabilitiesOf, type WeChatCapabilities } from './account.ts';
import type { WeChatApi } from './api.ts';
import { refusedAddressIn } from './errcodes.ts';
import { uploadImage } from './media.ts';
import type { Memory } from './memory.ts';
import { renderActivity } from './render.ts';
import type { WeChatMessage } from './render-context.ts';
import { bodyOf, type Called, callSend, judge } from './send-call.ts';
import { sendNotice } from './send-notice.ts';
import { type Account, accountOf } from './settings.ts';
import { MAX_TEXT_BYTES, splitText } from './split.ts';

export type SendDeps = Pick<
  ChannelDeps,
  | 'inboxes'
  | 'contacts'
  | 'conversations'
  | 'ledger'
  | 'outbox'
  | 'files'
  | 'fetchFile'
  | 'shared'
  | 'live'
  | 'clock'
  | 'newId'
  | 'log'
  | 'publicUrl'
  | 'webLink'
  | 'shopName'
> & { api: WeChatApi; memory: Memory };

const payloadSchema = z.object({
  message: z.custom<WeChatMessage>((value) => typeof value === 'object'),
  ai: z.boolean(),
});
type Payload = z.output<typeof payloadSchema>;

const OFF_MS = 60_000;
const TOKEN_MS = 5_000;

export async function sendMessage(out: Outgoing, deps: SendDeps): Promise<SendOutcome> {
  const inbox = await deps.inboxes.find(out.inboxId);
  if (!inbox?.enabled) return { kind: 'retry', delayMs: OFF_MS, reason: 'InboxOff' };
  const account = accountOf(inbox);
  if (!account) return { kind: 'retry', delayMs: OFF_MS, reason: 'NotSetUp' };
  const contact = await deps.contacts.find(out.inboxId, out.address);
  if (contact?.reachable === false) return { kind: 'failed', reason: 'Unsubscribed' };
  const sending: Sending = { out, account, deps, signal: AbortSignal.timeout(msLeft(out, deps)) };
  const parts = await planned(sending);
  if (!(await capabilities(sending)).customSend) return { kind: 'held', reason: 'AwaitsMessage' };
  return sendParts(parts, sending);
}

type Sending = { out: Outgoing; account: Account; deps: SendDeps; signal: AbortSignal };

function msLeft({ deadline }: Outgoing, { clock }: SendDeps): number {
  return Math.max(1_000, deadline.getTime() - clock().getTime());
}

async function capabilities({ account, deps }: Sending): Promise<WeChatCapabilities> {
  return capabilitiesOf(account.kind, await deps.memory.refused(account.inboxId));
}

/** The plan that was kept first; what was on its way when its sender died may have arrived. */
async function planned(sending: Sending): Promise<SendPart[]> {
  const { out, deps } = sending;
  const kept = await deps.ledger.parts(out.idempotencyKey);
  if (kept.length === 0) return deps.ledger.plan(out.idempotencyKey, await render(sending));
  for (const part of kept.filter(({ state }) => state === 'sending'))
    await deps.ledger.settle(keyOf(out, part.n), { state: 'unknown', reason: 'Interrupted' });
  return deps.ledger.parts(out.idempotencyKey);
}

/** As few messages as may still be sent; what is offered in them is remembered before they leave. */
async function render(sending: Sending): Promise<Payload[]> {
  const { out, account, deps } = sending;
  const { activity, inboxId, address } = out;
  const able = await capabilities(sending);
  const window = await deps.ledger.window(inboxId, address);
  const left = (isByPerson(out) ? window?.remaining : window?.forBot) ?? able.maxMessages;
  const place = await deps.conversations.find(activity.conversationId);
  const base = deps.publicUrl();
  const rendered = renderActivity(activity.body, {
    locale: localeOf(activity.body.locale) ?? place?.locale ?? 'zh-CN',
    seq: activity.seq,
    capabilities: { ...able, maxMessages: Math.max(1, Math.min(able.maxMessages, left)) },
    absolute: (href) => absolute(href, base),
    fileLink: () => null,
    webLink: null,
    nativeAiLabel: account.nativeAiLabel,
  });
  await deps.memory.offer(inboxId, address, rendered.choices);
  return rendered.messages.map((message) => ({ message, ai: rendered.ai && account.nativeAiLabel }));
}

function absolute(href: string, base: string): string | null {
  const url = URL.parse(href, `${base}/`);
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
}

const keyOf = ({ idempotencyKey: key, inboxId, address }: Outgoing, n: number): PartKey => ({
  key,
  n,
  inboxId,
  address,
});
const isByPerson = ({ activity }: Outgoing) => activity.author.kind === 'agent';

/** In order, each awaited. A plan may change under way (a menu that is not allowed): then it starts over from what is left. */
async function sendParts(given: SendPart[], sending: Sending): Promise<SendOutcome> {
  let parts = given;
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index];
    if (part?.state !== 'pending') continue;
    if (sending.signal.aborted) return { kind: 'retry', delayMs: 0, reason: 'Slow' };
    const step = await sendPart(part, sending);
    if (step.kind === 'replan') {
      parts = await sending.deps.ledger.replan(sending.out.idempotencyKey, part.n, step.payloads);
      index = -1;
    } else if (step.kind === 'stop') return step.outcome;
  }
  const settled = await sending.deps.ledger.parts(sending.out.idempotencyKey);
  if (settled.some(({ state }) => state === 'unknown')) return { kind: 'unknown', reason: 'NoAnswer' };
  return { kind: 'sent', externalId: null };
}

type Step = { kind: 'next' } | { kind: 'stop'; outcome: SendOutcome } | { kind: 'replan'; payloads: Payload[] };
const stop = (outcome: SendOutcome): Step => ({ kind: 'stop', outcome });

async function sendPart(part: SendPart, sending: Sending): Promise<Step> {
  const { out, deps } = sending;
  const { message, ai } = payloadSchema.parse(part.payload);
  const picture = message.msgtype === 'image' ? await upload(message.contentUrl, sending, false) : null;
  if (picture?.kind === 'stop') return picture;
  const key = keyOf(out, part.n);
  const reserved = await deps.ledger.reserve(key, isByPerson(out) ? 'person' : 'bot');
  if (reserved === 'taken') return { kind: 'next' };
  if (reserved !== 'reserved') return noBudget(reserved, sending);
  let called = await call(message, { ai, mediaId: picture?.mediaId ?? null }, sending);
  if (called.kind === 'refused' && called.action === 'reupload' && message.msgtype === 'image') {
    const again = await upload(message.contentUrl, sending, true);
    if (again.kind === 'picture') called = await call(message, { ai, mediaId: again.mediaId }, sending);
  }
  return settle(called, { key, message, ai, sending });
}

type Picture = { kind: 'picture'; mediaId: string };

/** Uploading books nothing: whatever happens, nothing was sent. */
async function upload(
  contentUrl: string,
  sending: Sending,
  fresh: boolean,
): Promise<Picture | Extract<Step, { kind: 'stop' }>> {
  const { account, deps, out } = sending;
  const uploaded = await uploadImage(contentUrl, account, { deps, fresh });
  if (uploaded.kind === 'ok') return { kind: 'picture', mediaId: uploaded.mediaId };
  if (uploaded.kind === 'gone') return { kind: 'stop', outcome: { kind: 'failed', reason: 'FileGone' } };
  const judged = judge(uploaded, { attempt: out.attempt, now: deps.clock() });
  const delayMs = judged.kind === 'later' ? judged.delayMs : TOKEN_MS;
  if (judged.kind === 'refused' && judged.action !== 'unknown' && judged.action !== 'token')
    return { kind: 'stop', outcome: { kind: 'failed', reason: `WeChat${judged.code}` } };
  return { kind: 'stop', outcome: { kind: 'retry', delayMs, reason: 'Upload' } };
}

function call(
  message: WeChatMessage,
  given: { ai: boolean; mediaId: string | null },
  sending: Sending,
): Promise<Called> {
  const { out, account, deps, signal } = sending;
  const mayRepeat = message.msgtype === 'text' && !isByPerson(out);
  const body = bodyOf(out.address, message, given);
  return callSend(deps.api, { account, body, attempt: out.attempt, now: deps.clock(), signal, mayRepeat });
}

type Settling = { key: PartKey; message: WeChatMessage; ai: boolean; sending: Sending };

async function settle(called: Called, given: Settling): Promise<Step> {
  const { key, sending } = given;
  const { ledger } = sending.deps;
  if (called.kind === 'refused') return refused(called, given);
  if (called.kind === 'later') {
    await ledger.settle(key, { state: 'pending', reason: called.reason });
    return stop({ kind: 'retry', delayMs: called.delayMs, reason: called.reason });
  }
  if (called.kind === 'lost') await ledger.settle(key, { state: 'unknown', reason: called.reason });
  else {
    await ledger.settle(key, { state: 'sent' });
    await well(sending);
  }
  return { kind: 'next' };
}

/** The first success of this process takes back what was reported before. */
const wellSince = new WeakMap<SendDeps, Set<string>>();
async function well({ account, deps }: Sending): Promise<void> {
  const known = wellSince.get(deps) ?? new Set();
  wellSince.set(deps, known);
  if (known.has(account.inboxId)) return;
  known.add(account.inboxId);
  await deps.inboxes.report(account.inboxId, null);
}

type Refusal = Extract<Called, { kind: 'refused' }>;

/** A definite refusal: nothing was sent, the booking is given back. */
async function refused(called: Refusal, given: Settling): Promise<Step> {
  const { key, sending } = given;
  const { deps, out } = sending;
  const { action, code } = called;
  const final = action === 'unreachable' || action === 'rejected' || action === 'fault';
  await deps.ledger.settle(key, { state: final ? 'failed' : 'pending', reason: `WeChat${code}` });
  switch (action) {
    case 'hold':
      await deps.ledger.exhaust(out.inboxId, out.address);
      return stop({ kind: 'held', reason: 'QuotaUsed' });
    case 'closed':
      await deps.ledger.close(out.inboxId, out.address);
      return noBudget('closed', sending);
    case 'unreachable':
      await deps.contacts.setReachable(out.inboxId, out.address, false);
      for (const news of await deps.outbox.cancelDeliveries(out.inboxId, out.address, 'Unsubscribed'))
        deps.live.publish({ kind: 'delivery', ...news });
      return stop({ kind: 'failed', reason: 'Unsubscribed' });
    case 'split':
    case 'capability':
      return another(called, given);
    case 'misconfigured':
    case 'token':
      return misconfigured(called, sending);
    default:
      deps.log.error({ inboxId: out.inboxId, code, message: called.message }, 'WeChat refused a message');
      return stop({ kind: 'failed', reason: action === 'rejected' ? 'Rejected' : `WeChat${code}` });
  }
}

/** Said another way: in halves, or with the choices as a text where menus are not granted. */
async function another({ action, code }: Refusal, { key, message, ai, sending }: Settling): Promise<Step> {
  const { deps, out } = sending;
  if (action === 'split') {
    if (message.msgtype !== 'text') return stop({ kind: 'failed', reason: `WeChat${code}` });
    const halves = splitText(message.text.content, Math.floor(MAX_TEXT_BYTES / 2));
    const rest = (await deps.ledger.parts(out.idempotencyKey))
      .filter(({ n }) => n > key.n)
      .map(({ payload }) => payloadSchema.parse(payload));
    const texts = halves.map((content): Payload => ({ message: { msgtype: 'text', text: { content } }, ai }));
    return { kind: 'replan', payloads: [...texts, ...rest] };
  }
  if (message.msgtype !== 'msgmenu') {
    await deps.memory.refuse(out.inboxId, 'customSend');
    await deps.inboxes.report(out.inboxId, { code: 'NoSendRight', at: deps.clock().toISOString() });
    return stop({ kind: 'held', reason: 'AwaitsMessage' });
  }
  await deps.memory.refuse(out.inboxId, 'menus');
  const fresh = await render(sending);
  return { kind: 'replan', payloads: key.n === 0 ? fresh : fresh.slice(-1) };
}

/** Nothing about the message is wrong: it waits until an administrator has set the account right. */
async function misconfigured({ action, code, message }: Refusal, { account, deps, out }: Sending): Promise<Step> {
  wellSince.get(deps)?.delete(account.inboxId);
  const ip = refusedAddressIn(message);
  await deps.inboxes.report(account.inboxId, {
    code: `WeChat${code}`,
    ...(ip ? { params: { ip } } : {}),
    at: deps.clock().toISOString(),
  });
  deps.log.error({ inboxId: out.inboxId, code }, 'an account cannot send until it is set right');
  return stop({ kind: 'retry', delayMs: action === 'token' ? TOKEN_MS : OFF_MS, reason: `WeChat${code}` });
}

async function noBudget(why: 'used' | 'closed', { out, account, deps, signal }: Sending): Promise<Step> {
  if (why === 'used') {
    const window = await deps.ledger.window(out.inboxId, out.address);
    return stop({ kind: 'held', reason: (window?.remaining ?? 0) > 0 ? 'KeptForPerson' : 'QuotaUsed' });
  }
  const noticed = await sendNotice(
    { address: out.address, conversationId: out.activity.conversationId, account, signal },
    deps,
  );
  return stop({ kind: 'held', reason: noticed ? 'NoticeSent' : 'WindowClosed' });
}
