/** The door: what a customer says is durable, numbered and due when `accept` resolves; the same key twice is one message. */
import type { ActivityRow } from '../domain/activity.ts';
import type { Accepted, Committed, Inbound } from '../domain/change.ts';
import type { Random } from '../ports.ts';
import { type Batcher, createBatcher } from './batcher.ts';
import { CLOCKS_ON_ACCEPT } from './clock-sql.ts';
import { previewOf } from './rows.ts';
import { type Db, isUniqueViolation, retryTransient } from './sql.ts';

/**
 * `q` the group · `l` locks the conversations in id order (their columns are the newest then) · `d` what was not
 * received before, numbered behind the last activity · `r`, `a`, `u` write receipt, activity and conversation.
 * `w` grants what the channel allows us to send now: what was sent after the customer spoke counts against it · `h` lets
 * go what waited for that · `p` whoever speaks can be reached · `f` the files to fetch.
 * Two processes that receive the same key at once collide on the receipt's key and the loser repeats its group.
 */
const ACCEPT = `
with q as (
  select * from jsonb_to_recordset($1::jsonb) as r(k int, conversation uuid, key text, author text, visibility text,
    body jsonb, raw jsonb, preview jsonb, locale text, now timestamptz, spoke boolean, window_ms int, cap_ms int, epoch int, allow jsonb, files jsonb)),
l as (
  select c.id, c.seq, c.token_epoch, c.inbox_id, c.customer_id, c.address, c.status, c.owner_id, c.version, c.last_at, c.due_seq > c.done_seq as was_due
    from conversation c where c.id in (select conversation from q) order by c.id for update),
old as (
  select q.k, rc.seq from q join l on l.id = q.conversation
    join receipt rc on rc.inbox_id = l.inbox_id and rc.external_key = q.key),
d as (
  select q.*, l.inbox_id, l.customer_id, l.address, l.seq + row_number() over (partition by q.conversation order by q.k) as seq,
    greatest(q.now, l.last_at) + row_number() over (partition by q.conversation order by q.k) * interval '1 millisecond' as at
    from q join l on l.id = q.conversation and l.token_epoch = coalesce(q.epoch, l.token_epoch)
   where q.k not in (select k from old)),
r as (
  insert into receipt (inbox_id, external_key, conversation_id, seq, raw)
  select inbox_id, key, conversation, seq, raw from d where key is not null),
a as (
  insert into activity (conversation_id, seq, author_kind, author_id, visibility, at, body)
  select conversation, seq, author, case when author = 'customer' then customer_id::text end, visibility, at, body from d),
w as (
  insert into send_grant (inbox_id, address, trigger, quota, granted_at, expires_at)
  select distinct on (inbox_id, address, x.trigger) inbox_id, address, x.trigger, x.quota, x."grantedAt", x."expiresAt"
    from d, jsonb_to_record(d.allow) as x(trigger text, quota int, "grantedAt" timestamptz, "expiresAt" timestamptz)
   where d.allow is not null order by inbox_id, address, x.trigger, x."grantedAt" desc
  on conflict (inbox_id, address, trigger) do update set
    quota = excluded.quota, granted_at = excluded.granted_at, expires_at = excluded.expires_at,
    sends = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(send_grant.sends)
      where value = 'null' or value::numeric >= extract(epoch from excluded.granted_at) * 1000)
   where excluded.granted_at >= send_grant.granted_at),
p as (
  update identity x set reachable = true from d
   where d.allow is not null and x.inbox_id = d.inbox_id and x.value = d.address and not x.reachable),
h as (
  update outbox o set state = 'pending', next_at = clock_timestamp() from (select distinct inbox_id, address from d where allow is not null) x
   where o.inbox_id = x.inbox_id and o.address = x.address and o.state = 'held'),
f as (
  insert into file_job (file_id, inbox_id, conversation_id, seq, source, expires_at)
  select x."fileId", d.inbox_id, d.conversation, d.seq, x.source, x."expiresAt"
    from d, jsonb_to_recordset(d.files) as x("fileId" uuid, source jsonb, "expiresAt" timestamptz) where d.files is not null),
g as (
  select distinct on (conversation) conversation, seq, at,
    bool_or(spoke) over w as spoke, first_value(preview) over (partition by conversation order by preview is null, k desc) as preview,
    (array_agg(locale) filter (where locale is not null) over w)[1] as locale,
    min(window_ms) over w as window_ms, max(cap_ms) over w as cap_ms
    from d window w as (partition by conversation) order by conversation, k desc),
u as (
  update conversation c set
    seq = g.seq, last_at = g.at, updated_at = clock_timestamp(),
    due_seq = case when l.status = 'human' then c.due_seq else g.seq end,
    burst_at = case when l.was_due then c.burst_at else clock_timestamp() end,
    due_at = case when l.was_due
      then least(c.burst_at + g.cap_ms * interval '1 millisecond', clock_timestamp() + g.window_ms * interval '1 millisecond')
      else clock_timestamp() + g.window_ms * interval '1 millisecond' end,
    spoke_at = case when g.spoke then coalesce(c.spoke_at, g.at) else c.spoke_at end,
    locale = coalesce(g.locale, c.locale),
    preview = coalesce(g.preview, c.preview),
    last_message_at = case when g.spoke then g.at else c.last_message_at end
    from g join l on l.id = g.conversation where c.id = g.conversation
    returning c.id, c.status, c.owner_id, c.version, c.due_seq > c.done_seq as due),${CLOCKS_ON_ACCEPT}
select d.k, d.seq, d.at, false as duplicate, u.status, u.owner_id, u.version, u.due, d.customer_id from d join u on u.id = d.conversation
union all
select old.k, old.seq, null, true, null, null, null, null, null from old`;

