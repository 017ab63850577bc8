/** The one way a conversation changes after it was accepted: a turn's outcome or an agent's act, whole or not at all. */
import type { ActivityRow, NewActivity } from '../domain/activity.ts';
import type { Change, Committed } from '../domain/change.ts';
import { priorityOf } from '../domain/ticket.ts';
import type { Random } from '../ports.ts';
import { createBatcher } from './batcher.ts';
import { CLOCKS_ON_COMMIT } from './clock-sql.ts';
import { PROMISES_ON_COMMIT } from './promise-sql.ts';
import { previewOf } from './rows.ts';
import { type Db, retryTransient } from './sql.ts';

/**
 * `q` the group · `l` locks each conversation whose version (and lease, for a turn) is still the one that was read ·
 * `c` moves it on and numbers from its old `seq` · the rest appends what belongs to it. A `k` that does not come back
 * lost the race and wrote nothing. `through`: the last activity that is dealt with now.
 */
const COMMIT = `
with q as (
  select * from jsonb_to_recordset($1::jsonb) as r(k int, conversation uuid, version bigint, epoch bigint, through bigint,
    status text, set_owner boolean, owner uuid, locale text, state jsonb, wake boolean, n int, activities jsonb, preview jsonb,
    key text, ticket jsonb, ticket_updates jsonb, answers jsonb, csat jsonb, actor uuid, outbox boolean, now timestamptz,
    spoke boolean, warnings jsonb, promises jsonb, promise_updates jsonb, audit jsonb)),
l as (
  select c.id, q.k from conversation c join q on q.conversation = c.id
   where c.version = q.version and (q.epoch is null or c.lease_epoch = q.epoch) order by c.id for update of c),
c as (
  update conversation c set
    seq = c.seq + q.n,
    version = c.version + 1,
    status = coalesce(q.status, c.status),
    owner_id = case when q.set_owner then q.owner else c.owner_id end,
    locale = coalesce(q.locale, c.locale),
    state = coalesce(q.state, c.state),
    done_seq = case when coalesce(q.status, c.status) = 'human' then greatest(c.due_seq, c.done_seq) else coalesce(q.through, c.done_seq) end,
    due_seq = case when q.wake then c.seq + q.n else greatest(c.due_seq, coalesce(q.through, 0)) end,
    due_at = case when q.wake then clock_timestamp() else c.due_at end,
    burst_at = case when q.wake then clock_timestamp() else c.burst_at end,
    lease_until = case when q.epoch is null then c.lease_until end,
    attempts = case when q.epoch is null then c.attempts else 0 end,
    last_error = case when q.epoch is null then c.last_error end,
    last_at = greatest(q.now, c.last_at) + q.n * interval '1 millisecond',
    waiting_since = case when coalesce(q.status, c.status) = 'waiting' then coalesce(c.waiting_since, q.now) end,
    preview = coalesce(q.preview, c.preview),
    last_message_at = case when q.preview is null then c.last_message_at else greatest(q.now, c.last_at) + q.n * interval '1 millisecond' end,
    updated_at = clock_timestamp()
    from q join l on l.k = q.k where c.id = q.conversation and c.version = q.version
    returning c.id, q.k, c.seq - q.n as base, c.last_at - q.n * interval '1 millisecond' as base_at, c.inbox_id, c.customer_id,
      c.address, c.status, c.owner_id, c.version, c.seq, c.due_seq > c.done_seq as due),
a as (
  insert into activity (conversation_id, seq, author_kind, author_id, author_name, visibility, at, body, delivery)
  select c.id, c.base + r.n, r.author, r.author_id, r.author_name, r.visibility, c.base_at + r.n * interval '1 millisecond', r.body,
    case when q.outbox and r.deliver then '{"state":"pending"}'::jsonb end
    from c join q on q.k = c.k, jsonb_to_recordset(q.activities) as r(n int, author text, author_id text, author_name text,
      visibility text, body jsonb, deliver boolean)),
rc as (
  insert into receipt (inbox_id, external_key, conversation_id, seq)
  select c.inbox_id, q.key, c.id, c.seq from c join q on q.k = c.k where q.key is not null),
t as (
  insert into ticket (id, number, conversation_id, customer_id, priority, reason, subject, assignee_id, source_seq, created_at, updated_at)
  select r.id, r.number, c.id, c.customer_id, r.priority, r.reason, r.subject, r."assigneeId", r."sourceSeq", q.now, q.now
    from c join q on q.k = c.k, jsonb_to_record(q.ticket) as r(id uuid, number bigint, priority text, reason text, subject text, "assigneeId" uuid, "sourceSeq" bigint)
   where q.ticket is not null),
te as (
  insert into ticket_event (ticket_id, at, actor_id, kind, detail)
  select (q.ticket ->> 'id')::uuid, q.now, q.actor, 'opened', q.ticket from c join q on q.k = c.k where q.ticket is not null),
tu as (
  update ticket x set
    status = coalesce(r.status, x.status),
    priority = coalesce(r.priority, x.priority),
    assignee_id = case when r.set_assignee then r.assignee else x.assignee_id end,
    updated_at = q.now
    from c join q on q.k = c.k, jsonb_to_recordset(q.ticket_updates) as r(id uuid, status text, set_assignee boolean, assignee uuid, priority text)
   where x.id = r.id and x.conversation_id = c.id),
tc as (
  insert into ticket_event (ticket_id, at, actor_id, kind, detail)
  select (r ->> 'id')::uuid, q.now, q.actor, 'changed', r from c join q on q.k = c.k, jsonb_array_elements(q.ticket_updates) as r),
an as (
  insert into answer_log (conversation_id, seq, n, at, question, decision, confidence, article_id, article_version, top, engine)
  select c.id, coalesce(q.through, c.seq), r.n, q.now, r.question, r.decision, r.confidence, r."articleId", r."articleVersion", r.top, r.engine
    from c join q on q.k = c.k, jsonb_to_recordset(q.answers) as r(n int, question text, decision text, confidence real,
      "articleId" text, "articleVersion" int, top jsonb, engine text)),
cs as (
  insert into csat (conversation_id, seq, at, score, resolved)
  select c.id, c.seq, q.now, r.score, r.resolved from c join q on q.k = c.k, jsonb_to_record(q.csat) as r(score int, resolved boolean)
   where q.csat is not null),
o as (
  insert into outbox (conversation_id, seq, inbox_id, address, idempotency_key)
  select c.id, c.base + r.n, c.inbox_id, c.address, c.id || ':' || (c.base + r.n)
    from c join q on q.k = c.k, jsonb_to_recordset(q.activities) as r(n int, deliver boolean) where q.outbox and r.deliver),
au as (
  insert into audit_entry (at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, ip, detail)
  select q.now, q.audit -> 'actor' ->> 'kind', q.audit -> 'actor' ->> 'id', q.audit -> 'actor' ->> 'name', q.audit ->> 'action',
    q.audit -> 'object' ->> 'kind', q.audit -> 'object' ->> 'id', q.audit -> 'object' ->> 'name', q.audit ->> 'ip',
    coalesce(q.audit -> 'detail', '{}') from c join q on q.k = c.k where q.audit is not null),${CLOCKS_ON_COMMIT},${PROMISES_ON_COMMIT}
select k, base, base_at, seq, version, status, owner_id, due from c`;

