/** What a turn is about, read once: the burst as one text, the stored events, the language. */
import type { ActivityRow } from '../domain/activity.ts';
import { activityId } from '../domain/activity.ts';
import type { Turn } from '../domain/change.ts';
import { type Locale, localeOf, localeOfText } from '../domain/locale.ts';

export type TurnView = {
  turn: Turn;
  locale: Locale;
  /** The customer's messages of the burst, oldest first, trimmed; empty ones left out. */
  parts: string[];
  text: string;
  /** What the customer called it, by mail; else empty. */
  title: string;
  files: number;
  /** Names of stored events in the burst: a conversation started, was handed back, has ended … */
  events: string[];
  /** The last thing said, to which replies point, or null when nothing was said. */
  last: ActivityRow | null;
  /** `seq` of the first message of the burst: the source of a ticket, stable when the turn runs again. */
  sourceSeq: number;
};

/** Words that say nothing about the language of a conversation. */
const MIN_LETTERS = 2;

/** Mails that a machine wrote, or that nobody can read, and that a person should see all the same. */
const NEEDS_PERSON = ['bulk', 'unreadable'];

/** A machine's mail is shown and never answered: two of them would write to each other for ever. */
function isFromPerson({ author, body }: ActivityRow): boolean {
  return author.kind === 'customer' && body.type === 'message' && (body.mail?.kind ?? 'human') === 'human';
}

export function viewOf(turn: Turn): TurnView {
  const said = turn.activities.filter(isFromPerson);
  const parts = said.map(textOf).filter((text) => text !== '');
  const text = parts.join('\n');
  const spoken = text.length >= MIN_LETTERS ? localeOfText(text) : null;
  const changed = turn.activities.findLast(({ body }) => body.type === 'event' && body.name === 'locale.change');
  const events = turn.activities.flatMap(({ author, body }) => {
    if (body.type === 'endOfConversation') return ['conversation.ended'];
    if (NEEDS_PERSON.some((kind) => kind === body.mail?.kind)) return ['channel.needsPerson'];
    return body.type === 'event' && body.name && author.kind === 'system' ? [body.name] : [];
  });
  return {
    turn,
    locale:
      spoken ??
      localeOf(typeof changed?.body.value === 'string' ? changed.body.value : null) ??
      turn.conversation.locale,
    parts,
    text,
    title: turn.activities.findLast(({ body }) => body.mail)?.body.mail?.title ?? '',
    files: said.reduce((count, { body }) => count + (body.attachments?.length ?? 0), 0),
    events,
    last: said.at(-1) ?? null,
    sourceSeq: said[0]?.seq ?? turn.throughSeq,
  };
}

/** A button may answer with a value instead of words. */
function textOf({ body }: ActivityRow): string {
  const text = body.text ?? (typeof body.value === 'string' ? body.value : '');
  return text.trim();
}

export function idOf(row: ActivityRow): string {
  return activityId(row.conversationId, row.seq);
}
