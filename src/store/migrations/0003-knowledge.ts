/** Articles that people write: drafts, versions, golden questions, checks, what became of questions, imports. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const BLOCK = `
create sequence knowledge_revision;
alter table article add column revision bigint not null default nextval('knowledge_revision');
alter table article add column tags jsonb not null default '[]';
alter table article add column valid_from timestamptz;
alter table article add column valid_to timestamptz;
alter table article add column owner_id uuid references agent;
create index article_revision_number on article (revision);
alter table article_revision add column by_id uuid references agent;
alter table article_revision add column note text;
create table article_draft (
  id text not null,
  locale text not null,
  version int not null default 1,
  state text not null default 'draft' check (state in ('draft', 'review', 'scheduled')),
  content jsonb not null,
  base_version int,
  publish_at timestamptz,
  updated_by uuid references agent,
  updated_at timestamptz not null,
  primary key (id, locale),
  check ((state = 'scheduled') = (publish_at is not null))
);
create index article_draft_due on article_draft (publish_at) where state = 'scheduled';
create table article_event (
  n bigint generated always as identity primary key,
  id text not null,
  locale text not null,
  at timestamptz not null,
  actor_id uuid references agent,
  kind text not null,
  detail jsonb not null default '{}'
);
create index article_event_article on article_event (id, locale, n);
create table article_check (
  id uuid primary key,
  by_id uuid references agent,
  at timestamptz not null,
  drafts jsonb not null,
  revision bigint not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  progress jsonb not null,
  report jsonb,
  published_at timestamptz
);
create table golden_question (
  id uuid primary key,
  locale text not null,
  text text not null,
  article_id text,
  seeded boolean not null,
  by_id uuid references agent,
  at timestamptz not null,
  removed_at timestamptz,
  unique (locale, text)
);
create index golden_question_article on golden_question (article_id, locale);
create table article_feedback (
  n bigint generated always as identity primary key,
  id text not null,
  locale text not null,
  version int not null,
  helpful boolean not null,
  at timestamptz not null
);
create index article_feedback_at on article_feedback (at);
create table gap_mark (
  key text not null,
  locale text not null,
  mark text not null check (mark in ('not-ours', 'attached', 'written')),
  article_id text,
  by_id uuid references agent,
  at timestamptz not null,
  primary key (key, locale)
);
create table knowledge_import (
  id uuid primary key,
  by_id uuid references agent,
  at timestamptz not null,
  rows jsonb not null,
  applied_at timestamptz
);
create index answer_log_at on answer_log (at);
`;

export const knowledge: Migration = {
  async up(db) {
    for (const statement of BLOCK.split(/;\s*\n/).filter((part) => part.trim() !== ''))
      await sql.raw(statement).execute(db);
  },
};
