/** What is loaded of one conversation: a gapless run of activities that ends at the newest, pure functions over it. */
import type { ActivityShape } from '../../../contract/shapes.ts';

/** `items` ascending by `seq`; `hasOlder`: the server has more before the first. */
export type Log = { items: readonly ActivityShape[]; hasOlder: boolean };

export function lastSeq(log: Log | undefined): number {
  return log?.items.at(-1)?.seq ?? 0;
}

/** Puts activities in their place; one with a known `seq` replaces it (its delivery changed). Same object when nothing is new. */
export function mergeInto(log: Log, given: readonly ActivityShape[]): Log {
  const first = log.items[0]?.seq ?? 0;
  const news = given.filter((activity) => activity.seq >= first);
  if (news.length === 0) return log;
  const bySeq = new Map(log.items.map((activity) => [activity.seq, activity]));
  for (const activity of news) bySeq.set(activity.seq, activity);
  return { ...log, items: [...bySeq.values()].sort((a, b) => a.seq - b.seq) };
}

/** Puts an older page in front. */
export function prependTo(log: Log, page: { items: readonly ActivityShape[]; hasMore: boolean }): Log {
  const first = log.items[0]?.seq ?? Number.POSITIVE_INFINITY;
  const older = page.items.filter((activity) => activity.seq < first).sort((a, b) => a.seq - b.seq);
  return { items: [...older, ...log.items], hasOlder: page.hasMore };
}

/** Whether something is missing between what is loaded and what a live frame brings. */
export function hasGap(log: Log, frame: { seq: number; activities: readonly ActivityShape[] }): boolean {
  const first = frame.activities[0]?.seq;
  return first === undefined ? frame.seq > lastSeq(log) : first > lastSeq(log) + 1;
}
