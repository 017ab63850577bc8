/** Rows of the store as the contract shows them: every field named here, none passed through. */

import type { ClockShape } from '../../contract/clocks.ts';
import * as shapes from '../../contract/shapes.ts';
import {
  type ActivityRow,
  type Attachment,
  activityId,
  type CardAction,
  type Delivery,
} from '../../domain/activity.ts';
import { TICKET_MOVES, type Ticket, ticketLabel } from '../../domain/ticket.ts';
import type { ShownClock } from '../../store/sla-views.ts';
import type { AgentRecord, DetailedConversation, ListedConversation } from '../../store/store.ts';
import { deskAddress } from './files.ts';
import { presentPromise } from './promises.ts';

export function presentAgent(agent: AgentRecord, online: boolean): shapes.AgentShape {
  const { id, email, name, role, locale, disabledAt, passwordHash, hasTotp: twoFactor } = agent;
  return {
    id,
    email,
    name,
    role,
    locale,
    disabled: disabledAt !== null,
    activated: passwordHash !== null,
    twoFactor,
    online,
  };
}

export function presentTicket(ticket: Ticket & { assigneeName: string | null }): shapes.TicketShape {
  const { id, number, status, priority, reason, subject, assigneeId, assigneeName, createdAt, updatedAt } = ticket;
  const assignee = assigneeId === null ? null : { id: assigneeId, name: assigneeName ?? '' };
  const moves = [...TICKET_MOVES[status]];
  return {
    id,
    number,
    label: ticketLabel(number),
    status,
    priority,
    moves,
    reason,
    subject,
    assignee,
    createdAt,
    updatedAt,
  };
}

export function presentConversation(row: ListedConversation): shapes.ConversationShape {
  const {
    id,
    channel,
    status,
    owner,
    customer,
    locale,
    seq,
    version,
    preview,
    lastMessageAt,
    waitingSince,
    riskAt,
    clock,
    ticket,
    unread,
  } = row;
  return {
    id,
    channel,
    status,
    owner: owner && { id: owner.id, name: owner.name },
    customer: { id: customer.id, name: customer.name },
    locale,
    seq,
    version,
    preview: preview && { text: preview.text, author: preview.author },
    lastMessageAt,
    waitingSince,
    riskAt,
    clock: clock && { goal: clock.goal, dueAt: clock.dueAt, pausedLeft: clock.pausedLeft, missed: clock.missed },
    ticket: ticket && {
      id: ticket.id,
      label: ticketLabel(ticket.number),
      status: ticket.status,
      reason: ticket.reason,
    },
    unread,
  };
}

export function presentDetail(row: DetailedConversation): shapes.ConversationDetail {
  const { tickets, clocks, promises, createdAt, csat } = row;
  return {
    ...presentConversation(row),
    tickets: tickets.map(presentTicket),
    clocks: clocks.map(presentClock),
    promises: promises.map(presentPromise),
    firstSeenAt: createdAt,
    csat: csat && { score: csat.score, resolved: csat.resolved, at: csat.at },
  };
}

function presentClock(clock: ShownClock): ClockShape {
  const { id, goal, targetMinutes, startedAt, stoppedAt, paused, dueAt, left, missedAt } = clock;
  return { id, goal, targetMinutes, startedAt, stoppedAt, paused, dueAt, left, missedAt };
}

/** What our own bot and clients leave in `channelData`; a customer's client may leave anything there. */
type Extras = Pick<shapes.ActivityShape, 'source' | 'label' | 'confidence' | 'clientId'>;

function extrasOf({ author, body: { channelData = {} } }: ActivityRow): Extras {
  const clientId = [channelData.clientActivityID, channelData.clientId].find((id) => typeof id === 'string');
  if (author.kind === 'customer') return clientId ? { clientId } : {};
  const { label, confidence } = channelData;
  const source = shapes.sourceSchema.safeParse(channelData.source).data;
  return {
    ...(clientId ? { clientId } : {}),
    ...(source ? { source } : {}),
    ...(label === 'ai' || label === 'auto' ? { label } : {}),
    ...(typeof confidence === 'number' ? { confidence } : {}),
  };
}

function presentChoice({ title, value, text }: CardAction): { title: string; value: string } {
  return { title, value: typeof value === 'string' ? value : (text ?? title) };
}

function presentAttachment(file: Attachment): NonNullable<shapes.ActivityShape['attachments']>[number] {
  const { contentUrl } = file;
  return shapes.attachmentOutSchema.parse(
    contentUrl === undefined ? file : { ...file, contentUrl: deskAddress(contentUrl) },
  );
}

export function presentDelivery(delivery: Delivery): shapes.ActivityShape['delivery'] {
  if (!delivery) return null;
  const { state, reason, via } = delivery;
  return { state, ...(reason === undefined ? {} : { reason }), ...(via === undefined ? {} : { via }) };
}

export function presentActivity(row: ActivityRow): shapes.ActivityShape {
  const { conversationId, seq, author, visibility, at, body, delivery } = row;
  return {
    id: activityId(conversationId, seq),
    conversationId,
    seq,
    author: { kind: author.kind, id: author.id, name: author.name },
    visibility,
    at,
    type: body.type,
    ...(body.text === undefined ? {} : { text: body.text }),
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(body.value === undefined ? {} : { value: body.value }),
    ...(body.attachments ? { attachments: body.attachments.map(presentAttachment) } : {}),
    ...(body.suggestedActions ? { suggestedActions: body.suggestedActions.actions.map(presentChoice) } : {}),
    ...extrasOf(row),
    ...(body.mail ? { mail: body.mail } : {}),
    delivery: presentDelivery(delivery),
  };
}
