/** Clocks of the desk: business calendars, SLA policies and clocks with their pauses, and the ledger of promises. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const RULES = `
create table business_calendar (
  id uuid primary key,
  name text not null unique,
  plan jsonb not null,
  is_default boolean not null default false,
  version bigint not null default 0
);
create unique index business_calendar_default on business_calendar (is_default) where is_default;
create table inbox_clock (
  inbox_id uuid primary key references inbox,
  calendar_id uuid references business_calendar,
  human_reply jsonb not null
);
create table sla_policy (
  id uuid primary key,
  name text not null unique,
  position int not null,
  enabled boolean not null,
  inbox_ids jsonb not null,
  targets jsonb not null,
  version bigint not null default 0
);
`;

const CLOCKS = `
alter table ticket add column if not exists priority text not null default 'normal'
  check (priority in ('low', 'normal', 'high', 'urgent'));
alter table conversation add column risk_at timestamptz;
create index conversation_risk on conversation (coalesce(risk_at, 'infinity'), waiting_since, id) where status = 'waiting';
create table sla_clock (
  id bigint generated always as identity primary key,
  conversation_id uuid not null references conversation,
  ticket_id uuid references ticket,
  kind text not null check (kind in ('reply', 'resolution', 'human')),
  started_at timestamptz not null,
  stopped_at timestamptz,
  paused_at timestamptz,
  pauses jsonb not null default '[]',
  revision bigint not null default 0,
  stale boolean not null default true,
  goal text check (goal in ('firstReply', 'nextReply', 'resolution', 'humanReply')),
  policy_id uuid,
  target_minutes double precision,
  due_at timestamptz,
  next_at timestamptz,
  next_level int,
  left_minutes double precision,
  warned int not null default 0,
  missed_at timestamptz,
  check (stopped_at is null or paused_at is null)
) with (fillfactor = 80);
create unique index sla_clock_running on sla_clock (conversation_id, kind) where stopped_at is null;
create index sla_clock_conversation on sla_clock (conversation_id);
create index sla_clock_stale on sla_clock (id) where stale;
create index sla_clock_next on sla_clock (next_at) where next_at is not null;
create index sla_clock_human on sla_clock (started_at) where kind = 'human';
create index sla_clock_missed on sla_clock (missed_at) where missed_at is not null;
`;

const PROMISES = `
create table promise (
  id uuid primary key,
  conversation_id uuid not null references conversation,
  seq bigint not null,
  author_kind text not null check (author_kind in ('bot', 'agent')),
  author_id uuid,
  author_name text,
  act text not null check (act in ('reply', 'refund', 'ship', 'call', 'handle')),
  quote text not null,
  due_at timestamptz not null,
  remind_at timestamptz not null,
  state text not null check (state in ('proposed', 'open', 'kept', 'broken', 'waived', 'dismissed', 'replaced')),
  reminded boolean not null default false,
  replaces uuid references promise,
  settled_at timestamptz,
  settled_by uuid,
  version bigint not null default 0,
  created_at timestamptz not null
);
create index promise_conversation on promise (conversation_id, created_at);
create index promise_due on promise (due_at) where state = 'open';
create index promise_broken on promise (due_at desc) where state = 'broken';
`;

/** One policy to begin with, so that no customer waits unwatched: answers within minutes, a solution in two working days. */
const FIRST_POLICY = JSON.stringify({
  low: { firstReply: 60, nextReply: 120, resolution: 2880 },
  normal: { firstReply: 15, nextReply: 30, resolution: 1440 },
  high: { firstReply: 10, nextReply: 20, resolution: 720 },
  urgent: { firstReply: 5, nextReply: 10, resolution: 240 },
});

export const deskClocks: Migration = {
  async up(db) {
    for (const block of [RULES, CLOCKS, PROMISES])
      for (const statement of block.split(/;\s*\n/).filter((part) => part.trim() !== ''))
        await sql.raw(statement).execute(db);
    await sql`insert into sla_policy (id, name, position, enabled, inbox_ids, targets)
      values (gen_random_uuid(), 'Standard', 0, true, '[]', ${FIRST_POLICY}::jsonb)`.execute(db);
  },
};
