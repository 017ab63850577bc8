/** How rows of the database become values of the domain, the same on both engines. */
import type { ActivityBody, ActivityRow, AuthorKind, Delivery, Visibility } from '../domain/activity.ts';
import type { Conversation, ConversationStatus } from '../domain/conversation.ts';
import { type BotState, EMPTY_STATE } from '../domain/conversation.ts';
import type { Locale } from '../domain/locale.ts';
import type { Ticket, TicketStatus } from '../domain/ticket.ts';

export type ActivityRecord = {
  conversation_id: string;
  seq: number;
  author_kind: AuthorKind;
  author_id: string | null;
  author_name: string | null;
  visibility: Visibility;
  at: string;
  body: ActivityBody;
  delivery: Delivery;
};
export const ACTIVITY_COLUMNS =
  'conversation_id, seq, author_kind, author_id, author_name, visibility, at, body, delivery';

export function toActivity(record: ActivityRecord): ActivityRow {
  return {
    conversationId: record.conversation_id,
    seq: record.seq,
    author: { kind: record.author_kind, id: record.author_id, name: record.author_name },
    visibility: record.visibility,
    at: new Date(record.at).toISOString(),
    body: record.body,
    delivery: record.delivery,
  };
}

export type ConversationRecord = {
  id: string;
  inbox_id: string;
  customer_id: string;
  status: ConversationStatus;
  owner_id: string | null;
  locale: Locale;
  state: Partial<BotState>;
  seq: number;
  version: number;
  done_seq: number;
  due_seq: number;
};
export const CONVERSATION_COLUMNS =
  'c.id, c.inbox_id, c.customer_id, c.status, c.owner_id, c.locale, c.state, c.seq, c.version, c.done_seq, c.due_seq';

export function toConversation(record: ConversationRecord): Conversation {
  return {
    id: record.id,
    inboxId: record.inbox_id,
    customerId: record.customer_id,
    status: record.status,
    ownerId: record.owner_id,
    locale: record.locale,
    state: { ...EMPTY_STATE, ...record.state },
    seq: record.seq,
    version: record.version,
    doneSeq: record.done_seq,
    dueSeq: record.due_seq,
  };
}

export type TicketRecord = {
  id: string;
  number: number;
  conversation_id: string;
  customer_id: string;
  status: TicketStatus;
  priority: Ticket['priority'];
  reason: Ticket['reason'];
  subject: string;
  assignee_id: string | null;
  created_at: string;
  updated_at: string;
  assignee_name?: string | null;
};
export const TICKET_COLUMNS =
  't.id, t.number, t.conversation_id, t.customer_id, t.status, t.priority, t.reason, t.subject, t.assignee_id, t.created_at, t.updated_at';

export function toTicket(record: TicketRecord): Ticket & { assigneeName: string | null } {
  return {
    id: record.id,
    number: record.number,
    conversationId: record.conversation_id,
    customerId: record.customer_id,
    status: record.status,
    priority: record.priority,
    reason: record.reason,
    subject: record.subject,
    assigneeId: record.assignee_id,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    assigneeName: record.assignee_name ?? null,
  };
}

/** The line of a message that a list shows; null for what is no message for people. */
export function previewOf(
  activities: readonly { author: { kind: AuthorKind }; visibility: Visibility; body: ActivityBody }[],
): { text: string; author: AuthorKind } | null {
  for (const { author, visibility, body } of [...activities].reverse()) {
    if (visibility !== 'customer' || body.type !== 'message') continue;
    const text = body.text?.trim() || body.attachments?.map((file) => file.name ?? file.contentType).join(', ') || '';
    if (text) return { text: text.replace(/\s+/g, ' ').slice(0, 140), author: author.kind };
  }
  return null;
}
