/** Everything that is kept, behind one object: a group of functions per noun, all SQL below this line. */

import type { Mails } from '../channels/email/mails.ts';
import type { ActivityRow } from '../domain/activity.ts';
import type { Agent, Role } from '../domain/agent.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { Accepted, Inbound } from '../domain/change.ts';
import type { ConversationStatus } from '../domain/conversation.ts';
import type { Locale } from '../domain/locale.ts';
import type { PromiseRow } from '../domain/promise.ts';
import type { Goal } from '../domain/sla.ts';
import type { Ticket } from '../domain/ticket.ts';
import type {
  Article,
  ClockStore,
  Contacts,
  ConversationPlace,
  CustomerMerge,
  DeskStore,
  FileJobs,
  FileStore,
  InboxHealth,
  NewConversation,
  OutboxStore,
  PromiseStore,
  SendLedger,
  TurnStore,
} from '../ports.ts';
import type { ApiKeyStore } from './api-keys.ts';
import type { AuditStore } from './audit.ts';
import type { RuleStore } from './calendars.ts';
import type { GapStore } from './gaps.ts';
import type { KnowledgeStore } from './knowledge.ts';
import type { EvidenceStore } from './knowledge-evidence.ts';
import type { JobStore } from './knowledge-jobs.ts';
import type { ReleaseStore } from './knowledge-release.ts';
import type { PromiseLists } from './promises.ts';
import type { KeptState } from './shared.ts';
import type { ClockViews, ShownClock } from './sla-views.ts';
import type { Db } from './sql.ts';
import type { TotpStore } from './totp.ts';

/** What a customer's client may know of its conversation. */
export type WebConversation = ConversationPlace & {
  /** Raising it revokes all tokens of the conversation. */
  tokenEpoch: number;
  /** Whether the greeting turn was asked for already. */
  started: boolean;
};

/** Position of a conversation, for those who follow it. */
export type Head = { id: string; seq: number; version: number; status: ConversationStatus; ownerId: string | null };

export type ConversationStore = {
  /** Makes identity and customer when the address is new, and always a conversation of its own. */
  create(conversation: NewConversation): Promise<WebConversation>;
  find(id: string): Promise<WebConversation | null>;
  /** The newest conversation of an address in an inbox. */
  findByAddress(inboxId: string, address: string): Promise<WebConversation | null>;
  /** Rows with `seq > after`, ascending; `through` is the highest seq looked at, so that hidden rows are passed. */
  activitiesAfter(
    id: string,
    after: number,
    options: { limit: number; audience: 'customer' | 'all' },
  ): Promise<{ rows: ActivityRow[]; through: number }>;
  /** The page that ends before a seq, ascending. */
  activitiesBefore(id: string, before: number, limit: number): Promise<ActivityRow[]>;
  heads(ids: readonly string[]): Promise<Head[]>;
  /** Conversations changed in the last `withinMs` by anybody: the safety net where hints do not reach. */
  changedWithin(withinMs: number): Promise<Head[]>;
  /** Durable when it resolves. The same `externalKey` again is a duplicate: it changes nothing and gives the first one's place. */
  accept(inbound: Inbound): Promise<Accepted>;
};

export type View = 'waiting' | 'mine' | 'all' | 'bot' | 'resolved';
export type ListedConversation = {
  id: string;
  channel: string;
  status: ConversationStatus;
  owner: { id: string; name: string } | null;
  customer: { id: string; name: string };
  locale: Locale;
  seq: number;
  version: number;
  preview: { text: string; author: 'customer' | 'bot' | 'agent' | 'system' } | null;
  lastMessageAt: string;
  createdAt: string;
  waitingSince: string | null;
  /** When the nearest of its running clocks is due. */
  riskAt: string | null;
  /** The most urgent clock: `dueAt` while it runs, `pausedLeft` (working minutes) while it stands still. */
  clock: { goal: Goal; dueAt: string | null; pausedLeft: number | null; missed: boolean } | null;
  ticket: Pick<Ticket, 'id' | 'number' | 'status' | 'reason'> | null;
  unread: number;
};
export type DetailedConversation = ListedConversation & {
  tickets: (Ticket & { assigneeName: string | null })[];
  clocks: ShownClock[];
  promises: PromiseRow[];
  csat: { score: number | null; resolved: boolean | null; at: string } | null;
};

export type InboxViewStore = {
  /** Waiting and mine: by the risk of a breach; others: newest message first. The cursor is opaque; a bad one throws `InvalidRange`. */
  list(query: {
    view: View;
    agentId: string;
    cursor: string | null;
    limit: number;
  }): Promise<{ items: ListedConversation[]; nextCursor: string | null }>;
  counts(agentId: string): Promise<Record<View, number>>;
  detail(id: string, agentId: string): Promise<DetailedConversation | null>;
  markSeen(id: string, agentId: string, seq: number): Promise<void>;
  findTicket(id: string): Promise<(Ticket & { assigneeName: string | null }) | null>;
};

/** `hasTotp`: a second factor is asked for. */
export type AgentRecord = Agent & { passwordHash: string | null; hasTotp: boolean };
export type KeptSession = {
  id: string;
  tokenHash: string;
  device: string | null;
  ip: string | null;
  createdAt: string;
  seenAt: string;
};
export type AgentStore = {
  list(): Promise<AgentRecord[]>;
  find(id: string): Promise<AgentRecord | null>;
  findByEmail(email: string): Promise<AgentRecord | null>;
  /** Throws `EmailTaken`. */
  create(agent: { id: string; email: string; name: string; role: Role; locale: Locale }): Promise<AgentRecord>;
  /** Throws `LastAdmin` when no active administrator would remain. */
  update(
    id: string,
    change: { name?: string; role?: Role; locale?: Locale; passwordHash?: string; disabledAt?: Date | null },
  ): Promise<AgentRecord | null>;
};

