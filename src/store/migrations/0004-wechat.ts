/** What a channel with a sending window needs: the ledger of what may be sent, parts of messages, files to fetch, contacts. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** `sends`: part -> when it was settled (epoch, ms), null while it is on its way; how many there are is what is used up. */
const BLOCK = `
create table send_grant (
  inbox_id uuid not null,
  address text not null,
  trigger text not null,
  granted_at timestamptz not null,
  expires_at timestamptz not null,
  quota int not null,
  sends jsonb not null default '{}',
  primary key (inbox_id, address, trigger)
);
create table outbox_part (
  key text not null,
  n int not null,
  payload jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'unknown', 'failed')),
  trigger text,
  reason text,
  external_id text,
  settled_at timestamptz,
  primary key (key, n)
);
alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check check (state in ('pending', 'sending', 'sent', 'unknown', 'failed', 'held'));
alter table outbox add column allowance int not null default 8;
create index outbox_held on outbox (inbox_id, address) where state = 'held';
create index outbox_unsent on outbox (conversation_id, seq) where state in ('pending', 'sending', 'held');
create table file_job (
  file_id uuid primary key,
  inbox_id uuid not null,
  conversation_id uuid not null,
  seq bigint not null,
  source jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'done', 'failed')),
  attempts int not null default 0,
  next_at timestamptz not null default now(),
  expires_at timestamptz not null,
  reason text
);
create index file_job_due on file_job (inbox_id, next_at) where state = 'pending';
alter table identity add column reachable boolean not null default true;
alter table identity add column union_id text;
alter table identity add column profile jsonb not null default '{}';
create index identity_union on identity (union_id) where union_id is not null;
create table customer_merge (
  id uuid primary key,
  from_id uuid not null references customer,
  into_id uuid not null references customer,
  reason text not null,
  at timestamptz not null,
  identities jsonb not null,
  conversations jsonb not null,
  tickets jsonb not null,
  undone_at timestamptz,
  undone_by uuid
);
create index customer_merge_into on customer_merge (into_id, at)
`;

export const wechat: Migration = {
  async up(db) {
    for (const statement of BLOCK.split(/;\s*\n/).filter((part) => part.trim() !== ''))
      await sql.raw(statement).execute(db);
  },
};
