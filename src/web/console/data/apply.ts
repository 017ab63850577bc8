/** One event, one change of the cache: what live frames and answers do to lists, conversations and logs. */

import { queryOptions } from '@tanstack/react-query';
import type { LiveFrame } from '../../../contract/live.ts';
import type { ActivityShape, ConversationDetail, ConversationShape, View } from '../../../contract/shapes.ts';
import { ApiError, api } from '../../ui/api.ts';
import { discard } from '../state/outbox.ts';
import { keys } from './keys.ts';
import { hasGap, type Log, mergeInto } from './log.ts';
import { type ListData, queryClient, readOn } from './queries.ts';
import { type ConversationFrame, fits, mayAppear, needsReading, patchRow, placeRow, standingOf } from './rows.ts';

const VIEWS: readonly View[] = ['waiting', 'mine', 'bot', 'all', 'resolved'];
const COUNT_PAUSE_MS = 1_000;

/** How each conversation stood when it was last heard of: a change of it changes the counts. */
const standings = new Map<string, string>();
const versions = new Map<string, number>();
const reading = new Map<string, Promise<ConversationDetail>>();
let countTimer: ReturnType<typeof setTimeout> | undefined;

export function myId(): string {
  return queryClient.getQueryData<{ agent: { id: string } }>(keys.me)?.agent.id ?? '';
}

export function applyFrame(frame: ConversationFrame): void {
  versions.set(frame.id, Math.max(versions.get(frame.id) ?? 0, frame.version));
  noteStanding(frame.id, `${frame.status}:${frame.ownerId ?? ''}`);
  for (const heard of heardDuring.values()) heard.add(frame.id);
  applyActivities(frame);
  const known = knownRow(frame.id);
  const wanted = known ? needsReading(known, frame) : openViews().some((view) => mayAppear(view, frame, myId()));
  if (wanted) refresh(frame.id);
  if (!known || wanted) return;
  const next = patchRow(known, frame);
  if (next !== known) place(next);
}

/** Puts one activity (the answer to a POST) into its log; a gap before it is read. */
export function applyActivity(activity: ActivityShape): void {
  applyActivities({ id: activity.conversationId, seq: activity.seq, activities: [activity] });
}

function applyActivities(frame: { id: string; seq: number; activities: readonly ActivityShape[] }): void {
  // What is in the log need not be sent again.
  for (const { clientId } of frame.activities) if (clientId) discard(clientId);
  const key = keys.activities(frame.id);
  const log = queryClient.getQueryData<Log>(key);
  if (!log) return;
  if (!hasGap(log, frame)) queryClient.setQueryData<Log>(key, mergeInto(log, frame.activities));
  else if (isWatched(key))
    void readOn(frame.id).catch(() => queryClient.invalidateQueries({ queryKey: key, refetchType: 'none' }));
  else void queryClient.invalidateQueries({ queryKey: key, refetchType: 'none' });
}

/** What became of one message on its way out. */
export function applyDelivery({ conversationId, seq, delivery }: Extract<LiveFrame, { type: 'delivery' }>): void {
  queryClient.setQueryData<Log>(keys.activities(conversationId), (log) => {
    const activity = log?.items.find((one) => one.seq === seq);
    return log && activity ? mergeInto(log, [{ ...activity, delivery }]) : log;
  });
  void queryClient.invalidateQueries({ queryKey: keys.window(conversationId) });
}

/** Clocks are read where somebody looks at them. */
export function applyClocks(conversationId: string): void {
  if (knownRow(conversationId)) refresh(conversationId);
}

/** Reads one conversation and puts it where it belongs; calls at the same time share one request. */
export function readConversation(id: string): Promise<ConversationDetail> {
  const running = reading.get(id);
  if (running) return running;
  const request = readFresh(id).finally(() => reading.delete(id));
  reading.set(id, request);
  return request;
}