/** Hashes only (SHA-256, hex): who reads the database cannot sign in with it. */
export type SessionStore = {
  create(session: {
    tokenHash: string;
    agentId: string;
    now: Date;
    expiresAt: Date;
    device: string | null;
    ip: string | null;
  }): Promise<void>;
  /** The agent of a live session, when it was last seen, and the desk's rule for second factors; null for an unknown, expired or disabled one. */
  find(
    tokenHash: string,
    now: Date,
  ): Promise<{ agent: AgentRecord; seenAt: string; createdAt: string; rule: string | null } | null>;
  /** Last seen first. */
  list(agentId: string, now: Date): Promise<KeptSession[]>;
  /** null when the agent has no such session. */
  endOne(agentId: string, id: string): Promise<true | null>;
  touch(tokenHash: string, now: Date): Promise<void>;
  end(tokenHash: string): Promise<void>;
  endAll(agentId: string, exceptHash?: string): Promise<void>;
  /** A new link kills the earlier ones of the same agent. */
  createLink(link: { codeHash: string; agentId: string; expiresAt: Date }): Promise<void>;
  /** Whose link it is, as long as it works. */
  findLink(codeHash: string, now: Date): Promise<AgentRecord | null>;
  /** Uses the link up, once, atomically; null when unknown, used or expired. */
  redeemLink(codeHash: string, now: Date): Promise<AgentRecord | null>;
};

export type ChangedArticle = Article & { revision: number; live: boolean };
export type ArticleStore = {
  /** Brings seeded articles up to date with `knowledge/`; those that a person has edited are left alone. */
  seed(
    articles: readonly (Omit<Article, 'version'> & { tags?: readonly string[] })[],
  ): Promise<{ added: number; changed: number; retired: number }>;
  published(): Promise<Article[]>;
  /** Articles whose revision is above `after` and not `known`, oldest change first, those no longer live as well. */
  changed(
    after: number,
    known: (head: { id: string; locale: Locale; revision: number }) => boolean,
  ): Promise<ChangedArticle[]>;
  find(id: string, locale: Locale): Promise<(Article & { updatedAt: string }) | null>;
};

/** `secrets` are sealed here. */
export type KeptInbox = {
  id: string;
  channel: string;
  name: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  secrets: Record<string, string>;
  version: number;
  health: InboxHealth | null;
  createdAt: string;
};
export type InboxStore = {
  list(): Promise<KeptInbox[]>;
  find(id: string): Promise<KeptInbox | null>;
  /** Throws `NameTaken`. */
  create(inbox: Omit<KeptInbox, 'version' | 'health' | 'createdAt'>): Promise<KeptInbox>;
  /** Compare and set on the version; null when somebody was faster or it does not exist. Throws `NameTaken`. */
  update(
    id: string,
    version: number,
    change: Partial<Pick<KeptInbox, 'name' | 'enabled' | 'settings' | 'secrets'>>,
  ): Promise<KeptInbox | null>;
  report(id: string, health: InboxHealth | null): Promise<void>;
};

export type ContactStore = Contacts & {
  /** What was joined into a customer, newest first. */
  mergesOf(customerId: string): Promise<CustomerMerge[]>;
  /** Gives back what the merge had moved and is still where it was put; null when there is no such merge to undo. */
  undoMerge(id: string, actorId: string): Promise<CustomerMerge | null>;
};

export type SettingStore = {
  get<T>(key: string): Promise<T | null>;
  put(key: string, value: unknown): Promise<void>;
  /** The value kept under the key, or `make()`'s, kept from now on; all processes get the same one. */
  getOrCreate<T>(key: string, make: () => T): Promise<T>;
};

/** What may be done with an entry of the audit log; one act per entry. */
export type RecordingStore = Pick<
  Store,
  'agents' | 'sessions' | 'inboxes' | 'knowledge' | 'contacts' | 'settings' | 'totp' | 'apiKeys' | 'rules' | 'shared'
>;

export type Store = {
  db: Db;
  turns: TurnStore;
  desk: DeskStore;
  outbox: OutboxStore;
  conversations: ConversationStore;
  views: InboxViewStore;
  agents: AgentStore;
  sessions: SessionStore;
  articles: ArticleStore;
  knowledge: KnowledgeStore & ReleaseStore & EvidenceStore & JobStore & GapStore;
  files: FileStore;
  settings: SettingStore;
  inboxes: InboxStore;
  clocks: ClockStore & ClockViews;
  promises: PromiseStore & PromiseLists;
  rules: RuleStore;
  shared: KeptState;
  mails: Mails;
  ledger: SendLedger;
  contacts: ContactStore;
  fileJobs: FileJobs;
  totp: TotpStore;
  apiKeys: ApiKeyStore;
  audit: AuditStore;
  /** The same store, on which every act that changes something writes the entry along, in its own transaction. */
  recording(entry: AuditEntry): RecordingStore;
  /** The inbox of that channel and name, made when missing. */
  ensureInbox(channel: string, name: string): Promise<{ id: string; channel: string; name: string }>;
  /** A write that proves the database takes writes, for readiness. */
  probe(): Promise<void>;
  /** Waits for what is in flight, then closes the engine. */
  close(): Promise<void>;
};
