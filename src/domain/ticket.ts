/** A ticket: the promise to solve something; it may outlive the conversation that it came from. */
import type { Priority } from './sla.ts';

export const TICKET_STATUSES = ['open', 'pending', 'resolved', 'closed'] as const;
export type TicketStatus = (typeof TICKET_STATUSES)[number];

/** `open`: ours to act. `pending`: the customer's. `resolved`: solved, a reply reopens. `closed`: for good. */
export const TICKET_MOVES: Record<TicketStatus, readonly TicketStatus[]> = {
  open: ['pending', 'resolved'],
  pending: ['open', 'resolved'],
  resolved: ['open', 'closed'],
  closed: [],
};

export function canMoveTicket(from: TicketStatus, to: TicketStatus): boolean {
  return from === to || TICKET_MOVES[from].includes(to);
}

/** Why the bot gave a conversation to a person. */
export const HANDOFF_REASONS = ['asked', 'unanswered', 'complaint', 'angry', 'unresolved', 'policy', 'failed'] as const;
export type HandoffReason = (typeof HANDOFF_REASONS)[number];

export type Ticket = {
  id: string;
  number: number;
  conversationId: string;
  customerId: string;
  status: TicketStatus;
  priority: Priority;
  reason: HandoffReason | 'taken-over';
  subject: string;
  assigneeId: string | null;
  createdAt: string;
  updatedAt: string;
};

/** The number people say: `T-1042`. */
export function ticketLabel(number: number): string {
  return `T-${number}`;
}

/** A customer who is upset waits less; everything else is set by people. */
export function priorityOf(reason: Ticket['reason']): Priority {
  return reason === 'complaint' || reason === 'angry' ? 'high' : 'normal';
}
