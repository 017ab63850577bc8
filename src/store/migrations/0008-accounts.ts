/** Accounts: the audit log, second factors, sessions with their place, API keys. */
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

export const accounts: Migration = {
  async up(db) {
    for (const statement of [...AUDIT, ...ACCOUNTS]) await sql.raw(statement).execute(db);
  },
};
