/** A change: everything that one turn, or one act of an agent, does to a conversation. It commits whole or not at all. */
import type { ActivityBody, ActivityRow, NewActivity } from './activity.ts';
import type { AuditEntry } from './audit.ts';
import type { BotState, Conversation, ConversationStatus } from './conversation.ts';
import type { Locale } from './locale.ts';
import type { NewPromise, PromiseUpdate } from './promise.ts';
import type { Priority } from './sla.ts';
import type { HandoffReason, TicketStatus } from './ticket.ts';

export type NewTicket = {
  id: string;
  number: number;
  reason: HandoffReason | 'taken-over';
  subject: string;
  assigneeId: string | null;
  /** The message that made it: a turn that runs twice cannot open two. */
  sourceSeq: number;
};
export type TicketUpdate = { id: string; status?: TicketStatus; assigneeId?: string | null; priority?: Priority };

/** What the bot answered from, so that each answer can be explained later. */
export type AnswerLog = {
  question: string;
  decision: 'answer' | 'clarify' | 'abstain';
  confidence: number;
  articleId: string | null;
  articleVersion: number | null;
  top: { id: string; score: number }[];
  engine: string;
};

export type CsatAnswer = { score: number | null; resolved: boolean | null };

export type Change = {
  activities: NewActivity[];
  status?: ConversationStatus;
  ownerId?: string | null;
  locale?: Locale;
  state?: BotState;
  openTicket?: NewTicket;
  updateTickets?: TicketUpdate[];
  answers?: AnswerLog[];
  csat?: CsatAnswer;
  /** Shares of SLA clocks, in per cent, that this change warns of: each is noted with it, once. */
  warnings?: { id: number; level: number }[];
  promises?: NewPromise[];
  updatePromises?: PromiseUpdate[];
  /** Marks the conversation due, so that the bot takes a turn on what this change appended. */
  wakeBot?: boolean;
  /** Key under which the act is done once: the same key again changes nothing. */
  idempotencyKey?: string;
  /** An entry for the audit log, written with the change. */
  audit?: Omit<AuditEntry, 'at'>;
  /** Who acted, for the audit; null for the bot. */
  actorId?: string | null;
};

/** One committed change: the rows as they now stand. */
export type Committed = {
  conversationId: string;
  status: ConversationStatus;
  ownerId: string | null;
  seq: number;
  version: number;
  activities: ActivityRow[];
};

/** A leased turn: what the bot may look at. `activities` are the unanswered ones, oldest first: a burst is one turn. */
export type Turn = {
  conversation: Conversation;
  channel: string;
  epoch: number;
  throughSeq: number;
  attempts: number;
  activities: ActivityRow[];
  openTicket: { id: string; number: number; status: TicketStatus } | null;
};

/** Something a channel took in and verified; `externalKey` makes it arrive once. */
export type Inbound = {
  inboxId: string;
  /** Where the customer is, in the words of the channel (visitor id, openid, mail address). */
  address: string;
  externalKey: string | null;
  /** Who says it; `system` is the channel's own news (a conversation was started) and stays internal. */
  author: 'customer' | 'system';
  body: ActivityBody;
  locale: Locale | null;
  receivedAt: Date;
  /** What a new customer is called until they say; their address where it is left out. */
  customerName?: string;
  /** The raw payload where the channel has one beyond the activity. */
  raw?: unknown;
  /** Set by channels whose conversations are started before the first message (web). */
  conversationId?: string;
  /** The epoch of the token that let it in: raised in the meantime, it is not accepted any more. */
  tokenEpoch?: number;
  /** What it lets us send, where a channel counts that. */
  grant?: SendGrant;
  /** Files that are fetched after it was accepted, under ids that its body names already. */
  files?: readonly FileToFetch[];
};

/** So many messages until then. Of one trigger the newest grant counts, and it does not add to the one before. */
export type SendGrant = { trigger: string; quota: number; grantedAt: Date; expiresAt: Date };
/** `source` is the channel's own affair. */
export type FileToFetch = { fileId: string; source: unknown; expiresAt: Date };

/** Where it landed. `committed` has the rows for live hints; null for a duplicate. */
export type Accepted = {
  conversationId: string;
  seq: number;
  duplicate: boolean;
  committed: (Committed & { due: boolean }) | null;
};
