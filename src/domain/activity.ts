/** What is said and done in a conversation: the Bot Framework Activity, cut to what we accept, store and show. */
import * as z from 'zod';

/** Largest text of one message, in UTF-16 code units; channels refuse longer ones with `TooLarge`. */
export const MAX_TEXT = 20_000;
export const MAX_ATTACHMENTS = 10;
const MAX_BAG = 16_384;

/** Free JSON of a client (`value`, `channelData`, `entities`), bounded once it is serialised. */
const bag = z.json().refine((value) => JSON.stringify(value).length <= MAX_BAG, { message: 'too large' });
const bagObject = z
  .record(z.string(), z.json())
  .refine((value) => JSON.stringify(value).length <= MAX_BAG, { message: 'too large' });

export const attachmentSchema = z.object({
  contentType: z.string().max(200),
  contentUrl: z.string().max(2_000).optional(),
  content: bag.optional(),
  name: z.string().max(500).optional(),
  thumbnailUrl: z.string().max(2_000).optional(),
});
export type Attachment = z.output<typeof attachmentSchema>;

export const cardActionSchema = z.object({
  type: z.enum(['imBack', 'postBack', 'messageBack', 'openUrl', 'call']),
  title: z.string().max(200),
  value: bag.optional(),
  text: z.string().max(MAX_TEXT).optional(),
  displayText: z.string().max(MAX_TEXT).optional(),
});
export type CardAction = z.output<typeof cardActionSchema>;

/** Events that a customer's client may send; all others are refused (botbuilder reference §4). */
const CLIENT_EVENTS = ['webchat/join', 'message.read', 'locale.change'] as const;

/**
 * The white list: what a customer's client may set. Everything else that it sends (id, from, timestamp, recipient,
 * serviceUrl, deliveryMode, suggestedActions, replyToId …) is dropped by this schema without a word.
 */
export const inboundActivitySchema = z
  .object({
    type: z.enum(['message', 'event', 'typing', 'endOfConversation', 'messageReaction']),
    text: z.string().max(MAX_TEXT).optional(),
    textFormat: z.enum(['plain', 'markdown', 'xml']).optional(),
    name: z.string().max(200).optional(),
    value: bag.optional(),
    attachments: z.array(attachmentSchema).max(MAX_ATTACHMENTS).optional(),
    entities: z.array(bagObject).max(20).optional(),
    locale: z.string().max(35).optional(),
    localTimestamp: z.string().max(40).optional(),
    localTimezone: z.string().max(60).optional(),
    channelData: bagObject.optional(),
  })
  .superRefine((activity, context) => {
    if (activity.type === 'event' && !CLIENT_EVENTS.some((name) => name === activity.name))
      context.addIssue({ code: 'custom', path: ['name'], message: 'this event is not accepted from a client' });
  });
export type InboundActivity = z.output<typeof inboundActivitySchema>;

/** How a message came, or goes, by mail. Of a customer's clients none can set it. */
export type MailNote = {
  /** The mail as it was kept; absent on its way out. */
  id?: string;
  /** What kind of mail: only a `human` one is answered by the bot. */
  kind?: string;
  from?: string;
  name?: string;
  to?: string[];
  cc?: string[];
  subject?: string;
  /** The thread's subject, without what answers put before it. */
  title?: string;
  /** How sure it is that the mail is from the address it names. */
  trust?: 'verified' | 'confirmed' | 'unverified' | 'failed';
  /** What a person should know before trusting it. */
  flags?: string[];
  /** The whole mail holds more than the message shows. */
  more?: boolean;
  /** A conversation that the mail points at and that its sender is not part of. */
  related?: string;
};

/** One activity as it is kept: who, when and its place are columns of {@link ActivityRow}, not of the body. */
export type ActivityBody = {
  type: 'message' | 'event' | 'typing' | 'endOfConversation' | 'messageReaction';
  text?: string | undefined;
  textFormat?: 'plain' | 'markdown' | 'xml' | undefined;
  name?: string | undefined;
  value?: unknown;
  attachments?: Attachment[] | undefined;
  suggestedActions?: { actions: CardAction[] } | undefined;
  entities?: Record<string, unknown>[] | undefined;
  locale?: string | undefined;
  replyToId?: string | undefined;
  channelData?: Record<string, unknown> | undefined;
  mail?: MailNote | undefined;
};

export type AuthorKind = 'customer' | 'bot' | 'agent' | 'system';
export type Author = { kind: AuthorKind; id: string | null; name: string | null };

/** `customer`: everybody sees it. `internal`: notes and desk events; no customer route ever returns it. */
export type Visibility = 'customer' | 'internal';

/**
 * What became of a message on its way out; `null` where the log itself is the delivery (web chat). `held`: it leaves when
 * the customer writes again. `reason` is a code, `via` the way around that was taken when the channel was closed.
 */
export type Delivery = {
  state: 'pending' | 'sending' | 'sent' | 'unknown' | 'failed' | 'held';
  reason?: string;
  via?: string;
} | null;

/** An activity in its place: `seq` is dense per conversation, `at` (ISO, UTC) strictly increases with it. */
export type ActivityRow = {
  conversationId: string;
  seq: number;
  author: Author;
  visibility: Visibility;
  at: string;
  body: ActivityBody;
  delivery: Delivery;
};

/** An activity before it has its place. */
export type NewActivity = { author: Author; visibility: Visibility; body: ActivityBody };

/** Direct Line's id of an activity: `{conversation}|{seq, seven digits}`. */
export function activityId(conversationId: string, seq: number): string {
  return `${conversationId}|${String(seq).padStart(7, '0')}`;
}
