/** All migrations, in order. A new one: one numbered file, one row here. Never edit one that has been released. */
import type { Migration } from 'kysely/migration';
import { foundation } from './0001-foundation.ts';
import { inboxes } from './0002-inboxes.ts';
import { knowledge } from './0003-knowledge.ts';

export const migrations: Record<string, Migration> = {
  '0001-foundation': foundation,
  '0002-inboxes': inboxes,
  '0003-knowledge': knowledge,
};
