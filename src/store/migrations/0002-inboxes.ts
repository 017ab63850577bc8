/** Accounts of channels that an administrator sets up; leases and values that processes share. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const BLOCK = `
alter table inbox add column enabled boolean not null default true;
alter table inbox add column settings jsonb not null default '{}';
alter table inbox add column secrets jsonb not null default '{}';
alter table inbox add column version int not null default 0;
alter table inbox add column health jsonb;
alter table inbox add column updated_at timestamptz not null default now();
create table lease (
  name text primary key,
  holder text not null,
  until timestamptz not null
);
create table shared_value (
  key text primary key,
  value text not null,
  expires_at timestamptz not null
);
`;

export const inboxes: Migration = {
  async up(db) {
    for (const statement of BLOCK.split(/;\s*\n/).filter((part) => part.trim() !== ''))
      await sql.raw(statement).execute(db);
  },
};
