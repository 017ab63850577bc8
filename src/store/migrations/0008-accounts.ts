/** Accounts and the outside: the audit log, second factors, sessions with their place, API keys, webhooks and what they are to be told. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Fields as netstrings, so that no two rows have the same line; `-` for null. */
const AUDIT = [
  `create table audit_entry (
    seq bigint primary key,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('agent', 'key', 'system', 'nobody')),
    actor_id text,
    actor_name text,
    action text not null,
    object_kind text,
    object_id text,
    object_name text,
    ip text,
    detail jsonb not null default '{}',
    prev_hash text not null,
    hash text not null
  )`,
  'create index audit_entry_actor on audit_entry (actor_id, seq desc)',
  'create index audit_entry_action on audit_entry (action, seq desc)',
  'create index audit_entry_object on audit_entry (object_id, seq desc)',
  'create index audit_entry_at on audit_entry (at)',
  `create function audit_field(value text) returns text language sql immutable as $$
    select coalesce(octet_length(convert_to(value, 'UTF8')) || ':' || value, '-') || ','
  $$`,
  `create function audit_line(e audit_entry) returns text language sql stable as $$
    select audit_field(e.seq::text) || audit_field(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
      || audit_field(e.actor_kind) || audit_field(e.actor_id) || audit_field(e.actor_name) || audit_field(e.action)
      || audit_field(e.object_kind) || audit_field(e.object_id) || audit_field(e.object_name) || audit_field(e.ip)
      || audit_field(e.detail::text)
  $$`,
  // One at a time: whoever writes waits for the one before to commit, then sees its row (each query here has a fresh snapshot).
  `create function audit_link() returns trigger language plpgsql volatile as $$
    declare last_seq bigint; last_hash text;
    begin
      perform pg_advisory_xact_lock(7310, 1);
      select seq, hash into last_seq, last_hash from audit_entry order by seq desc limit 1;
      new.seq := coalesce(last_seq, 0) + 1;
      new.prev_hash := coalesce(last_hash, repeat('0', 64));
      new.hash := encode(sha256(convert_to(new.prev_hash || audit_line(new), 'UTF8')), 'hex');
      return new;
    end $$`,
  'create trigger audit_link before insert on audit_entry for each row execute function audit_link()',
  `create function audit_refuse() returns trigger language plpgsql as $$
    begin raise exception 'the audit log is only written to'; end $$`,
  'create trigger audit_keep before update or delete on audit_entry for each row execute function audit_refuse()',
  'create trigger audit_keep_all before truncate on audit_entry for each statement execute function audit_refuse()',
];

const ACCOUNTS = [
  `alter table session add column id uuid not null default gen_random_uuid(), add column device text, add column ip text`,
  'create unique index session_id on session (id)',
  `create table agent_totp (
    agent_id uuid primary key references agent,
    secret text not null,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    last_step bigint not null default 0
  )`,
  `create table recovery_code (
    agent_id uuid not null references agent_totp on delete cascade,
    code_hash text not null check (length(code_hash) = 64),
    used_at timestamptz,
    primary key (agent_id, code_hash)
  )`,
  `create table api_key (
    id uuid primary key,
    name text not null,
    key_hash text not null unique check (length(key_hash) = 64),
    hint text not null,
    agent_id uuid not null references agent,
    scopes jsonb not null,
    created_by uuid not null references agent,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz,
    used_at timestamptz,
    used_ip text
  )`,
];

const WEBHOOKS = [
  `create table webhook (
    id uuid primary key,
    name text not null,
    url text not null,
    events jsonb not null,
    secret text not null,
    enabled boolean not null default true,
    failing_since timestamptz,
    note text,
    created_at timestamptz not null,
    version bigint not null default 0
  )`,
  `create table webhook_delivery (
    n bigint generated always as identity primary key,
    id uuid not null unique default gen_random_uuid(),
    webhook_id uuid not null references webhook on delete cascade,
    kind text not null,
    at timestamptz not null,
    conversation_id uuid,
    seq bigint,
    data jsonb,
    state text not null default 'pending' check (state in ('pending', 'sent', 'failed')),
    attempts int not null default 0,
    next_at timestamptz not null default clock_timestamp(),
    status int,
    error text,
    settled_at timestamptz
  ) with (fillfactor = 80)`,
  `create index webhook_delivery_due on webhook_delivery (next_at, n) where state = 'pending'`,
  'create index webhook_delivery_of on webhook_delivery (webhook_id, n desc)',
];

/** Rows of what happened become deliveries in the very transaction, and cost one look where nobody listens. */
const listens = (name: string, table: string, offered: string): string[] => [
  `create function ${name}() returns trigger language plpgsql volatile as $$
    begin
      if not exists (select from webhook where enabled) then return null; end if;
      insert into webhook_delivery (webhook_id, kind, at, conversation_id, seq, data)
      select w.id, o.kind, o.at, o.conversation_id, o.seq, o.data from (${offered}) as o
        join webhook w on w.enabled and w.events ? o.kind where o.kind is not null;
      return null;
    end $$`,
  `create trigger ${name} after insert on ${table} referencing new table as news
    for each statement execute function ${name}()`,
];

const EVENTS = [
  ...listens(
    'webhook_on_conversation',
    'conversation',
    `select 'conversation.created' as kind, created_at as at, id as conversation_id, null::bigint as seq, null::jsonb as data from news`,
  ),
  ...listens(
    'webhook_on_activity',
    'activity',
    `select case when body ->> 'type' = 'message' and visibility = 'customer' then 'message.created'
       when body ->> 'type' = 'event' and body ->> 'name' = 'handoff.initiate' and author_kind <> 'customer' then 'handoff.created' end as kind,
       at, conversation_id, seq, null::jsonb as data from news order by conversation_id, seq`,
  ),
  ...listens(
    'webhook_on_ticket',
    'ticket_event',
    `select case news.kind when 'opened' then 'ticket.created' else 'ticket.updated' end as kind, news.at,
       t.conversation_id, null::bigint as seq, jsonb_build_object('id', t.id, 'number', t.number, 'status', t.status,
         'reason', t.reason, 'subject', t.subject, 'assigneeId', t.assignee_id) as data
       from news join ticket t on t.id = news.ticket_id order by news.id`,
  ),
  ...listens(
    'webhook_on_csat',
    'csat',
    `select 'csat.created' as kind, at, conversation_id, seq,
       jsonb_build_object('score', score, 'resolved', resolved) as data from news`,
  ),
];

export const accounts: Migration = {
  async up(db) {
    for (const statement of [...AUDIT, ...ACCOUNTS, ...WEBHOOKS, ...EVENTS]) await sql.raw(statement).execute(db);
  },
};
