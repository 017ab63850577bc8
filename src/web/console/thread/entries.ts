/** What a thread shows, in order: day separators, bubbles and system lines, made from activities. */
import type { ActivityShape } from '../../../contract/shapes.ts';
import { dayKey } from '../kit/format.ts';

export type Entry =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'bubble'; key: string; activity: ActivityShape; withAuthor: boolean }
  | { kind: 'line'; key: string; activity: ActivityShape };

/** Messages of one author within this time stand together under one name. */
const TOGETHER_MS = 5 * 60_000;
/** Machinery that says nothing to a person. */
const SILENT_EVENTS = new Set(['message.read', 'webchat/join', 'handoff.status', 'conversation.start']);

export function entriesOf(activities: readonly ActivityShape[]): Entry[] {
  const entries: Entry[] = [];
  let before: ActivityShape | null = null;
  let day = '';
  for (const activity of activities) {
    if (activity.type === 'typing' || (activity.type === 'event' && SILENT_EVENTS.has(activity.name ?? ''))) continue;
    if (dayKey(activity.at) !== day) {
      day = dayKey(activity.at);
      entries.push({ kind: 'day', key: `day ${activity.at}`, at: activity.at });
      before = null;
    }
    const key = `seq ${activity.seq}`;
    if (activity.type !== 'message') {
      entries.push({ kind: 'line', key, activity });
      before = null;
      continue;
    }
    entries.push({ kind: 'bubble', key, activity, withAuthor: !before || !together(before, activity) });
    before = activity;
  }
  return entries;
}

function together(a: ActivityShape, b: ActivityShape): boolean {
  return (
    a.author.kind === b.author.kind &&
    a.author.id === b.author.id &&
    a.visibility === b.visibility &&
    Date.parse(b.at) - Date.parse(a.at) < TOGETHER_MS
  );
}
