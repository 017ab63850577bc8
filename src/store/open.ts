/** Opens the store on the engine that the configuration names, migrated and ready. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Log, NewId, Random } from '../ports.ts';
import { createAccept } from './accept.ts';
import { createAgentStore, createSessionStore } from './agents.ts';
import { createApiKeyStore } from './api-keys.ts';
import { createArticleStore } from './articles.ts';
import { audited, createAuditStore } from './audit.ts';
import { createRuleStore } from './calendars.ts';
import { createCommit } from './commit.ts';
import { createContactStore } from './contacts.ts';
import { createConversationStore } from './conversations.ts';
import { createDeskStore } from './desk.ts';
import { createFileJobs } from './file-jobs.ts';
import { createFileStore, createSettingStore } from './files.ts';
import { createGapStore } from './gaps.ts';
import { createLedger } from './grants.ts';
import { createInboxStore } from './inboxes.ts';
import { createKnowledgeStore } from './knowledge.ts';
import { createEvidenceStore } from './knowledge-evidence.ts';
import { createJobStore } from './knowledge-jobs.ts';
import { createReleaseStore } from './knowledge-release.ts';
import { createMails } from './mail.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createOutboxStore } from './outbox.ts';
import { createPromiseStore } from './promises.ts';
import { createSharedState } from './shared.ts';
import { createClockStore } from './sla.ts';
import { createClockViews } from './sla-views.ts';
import type { Db } from './sql.ts';
import type { RecordingStore, Store } from './store.ts';
import { createTotpStore } from './totp.ts';
import { createTurnStore } from './turns.ts';
import { createViewStore } from './views.ts';

export type StoreOptions = {
  /** PostgreSQL when set; the embedded database in `dataDir` otherwise. */
  databaseUrl: string | null;
  dataDir: string;
  /** Where templates of empty databases are kept, so that a fresh one opens in a third of the time; null: no template. */
  templateDir: string | null;
  burstWindowMs: number;
  usesOutbox: (channel: string) => boolean;
  clock: Clock;
  newId: NewId;
  random: Random;
  log: Log;
};

/** Three times the window: a burst may put the answer off so long, but no longer. */
const BURST_CAP = 3;

export async function openStore(options: StoreOptions): Promise<Store> {
  const db =
    options.databaseUrl === null ? await openLite(options) : await openServer(options.databaseUrl, options.log);
  return assemble(db, options);
}

/** Connections for what somebody waits for at the door. */
const DOOR = 3;

async function openServer(url: string, log: Log): Promise<Db> {
  const { createPool, openPostgres } = await import('./postgres.ts');
  const pool = createPool({ url, log });
  const door = createPool({ url, log, max: DOOR });
  try {
    const db = await openPostgres(pool, door);
    const applied = await migrate(db, { pool });
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    return db;
  } catch (error) {
    await Promise.all([pool.end(), door.end()]);
    throw error;
  }
}

async function openLite({ dataDir, templateDir, log }: StoreOptions): Promise<Db> {
  const { openEmbedded, saveTemplate } = await import('./pglite.ts');
  const template = templateDir === null ? undefined : join(templateDir, `pglite-${templateVersion()}.tar`);
  const { lite, db, created } = await openEmbedded({ directory: dataDir, log, ...(template ? { template } : {}) });
  try {
    const applied = await migrate(db, { lite });
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    if (created && template && !existsSync(template)) await saveTemplate(lite, template);
    // The directory is ours alone: whoever held a lease is dead, and no customer waits for it to run out.
    await db.query('update conversation set lease_until = null where lease_until is not null');
    await db.query('update mail_in set claimed_until = null where claimed_until is not null');
    await db.query(`update outbox set next_at = clock_timestamp() where state = 'sending'`);
    await db.query('delete from lease');
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** Changes with the engine and with the migrations, so that an old template is never used. */
function templateVersion(): string {
  const engine = readFileSync(new URL('../package.json', import.meta.resolve('@electric-sql/pglite')), 'utf8');
  return createHash('sha256').update(engine).update(Object.keys(migrations).join()).digest('hex').slice(0, 16);
}

function assemble(db: Db, { burstWindowMs, usesOutbox, clock, newId, random, log }: StoreOptions): Store {
  const { commit, idle: committed } = createCommit(db, random);
  const clockViews = createClockViews(db);
  const promises = createPromiseStore(db);
  const { accept, idle: accepted } = createAccept({ db, random, burstWindowMs, burstCapMs: burstWindowMs * BURST_CAP });
  return {
    db,
    ...nounsOf(db, { clock, newId }),
    turns: createTurnStore({ db, clock, log, commit, usesOutbox }),
    desk: createDeskStore({ db, clock, commit, usesOutbox }),
    outbox: createOutboxStore(db),
    conversations: createConversationStore({ db, newId, accept }),
    views: createViewStore(db, { clocks: clockViews, promises }),
    articles: createArticleStore(db),
    files: createFileStore(db),
    clocks: { ...createClockStore(db, random), ...clockViews },
    promises,
    mails: createMails({ db, newId }),
    ledger: createLedger(db),
    fileJobs: createFileJobs(db),
    audit: createAuditStore(db),
    recording: (entry) => nounsOf(audited(db, entry), { clock, newId }),
    ensureInbox: (channel, name) => ensureInbox(db, newId, { channel, name }),
    probe: async () => {
      await db.query(
        `insert into setting (key, value) values ('probe', 'true') on conflict (key) do update set value = excluded.value`,
      );
    },
    close: async () => {
      await Promise.all([accepted(), committed()]);
      await db.close();
    },
  };
}

/** What may be done on a database that writes an entry of the audit log along. */
function nounsOf(db: Db, { clock, newId }: Pick<StoreOptions, 'clock' | 'newId'>): RecordingStore {
  return {
    agents: createAgentStore(db),
    sessions: createSessionStore(db),
    inboxes: createInboxStore(db),
    contacts: createContactStore({ db, clock, newId }),
    rules: createRuleStore(db),
    settings: createSettingStore(db),
    totp: createTotpStore(db),
    apiKeys: createApiKeyStore(db),
    shared: createSharedState(db),
    knowledge: {
      ...createKnowledgeStore(db),
      ...createReleaseStore(db),
      ...createEvidenceStore(db),
      ...createJobStore(db),
      ...createGapStore(db),
    },
  };
}

async function ensureInbox(db: Db, newId: NewId, { channel, name }: { channel: string; name: string }) {
  await db.query(`insert into inbox (id, channel, name) values ($1, $2, $3) on conflict (channel, name) do nothing`, [
    newId(),
    channel,
    name,
  ]);
  const [row] = await db.query<{ id: string; channel: string; name: string }>(
    `select id, channel, name from inbox where channel = $1 and name = $2`,
    [channel, name],
  );
  if (!row) throw new Error('the inbox was not kept');
  return row;
}
