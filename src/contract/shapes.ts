/** The nouns of the desk's API, as they cross the wire. */
import * as z from 'zod';
import { clockSchema, nearestClockSchema, prioritySchema, promiseSchema } from './clocks.ts';

export const localeSchema = z.enum(['zh-CN', 'en']);
export const roleSchema = z.enum(['agent', 'supervisor', 'admin']);
export const idSchema = z.uuid();
/** Made by the client, kept over retries: the same id again is the same act. */
export const clientIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);

export const agentSchema = z
  .object({
    id: idSchema,
    email: z.string(),
    name: z.string(),
    role: roleSchema,
    locale: localeSchema,
    disabled: z.boolean(),
    /** Whether the person has signed in and chosen a password yet. */
    activated: z.boolean(),
    /** Whether a second factor is asked for at sign-in. */
    twoFactor: z.boolean(),
    online: z.boolean(),
  })
  .meta({ id: 'Agent' });

export const meSchema = z
  .object({
    agent: agentSchema,
    permissions: z.array(z.string()),
    needsPassword: z.boolean(),
    /** The desk asks for a second factor, and there is none yet: nothing else is open until there is. */
    needsTwoFactor: z.boolean(),
    serverTime: z.iso.datetime(),
  })
  .meta({ id: 'Me' });

