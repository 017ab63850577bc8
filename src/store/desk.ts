/** What an agent's act is decided on, and its commit: compare and set on the version that was read. */
import type { Clock, DeskSnapshot, DeskStore } from '../ports.ts';
import type { CommitItem, CommitResult } from './commit.ts';
import {
  type ActivityRecord,
  CONVERSATION_COLUMNS,
  type ConversationRecord,
  TICKET_COLUMNS,
  type TicketRecord,
  toActivity,
  toConversation,
  toTicket,
} from './rows.ts';
import type { Db } from './sql.ts';
import { nextTicketNumber } from './turns.ts';

const SNAPSHOT = `
select ${CONVERSATION_COLUMNS}, i.channel, g.name as owner_name,
  (select to_jsonb(x) from (select ${TICKET_COLUMNS} from ticket t
     where t.conversation_id = c.id and t.status in ('open', 'pending')) as x) as ticket,
  (select jsonb_agg(to_jsonb(a)) from receipt r join activity a on a.conversation_id = r.conversation_id and a.seq = r.seq
    where r.inbox_id = c.inbox_id and r.external_key = $2) as done
  from conversation c join inbox i on i.id = c.inbox_id left join agent g on g.id = c.owner_id where c.id = $1`;

type Record_ = ConversationRecord & {
  channel: string;
  owner_name: string | null;
  ticket: TicketRecord | null;
  done: ActivityRecord[] | null;
};

export type DeskStoreDeps = {
  db: Db;
  clock: Clock;
  commit: (item: CommitItem) => Promise<CommitResult>;
  usesOutbox: (channel: string) => boolean;
};

export function createDeskStore({ db, clock, commit, usesOutbox }: DeskStoreDeps): DeskStore {
  return {
    snapshot: async (conversationId, idempotencyKey) => {
      const [row] = await db.query<Record_>(SNAPSHOT, [conversationId, idempotencyKey], 'desk-snapshot');
      return row ? toSnapshot(row) : null;
    },
    commit: ({ conversation, channel }, change) =>
      commit({
        conversationId: conversation.id,
        version: conversation.version,
        epoch: null,
        // The bot is woken for what this act appends; all before it counts as dealt with.
        through: change.wakeBot ? conversation.seq : null,
        outbox: usesOutbox(channel),
        change,
        now: clock(),
      }),
    nextTicketNumber: () => nextTicketNumber(db),
  };
}

function toSnapshot(row: Record_): DeskSnapshot {
  return {
    conversation: toConversation(row),
    channel: row.channel,
    ownerName: row.owner_name,
    openTicket: row.ticket ? toTicket(row.ticket) : null,
    done: row.done ? row.done.map(toActivity) : null,
  };
}