type Item = { inbound: Inbound; conversationId: string };
type Result = {
  k: number;
  seq: number;
  at: string;
  duplicate: boolean;
  status: Committed['status'];
  owner_id: string | null;
  version: number;
  due: boolean;
  customer_id: string;
};

export type AcceptOptions = {
  db: Db;
  random: Random;
  /** How long the bot waits for the rest of a thought, and the longest that a burst may put it off. */
  burstWindowMs: number;
  burstCapMs: number;
};

/** Raised when the conversation of an inbound does not exist (any more), or its token was revoked. */
export class UnknownConversation extends Error {}

export function createAccept(options: AcceptOptions): { accept(item: Item): Promise<Accepted>; idle(): Promise<void> } {
  const batcher: Batcher<Item, Accepted | null> = createBatcher({
    maxSize: 64,
    maxInFlight: options.db.engine === 'pglite' ? 1 : 2,
    keyOf: ({ conversationId }) => conversationId,
    run: (items) => acceptGroup(items, options),
  });
  const flying = new Map<string, Promise<unknown>>();
  const accept = async (item: Item): Promise<Accepted> => {
    const result = await batcher.submit(item);
    if (!result) throw new UnknownConversation(item.conversationId);
    return result;
  };
  return {
    idle: () => batcher.idle(),
    /** The same key again while the first is still on its way waits for it: a group never holds a key twice. */
    accept: async (item) => {
      const key = item.inbound.externalKey === null ? null : `${item.inbound.inboxId} ${item.inbound.externalKey}`;
      if (key === null) return accept(item);
      const earlier = flying.get(key);
      const mine = earlier
        ? earlier.then(
            () => accept(item),
            () => accept(item),
          )
        : accept(item);
      flying.set(key, mine);
      try {
        return await mine;
      } finally {
        if (flying.get(key) === mine) flying.delete(key);
      }
    },
  };
}

async function acceptGroup(items: Item[], options: AcceptOptions): Promise<(Accepted | null)[]> {
  const json = JSON.stringify(items.map((item, k) => toRow(item, k, options)));
  const statement = () => options.db.query<Result>(ACCEPT, [json], 'accept');
  const repeatOnce = async () => {
    try {
      return await statement();
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return statement();
    }
  };
  const results = new Map((await retryTransient(repeatOnce, options.random)).map((row) => [row.k, row]));
  return items.map((item, k) => toAccepted(item, results.get(k)));
}

function toRow(
  { inbound, conversationId }: Item,
  k: number,
  { burstWindowMs, burstCapMs }: AcceptOptions,
): Record<string, unknown> {
  const isMessage = inbound.body.type === 'message' && inbound.author === 'customer';
  return {
    k,
    conversation: conversationId,
    key: inbound.externalKey,
    author: inbound.author,
    visibility: inbound.author === 'customer' ? 'customer' : 'internal',
    body: inbound.body,
    raw: inbound.raw ?? null,
    preview: isMessage
      ? previewOf([{ author: { kind: 'customer' }, visibility: 'customer', body: inbound.body }])
      : null,
    locale: inbound.locale,
    now: inbound.receivedAt.toISOString(),
    spoke: isMessage,
    window_ms: isMessage ? burstWindowMs : 0,
    cap_ms: burstCapMs,
    epoch: inbound.tokenEpoch ?? null,
    allow: inbound.grant ?? null,
    files: inbound.files ?? null,
  };
}

function toAccepted({ inbound, conversationId }: Item, row: Result | undefined): Accepted | null {
  if (!row) return null;
  if (row.duplicate) return { conversationId, seq: row.seq, duplicate: true, committed: null };
  const activity: ActivityRow = {
    conversationId,
    seq: row.seq,
    author: { kind: inbound.author, id: inbound.author === 'customer' ? row.customer_id : null, name: null },
    visibility: inbound.author === 'customer' ? 'customer' : 'internal',
    at: row.at,
    body: inbound.body,
    delivery: null,
  };
  const { status, owner_id: ownerId, seq, version, due } = row;
  return {
    conversationId,
    seq,
    duplicate: false,
    committed: { conversationId, status, ownerId, seq, version, due, activities: [activity] },
  };
}
