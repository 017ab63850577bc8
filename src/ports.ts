/** The outside world on one page. Inner folders know these shapes only; `wire.ts` decides what stands behind them. */
import type { ActivityRow, Delivery } from './domain/activity.ts';
import type { Accepted, Change, Committed, Inbound, Turn } from './domain/change.ts';
import type { Conversation, ConversationStatus } from './domain/conversation.ts';
import type { Inbox } from './domain/inbox.ts';
import type { Locale } from './domain/locale.ts';
import type { PromiseRow } from './domain/promise.ts';
import type { ClockFacts, ClockReading, Goal, Priority } from './domain/sla.ts';
import type { Ticket } from './domain/ticket.ts';

export type Clock = () => Date;
export type NewId = () => string;
export type Random = () => number;

export type Log = {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
};

/** The turn: leased, thought about without writing, committed whole or not at all. */
export type TurnStore = {
  /** Leases up to `limit` due conversations; no other process works on them until the lease ends. */
  claimTurns(limit: number, leaseMs: number): Promise<Turn[]>;
  renewTurn(turn: Turn, leaseMs: number): Promise<boolean>;
  /** Commits the outcome of a turn; null when a newer version or a newer lease won: nothing was written then. */
  commitTurn(turn: Turn, change: Change): Promise<(Committed & { due: boolean }) | null>;
  /** Ends the lease of a turn whose commit was refused, so that it is thought again at once. */
  releaseStale(turn: Turn): Promise<void>;
  /** Gives a failed turn back for another try after `delayMs`. */
  releaseTurn(turn: Turn, delayMs: number, cause: string): Promise<void>;
  nextTicketNumber(): Promise<number>;
};

/** What an act of an agent is decided on. */
export type DeskSnapshot = {
  channel: string;
  conversation: Conversation;
  ownerName: string | null;
  openTicket: Ticket | null;
  /** Rows already written under the act's idempotency key: the act was done before. */
  done: ActivityRow[] | null;
};
export type DeskStore = {
  snapshot(conversationId: string, idempotencyKey: string | null): Promise<DeskSnapshot | null>;
  /** Compare and set on the version; null when somebody was faster. */
  commit(snapshot: DeskSnapshot, change: Change): Promise<(Committed & { due: boolean }) | null>;
  nextTicketNumber(): Promise<number>;
};

/** A clock of a conversation as commits have moved it; `first`: of its kind, for its ticket. */
export type KeptClock = ClockFacts & {
  id: number;
  /** Rises with every move: what was read from an older one is not kept. */
  revision: number;
  conversationId: string;
  kind: 'reply' | 'resolution' | 'human';
  first: boolean;
  inboxId: string;
  priority: Priority;
};
/** `reading` is null where nothing is promised. */
export type SettledClock = {
  id: number;
  revision: number;
  goal: Goal;
  policyId: string | null;
  targetMinutes: number | null;
  reading: ClockReading | null;
};
export type DueClock = { id: number; conversationId: string; goal: Goal; level: number; dueAt: Date };
export type ClockStore = {
  /** Clocks that were moved and not read since, oldest first. */
  staleClocks(limit: number): Promise<KeptClock[]>;
  /** Keeps what was read, and each conversation's nearest due instant; the conversations that changed. */
  settleClocks(clocks: readonly SettledClock[]): Promise<string[]>;
  /** Running clocks of which a share is used up that nobody was warned of. */
  dueClocks(now: Date, limit: number): Promise<DueClock[]>;
};

/** The ledger as it is read; commits write it. */
export type PromiseStore = {
  find(id: string): Promise<PromiseRow | null>;
  ofConversation(conversationId: string): Promise<PromiseRow[]>;
  /** Open ones of which to remind, or whose time has passed; what is due first comes first. */
  pressing(now: Date, limit: number): Promise<PromiseRow[]>;
};

