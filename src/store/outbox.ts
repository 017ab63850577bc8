/** Deliveries: leased, in order per conversation, settled by whoever still holds the lease. */
import type { Delivery } from '../domain/activity.ts';
import type { OutboxItem, OutboxStore, SendOutcome } from '../ports.ts';
import { type ActivityRecord, toActivity } from './rows.ts';
import type { Db } from './sql.ts';

/** `attempts` rises with each claim and is the fence: a slow deliverer cannot settle a row that another one took. */
const CLAIM = `
with due as (
  select o.id from outbox o
   where o.state in ('pending', 'sending') and o.next_at <= clock_timestamp()
     and not exists (select 1 from outbox e where e.conversation_id = o.conversation_id and e.seq < o.seq and e.state in ('pending', 'sending'))
   order by o.next_at, o.id limit $1 for update skip locked)
update outbox o set state = 'sending', attempts = o.attempts + 1, next_at = clock_timestamp() + $2 * interval '1 millisecond'
  from due where o.id = due.id
returning o.id, o.inbox_id, o.address, o.idempotency_key, o.attempts, o.conversation_id, o.seq`;

const READ = `
select i.channel, i.id as inbox_id, to_jsonb(a) as activity from unnest($1::uuid[], $2::bigint[]) as x(conversation_id, seq)
  join activity a on a.conversation_id = x.conversation_id and a.seq = x.seq
  join conversation c on c.id = a.conversation_id join inbox i on i.id = c.inbox_id`;

const SETTLE = `
with o as (
  update outbox set state = $3, reason = $4, external_id = $5, settled_at = case when $3 = 'pending' then null else clock_timestamp() end,
    next_at = clock_timestamp() + $6 * interval '1 millisecond'
   where id = $1 and attempts = $2 and state = 'sending' returning conversation_id, seq)
update activity a set delivery = $7::jsonb from o where a.conversation_id = o.conversation_id and a.seq = o.seq
returning a.conversation_id, a.seq`;

type Claimed = {
  id: number;
  inbox_id: string;
  address: string;
  idempotency_key: string;
  attempts: number;
  conversation_id: string;
  seq: number;
};

export function createOutboxStore(db: Db): OutboxStore {
  return {
    claimDeliveries: async (limit, leaseMs) => {
      const claimed = await db.query<Claimed>(CLAIM, [limit, leaseMs], 'claim-outbox');
      if (claimed.length === 0) return [];
      const places = [claimed.map((row) => row.conversation_id), claimed.map((row) => row.seq)];
      const rows = await db.query<{ channel: string; activity: ActivityRecord }>(READ, places, 'read-outbox');
      const found = new Map(rows.map((row) => [`${row.activity.conversation_id}:${row.activity.seq}`, row]));
      return claimed.flatMap((row) => toItem(row, found.get(`${row.conversation_id}:${row.seq}`)));
    },
    settleDelivery: async (item, outcome) => {
      const { state, reason, externalId, delayMs } = columnsOf(outcome);
      const delivery: Delivery = { state, ...(reason === null ? {} : { reason }) };
      const values = [Number(item.id), item.attempts, state, reason, externalId, delayMs, JSON.stringify(delivery)];
      const rows = await db.query(SETTLE, values, 'settle-outbox');
      return rows.length === 0 ? null : delivery;
    },
  };
}

function toItem(row: Claimed, read: { channel: string; activity: ActivityRecord } | undefined): OutboxItem[] {
  if (!read) return [];
  return [
    {
      id: String(row.id),
      inboxId: row.inbox_id,
      channel: read.channel,
      address: row.address,
      idempotencyKey: row.idempotency_key,
      attempts: row.attempts,
      activity: toActivity(read.activity),
    },
  ];
}

type Columns = {
  state: 'pending' | 'sent' | 'unknown' | 'failed';
  reason: string | null;
  externalId: string | null;
  delayMs: number;
};

function columnsOf(outcome: SendOutcome): Columns {
  switch (outcome.kind) {
    case 'sent':
      return { state: 'sent', reason: null, externalId: outcome.externalId, delayMs: 0 };
    case 'retry':
      return { state: 'pending', reason: outcome.reason, externalId: null, delayMs: outcome.delayMs };
    case 'unknown':
    case 'failed':
      return { state: outcome.kind, reason: outcome.reason, externalId: null, delayMs: 0 };
  }
}
