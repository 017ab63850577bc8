/** What the desk's live stream (`/api/v1/live`, WebSocket, session cookie) says. Hints: the truth is read by `seq`. */
import * as z from 'zod';
import { activitySchema, conversationStatusSchema } from './shapes.ts';

export const liveEventSchema = z.discriminatedUnion('type', [
  /** First frame: the stream is on; refetch lists once after each of these but the first. */
  z.object({ type: z.literal('ready'), serverTime: z.iso.datetime() }),
  z.object({
    type: z.literal('conversation'),
    id: z.string(),
    status: conversationStatusSchema,
    ownerId: z.string().nullable(),
    seq: z.number().int(),
    version: z.number().int(),
    /** New activities, oldest first; empty: read those after the last one you have. */
    activities: z.array(activitySchema),
  }),
  z.object({
    type: z.literal('typing'),
    conversationId: z.string(),
    author: z.enum(['customer', 'bot', 'agent']),
    authorId: z.string().nullable(),
    name: z.string().nullable(),
  }),
  /** What became of a message on its way out. */
  z.object({
    type: z.literal('delivery'),
    conversationId: z.string(),
    seq: z.number().int(),
    delivery: activitySchema.shape.delivery,
  }),
  /** What a conversation's SLA clocks show has changed: read the conversation. */
  z.object({ type: z.literal('clocks'), conversationId: z.string() }),
  z.object({ type: z.literal('presence'), agentId: z.string(), online: z.boolean() }),
  /** Hints may have been lost: refetch lists, and the open conversation after its last number. */
  z.object({ type: z.literal('resync') }),
  z.object({ type: z.literal('signedOut') }),
]);
export type LiveFrame = z.output<typeof liveEventSchema>;
