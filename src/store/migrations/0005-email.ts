/** Mail: what came in, raw and once; what goes out, fixed before it is offered; threads, who is in them, dead addresses. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const BLOCK = `
create table mail_in (
  n bigint generated always as identity unique,
  id uuid primary key,
  inbox_id uuid not null references inbox,
  message_id text not null,
  content_hash text not null check (length(content_hash) = 64),
  body_hash text not null check (length(body_hash) = 64),
  sender text,
  raw bytea not null,
  origin jsonb not null,
  received_at timestamptz not null,
  state text not null default 'kept' check (state in ('kept', 'done', 'dropped')),
  attempts int not null default 0,
  claimed_until timestamptz,
  conversation_id uuid references conversation,
  reading jsonb,
  kept_at timestamptz not null default now(),
  unique (inbox_id, message_id, content_hash)
);
create index mail_in_open on mail_in (inbox_id, n) where state = 'kept';
create index mail_in_repeated on mail_in (inbox_id, sender, body_hash, kept_at);
create index mail_in_conversation on mail_in (conversation_id, n);
create table mail_source (
  inbox_id uuid not null references inbox,
  source text not null,
  mail_id uuid references mail_in,
  primary key (inbox_id, source)
);
create table mail_cursor (
  inbox_id uuid not null references inbox,
  folder text not null,
  uid_validity text not null,
  last_uid bigint not null,
  since timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (inbox_id, folder, uid_validity)
);
create table mail_thread (
  conversation_id uuid primary key references conversation,
  inbox_id uuid not null references inbox,
  number bigint generated always as identity (start with 10001) unique,
  subject text not null,
  topic text not null,
  address text not null,
  last_at timestamptz not null
);
create index mail_thread_topic on mail_thread (inbox_id, address, topic, last_at);
create table mail_participant (
  conversation_id uuid not null references conversation,
  address text not null,
  primary key (conversation_id, address)
);
create table mail_reference (
  inbox_id uuid not null references inbox,
  message_id text not null,
  conversation_id uuid not null references conversation,
  at timestamptz not null default now(),
  primary key (inbox_id, message_id)
);
create table mail_out (
  id uuid primary key,
  idempotency_key text not null unique,
  inbox_id uuid not null references inbox,
  conversation_id uuid not null references conversation,
  seq bigint not null,
  through_seq bigint not null,
  message_id text not null,
  bounce_token text not null unique,
  recipients jsonb not null,
  envelope_from text not null,
  raw bytea not null,
  automatic boolean not null,
  topic text,
  state text not null default 'ready' check (state in ('ready', 'offered', 'accepted', 'refused', 'unknown')),
  answer text,
  copied boolean not null default false,
  made_at timestamptz not null default now(),
  settled_at timestamptz
);
create index mail_out_conversation on mail_out (conversation_id, seq);
create index mail_out_uncopied on mail_out (inbox_id, made_at) where not copied and state = 'accepted';
create table mail_automatic (
  n bigint generated always as identity primary key,
  inbox_id uuid not null references inbox,
  address text not null,
  topic text not null,
  conversation_id uuid not null references conversation,
  at timestamptz not null default now()
);
create index mail_automatic_address on mail_automatic (inbox_id, address, at);
create index mail_automatic_at on mail_automatic (inbox_id, at);
create table mail_dead_address (
  inbox_id uuid not null references inbox,
  address text not null,
  bounces int not null,
  reason text not null,
  at timestamptz not null default now(),
  primary key (inbox_id, address)
);
`;

export const email: Migration = {
  async up(db) {
    for (const statement of BLOCK.split(/;\s*\n/).filter((part) => part.trim() !== ''))
      await sql.raw(statement).execute(db);
  },
};
