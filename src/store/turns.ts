/** Turns: a conversation is leased, read, and committed under that lease; an expired lease is taken over by anybody. */
import type { Change, Turn } from '../domain/change.ts';
import type { TicketStatus } from '../domain/ticket.ts';
import type { Clock, Log, TurnStore } from '../ports.ts';
import type { CommitItem, CommitResult } from './commit.ts';
import {
  type ActivityRecord,
  CONVERSATION_COLUMNS,
  type ConversationRecord,
  toActivity,
  toConversation,
} from './rows.ts';
import type { Db } from './sql.ts';

const CLAIM = `
update conversation c set lease_epoch = c.lease_epoch + 1, lease_until = clock_timestamp() + $2 * interval '1 millisecond'
  from (select id from conversation
         where due_seq > done_seq and due_at <= clock_timestamp() and (lease_until is null or lease_until < clock_timestamp())
         order by due_at limit $1 for update skip locked) as due
 where c.id = due.id returning c.id, c.lease_epoch as epoch`;

/**
 * A statement of its own, on purpose: had the claim read the activities itself, it could have seen them as they were
 * before a commit that it waited for, and one message would be answered twice and another never.
 */
const READ = `
select ${CONVERSATION_COLUMNS}, c.attempts, c.lease_epoch as epoch, i.channel,
  (select jsonb_agg(to_jsonb(a) order by a.seq) from (
    select * from activity where conversation_id = c.id and seq > c.done_seq and seq <= c.due_seq
       and author_kind in ('customer', 'system') order by seq limit 200) as a) as activities,
  (select jsonb_build_object('id', t.id, 'number', t.number, 'status', t.status) from ticket t
    where t.conversation_id = c.id and t.status in ('open', 'pending')) as ticket
  from unnest($1::uuid[], $2::bigint[]) as x(id, epoch)
  join conversation c on c.id = x.id and c.lease_epoch = x.epoch join inbox i on i.id = c.inbox_id`;

type TurnRecord = ConversationRecord & {
  attempts: number;
  epoch: number;
  channel: string;
  activities: ActivityRecord[] | null;
  ticket: { id: string; number: number; status: TicketStatus } | null;
};

export type TurnDeps = {
  db: Db;
  clock: Clock;
  log: Log;
  commit: (item: CommitItem) => Promise<CommitResult>;
  /** Whether a channel's messages leave by the outbox. */
  usesOutbox: (channel: string) => boolean;
};

export function createTurnStore({ db, clock, log, commit, usesOutbox }: TurnDeps): TurnStore {
  return {
    claimTurns: async (limit, leaseMs) => {
      const claimed = await db.query<{ id: string; epoch: number }>(CLAIM, [limit, leaseMs], 'claim');
      if (claimed.length === 0) return [];
      const values = [claimed.map(({ id }) => id), claimed.map(({ epoch }) => epoch)];
      return (await db.query<TurnRecord>(READ, values, 'read-turns')).map(toTurn);
    },
    renewTurn: async ({ conversation, epoch }, leaseMs) => {
      const rows = await db.query(
        `update conversation set lease_until = clock_timestamp() + $3 * interval '1 millisecond' where id = $1 and lease_epoch = $2 returning id`,
        [conversation.id, epoch, leaseMs],
      );
      return rows.length === 1;
    },
    commitTurn: (turn, change: Change) =>
      commit({
        conversationId: turn.conversation.id,
        version: turn.conversation.version,
        epoch: turn.epoch,
        through: turn.throughSeq,
        outbox: usesOutbox(turn.channel),
        change,
        now: clock(),
      }),
    releaseStale: async ({ conversation, epoch }) => {
      await db.query(`update conversation set lease_until = null where id = $1 and lease_epoch = $2`, [
        conversation.id,
        epoch,
      ]);
    },
    releaseTurn: async ({ conversation, epoch }, delayMs, cause) => {
      log.warn({ conversationId: conversation.id, cause }, 'a turn failed and will be tried again');
      await db.query(
        `update conversation set lease_until = null, attempts = attempts + 1, last_error = left($4, 500),
           due_at = clock_timestamp() + $3 * interval '1 millisecond' where id = $1 and lease_epoch = $2`,
        [conversation.id, epoch, delayMs, cause],
      );
    },
    nextTicketNumber: () => nextTicketNumber(db),
  };
}

/** Numbers have gaps: one is drawn before the commit that may not happen. */
export async function nextTicketNumber(db: Db): Promise<number> {
  const [row] = await db.query<{ number: number }>(`select nextval('ticket_number') as number`);
  if (!row) throw new Error('no ticket number');
  return row.number;
}

function toTurn(record: TurnRecord): Turn {
  const activities = (record.activities ?? []).map(toActivity);
  // Where more wait than one turn may read, it answers as far as it has read.
  const through = activities.length === 200 ? (activities.at(-1)?.seq ?? record.due_seq) : record.due_seq;
  return {
    conversation: toConversation(record),
    channel: record.channel,
    epoch: record.epoch,
    throughSeq: through,
    attempts: record.attempts,
    activities,
    openTicket: record.ticket,
  };
}
