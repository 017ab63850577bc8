/** What the channel needs kept of mails: raw and once when they come, fixed before they are offered when they go. */
import type { ActivityRow } from '../../domain/activity.ts';
import type { Locale } from '../../domain/locale.ts';

/** What the receiving server found out about the sender's domain (RFC 8601); `none`: nobody looked, or nothing to find. */
export type DomainCheck = 'pass' | 'fail' | 'none';

/** How a mail came, beside its bytes. */
export type MailOrigin = {
  by: 'imap' | 'smtp' | 'webhook' | 'demo';
  /** Known where we are the receiving server: exact, unlike any header. */
  envelope?: { from: string; to: string[] };
  /** Our own judgement, where we are the receiving server. */
  checked?: { domain: string; result: DomainCheck };
  /** Too large to be kept: `raw` holds the headers alone. */
  headersOnly?: boolean;
};

export type NewMail = {
  inboxId: string;
  /** Where it lay: the same place again is the same mail. */
  source: string;
  /** As sent, or made from the content where there is none. */
  messageId: string;
  contentHash: string;
  bodyHash: string;
  raw: Uint8Array;
  origin: MailOrigin;
  receivedAt: Date;
  /** Moved in the same transaction, and never beyond a mail that is not kept. */
  cursor?: Cursor;
};
export type Cursor = { folder: string; uidValidity: string; uid: number };

export type KeptMail = {
  id: string;
  inboxId: string;
  messageId: string;
  raw: Uint8Array;
  origin: MailOrigin;
  receivedAt: Date;
  /** 1 at the first try. */
  attempts: number;
};

/** How sure it is that the mail is from the address it names. `confirmed`: it holds a mark that only this address was sent. */
export type SenderTrust = 'verified' | 'confirmed' | 'unverified' | 'failed';

/** What was understood of a mail, kept beside it. */
export type MailReading = {
  from: string | null;
  fromName: string | null;
  to: string[];
  cc: string[];
  subject: string;
  /** Of the mail itself and of those before it, without brackets; empty where it named none. */
  messageId: string | null;
  references: string[];
  date: string | null;
  trust: SenderTrust;
  kind: string;
  flags: string[];
  visible: string;
  text: string;
  html: string | null;
  /** Attachments by Content-ID, for the pictures inside the HTML. */
  inline: { cid: string; fileId: string }[];
};

export type MailThread = {
  conversationId: string;
  inboxId: string;
  number: number;
  subject: string;
  address: string;
  participants: string[];
};

/** Where a mail belongs: a thread that exists, or a new one of its own. */
export type Placing =
  | { conversationId: string }
  | { address: string; name: string; locale: Locale; subject: string; topic: string };

export type OutgoingState = 'ready' | 'offered' | 'accepted' | 'refused' | 'unknown';
export type OutgoingMail = {
  id: string;
  idempotencyKey: string;
  inboxId: string;
  conversationId: string;
  /** The messages that it carries. */
  seq: number;
  throughSeq: number;
  messageId: string;
  bounceToken: string;
  recipients: string[];
  envelopeFrom: string;
  raw: Uint8Array;
  automatic: boolean;
  topic: string | null;
  state: OutgoingState;
  /** The last word of the other server, or our reason. */
  answer: string | null;
};
export type NewOutgoing = Omit<OutgoingMail, 'state' | 'answer'>;

/** The brakes on automatic mail; a number is the most that is still let through. */
export type AutomaticLimits = {
  perAddressDay: number;
  perConversationHour: number;
  perInboxHour: number;
  /** The customer has sent the same body so often in a day: a machine. */
  sameBody: number;
};

/** Why a brake held an automatic mail back; each is a code for which the console has words. */
export const BRAKES = [
  'mail-dead-address',
  'mail-same-again',
  'mail-same-topic',
  'mail-too-many-today',
  'mail-too-many-now',
  'mail-too-many-at-all',
  'mail-sender-failed',
  'mail-would-echo',
] as const;
export type Brake = (typeof BRAKES)[number];

export type Mails = {
  /** Durable when it resolves. `fresh` is false for one that is there already. */
  keep(mail: NewMail): Promise<{ id: string; fresh: boolean }>;
  /** Notes that a place holds nothing to be kept (too old), and moves the cursor. */
  pass(inboxId: string, cursor: Cursor): Promise<void>;
  /** 0 for a uidValidity that was never seen. */
  lastUid(inboxId: string, folder: string, uidValidity: string): Promise<number>;
  /** When the folder was first looked at; null: never. */
  watchedSince(inboxId: string, folder: string): Promise<Date | null>;
  /** Those of the places of which no mail is known. */
  unknownSources(inboxId: string, sources: readonly string[]): Promise<string[]>;
  /** The oldest mail of some inbox that is not dealt with, leased; null: none. */
  claim(leaseMs: number): Promise<KeptMail | null>;
  /** Decides once where the mail belongs: a second try gets the first one's conversation. */
  place(mail: Pick<KeptMail, 'id' | 'inboxId'>, given: { placing: Placing; reading: MailReading }): Promise<MailThread>;
  /** Done with it; `dropped`: belongs to no conversation (a report on a mail of ours). */
  finish(mailId: string, state: 'done' | 'dropped'): Promise<void>;

  /** A mail as it was kept, for a person to look at; `reading` is null while nobody has read it. */
  find(id: string): Promise<{ raw: Uint8Array; reading: MailReading | null } | null>;
  /** What an address and a mailbox wrote to each other of late, oldest first. */
  exchanged(inboxId: string, address: string): Promise<{ at: string; raw: Uint8Array; way: 'in' | 'out' }[]>;
  findThread(inboxId: string, by: { conversationId: string } | { number: number }): Promise<MailThread | null>;
  /** The thread of the first of the ids that is known, ours or theirs. */
  findByReferences(inboxId: string, messageIds: readonly string[]): Promise<MailThread | null>;
  /** The newest thread of the address with the same topic, not older than `since`. */
  findByTopic(inboxId: string, by: { address: string; topic: string; since: Date }): Promise<MailThread | null>;
  /** The last mail of a customer in the conversation. */
  lastReading(conversationId: string): Promise<MailReading | null>;
  /** Adds people whom an agent has written to. */
  addParticipants(conversationId: string, addresses: readonly string[]): Promise<void>;

  findOutgoing(
    by: { conversationId: string; seq: number } | { bounceToken: string } | { messageId: string },
  ): Promise<OutgoingMail | null>;
  /** What the bot has said from a place on and what waits to be sent, in order. */
  waitingWords(conversationId: string, fromSeq: number): Promise<ActivityRow[]>;
  /** Keeps the mail before its first attempt. Held back by a brake, given or found within the limits, it is kept as refused. */
  prepare(mail: NewOutgoing, automatic: { limits: AutomaticLimits; brake: Brake | null } | null): Promise<OutgoingMail>;
  settle(id: string, state: OutgoingState, answer: string | null): Promise<void>;
  uncopied(inboxId: string, limit: number): Promise<Pick<OutgoingMail, 'id' | 'messageId' | 'raw'>[]>;
  copied(id: string): Promise<void>;
  /** Turns the messages of a mail red; the places that changed. */
  bounced(
    mail: Pick<OutgoingMail, 'conversationId' | 'seq' | 'throughSeq'>,
    reason: string,
  ): Promise<{ seq: number }[]>;
  /** Counts a mail that came back from an address; the number so far. */
  countBounce(inboxId: string, address: string, reason: string): Promise<number>;
};