/** A message to hand to a channel; `attempts` is the fence against a slow deliverer. */
export type OutboxItem = {
  id: string;
  inboxId: string;
  channel: string;
  address: string;
  idempotencyKey: string;
  attempts: number;
  /** Attempts after which it is given up. */
  allowance: number;
  activity: ActivityRow;
};
export type OutboxStore = {
  claimDeliveries(limit: number, leaseMs: number): Promise<OutboxItem[]>;
  /** What the message's delivery shows now; null when the lease was lost and nothing was written. */
  settleDelivery(item: OutboxItem, outcome: SendOutcome): Promise<Delivery>;
  /**
   * Sends again what failed or is held; with `evenIfSent` also what may have arrived. `asked`: it may have arrived and
   * nobody has said yet that it should go out again. null: there is nothing to send again.
   */
  retryDelivery(conversationId: string, seq: number, evenIfSent: boolean): Promise<Delivery | 'asked'>;
  /** What is held of those seqs (`after` not included) was read on the web, and is not sent any more. */
  heldWasRead(conversationId: string, seqs: { after: number; through: number }): Promise<DeliveryNews[]>;
} & ChannelOutbox;
/** What a channel may know of the messages that wait for it. */
export type ChannelOutbox = {
  /** Nothing waiting for this address goes out any more; what became of each. */
  cancelDeliveries(inboxId: string, address: string, reason: string): Promise<DeliveryNews[]>;
  /** The held message of an address that is next in order; its `key` is its idempotency key. */
  nextHeld(inboxId: string, address: string): Promise<{ key: string; seq: number } | null>;
  /** It went another way than by `send`. */
  heldWasSent(key: string): Promise<DeliveryNews | null>;
};
export type DeliveryNews = { conversationId: string; seq: number; delivery: Delivery };
/** `reason` is a code. `via`: it did not go by the channel itself but around it. `held`: it waits for the customer. */
export type SendOutcome =
  | { kind: 'sent'; externalId: string | null; via?: string }
  | { kind: 'retry'; delayMs: number; reason: string }
  | { kind: 'held'; reason: string }
  | { kind: 'unknown'; reason: string }
  | { kind: 'failed'; reason: string };

/** One message of the channel's own, of which one of ours may need several; `payload` is the channel's affair. */
export type SendPart = {
  n: number;
  payload: unknown;
  state: 'pending' | 'sending' | 'sent' | 'unknown' | 'failed';
  reason: string | null;
};
export type PartKey = { key: string; n: number; inboxId: string; address: string };
/** What may still be sent to an address: by a person, and by the bot, which leaves a person one. */
export type SendWindow = { remaining: number; forBot: number; until: string };
/**
 * The book of what was sent and what may be: whoever sends reserves first and settles after. A part leaves `pending` once,
 * whoever asks, so that a send is never repeated by accident; the budget is never overrun, on any number of processes.
 */
export type SendLedger = {
  /** Keeps the plan of a message and answers with the one that was kept first, with its states. */
  plan(key: string, payloads: readonly unknown[]): Promise<SendPart[]>;
  parts(key: string): Promise<SendPart[]>;
  /** Another plan for what was not begun, from part `n` on. */
  replan(key: string, n: number, payloads: readonly unknown[]): Promise<SendPart[]>;
  /** Marks a pending part as `sending` and books it: `closed` and `used` have no budget, `taken` is somebody else's now. */
  reserve(part: PartKey, by: 'person' | 'bot' | 'nobody'): Promise<'reserved' | 'used' | 'closed' | 'taken'>;
  /** `pending` and `failed` give the reservation back: nothing was sent. */
  settle(
    part: PartKey,
    outcome: { state: SendPart['state']; reason?: string; externalId?: string | null },
  ): Promise<void>;
  /** The other side says that the budget is used up, or that the window is closed. */
  exhaust(inboxId: string, address: string): Promise<void>;
  close(inboxId: string, address: string): Promise<void>;
  /** null: nothing is counted for this address. */
  window(inboxId: string, address: string): Promise<SendWindow | null>;
};

/** A file that came with a message and is still to be fetched. */
export type FileJob = {
  fileId: string;
  inboxId: string;
  conversationId: string;
  seq: number;
  source: unknown;
  attempts: number;
  expiresAt: string;
};
export type FileJobs = {
  claim(channel: string, limit: number, leaseMs: number): Promise<FileJob[]>;
  retry(job: FileJob, delayMs: number, reason: string): Promise<void>;
  /** The file is kept: the message now says what it is. */
  done(job: FileJob, file: { contentType: string; name: string }): Promise<ActivityRow | null>;
  /** It is lost: the message says so and why. */
  lost(job: FileJob, reason: string): Promise<ActivityRow | null>;
};

/** Gets a file from an address that somebody gave us; never throws. `failed` may be tried again. */
export type FetchFile = (
  url: string,
  bounds: { maxBytes: number; timeoutMs: number; signal?: AbortSignal },
) => Promise<FetchedFile>;
export type FetchedFile = { ok: true; bytes: Uint8Array } | { ok: false; reason: 'failed' | 'gone' | 'too-large' };