async function readFresh(id: string): Promise<ConversationDetail> {
  const read = () => api('GET /api/v1/conversations/{id}', { params: { id } });
  let detail = await read();
  // A frame may have overtaken the answer.
  if (detail.version < (versions.get(id) ?? 0)) detail = await read();
  place(detail);
  return detail;
}

export const conversationQuery = (id: string) =>
  queryOptions({ queryKey: keys.conversation(id), queryFn: () => readConversation(id) });

function refresh(id: string): void {
  readConversation(id).catch((error: unknown) => {
    if (error instanceof ApiError) void queryClient.invalidateQueries({ queryKey: keys.conversation(id) });
    else throw error;
  });
}

/** Conversations heard of while a list was being read: the answer may be older than the news. */
const heardDuring = new Map<string, Set<string>>();
queryClient.getQueryCache().subscribe((event) => {
  if (event.type !== 'updated' || event.query.queryKey[0] !== keys.lists[0]) return;
  const { queryHash } = event.query;
  if (event.action.type === 'fetch') heardDuring.set(queryHash, new Set());
  if (event.action.type !== 'success' || event.action.manual) return;
  const heard = heardDuring.get(queryHash) ?? [];
  heardDuring.delete(queryHash);
  for (const id of heard) refresh(id);
});

/** Writes a conversation (row or detail) into every place that shows it. */
export function place(conversation: ConversationShape | ConversationDetail): void {
  const { id } = conversation;
  versions.set(id, Math.max(versions.get(id) ?? 0, conversation.version));
  const { status, ownerId } = standingOf(conversation);
  noteStanding(id, `${status}:${ownerId ?? ''}`);
  queryClient.setQueryData<ConversationDetail>(keys.conversation(id), (old) =>
    'tickets' in conversation ? conversation : old && { ...old, ...conversation },
  );
  const { row, me } = { row: asRow(conversation), me: myId() };
  for (const view of VIEWS) {
    queryClient.setQueryData<ListData>(keys.list(view), (data) => {
      const belongs = fits(view, { status, ownerId }, me);
      if (!data || (!belongs && !data.pages.some((page) => page.items.some((one) => one.id === id)))) return data;
      return { ...data, pages: placeRow(data.pages, view, { row, belongs }) };
    });
  }
}

function asRow(conversation: ConversationShape | ConversationDetail): ConversationShape {
  if (!('tickets' in conversation)) return conversation;
  const {
    tickets: _tickets,
    clocks: _clocks,
    promises: _promises,
    firstSeenAt: _firstSeenAt,
    csat: _csat,
    ...row
  } = conversation;
  return row;
}

export function knownRow(id: string): ConversationShape | undefined {
  const detail = queryClient.getQueryData<ConversationDetail>(keys.conversation(id));
  if (detail) return detail;
  for (const view of VIEWS)
    for (const page of queryClient.getQueryData<ListData>(keys.list(view))?.pages ?? []) {
      const row = page.items.find((one) => one.id === id);
      if (row) return row;
    }
  return undefined;
}

function openViews(): View[] {
  return VIEWS.filter((view) => queryClient.getQueryData(keys.list(view)) !== undefined);
}

function isWatched(queryKey: readonly string[]): boolean {
  return (queryClient.getQueryCache().find({ queryKey })?.getObserversCount() ?? 0) > 0;
}

function noteStanding(id: string, standing: string): void {
  if (standings.get(id) === standing) return;
  standings.set(id, standing);
  countTimer ??= setTimeout(() => {
    countTimer = undefined;
    void queryClient.invalidateQueries({ queryKey: keys.counts });
  }, COUNT_PAUSE_MS);
}

/** After a cut: lists, counts and what is open are read once; what is closed is read when it is opened. */
export function resync(): void {
  for (const queryKey of [keys.lists, keys.counts, keys.agents, ['conversation'], ['activities']])
    void queryClient.invalidateQueries({ queryKey });
}

export function forgetEverything(): void {
  clearTimeout(countTimer);
  countTimer = undefined;
  heardDuring.clear();
  standings.clear();
  versions.clear();
  queryClient.clear();
}
