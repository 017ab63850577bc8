/** What people at the desk do to a conversation. Each act is decided on a snapshot and set by compare: one wins, the other is told. */
import type { ActivityBody, ActivityRow, Attachment, NewActivity } from '../domain/activity.ts';
import type { Actor } from '../domain/agent.ts';
import type { Change, Committed } from '../domain/change.ts';
import { type ConversationStatus, canMoveConversation } from '../domain/conversation.ts';
import { ZhikeError } from '../domain/errors.ts';
import { can } from '../domain/permission.ts';
import type { Priority } from '../domain/sla.ts';
import { canMoveTicket, type Ticket, type TicketStatus } from '../domain/ticket.ts';
import type { DeskSnapshot, DeskStore, NewId } from '../ports.ts';

export type Words = { text: string; clientId: string; cc?: readonly string[]; attachments?: readonly Attachment[] };
export type Desk = {
  /** Makes the actor the owner; the bot falls silent. `TakenByColleague` when somebody else has it (supervisors may force). */
  takeOver(actor: Actor, conversationId: string, force: boolean): Promise<void>;
  /** The same `clientId` again answers with the message that is there already. */
  reply(actor: Actor, conversationId: string, words: Words): Promise<ActivityRow>;
  note(actor: Actor, conversationId: string, words: Words): Promise<ActivityRow>;
  handBack(actor: Actor, conversationId: string): Promise<void>;
  resolve(actor: Actor, conversationId: string): Promise<void>;
  moveTicket(actor: Actor, ticketId: string, status: TicketStatus): Promise<void>;
  setPriority(actor: Actor, ticketId: string, priority: Priority): Promise<void>;
};

export type DeskDeps = {
  store: DeskStore;
  findTicket: (id: string) => Promise<Ticket | null>;
  newId: NewId;
  /** Adds to an answer what it promises, and which promises it keeps. */
  promised: (answer: Change, snapshot: DeskSnapshot) => Promise<Change>;
  /** Tells whoever follows the conversation. */
  announce: (committed: Committed & { due: boolean }) => void;
};

/** Races lost before an act gives up; each lost race means that somebody else's act was committed. */
const MAX_RACES = 8;

type Decide = (snapshot: DeskSnapshot) => Promise<Change | null> | Change | null;

export function createDesk(deps: DeskDeps): Desk {
  /** Decides and commits until nobody was faster; null from `decide` means that there is nothing (more) to do. */
  const act = async (conversationId: string, key: string | null, decide: Decide): Promise<ActivityRow[]> => {
    for (let race = 0; race < MAX_RACES; race++) {
      const snapshot = await deps.store.snapshot(conversationId, key);
      if (!snapshot) throw new ZhikeError('NotFound');
      if (snapshot.done) return snapshot.done;
      const change = await decide(snapshot);
      if (!change) return [];
      const committed = await deps.store.commit(snapshot, key === null ? change : { ...change, idempotencyKey: key });
      if (!committed) continue;
      deps.announce(committed);
      return committed.activities;
    }
    throw new ZhikeError('Conflict');
  };
  const speak = async (given: {
    actor: Actor;
    conversationId: string;
    words: Words;
    internal: boolean;
  }): Promise<ActivityRow> => {
    const { actor, conversationId, words, internal } = given;
    const rows = await act(conversationId, `agent:${actor.id}:${words.clientId}`, (snapshot) => {
      const change = { activities: [spoken(actor, words, internal)], actorId: actor.id };
      if (internal) return change;
      assertOwner(actor, snapshot);
      return deps.promised({ ...change, ...answered(snapshot) }, snapshot);
    });
    const [row] = rows;
    if (!row) throw new ZhikeError('Internal');
    return row;
  };
  return {
    takeOver: async (actor, conversationId, force) => {
      assert(actor, 'conversation.takeOver');
      await act(conversationId, null, (snapshot) => takeOver({ actor, force, deps }, snapshot));
    },
    reply: (actor, conversationId, words) => {
      assert(actor, 'conversation.reply');
      return speak({ actor, conversationId, words, internal: false });
    },
    note: (actor, conversationId, words) => {
      assert(actor, 'conversation.note');
      return speak({ actor, conversationId, words, internal: true });
    },
    handBack: async (actor, conversationId) => {
      await act(conversationId, null, (snapshot) => handBack(actor, snapshot));
    },
    resolve: async (actor, conversationId) => {
      await act(conversationId, null, (snapshot) => resolve(actor, snapshot));
    },
    moveTicket: async (actor, ticketId, status) => {
      assert(actor, 'ticket.move');
      const ticket = await deps.findTicket(ticketId);
      if (!ticket) throw new ZhikeError('NotFound');
      await act(ticket.conversationId, null, async () => {
        const current = await deps.findTicket(ticketId);
        if (!current) throw new ZhikeError('NotFound');
        if (current.status === status) return null;
        if (!canMoveTicket(current.status, status))
          throw new ZhikeError('IllegalMove', { from: current.status, to: status });
        return { activities: [], updateTickets: [{ id: ticketId, status }], actorId: actor.id };
      });
    },
    setPriority: async (actor, ticketId, priority) => {
      assert(actor, 'ticket.move');
      const ticket = await deps.findTicket(ticketId);
      if (!ticket) throw new ZhikeError('NotFound');
      await act(ticket.conversationId, null, () => ({
        activities: [],
        updateTickets: [{ id: ticketId, priority }],
        actorId: actor.id,
      }));
    },
  };
}

