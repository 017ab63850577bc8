/** Conversations as channels and those who follow them see them: made, found, read by `seq`. */
import type { ActivityRow } from '../domain/activity.ts';
import type { Accepted, Inbound } from '../domain/change.ts';
import { EMPTY_STATE } from '../domain/conversation.ts';
import type { NewConversation, NewId } from '../ports.ts';
import { createEnsure } from './ensure.ts';
import { ACTIVITY_COLUMNS, type ActivityRecord, toActivity } from './rows.ts';
import type { Db, Query } from './sql.ts';
import type { ConversationStore, Head, WebConversation } from './store.ts';

const FIND = `
select c.id, c.inbox_id as "inboxId", c.customer_id as "customerId", c.address, c.status, c.locale, c.seq, c.version,
  c.owner_id as "ownerId", c.token_epoch as "tokenEpoch", c.seq > 0 as started from conversation c`;

export type ConversationDeps = {
  db: Db;
  newId: NewId;
  accept: (item: { inbound: Inbound; conversationId: string }) => Promise<Accepted>;
};

export function createConversationStore({ db, newId, accept }: ConversationDeps): ConversationStore {
  const ensureMany = createEnsure(db, newId);
  const store: ConversationStore = {
    create: (conversation) => db.tx(async (query) => createConversation(query, conversation, newId)),
    find: async (id) =>
      (await db.query<WebConversation>(`${FIND} where c.id = $1`, [id], 'find-conversation'))[0] ?? null,
    findByAddress: (inboxId, address) => findByAddress(db.query, inboxId, address),
    activitiesAfter: async (id, after, { limit, audience }) => {
      const rows = (await db.query<ActivityRecord>(AFTER, [id, after, limit], 'activities-after')).map(toActivity);
      return { rows: audience === 'all' ? rows : rows.filter(isForCustomer), through: rows.at(-1)?.seq ?? after };
    },
    activitiesBefore: async (id, before, limit) =>
      (await db.query<ActivityRecord>(BEFORE, [id, before, limit], 'activities-before')).map(toActivity).reverse(),
    heads: async (ids) =>
      ids.length === 0 ? [] : db.query<Head>(`${HEADS} where id = any($1::uuid[])`, [ids], 'heads'),
    changedWithin: (withinMs) =>
      db.query<Head>(
        `${HEADS} where updated_at > clock_timestamp() - $1 * interval '1 millisecond'`,
        [withinMs],
        'changed-within',
      ),
    accept: async (inbound) => {
      const conversationId =
        inbound.conversationId ?? (await ensureMany(inbound)) ?? (await ensureAlone(db, inbound, newId));
      return accept({ inbound, conversationId });
    },
  };
  return store;
}

const AFTER = `select ${ACTIVITY_COLUMNS} from activity where conversation_id = $1 and seq > $2 order by seq limit $3`;
const BEFORE = `select ${ACTIVITY_COLUMNS} from activity where conversation_id = $1 and seq < $2 order by seq desc limit $3`;
const HEADS = `select id, seq, version, status, owner_id as "ownerId" from conversation`;

function isForCustomer(row: ActivityRow): boolean {
  return row.visibility === 'customer';
}

async function findByAddress(query: Query, inboxId: string, address: string): Promise<WebConversation | null> {
  const rows = await query<WebConversation>(
    `${FIND} where c.inbox_id = $1 and c.address = $2 order by c.created_at desc, c.id desc limit 1`,
    [inboxId, address],
    'find-by-address',
  );
  return rows[0] ?? null;
}

/** The identity row is locked until the commit: fifty parallel first messages of one person make one conversation. */
export async function createConversation(query: Query, given: NewConversation, newId: NewId): Promise<WebConversation> {
  const customerId = await ensureCustomer(query, given, newId);
  const id = newId();
  await query(
    `insert into conversation (id, inbox_id, customer_id, address, locale, state, last_at, last_message_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [id, given.inboxId, customerId, given.address, given.locale, JSON.stringify(EMPTY_STATE), given.now.toISOString()],
  );
  const { inboxId, address, locale } = given;
  return {
    id,
    inboxId,
    customerId,
    address,
    status: 'bot',
    locale,
    seq: 0,
    version: 0,
    ownerId: null,
    tokenEpoch: 0,
    started: false,
  };
}

async function ensureCustomer(
  query: Query,
  { inboxId, address, name, locale }: NewConversation,
  newId: NewId,
): Promise<string> {
  const find = () =>
    query<{ customer_id: string }>(`select customer_id from identity where inbox_id = $1 and value = $2 for update`, [
      inboxId,
      address,
    ]);
  const [known] = await find();
  if (known) return known.customer_id;
  const customerId = newId();
  await query(`insert into customer (id, name, locale) values ($1, $2, $3)`, [customerId, name, locale]);
  const made = await query(
    `insert into identity (id, customer_id, inbox_id, value) values ($1, $2, $3, $4) on conflict (inbox_id, value) do nothing returning id`,
    [newId(), customerId, inboxId, address],
  );
  if (made.length === 1) return customerId;
  await query(`delete from customer where id = $1`, [customerId]);
  const [other] = await find();
  if (!other) throw new Error('identity vanished');
  return other.customer_id;
}

/** Under the lock of the identity: for whoever lost the race to be the first of an address. */
async function ensureAlone(db: Db, inbound: Inbound, newId: NewId): Promise<string> {
  const { inboxId, address } = inbound;
  const given: NewConversation = {
    inboxId,
    address,
    name: inbound.customerName ?? address,
    locale: inbound.locale ?? 'zh-CN',
    now: inbound.receivedAt,
  };
  return db.tx(async (query) => {
    await ensureCustomer(query, given, newId);
    const lost = await findByAddress(query, inboxId, address);
    return lost ? lost.id : (await createConversation(query, given, newId)).id;
  });
}
