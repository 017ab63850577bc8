/** The conversation as it is shown: activities become entries, each once, in the order of the server. */
import type { Activity, Button, File, Source, Speaker } from './wire.ts';

export type Message = {
  kind: 'message';
  key: string;
  clientId: string | null;
  speaker: Speaker;
  name: string | null;
  text: string;
  markdown: boolean;
  locale: string | null;
  files: File[];
  buttons: Button[];
  source: Source | null;
  label: 'auto' | 'ai' | null;
  at: number;
};
/** A centred line about the conversation itself. */
export type Line = {
  kind: 'line';
  key: string;
  text: 'joined' | 'handedBack' | 'resolved' | 'restarted' | 'linkLapsed';
  name: string | null;
  at: number;
};
export type Entry = Message | Line;

const LINES: Record<string, Line['text']> = {
  'desk.joined': 'joined',
  'desk.handedBack': 'handedBack',
  'desk.resolved': 'resolved',
};

/** The entry to show for an activity, or null when there is nothing to see in it. */
export function entryOf(activity: Activity): Entry | null {
  const at = Date.parse(activity.at) || 0;
  const line = activity.type === 'event' && activity.name ? LINES[activity.name] : undefined;
  if (line)
    return {
      kind: 'line',
      key: activity.id,
      text: line,
      name: nameOf(activity.value.agent) ?? activity.speakerName,
      at,
    };
  const empty = !activity.text && activity.files.length === 0 && activity.buttons.length === 0;
  if (activity.type !== 'message' || activity.hidden || empty) return null;
  const { speaker, format } = activity;
  return {
    kind: 'message',
    key: activity.id,
    clientId: activity.clientId,
    speaker,
    name: activity.speakerName,
    text: activity.text,
    markdown: format === 'markdown' || (format !== 'plain' && speaker !== 'customer' && speaker !== 'agent'),
    locale: activity.locale,
    files: activity.files,
    buttons: activity.buttons,
    source: activity.source,
    label: activity.label,
    at,
  };
}

function nameOf(agent: unknown): string | null {
  if (typeof agent === 'string') return agent;
  const name = typeof agent === 'object' && agent !== null ? (agent as Record<string, unknown>).name : null;
  return typeof name === 'string' ? name : null;
}

/** `entries` with the new ones behind them; the same array when all were known. */
export function mergeEntries(entries: Entry[], incoming: readonly Entry[]): Entry[] {
  const known = new Set(entries.map((entry) => entry.key));
  const added: Entry[] = [];
  for (const entry of incoming) {
    if (known.has(entry.key)) continue;
    known.add(entry.key);
    added.push(entry);
  }
  return added.length > 0 ? [...entries, ...added] : entries;
}

/** Messages of others behind the entry with key `read`; all of them when it is not there. */
export function unreadAfter(entries: readonly Entry[], read: string | null): Message[] {
  const from = entries.findIndex((entry) => entry.key === read) + 1;
  return entries
    .slice(from)
    .filter((entry): entry is Message => entry.kind === 'message' && entry.speaker !== 'customer');
}

/** The person who serves the visitor now, or null while it is the bot. */
export function personOf(entries: readonly Entry[]): string | null {
  for (let index = entries.length - 1; index >= 0; index -= 1) {
    const entry = entries[index];
    if (entry?.kind === 'line') return entry.text === 'joined' ? entry.name : null;
    if (entry?.kind === 'message' && entry.speaker === 'agent') return entry.name;
  }
  return null;
}
