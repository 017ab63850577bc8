/** What travels on the bus between processes: one event with the id of its sender, small, and believed only when it parses. */
import * as z from 'zod';
import { CONVERSATION_STATUSES } from '../domain/conversation.ts';
import type { LiveEvent } from '../ports.ts';

/** Above it the rows stay at home: the receiver reads them. In UTF-16 code units of JSON. */
export const MAX_ROWS = 65_536;
/** No frame of ours is longer; longer ones are not even parsed. */
const MAX_FRAME = MAX_ROWS + 4_096;

const at = z.int().min(0);
const delivery = z
  .object({
    state: z.enum(['pending', 'sending', 'sent', 'unknown', 'failed', 'held']),
    reason: z.string().exactOptional(),
    via: z.string().exactOptional(),
  })
  .nullable();
const rowSchema = z.object({
  conversationId: z.string(),
  seq: at,
  author: z.object({
    kind: z.enum(['customer', 'bot', 'agent', 'system']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  visibility: z.enum(['customer', 'internal']),
  at: z.string(),
  body: z.looseObject({ type: z.enum(['message', 'event', 'typing', 'endOfConversation', 'messageReaction']) }),
  delivery,
});
const eventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('conversation'),
    id: z.string(),
    status: z.enum(CONVERSATION_STATUSES),
    ownerId: z.string().nullable(),
    seq: at,
    version: at,
    due: z.boolean(),
    activities: z.array(rowSchema),
  }),
  z.object({
    kind: z.literal('typing'),
    conversationId: z.string(),
    author: z.enum(['customer', 'bot', 'agent']),
    authorId: z.string().nullable(),
    name: z.string().nullable(),
  }),
  z.object({ kind: z.literal('delivery'), conversationId: z.string(), seq: at, delivery }),
  z.object({ kind: z.literal('presence'), agentId: z.string(), online: z.boolean() }),
  z.object({ kind: z.literal('outbox') }),
  z.object({ kind: z.literal('clocks'), conversationId: z.string() }),
  z.object({ kind: z.literal('rules') }),
  z.object({ kind: z.literal('inbox'), id: z.string() }),
  z.object({ kind: z.literal('knowledge'), revision: at }),
]);
const frameSchema = z.object({ origin: z.string(), event: eventSchema });

/** The event as it is sent; rows that do not fit are left out. */
export function encode(origin: string, event: LiveEvent): string {
  if (event.kind !== 'conversation') return JSON.stringify({ origin, event });
  const rows = JSON.stringify(event.activities);
  return JSON.stringify({ origin, event: rows.length > MAX_ROWS ? { ...event, activities: [] } : event });
}

/** The event of another process; null for one's own echo and for whatever is not such a frame. */
export function decode(origin: string, text: string): LiveEvent | null {
  if (text.length > MAX_FRAME) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const frame = frameSchema.safeParse(json);
  return frame.success && frame.data.origin !== origin ? (frame.data.event as LiveEvent) : null;
}
