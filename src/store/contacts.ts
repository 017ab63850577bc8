/** Who is behind an address: reachable or not, what the channel says of them, and who is one person; every merge can be undone. */
import type { Clock, Contact, CustomerMerge, NewId } from '../ports.ts';
import type { Db, Query } from './sql.ts';
import type { ContactStore } from './store.ts';

const MERGE = `
select m.id, m.from_id as "fromId", f.name as "fromName", m.into_id as "intoId", m.reason, m.at, m.undone_at as "undoneAt"
  from customer_merge m join customer f on f.id = m.from_id`;

export function createContactStore(deps: { db: Db; clock: Clock; newId: NewId }): ContactStore {
  const { db } = deps;
  return {
    find: async (inboxId, address) =>
      (
        await db.query<Contact>(
          `select customer_id as "customerId", reachable, profile from identity where inbox_id = $1 and value = $2`,
          [inboxId, address],
          'find-contact',
        )
      )[0] ?? null,
    setReachable: async (inboxId, address, reachable) => {
      await db.query(
        `update identity set reachable = $3 where inbox_id = $1 and value = $2 and reachable <> $3`,
        [inboxId, address, reachable],
        'set-reachable',
      );
    },
    note: async (inboxId, address, profile) => {
      await db.query(
        `update identity set profile = profile || $3::jsonb where inbox_id = $1 and value = $2`,
        [inboxId, address, JSON.stringify(profile)],
        'note-profile',
      );
    },
    forget: async (inboxId, address) => {
      await db.query(
        `update identity set profile = '{}', union_id = null where inbox_id = $1 and value = $2`,
        [inboxId, address],
        'forget-profile',
      );
    },
    join: (inboxId, address, unionId) => db.tx((query) => join(query, { inboxId, address, unionId }, deps)),
    mergesOf: (customerId) =>
      db.query<CustomerMerge>(`${MERGE} where m.into_id = $1 order by m.at desc, m.id desc limit 100`, [customerId]),
    undoMerge: (id, actorId) => db.tx((query) => undo(query, { id, actorId }, deps.clock)),
  };
}

type Place = { inboxId: string; address: string; unionId: string };

/** The younger customer becomes the older one. Customers are locked in one order, so that two joins cannot wait for each other. */
async function join(
  query: Query,
  { inboxId, address, unionId }: Place,
  { clock, newId }: { clock: Clock; newId: NewId },
): Promise<CustomerMerge | null> {
  await query(`update identity set union_id = $3 where inbox_id = $1 and value = $2 and union_id is distinct from $3`, [
    inboxId,
    address,
    unionId,
  ]);
  const customers = await query<{ id: string }>(
    `select c.id from customer c where c.id in (select customer_id from identity where union_id = $1)
      order by c.created_at, c.id for update of c`,
    [unionId],
  );
  const [into, from] = customers;
  if (!into || !from) return null;
  // A merge that a person took back is not made again by the same evidence.
  const undone = await query(
    `select 1 from customer_merge where reason = 'unionid' and undone_at is not null
       and ((from_id = $1 and into_id = $2) or (from_id = $2 and into_id = $1)) limit 1`,
    [from.id, into.id],
  );
  if (undone.length > 0) return null;
  const id = newId();
  await query(
    `with i as (update identity set customer_id = $2 where customer_id = $1 returning id),
      c as (update conversation set customer_id = $2 where customer_id = $1 returning id),
      t as (update ticket set customer_id = $2 where customer_id = $1 returning id)
     insert into customer_merge (id, from_id, into_id, reason, at, identities, conversations, tickets)
     select $3, $1, $2, 'unionid', $4, (select coalesce(jsonb_agg(id), '[]') from i),
       (select coalesce(jsonb_agg(id), '[]') from c), (select coalesce(jsonb_agg(id), '[]') from t)`,
    [from.id, into.id, id, clock().toISOString()],
  );
  return (await query<CustomerMerge>(`${MERGE} where m.id = $1`, [id]))[0] ?? null;
}

async function undo(
  query: Query,
  { id, actorId }: { id: string; actorId: string },
  clock: Clock,
): Promise<CustomerMerge | null> {
  const undone = await query(
    `update customer_merge set undone_at = $2, undone_by = $3 where id = $1 and undone_at is null returning id`,
    [id, clock().toISOString(), actorId],
  );
  if (undone.length === 0) return null;
  for (const [table, list] of [
    ['identity', 'identities'],
    ['conversation', 'conversations'],
    ['ticket', 'tickets'],
  ] as const)
    await query(
      `update ${table} x set customer_id = m.from_id from customer_merge m
        where m.id = $1 and x.customer_id = m.into_id and x.id in (select v::uuid from jsonb_array_elements_text(m.${list}) as v)`,
      [id],
    );
  return (await query<CustomerMerge>(`${MERGE} where m.id = $1`, [id]))[0] ?? null;
}