const authorSchema = z
  .object({
    kind: z.enum(['customer', 'bot', 'agent', 'system']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  })
  .meta({ id: 'Author' });

export const attachmentOutSchema = z.object({
  contentType: z.string(),
  contentUrl: z.string().optional(),
  name: z.string().optional(),
  content: z.unknown().optional(),
});

/** Where a bot's answer comes from: shown to the customer as a link, to the agent with its score. */
export const sourceSchema = z.object({
  articleId: z.string(),
  version: z.number().int(),
  title: z.string(),
  url: z.string(),
});

const mailNoteSchema = z.object({
  /** Of the mail as it was kept; absent on its way out. */
  id: idSchema.optional(),
  /** `human` or what else wrote it: an auto-reply, a mailing list, a mail that cannot be read. */
  kind: z.string().optional(),
  from: z.string().optional(),
  name: z.string().optional(),
  to: z.array(z.string()).optional(),
  cc: z.array(z.string()).optional(),
  subject: z.string().optional(),
  title: z.string().optional(),
  /** How sure it is that the mail is from the address it names. */
  trust: z.enum(['verified', 'confirmed', 'unverified', 'failed']).optional(),
  flags: z.array(z.string()).optional(),
  /** The whole mail holds more than the message shows. */
  more: z.boolean().optional(),
  /** A conversation that the mail points at and that its sender is not part of. */
  related: z.string().optional(),
});

export const activitySchema = z
  .object({
    id: z.string(),
    conversationId: idSchema,
    seq: z.number().int(),
    author: authorSchema,
    visibility: z.enum(['customer', 'internal']),
    at: z.iso.datetime(),
    type: z.enum(['message', 'event', 'typing', 'endOfConversation', 'messageReaction']),
    text: z.string().optional(),
    name: z.string().optional(),
    value: z.unknown().optional(),
    attachments: z.array(attachmentOutSchema).optional(),
    suggestedActions: z.array(z.object({ title: z.string(), value: z.string() })).optional(),
    /** The client id that the sender gave, so that an optimistic bubble finds its row. */
    clientId: z.string().optional(),
    source: sourceSchema.optional(),
    confidence: z.number().optional(),
    /** `ai`: worded by a model; `auto`: an article's own words. */
    label: z.enum(['ai', 'auto']).optional(),
    /** How it came, or goes, by mail. */
    mail: mailNoteSchema.optional(),
    delivery: z
      .object({
        state: z.enum(['pending', 'sending', 'sent', 'unknown', 'failed', 'held']),
        /** A code; the console has words for it. */
        reason: z.string().optional(),
        /** The way around that was taken when the channel itself was closed. */
        via: z.string().optional(),
      })
      .nullable(),
  })
  .meta({ id: 'Activity' });

export const conversationStatusSchema = z.enum(['bot', 'waiting', 'human', 'resolved']);
export const ticketStatusSchema = z.enum(['open', 'pending', 'resolved', 'closed']);
const handoffReasonSchema = z.enum([
  'asked',
  'unanswered',
  'complaint',
  'angry',
  'unresolved',
  'policy',
  'failed',
  'taken-over',
]);

export const ticketSchema = z
  .object({
    id: idSchema,
    number: z.number().int(),
    label: z.string(),
    status: ticketStatusSchema,
    priority: prioritySchema,
    /** The states it may go to from here. */
    moves: z.array(ticketStatusSchema),
    reason: handoffReasonSchema,
    subject: z.string(),
    assignee: z.object({ id: z.string(), name: z.string() }).nullable(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Ticket' });

/** An account of a channel. Secrets are named, never shown. */
export const inboxSchema = z
  .object({
    id: idSchema,
    channel: z.string(),
    name: z.string(),
    enabled: z.boolean(),
    settings: z.record(z.string(), z.unknown()),
    /** Names of the secrets that are set. */
    secretsSet: z.array(z.string()),
    version: z.number().int(),
    /** What is wrong with it now; null: nothing known. */
    health: z
      .object({ code: z.string(), params: z.record(z.string(), z.string()).optional(), at: z.string() })
      .nullable(),
    /** Where the other side pushes to; null for a channel that nobody pushes to. */
    webhookUrl: z.string().nullable(),
    /** Whether administrators may change it. */
    managed: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Inbox' });
export type InboxShape = z.output<typeof inboxSchema>;

/** What a step of the set-up found; the console has words for each code. */
export const checkResultSchema = z
  .object({
    ok: z.boolean(),
    code: z.string(),
    params: z.record(z.string(), z.string()).optional(),
    data: z.unknown().optional(),
  })
  .meta({ id: 'CheckResult' });

/** What the channel still lets us send to the customer. */
export const sendWindowSchema = z
  .object({
    remaining: z.number().int(),
    /** What of it the bot may use; the rest is kept for a person. */
    forBot: z.number().int(),
    until: z.iso.datetime(),
  })
  .meta({ id: 'SendWindow' });

/** Two customers that turned out to be one. */
export const customerMergeSchema = z
  .object({
    id: idSchema,
    fromId: idSchema,
    fromName: z.string(),
    intoId: idSchema,
    reason: z.string(),
    at: z.iso.datetime(),
    undoneAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'CustomerMerge' });

/** A row of the conversation list. */
export const conversationSchema = z
  .object({
    id: idSchema,
    channel: z.string(),
    status: conversationStatusSchema,
    owner: z.object({ id: z.string(), name: z.string() }).nullable(),
    customer: z.object({ id: idSchema, name: z.string() }),
    locale: localeSchema,
    seq: z.number().int(),
    version: z.number().int(),
    /** The newest message that a person would want to see, cut to 140 characters. */
    preview: z.object({ text: z.string(), author: z.enum(['customer', 'bot', 'agent', 'system']) }).nullable(),
    lastMessageAt: z.iso.datetime(),
    /** Since when the customer waits for a person; null when none waits. */
    waitingSince: z.iso.datetime().nullable(),
    /** When the nearest of its running SLA clocks is due. */
    riskAt: z.iso.datetime().nullable(),
    clock: nearestClockSchema.nullable(),
    ticket: z
      .object({ id: idSchema, label: z.string(), status: ticketStatusSchema, reason: handoffReasonSchema })
      .nullable(),
    /** Customer messages after the last one this agent has seen. */
    unread: z.number().int(),
  })
  .meta({ id: 'Conversation' });

export const conversationDetailSchema = conversationSchema
  .extend({
    tickets: z.array(ticketSchema),
    /** Running ones first, then those that have stopped, newest first. */
    clocks: z.array(clockSchema),
    promises: z.array(promiseSchema),
    firstSeenAt: z.iso.datetime(),
    csat: z
      .object({ score: z.number().int().nullable(), resolved: z.boolean().nullable(), at: z.iso.datetime() })
      .nullable(),
  })
  .meta({ id: 'ConversationDetail' });

export const viewSchema = z.enum(['waiting', 'mine', 'all', 'bot', 'resolved']);
export const countsSchema = z
  .object({
    waiting: z.number().int(),
    mine: z.number().int(),
    all: z.number().int(),
    bot: z.number().int(),
    resolved: z.number().int(),
  })
  .meta({ id: 'Counts' });

/** RFC 9457. `code` is stable; `fields` names what is wrong where a form can show it. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string().optional(),
    requestId: z.string().optional(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    /** Who has the conversation, with `TakenByColleague`. */
    owner: z.object({ id: z.string(), name: z.string() }).optional(),
  })
  .meta({ id: 'Problem' });

export type AgentShape = z.output<typeof agentSchema>;
export type Me = z.output<typeof meSchema>;
export type ActivityShape = z.output<typeof activitySchema>;
export type ConversationShape = z.output<typeof conversationSchema>;
export type ConversationDetail = z.output<typeof conversationDetailSchema>;
export type TicketShape = z.output<typeof ticketSchema>;
export type View = z.output<typeof viewSchema>;
export type Problem = z.output<typeof problemSchema>;
