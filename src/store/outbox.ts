/** Deliveries: leased, in order per conversation, settled by whoever still holds the lease. */
import type { Delivery } from '../domain/activity.ts';
import type { DeliveryNews, OutboxItem, OutboxStore, SendOutcome } from '../ports.ts';
import { type ActivityRecord, toActivity } from './rows.ts';
import type { Db } from './sql.ts';

const by = (who: 'agent' | 'bot', row: 'o' | 'e') =>
  `exists (select 1 from activity a where a.conversation_id = ${row}.conversation_id and a.seq = ${row}.seq and a.author_kind = '${who}')`;

/** In the order of the conversation; only a person's words pass those of the bot that wait for the customer. */
const FIRST = `not exists (select 1 from outbox e where e.conversation_id = o.conversation_id and e.seq < o.seq
  and e.state in ('pending', 'sending', 'held')
  and not (e.state <> 'sending' and ${by('agent', 'o')} and ${by('bot', 'e')}
    and exists (select 1 from outbox h where h.conversation_id = e.conversation_id and h.seq <= e.seq and h.state = 'held')))`;

/** `attempts` rises with each claim and is the fence: a slow deliverer cannot settle a row that another one took. */
const CLAIM = `
with due as (
  select o.id from outbox o
   where o.state in ('pending', 'sending') and o.next_at <= clock_timestamp()
     and ${FIRST}
   order by o.next_at, o.id limit $1 for update skip locked)
update outbox o set state = 'sending', attempts = o.attempts + 1, next_at = clock_timestamp() + $2 * interval '1 millisecond'
  from due where o.id = due.id
returning o.id, o.inbox_id, o.address, o.idempotency_key, o.attempts, o.allowance, o.conversation_id, o.seq`;

const READ = `
select i.channel, i.id as inbox_id, to_jsonb(a) as activity from unnest($1::uuid[], $2::bigint[]) as x(conversation_id, seq)
  join activity a on a.conversation_id = x.conversation_id and a.seq = x.seq
  join conversation c on c.id = a.conversation_id join inbox i on i.id = c.inbox_id`;

const SETTLE = `
with o as (
  update outbox set state = $3, reason = $4, external_id = $5, settled_at = case when $3 in ('pending', 'held') then null else clock_timestamp() end,
    next_at = clock_timestamp() + $6 * interval '1 millisecond', allowance = allowance + case when $3 = 'held' then 1 else 0 end
   where id = $1 and attempts = $2 and state = 'sending' returning conversation_id, seq)
update activity a set delivery = $7::jsonb from o where a.conversation_id = o.conversation_id and a.seq = o.seq
returning a.conversation_id, a.seq`;

const SHOW = `update activity a set delivery = $3::jsonb where a.conversation_id = $1 and a.seq = $2`;

/** Parts that certainly were not sent go again; those that may have been, only when somebody wants that. */
const RETRY = `
with o as (
  update outbox set state = 'pending', next_at = clock_timestamp(), allowance = attempts + 8, settled_at = null
   where conversation_id = $1 and seq = $2 and (state in ('failed', 'held') or state = 'unknown' and $3) returning idempotency_key)
update outbox_part p set state = 'pending' from o
 where p.key = o.idempotency_key and (p.state = 'failed' or p.state = 'unknown' and $3)`;

const HELD_SENT = `
with o as (
  update outbox set state = 'sent', reason = null, settled_at = clock_timestamp()
   where idempotency_key = $1 and state = 'held' returning conversation_id, seq)
update activity a set delivery = $2::jsonb from o where a.conversation_id = o.conversation_id and a.seq = o.seq
returning a.conversation_id as "conversationId", a.seq, a.delivery`;

/** What waits behind a held one is held with it. */
const HELD_READ = `
with o as (
  update outbox o set state = 'sent', reason = null, settled_at = clock_timestamp()
   where conversation_id = $1 and seq > $2 and seq <= $3 and (state = 'held' or state = 'pending' and exists (
     select 1 from outbox h where h.conversation_id = o.conversation_id and h.seq < o.seq and h.state = 'held')) returning conversation_id, seq)
update activity a set delivery = $4::jsonb from o where a.conversation_id = o.conversation_id and a.seq = o.seq
returning a.conversation_id as "conversationId", a.seq, a.delivery`;

const CANCEL = `
with o as (
  update outbox set state = 'failed', reason = $3, settled_at = clock_timestamp()
   where inbox_id = $1 and address = $2 and state in ('pending', 'held') returning conversation_id, seq)
update activity a set delivery = jsonb_build_object('state', 'failed', 'reason', $3::text) from o
 where a.conversation_id = o.conversation_id and a.seq = o.seq returning a.conversation_id as "conversationId", a.seq, a.delivery`;

type Claimed = {
  id: number;
  inbox_id: string;
  address: string;
  idempotency_key: string;
  attempts: number;
  allowance: number;
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
      const via = outcome.kind === 'sent' ? outcome.via : undefined;
      const delivery: Delivery = { state, ...(reason === null ? {} : { reason }), ...(via ? { via } : {}) };
      const values = [Number(item.id), item.attempts, state, reason, externalId, delayMs, JSON.stringify(delivery)];
      const rows = await db.query(SETTLE, values, 'settle-outbox');
      return rows.length === 0 ? null : delivery;
    },
    retryDelivery: (conversationId, seq, evenIfSent) =>
      db.tx(async (query) => {
        const [row] = await query<{ state: string; unsure: boolean }>(
          `select o.state, exists (select 1 from outbox_part p where p.key = o.idempotency_key and p.state = 'unknown') as unsure
             from outbox o where o.conversation_id = $1 and o.seq = $2 for update of o`,
          [conversationId, seq],
        );
        if (!row || !['failed', 'held', 'unknown'].includes(row.state)) return null;
        if ((row.state === 'unknown' || row.unsure) && !evenIfSent) return 'asked';
        const delivery: Delivery = { state: 'pending' };
        await query(RETRY, [conversationId, seq, evenIfSent]);
        await query(SHOW, [conversationId, seq, JSON.stringify(delivery)]);
        return delivery;
      }),
    nextHeld: async (inboxId, address) =>
      (
        await db.query<{ key: string; seq: number }>(
          `select idempotency_key as key, seq from outbox where inbox_id = $1 and address = $2 and state = 'held'
            order by conversation_id, seq limit 1`,
          [inboxId, address],
          'next-held',
        )
      )[0] ?? null,
    heldWasSent: async (key) =>
      (await db.query<DeliveryNews>(HELD_SENT, [key, JSON.stringify({ state: 'sent' })], 'held-was-sent'))[0] ?? null,
    heldWasRead: (conversationId, { after, through }) =>
      db.query<DeliveryNews>(
        HELD_READ,
        [conversationId, after, through, JSON.stringify({ state: 'sent', via: 'web' })],
        'held-was-read',
      ),
    cancelDeliveries: (inboxId, address, reason) =>
      db.query<DeliveryNews>(CANCEL, [inboxId, address, reason], 'cancel-deliveries'),
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
      allowance: row.allowance,
      activity: toActivity(read.activity),
    },
  ];
}

type Columns = {
  state: 'pending' | 'sent' | 'unknown' | 'failed' | 'held';
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
    case 'held':
    case 'unknown':
    case 'failed':
      return { state: outcome.kind, reason: outcome.reason, externalId: null, delayMs: 0 };
  }
}
