/** From bot to person: the ticket, the protocol event with its reason, and what the customer is told. */
import { EventFactory, type TurnContext } from 'botbuilder';
import type { Calendar } from '../domain/calendar.ts';
import type { HandoffReason } from '../domain/ticket.ts';
import type { Clock, NewId } from '../ports.ts';
import { outcomeOf } from './adapter.ts';
import { say, type TextKey, waitingWords, words } from './speech.ts';
import type { TurnView } from './turn-view.ts';

export type HandoffDeps = {
  clock: Clock;
  newId: NewId;
  nextTicketNumber: () => Promise<number>;
  /** When people are there for an inbox. */
  calendarOf: (inboxId: string) => Calendar;
};

const WHY: Partial<Record<HandoffReason, TextKey>> = {
  unanswered: 'handOffUnanswered',
  complaint: 'handOffComplaint',
  angry: 'handOffAngry',
  failed: 'handOffFailed',
  policy: 'handOffPolicy',
};

export type Handoff = {
  reason: HandoffReason /** What the ticket is about; the customer's own words where it is left out. */;
  subject?: string;
  deps: HandoffDeps;
};

/** Moves the conversation into the queue; asked again while waiting, it only tells where things stand. */
export async function handOff(context: TurnContext, view: TurnView, given: Handoff): Promise<void> {
  const { reason, deps } = given;
  const { effects } = outcomeOf(context);
  const now = deps.clock();
  const calendar = deps.calendarOf(view.turn.conversation.inboxId);
  const open = view.turn.openTicket;
  if (view.turn.conversation.status === 'waiting' && open) {
    const text = waitingWords(
      view.locale,
      { open: 'stillWaitingOpen', closed: 'stillWaitingClosed' },
      { number: open.number, now, calendar },
    );
    return say(context, view, { text, actions: [backButton(view)] });
  }
  const number = open?.number ?? (await deps.nextTicketNumber());
  effects.status = 'waiting';
  effects.ownerId = null;
  if (open) effects.updateTickets = [{ id: open.id, status: 'open', assigneeId: null }];
  else
    effects.openTicket = {
      id: deps.newId(),
      number,
      reason,
      subject: given.subject ?? subjectOf(view.title || view.text),
      assigneeId: null,
      sourceSeq: view.sourceSeq,
    };
  await announce(context, reason, number);
  const why = WHY[reason];
  const told = waitingWords(view.locale, { open: 'handOffOpen', closed: 'handOffClosed' }, { number, now, calendar });
  await say(context, view, {
    text: why ? `${words(view.locale, why)}${view.locale === 'en' ? ' ' : ''}${told}` : told,
  });
}

/** Into the queue without a word to the customer, who must not be written to or has not said anything. */
export async function queueQuietly(context: TurnContext, view: TurnView, deps: HandoffDeps): Promise<void> {
  const { effects } = outcomeOf(context);
  const { conversation, openTicket } = view.turn;
  if (conversation.status === 'waiting' || conversation.status === 'human') return;
  const number = openTicket?.number ?? (await deps.nextTicketNumber());
  effects.status = 'waiting';
  effects.ownerId = null;
  if (openTicket) effects.updateTickets = [{ id: openTicket.id, status: 'open', assigneeId: null }];
  else {
    const subject = subjectOf(view.title || conversation.state.missed || view.text);
    const { sourceSeq } = view;
    effects.openTicket = { id: deps.newId(), number, reason: 'unanswered', subject, assigneeId: null, sourceSeq };
  }
  await announce(context, 'unanswered', number);
}

/** The Bot Framework's own hand-off event, so that other desks could be plugged in; the transcript is the log itself. */
async function announce(context: TurnContext, reason: HandoffReason, number: number): Promise<void> {
  const event = EventFactory.createHandoffInitiation(context, { reason, ticket: number });
  await context.sendActivity({ type: 'event', name: event.name ?? 'handoff.initiate', value: event.value });
}

function backButton(view: TurnView): { type: 'imBack'; title: string; value: string } {
  const title = words(view.locale, 'backToBot');
  return { type: 'imBack', title, value: title };
}

/** The customer's own words on one line, so that a queue can be read at a glance. */
export function subjectOf(words: string): string {
  return words.replace(/\s+/g, ' ').trim().slice(0, 120) || '—';
}