async function takeOver(
  { actor, force, deps }: { actor: Actor; force: boolean; deps: DeskDeps },
  snapshot: DeskSnapshot,
): Promise<Change | null> {
  const { conversation, openTicket, ownerName } = snapshot;
  if (conversation.ownerId === actor.id) return null;
  if (conversation.ownerId !== null && !(force && can(actor, 'conversation.takeFromColleague')))
    throw new ZhikeError('TakenByColleague', { owner: { id: conversation.ownerId, name: ownerName ?? '' } });
  assertMove(conversation.status, 'human');
  const change: Change = {
    activities: [news('desk.joined', { agent: { id: actor.id, name: actor.name } })],
    status: 'human',
    ownerId: actor.id,
    actorId: actor.id,
    ...(conversation.ownerId === null ? {} : { audit: takenByForce(actor, snapshot) }),
  };
  if (openTicket) return { ...change, updateTickets: [{ id: openTicket.id, status: 'open', assigneeId: actor.id }] };
  const number = await deps.store.nextTicketNumber();
  const ticket = {
    id: deps.newId(),
    number,
    reason: 'taken-over' as const,
    subject: '—',
    assigneeId: actor.id,
    sourceSeq: conversation.seq,
  };
  return { ...change, openTicket: ticket };
}

function takenByForce(actor: Actor, { conversation, ownerName }: DeskSnapshot): NonNullable<Change['audit']> {
  return {
    actor: { kind: 'agent', id: actor.id, name: actor.name },
    action: 'conversation.takenByForce',
    object: { kind: 'conversation', id: conversation.id },
    detail: { from: { id: conversation.ownerId, name: ownerName } },
  };
}

function handBack(actor: Actor, { conversation, openTicket }: DeskSnapshot): Change | null {
  if (conversation.status === 'bot') return null;
  if (conversation.ownerId !== actor.id) assert(actor, 'conversation.finishForeign');
  assertMove(conversation.status, 'bot');
  return {
    activities: [news('desk.handedBack', { agent: { id: actor.id, name: actor.name } })],
    status: 'bot',
    ownerId: null,
    state: { ...conversation.state, misses: 0, frame: null },
    actorId: actor.id,
    wakeBot: true,
    ...(openTicket ? { updateTickets: [{ id: openTicket.id, status: 'resolved' as const }] } : {}),
  };
}

function resolve(actor: Actor, { conversation, openTicket }: DeskSnapshot): Change | null {
  if (conversation.status === 'resolved') return null;
  if (conversation.ownerId !== null && conversation.ownerId !== actor.id) assert(actor, 'conversation.finishForeign');
  assertMove(conversation.status, 'resolved');
  return {
    activities: [news('desk.resolved', { agent: { id: actor.id, name: actor.name } })],
    status: 'resolved',
    ownerId: null,
    state: { ...conversation.state, misses: 0, frame: null },
    actorId: actor.id,
    wakeBot: true,
    ...(openTicket ? { updateTickets: [{ id: openTicket.id, status: 'resolved' as const }] } : {}),
  };
}

/** A ticket that was the customer's move is ours again once we have answered; the first answer keeps it open. */
function answered({ openTicket }: DeskSnapshot): Pick<Change, 'updateTickets'> {
  return openTicket?.status === 'pending' ? { updateTickets: [{ id: openTicket.id, status: 'open' }] } : {};
}

function assert(actor: Actor, action: Parameters<typeof can>[1]): void {
  if (!can(actor, action)) throw new ZhikeError('NotAllowed', { action });
}

function assertMove(from: ConversationStatus, to: ConversationStatus): void {
  if (!canMoveConversation(from, to)) throw new ZhikeError('IllegalMove', { from, to });
}

function assertOwner(actor: Actor, { conversation, ownerName }: DeskSnapshot): void {
  if (conversation.ownerId === actor.id) return;
  if (conversation.ownerId === null) throw new ZhikeError('NotYours');
  throw new ZhikeError('TakenByColleague', { owner: { id: conversation.ownerId, name: ownerName ?? '' } });
}

function spoken(actor: Actor, { text, clientId, cc = [], attachments = [] }: Words, internal: boolean): NewActivity {
  const body: ActivityBody = {
    type: 'message',
    text,
    textFormat: 'plain',
    ...(attachments.length > 0 ? { attachments: [...attachments] } : {}),
    ...(cc.length > 0 ? { mail: { cc: [...cc] } } : {}),
    channelData: { clientId, ...(internal ? {} : { persona: { kind: 'agent', id: actor.id, name: actor.name } }) },
  };
  return {
    author: { kind: 'agent', id: actor.id, name: actor.name },
    visibility: internal ? 'internal' : 'customer',
    body,
  };
}

/** A line that customer and colleagues see: who came, who went, that it has ended. */
function news(name: string, value: unknown): NewActivity {
  return {
    author: { kind: 'system', id: null, name: null },
    visibility: 'customer',
    body: { type: 'event', name, value },
  };
}
