/** The first schema: customers and what they say, the desk, tickets, articles, files, settings. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const PEOPLE = `
create table inbox (
  id uuid primary key,
  channel text not null,
  name text not null,
  created_at timestamptz not null default now(),
  unique (channel, name)
);
create table customer (
  id uuid primary key,
  name text not null,
  locale text not null,
  created_at timestamptz not null default now()
);
create table identity (
  id uuid primary key,
  customer_id uuid not null references customer,
  inbox_id uuid not null references inbox,
  value text not null,
  created_at timestamptz not null default now(),
  unique (inbox_id, value)
);
create table agent (
  id uuid primary key,
  email text not null,
  name text not null,
  role text not null check (role in ('agent', 'supervisor', 'admin')),
  locale text not null default 'zh-CN',
  password_hash text,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
create unique index agent_email on agent (lower(email));
create table session (
  token_hash text primary key check (length(token_hash) = 64),
  agent_id uuid not null references agent,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_agent on session (agent_id);
create table sign_in_link (
  code_hash text primary key check (length(code_hash) = 64),
  agent_id uuid not null references agent,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index sign_in_link_agent on sign_in_link (agent_id);
`;

const CONVERSATIONS = `
create table conversation (
  id uuid primary key,
  inbox_id uuid not null references inbox,
  customer_id uuid not null references customer,
  address text not null,
  status text not null default 'bot' check (status in ('bot', 'waiting', 'human', 'resolved')),
  owner_id uuid references agent,
  locale text not null,
  state jsonb not null,
  seq bigint not null default 0,
  version bigint not null default 0,
  done_seq bigint not null default 0,
  due_seq bigint not null default 0,
  due_at timestamptz,
  burst_at timestamptz,
  lease_epoch bigint not null default 0,
  lease_until timestamptz,
  attempts int not null default 0,
  last_error text,
  token_epoch int not null default 0,
  last_at timestamptz not null,
  spoke_at timestamptz,
  preview jsonb,
  last_message_at timestamptz not null,
  waiting_since timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((status = 'human') = (owner_id is not null))
) with (fillfactor = 70);
create index conversation_due on conversation (due_at) where due_seq > done_seq;
create index conversation_address on conversation (inbox_id, address);
create index conversation_waiting on conversation (waiting_since, id) where status = 'waiting';
create index conversation_owner on conversation (owner_id, last_message_at desc) where owner_id is not null;
create index conversation_recent on conversation (last_message_at desc, id desc) where spoke_at is not null;
create index conversation_status on conversation (status, last_message_at desc, id desc) where spoke_at is not null;
create index conversation_updated on conversation (updated_at);

create table activity (
  conversation_id uuid not null,
  seq bigint not null,
  author_kind text not null check (author_kind in ('customer', 'bot', 'agent', 'system')),
  author_id text,
  author_name text,
  visibility text not null check (visibility in ('customer', 'internal')),
  at timestamptz not null,
  body jsonb not null,
  delivery jsonb,
  primary key (conversation_id, seq)
);
create table receipt (
  inbox_id uuid not null,
  external_key text not null,
  conversation_id uuid not null,
  seq bigint not null,
  raw jsonb,
  at timestamptz not null default now(),
  primary key (inbox_id, external_key)
);
create table outbox (
  id bigint generated always as identity primary key,
  conversation_id uuid not null,
  seq bigint not null,
  inbox_id uuid not null,
  address text not null,
  idempotency_key text not null unique,
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'unknown', 'failed')),
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  reason text,
  external_id text,
  settled_at timestamptz
) with (fillfactor = 70);
create index outbox_open on outbox (next_at, id) where state in ('pending', 'sending');
create index outbox_order on outbox (conversation_id, seq) where state in ('pending', 'sending');
create table seen (
  agent_id uuid not null references agent,
  conversation_id uuid not null references conversation,
  seq bigint not null,
  primary key (agent_id, conversation_id)
);
create table file (
  id uuid primary key,
  conversation_id uuid not null references conversation,
  name text not null,
  content_type text not null,
  bytes bytea not null,
  created_at timestamptz not null default now()
);
`;

const DESK = `
create sequence ticket_number start 1001;
create table ticket (
  id uuid primary key,
  number bigint not null unique,
  conversation_id uuid not null references conversation,
  customer_id uuid not null references customer,
  status text not null default 'open' check (status in ('open', 'pending', 'resolved', 'closed')),
  reason text not null,
  subject text not null,
  assignee_id uuid references agent,
  source_seq bigint not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (conversation_id, source_seq)
);
create unique index ticket_one_open on ticket (conversation_id) where status in ('open', 'pending');
create table ticket_event (
  id bigint generated always as identity primary key,
  ticket_id uuid not null references ticket,
  at timestamptz not null,
  actor_id uuid,
  kind text not null check (kind in ('opened', 'changed')),
  detail jsonb not null
);
create index ticket_event_ticket on ticket_event (ticket_id, id);
create table csat (
  conversation_id uuid not null references conversation,
  seq bigint not null,
  at timestamptz not null,
  score int check (score between 1 and 5),
  resolved boolean,
  primary key (conversation_id, seq)
);
`;

const KNOWLEDGE = `
create table article (
  id text not null,
  locale text not null,
  version int not null,
  question text not null,
  similar_questions jsonb not null,
  answer text not null,
  category text not null,
  verbatim boolean not null,
  status text not null check (status in ('published', 'retired')),
  seed_hash text,
  updated_at timestamptz not null default now(),
  primary key (id, locale)
);
create table article_revision (
  id text not null,
  locale text not null,
  version int not null,
  content jsonb not null,
  at timestamptz not null default now(),
  primary key (id, locale, version)
);
create table answer_log (
  conversation_id uuid not null,
  seq bigint not null,
  n int not null,
  at timestamptz not null,
  question text not null,
  decision text not null,
  confidence real not null,
  article_id text,
  article_version int,
  top jsonb not null,
  engine text not null,
  primary key (conversation_id, seq, n)
);
create table setting (
  key text primary key,
  value jsonb not null
);
`;

export const foundation: Migration = {
  async up(db) {
    for (const block of [PEOPLE, CONVERSATIONS, DESK, KNOWLEDGE]) {
      for (const statement of block.split(/;\s*\n/).filter((part) => part.trim() !== ''))
        await sql.raw(statement).execute(db);
    }
  },
};
