/** What is said: the history a client polls, and the messages it posts. */
import type { Request, Response, Router } from 'express';
import { presentActivity, type WireActivity } from '../../channels/web/present.ts';
import { type Place, type PlacedInbound, receiveActivity } from '../../channels/web/receive.ts';
import { MAX_ACTIVITY } from '../../channels/web/upload.ts';
import { type ActivityRow, activityId } from '../../domain/activity.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { UnknownConversation } from '../../store/accept.ts';
import type { WebConversation } from '../../store/store.ts';
import { authenticate, type Caller, mayOpen, openConversation } from './access.ts';
import { readBody } from './body.ts';
import { noteRead } from './continued.ts';
import type { DirectLineContext } from './deps.ts';
import { readerOf } from './reader.ts';
import { parseWatermark } from './watermark.ts';

type ById = Request<{ id: string }>;
type History = { activities: WireActivity[]; watermark: string };

export function mountActivities(router: Router, context: DirectLineContext): void {
  router.get('/conversations/:id/activities', (request, response) => history(context, request, response));
  router.post('/conversations/:id/activities', (request, response) => post(context, request, response));
}

/** One failed answer kills a polling client while it shows "online": a store that fails or hangs is an empty page. */
async function history(context: DirectLineContext, request: ById, response: Response): Promise<void> {
  const after = parseWatermark(request.query.watermark) ?? 0;
  const caller = await authenticate(context, request);
  mayOpen(caller, request.params.id);
  const nothing: History = { activities: [], watermark: String(after) };
  const timeout = AbortSignal.timeout(context.tuning.historyTimeoutMs);
  const tooLate = new Promise<never>((_, reject) => timeout.addEventListener('abort', () => reject(timeout.reason)));
  try {
    response.json(await Promise.race([readHistory(context, { request, caller, after }), tooLate]));
  } catch (error) {
    if (error instanceof ZhikeError) throw error;
    context.log.warn({ err: error }, 'a history poll was answered empty');
    response.json(nothing);
  }
}

type Poll = { request: ById; caller: Caller; after: number };

async function readHistory(context: DirectLineContext, { request, caller, after }: Poll): Promise<History> {
  const conversation = await openConversation(context, caller, request.params.id);
  noteRead(context, conversation, { after: 0, through: after });
  const rows: ActivityRow[] = [];
  let through = Math.min(after, conversation.seq);
  for (let left = context.tuning.historyLimit; left > 0; ) {
    const limit = Math.min(left, 200);
    const page = await context.store.conversations.activitiesAfter(conversation.id, through, {
      limit,
      audience: 'customer',
    });
    const passed = page.through - through;
    if (passed <= 0) break;
    rows.push(...page.rows);
    through = page.through;
    left -= passed;
    if (passed < limit) break;
  }
  const reader = readerOf(context, conversation, request);
  return { activities: rows.map((row) => presentActivity(row, reader)), watermark: String(through) };
}

/** Answers as soon as the message is durable; the bot has not begun to think then. */
async function post(context: DirectLineContext, request: ById, response: Response): Promise<void> {
  const caller = await authenticate(context, request);
  mayOpen(caller, request.params.id);
  await context.limits.take('webMessage', request.params.id);
  const raw = (await readBody(request, MAX_ACTIVITY)).toString('utf8');
  const place = await placeFor(context, caller, request.params.id);
  const inbound = { ...receiveActivity({ place, raw, receivedAt: context.clock() }), ...epochOf(caller) };
  try {
    response.json({ id: await take(context, inbound) });
  } catch (error) {
    if (!(error instanceof UnknownConversation)) throw error;
    // The door refused it; a look at the conversation says why.
    await openConversation(context, caller, request.params.id);
    throw error;
  }
}

/** A token says itself where it leads, and the door checks it against the conversation: no look-up per message. */
async function placeFor(context: DirectLineContext, caller: Caller, id: string): Promise<Place> {
  if (caller.kind === 'token') return { conversationId: id, inboxId: context.inboxId, address: caller.grant.user };
  return placeOf(await openConversation(context, caller, id));
}

function epochOf(caller: Caller): { tokenEpoch?: number } {
  return caller.kind === 'token' ? { tokenEpoch: caller.grant.epoch } : {};
}

export function placeOf({ id, inboxId, address }: WebConversation): Place {
  return { conversationId: id, inboxId, address };
}

/** The id under which the message comes back on the stream; typing is passed on live and kept nowhere. */
export async function take(context: DirectLineContext, inbound: PlacedInbound): Promise<string> {
  const { conversationId: id } = inbound;
  if (inbound.body.type !== 'typing') return activityId(id, (await context.intake(inbound)).seq);
  context.live.publish({ kind: 'typing', conversationId: id, author: 'customer', authorId: null, name: null });
  return `${id}|${context.newId()}`;
}