/** What is to be changed, and from which version of the conversation it was thought. */
export type CommitItem = {
  conversationId: string;
  version: number;
  /** The lease of a turn; null for an act of an agent, which only the version guards. */
  epoch: number | null;
  through: number | null;
  /** Whether messages for the customer are handed to a channel by the outbox. */
  outbox: boolean;
  change: Change;
  now: Date;
};
type Result = {
  k: number;
  base: number;
  base_at: string;
  seq: number;
  version: number;
  status: Committed['status'];
  owner_id: string | null;
  due: boolean;
};
export type CommitResult = (Committed & { due: boolean }) | null;

export function createCommit(
  db: Db,
  random: Random,
): { commit(item: CommitItem): Promise<CommitResult>; idle(): Promise<void> } {
  const batcher = createBatcher<CommitItem, CommitResult>({
    maxSize: 64,
    maxInFlight: db.engine === 'pglite' ? 1 : 2,
    keyOf: ({ conversationId }) => conversationId,
    run: async (items) => {
      const json = JSON.stringify(items.map(toRow));
      const rows = await retryTransient(() => db.query<Result>(COMMIT, [json], 'commit'), random);
      const results = new Map(rows.map((row) => [row.k, row]));
      return items.map((item, k) => toCommitted(item, results.get(k)));
    },
  });
  return { commit: (item) => batcher.submit(item), idle: () => batcher.idle() };
}

/** Only what a person would read goes out by a channel. */
function isDelivered({ author, visibility, body }: NewActivity): boolean {
  return visibility === 'customer' && body.type === 'message' && (author.kind === 'bot' || author.kind === 'agent');
}

function toRow(
  { conversationId, version, epoch, through, outbox, change, now }: CommitItem,
  k: number,
): Record<string, unknown> {
  return {
    k,
    conversation: conversationId,
    version,
    epoch,
    through,
    status: change.status ?? null,
    set_owner: change.ownerId !== undefined,
    owner: change.ownerId ?? null,
    locale: change.locale ?? null,
    state: change.state ?? null,
    wake: change.wakeBot ?? false,
    n: change.activities.length,
    activities: change.activities.map((activity, index) => ({
      n: index + 1,
      author: activity.author.kind,
      author_id: activity.author.id,
      author_name: activity.author.name,
      visibility: activity.visibility,
      body: activity.body,
      deliver: isDelivered(activity),
    })),
    preview: previewOf(change.activities),
    key: change.idempotencyKey ?? null,
    ticket: change.openTicket ? { ...change.openTicket, priority: priorityOf(change.openTicket.reason) } : null,
    ticket_updates: (change.updateTickets ?? []).map(({ id, status, assigneeId, priority }) => ({
      id,
      status: status ?? null,
      set_assignee: assigneeId !== undefined,
      assignee: assigneeId ?? null,
      priority: priority ?? null,
    })),
    answers: (change.answers ?? []).map((answer, index) => ({ n: index + 1, ...answer })),
    csat: change.csat ?? null,
    actor: change.actorId ?? null,
    outbox,
    now: now.toISOString(),
    spoke: change.activities.some((activity) => activity.author.kind === 'agent' && isDelivered(activity)),
    warnings: change.warnings ?? [],
    promises: change.promises ?? [],
    promise_updates: change.updatePromises ?? [],
    audit: change.audit ?? null,
  };
}

function toCommitted({ conversationId, outbox, change }: CommitItem, row: Result | undefined): CommitResult {
  if (!row) return null;
  const base = new Date(row.base_at).getTime();
  const activities: ActivityRow[] = change.activities.map((activity, index) => ({
    conversationId,
    seq: row.base + index + 1,
    author: activity.author,
    visibility: activity.visibility,
    at: new Date(base + index + 1).toISOString(),
    body: activity.body,
    delivery: outbox && isDelivered(activity) ? { state: 'pending' } : null,
  }));
  return {
    conversationId,
    status: row.status,
    ownerId: row.owner_id,
    seq: row.seq,
    version: row.version,
    due: row.due,
    activities,
  };
}
