/** What a web client gets to see of an activity: nothing but what is named here. */

import { LABEL_KEY, PERSONA_KEY, SOURCE_KEY } from '../../contract/web.ts';
import { type ActivityRow, type Attachment, type Author, activityId } from '../../domain/activity.ts';
import { fileIdOf } from '../../domain/file-reference.ts';

/** An activity on the wire (Direct Line reference §5). */
export type WireActivity = Record<string, unknown> & { id: string; type: string };
export type WireAuthor = { id: string; name: string; role: 'user' | 'bot' };

/** For whom: the user's id in the token, and how a file is linked. */
export type Reader = { user: string; linkTo(fileId: string): string };

/** Of ours, what clients know what to do with; desk data such as confidence stays inside. */
const SHOWN = [PERSONA_KEY, SOURCE_KEY, LABEL_KEY, 'streamType', 'streamId', 'streamSequence'];
const INTERNAL = /^(internal|_)/i;

export function presentActivity(row: ActivityRow, reader: Reader): WireActivity {
  const { type, text, textFormat, name, value, attachments, suggestedActions, entities, locale } = row.body;
  const given = { text, textFormat, name, value, entities, locale, replyToId: replyToIdOf(row) };
  return {
    type,
    id: activityId(row.conversationId, row.seq),
    timestamp: row.at,
    channelId: 'directline',
    conversation: { id: row.conversationId },
    from: presentAuthor(row.author, { user: reader.user, persona: row.body.channelData?.[PERSONA_KEY] }),
    ...Object.fromEntries(Object.entries(given).filter(([, field]) => field !== undefined)),
    ...(attachments ? { attachments: attachments.map((attachment) => presentAttachment(attachment, reader)) } : {}),
    ...(suggestedActions ? { suggestedActions: { to: [], actions: suggestedActions.actions } } : {}),
    ...presentChannelData(row),
  };
}

/** Clients hold a reply back for seconds while what it answers has not arrived: it must be something they can have. */
function replyToIdOf({ conversationId, body: { replyToId } }: ActivityRow): string | undefined {
  return replyToId?.startsWith(`${conversationId}|`) ? replyToId : undefined;
}

/** Role `user` is the customer alone: any other would be drawn as the customer's own bubble. */
function presentAuthor(author: Author, { user, persona }: { user: string; persona?: unknown }): WireAuthor {
  if (author.kind === 'customer') return { id: user, name: author.name ?? '', role: 'user' };
  const name = nameOf(persona) ?? author.name ?? '';
  return { id: author.kind === 'agent' ? `agent:${author.id ?? ''}` : 'bot', name, role: 'bot' };
}

function nameOf(persona: unknown): string | null {
  if (typeof persona === 'string') return persona;
  if (typeof persona !== 'object' || persona === null || !('name' in persona)) return null;
  return typeof persona.name === 'string' ? persona.name : null;
}

function presentAttachment(attachment: Attachment, { linkTo }: Reader): Attachment {
  const fileId = fileIdOf(attachment.contentUrl);
  return fileId === null ? attachment : { ...attachment, contentUrl: linkTo(fileId) };
}

/** A customer's own data comes back as it was sent; ours is a white list. */
function presentChannelData({ author, body }: ActivityRow): { channelData?: Record<string, unknown> } {
  const own = author.kind === 'customer';
  const shown = Object.entries(body.channelData ?? {}).filter(([key]) =>
    own ? !INTERNAL.test(key) : SHOWN.includes(key),
  );
  return shown.length > 0 ? { channelData: Object.fromEntries(shown) } : {};
}

export type Typist = { kind: 'bot' | 'agent'; id: string | null; name: string | null };

/** Somebody is typing: pushed, without a place in the log. */
export function presentTyping(
  typist: Typist,
  at: { conversationId: string; id: string; timestamp: string },
): WireActivity {
  return {
    type: 'typing',
    id: at.id,
    timestamp: at.timestamp,
    channelId: 'directline',
    conversation: { id: at.conversationId },
    from: presentAuthor(typist, { user: '' }),
  };
}
