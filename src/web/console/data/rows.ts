/** Rows of the conversation list: which view they belong to, in which order, and what a live frame does to one; pure functions. */
import type { LiveFrame } from '../../../contract/live.ts';
import type { ActivityShape, ConversationShape, View } from '../../../contract/shapes.ts';

export type ConversationFrame = Extract<LiveFrame, { type: 'conversation' }>;
type Standing = { status: ConversationShape['status']; ownerId: string | null };
export type ListPage = { items: ConversationShape[]; nextCursor: string | null };

const PREVIEW_LENGTH = 140;

export function fits(view: View, standing: Standing, meId: string): boolean {
  if (view === 'all') return true;
  if (view === 'mine') return standing.status === 'human' && standing.ownerId === meId;
  return standing.status === view;
}

/** Whether a conversation that no list knows yet may have to be shown in this view: nobody's row appears before the customer spoke. */
export function mayAppear(view: View, frame: ConversationFrame, meId: string): boolean {
  if (!fits(view, frame, meId)) return false;
  if (view === 'waiting' || view === 'mine') return true;
  return (
    frame.activities.length === 0 ||
    frame.activities.some(({ author, type }) => author.kind === 'customer' && type === 'message')
  );
}

export function standingOf(row: ConversationShape): Standing {
  return { status: row.status, ownerId: row.owner?.id ?? null };
}

/** What may be late first where somebody waits, as the server sorts it; newest message first elsewhere. */
export function compareRows(view: View): (a: ConversationShape, b: ConversationShape) => number {
  const newest = (a: ConversationShape, b: ConversationShape) =>
    b.lastMessageAt.localeCompare(a.lastMessageAt) || b.id.localeCompare(a.id);
  const risk = (a: ConversationShape, b: ConversationShape) => (a.riskAt ?? '9').localeCompare(b.riskAt ?? '9');
  if (view === 'mine') return (a, b) => risk(a, b) || newest(a, b);
  if (view !== 'waiting') return newest;
  return (a, b) =>
    risk(a, b) || (a.waitingSince ?? '9').localeCompare(b.waitingSince ?? '9') || a.id.localeCompare(b.id);
}

/** Whether the frame says more than a row can be patched with: somebody moved it, or a desk event came along. */
export function needsReading(row: ConversationShape, frame: ConversationFrame): boolean {
  const { status, ownerId } = standingOf(row);
  if (frame.version < row.version) return false;
  if (frame.status !== status || frame.ownerId !== ownerId) return true;
  if (frame.activities.length === 0) return frame.seq > row.seq || frame.version > row.version;
  // A message on a ticket that waits for the customer moves the ticket; one after the end may be the rating.
  if (row.ticket?.status === 'pending' || row.status === 'resolved') return true;
  return frame.activities.some((activity) => activity.type === 'event');
}

/** The row after the frame; the same object when nothing a row shows has changed. */
export function patchRow(row: ConversationShape, frame: ConversationFrame): ConversationShape {
  const news = frame.activities.filter((activity) => activity.seq > row.seq);
  if (news.length === 0 && frame.seq <= row.seq && frame.version <= row.version) return row;
  return news.reduce(applyActivity, {
    ...row,
    seq: Math.max(row.seq, frame.seq),
    version: Math.max(row.version, frame.version),
  });
}

function applyActivity(row: ConversationShape, activity: ActivityShape): ConversationShape {
  if (activity.type !== 'message' || activity.visibility === 'internal') return row;
  const { kind } = activity.author;
  const text = previewOf(activity);
  return {
    ...row,
    ...(text === '' ? {} : { preview: { text, author: kind } }),
    lastMessageAt: activity.at,
    unread: row.unread + (kind === 'customer' ? 1 : 0),
    waitingSince: waitingAfter(row, activity),
  };
}

function previewOf(activity: ActivityShape): string {
  const text = (activity.text ?? activity.attachments?.[0]?.name ?? '').replace(/\s+/g, ' ').trim();
  return text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH - 1)}…` : text;
}

/** With a person on it, a customer waits from the first unanswered message on, and no longer once somebody answers. */
function waitingAfter(row: ConversationShape, activity: ActivityShape): string | null {
  if (row.status !== 'human') return row.waitingSince;
  if (activity.author.kind === 'customer') return row.waitingSince ?? activity.at;
  return activity.author.kind === 'agent' ? null : row.waitingSince;
}

/** The pages with this row in its right place, or without it; untouched pages stay the same objects. */
export function placeRow(
  pages: readonly ListPage[],
  view: View,
  row: { row: ConversationShape; belongs: boolean },
): ListPage[] {
  const rows = pages.flatMap((page) => page.items).filter((one) => one.id !== row.row.id);
  const ordered = row.belongs ? [...rows, row.row].sort(compareRows(view)) : rows;
  let from = 0;
  return pages.map((page, index) => {
    const last = index === pages.length - 1;
    const items = ordered.slice(from, last ? undefined : from + page.items.length);
    from += items.length;
    return { ...page, items };
  });
}
