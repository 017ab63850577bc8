/** What the widget asks beside Direct Line: a conversation to talk in, without ever seeing the secret. */
import * as z from 'zod';

/** `POST /api/web/session`. A visitor comes back with the credential of the last answer and finds the old conversation. */
export const webSessionRequestSchema = z.strictObject({
  credential: z.string().max(2_000).optional(),
  /** Out of a link to a conversation of another channel; 410 `ChatLinkInvalid` when it opens nothing (any more). */
  continue: z.string().max(200).optional(),
  locale: z.string().max(35).optional(),
});
export const webSessionSchema = z.object({
  conversationId: z.uuid(),
  /** Direct Line token, bound to the conversation. */
  token: z.string(),
  /** Seconds. */
  expiresIn: z.number().int(),
  /** Renewable, at most 24 h; keep it in storage, never in a URL. */
  credential: z.string(),
  /** Whether the conversation existed before. */
  resumed: z.boolean(),
});
export type WebSession = z.output<typeof webSessionSchema>;

/** Names in `channelData` that our own widget reads from activities. */
export const PERSONA_KEY = 'persona';
export const SOURCE_KEY = 'source';
export const LABEL_KEY = 'label';