/** A customer at an address, as the channel knows them. */
export type Contact = { customerId: string; reachable: boolean; profile: Record<string, unknown> };
export type Contacts = {
  find(inboxId: string, address: string): Promise<Contact | null>;
  setReachable(inboxId: string, address: string, reachable: boolean): Promise<void>;
  /** Joins the profile that is kept. */
  note(inboxId: string, address: string, profile: Record<string, unknown>): Promise<void>;
  /** Forgets the profile: the customer has taken back the right to it. */
  forget(inboxId: string, address: string): Promise<void>;
  /** Two addresses with one union id are one customer: joined on record, reversibly; null when there was nothing to join. */
  join(inboxId: string, address: string, unionId: string): Promise<CustomerMerge | null>;
};
export type CustomerMerge = {
  id: string;
  fromId: string;
  fromName: string;
  intoId: string;
  reason: string;
  at: string;
  undoneAt: string | null;
};

/** The door for what customers say: durable when it resolves, a repeated `externalKey` is a duplicate. */
export type Intake = (inbound: Inbound) => Promise<Accepted>;

export type NewConversation = { inboxId: string; address: string; name: string; locale: Locale; now: Date };
export type ConversationPlace = {
  id: string;
  inboxId: string;
  customerId: string;
  address: string;
  status: ConversationStatus;
  ownerId: string | null;
  locale: Locale;
  seq: number;
  version: number;
};
/** Conversations as channels find and begin them. One without a message is seen by nobody. */
export type Conversations = {
  /** Makes identity and customer when the address is new, and always a conversation of its own. */
  create(conversation: NewConversation): Promise<ConversationPlace>;
  find(id: string): Promise<ConversationPlace | null>;
  /** The newest conversation of an address in an inbox. */
  findByAddress(inboxId: string, address: string): Promise<ConversationPlace | null>;
};

/** Accounts of channels with their secrets opened; kept fresh by hints, at most some seconds old without them. */
export type Inboxes = {
  find(id: string): Promise<Inbox | null>;
  /** Enabled ones only. */
  ofChannel(channel: string): Promise<Inbox[]>;
  /** Called when inboxes may have changed; the result ends it. */
  onChange(listener: () => void): () => void;
  /** Shown to administrators beside the inbox, until the next report; null: all is well. */
  report(id: string, health: InboxHealth | null): Promise<void>;
};
export type InboxHealth = { code: string; params?: Record<string, string>; at: string };

/** What several processes hold in common. Losing all of it costs repeated work, never a message. */
export type SharedState = {
  /** Takes or extends; false while another holder's has not run out. */
  takeLease(name: string, holder: string, ms: number): Promise<boolean>;
  dropLease(name: string, holder: string): Promise<void>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ms: number): Promise<void>;
};

export type StoredFile = { id: string; conversationId: string; name: string; contentType: string; bytes: Uint8Array };
export type FileStore = {
  /** The same id again changes nothing. */
  put(file: StoredFile): Promise<void>;
  get(id: string): Promise<StoredFile | null>;
};

/** A hint that something changed; whoever hears it reads the truth by `seq`. Losing every hint costs a second. */
export type LiveEvent =
  | {
      kind: 'conversation';
      id: string;
      status: ConversationStatus;
      ownerId: string | null;
      seq: number;
      version: number;
      due: boolean;
      /** The rows themselves where they fit; empty means: read. */
      activities: ActivityRow[];
    }
  | {
      kind: 'typing';
      conversationId: string;
      author: 'customer' | 'bot' | 'agent';
      authorId: string | null;
      name: string | null;
    }
  | { kind: 'delivery'; conversationId: string; seq: number; delivery: Delivery }
  | { kind: 'presence'; agentId: string; online: boolean }
  | { kind: 'outbox' }
  /** What the clocks of a conversation show has changed. */
  | { kind: 'clocks'; conversationId: string }
  /** Calendars, policies or who uses which. */
  | { kind: 'rules' }
  /** An inbox was made or changed. */
  | { kind: 'inbox'; id: string }
  /** Published articles changed; `revision` is the newest. */
  | { kind: 'knowledge'; revision: number };

export type Live = {
  publish(event: LiveEvent): void;
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** Called when hints may have been lost (the bus came back): subscribers read again. */
  onResync(listener: () => void): () => void;
  close(): Promise<void>;
};

/** A published article as the bot cites it. */
export type Article = {
  id: string;
  locale: Locale;
  version: number;
  question: string;
  similar: string[];
  answer: string;
  category: string;
  /** Price, refund and legal answers: the article's own words, never reworded. */
  verbatim: boolean;
};

/** A model that may word an answer, within its own time limit; its failure is a value, never an exception. */
export type Llm = {
  readonly model: string;
  word(request: { question: string; answer: string; locale: Locale }): Promise<LlmReply>;
};
export type LlmReply = { ok: true; text: string } | { ok: false; reason: 'timeout' | 'error' | 'refused' };
