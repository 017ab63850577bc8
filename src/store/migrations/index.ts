/** All migrations, in order, loaded when there is one to run. A new one: one numbered file, one row here. Never edit one that has been released. */
import type { Migration } from 'kysely/migration';

export const migrations: Record<string, () => Promise<Migration>> = {
  '0001-foundation': async () => (await import('./0001-foundation.ts')).foundation,
  '0002-inboxes': async () => (await import('./0002-inboxes.ts')).inboxes,
  '0003-knowledge': async () => (await import('./0003-knowledge.ts')).knowledge,
  '0004-wechat': async () => (await import('./0004-wechat.ts')).wechat,
  '0005-email': async () => (await import('./0005-email.ts')).email,
  '0006-desk-clocks': async () => (await import('./0006-desk-clocks.ts')).deskClocks,
  '0008-accounts': async () => (await import('./0008-accounts.ts')).accounts,
};
