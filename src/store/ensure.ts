/** The conversation of an address, made with its customer where there is none: many at once in one statement. */
import type { Inbound } from '../domain/change.ts';
import { EMPTY_STATE } from '../domain/conversation.ts';
import type { NewId } from '../ports.ts';
import { createBatcher } from './batcher.ts';
import type { Db } from './sql.ts';

/**
 * `known` who wrote before · `i` claims the addresses that are new: who loses that race comes back empty-handed, and so
 * does a known address without a conversation · `n` the new ones, with their customer and their conversation.
 */
const ENSURE = `
with q as (
  select * from jsonb_to_recordset($1::jsonb) as r(k int, inbox uuid, address text, name text, locale text, now timestamptz,
    identity uuid, customer uuid, conversation uuid)),
known as (
  select q.k, (select c.id from conversation c where c.inbox_id = q.inbox and c.address = q.address
      order by c.created_at desc, c.id desc limit 1) as conversation
    from q join identity x on x.inbox_id = q.inbox and x.value = q.address),
i as (
  insert into identity (id, customer_id, inbox_id, value)
  select identity, customer, inbox, address from q where k not in (select k from known)
   order by inbox, address on conflict (inbox_id, value) do nothing returning id),
n as (select q.* from q join i on i.id = q.identity),
cu as (insert into customer (id, name, locale) select customer, name, locale from n),
co as (
  insert into conversation (id, inbox_id, customer_id, address, locale, state, last_at, last_message_at)
  select conversation, inbox, customer, address, locale, $2::jsonb, now, now from n)
select k, conversation from known where conversation is not null
union all
select k, conversation from n`;

/** null: nobody's fault, but it takes a lock to tell; the caller asks one by one. */
export type Ensure = (inbound: Inbound) => Promise<string | null>;

export function createEnsure(db: Db, newId: NewId): Ensure {
  const batcher = createBatcher<Inbound, string | null>({
    maxSize: 64,
    maxInFlight: db.engine === 'pglite' ? 1 : 2,
    keyOf: ({ inboxId, address }) => `${inboxId} ${address}`,
    run: async (inbounds) => {
      const rows = inbounds.map((inbound, k) => toRow(inbound, { k, newId }));
      const values = [JSON.stringify(rows), JSON.stringify(EMPTY_STATE)];
      const found = await db.query<{ k: number; conversation: string }>(ENSURE, values, 'ensure');
      const byRow = new Map(found.map(({ k, conversation }) => [k, conversation]));
      return inbounds.map((_inbound, k) => byRow.get(k) ?? null);
    },
  });
  return (inbound) => batcher.submit(inbound);
}

function toRow(inbound: Inbound, { k, newId }: { k: number; newId: NewId }): Record<string, unknown> {
  const { inboxId: inbox, address, customerName, locale, receivedAt } = inbound;
  return {
    k,
    inbox,
    address,
    name: customerName ?? address,
    locale: locale ?? 'zh-CN',
    now: receivedAt.toISOString(),
    identity: newId(),
    customer: newId(),
    conversation: newId(),
  };
}
