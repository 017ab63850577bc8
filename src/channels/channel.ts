/** The contract of a channel: it takes in and hands out; it never knows the bot or another channel. */
import type { ZodType } from 'zod';
import type { ActivityRow } from '../domain/activity.ts';
import type { CheckResult, Inbox } from '../domain/inbox.ts';
import type { Locale } from '../domain/locale.ts';
import type {
  ChannelOutbox,
  Clock,
  Contacts,
  Conversations,
  FetchFile,
  FileJobs,
  FileStore,
  Inboxes,
  Intake,
  Live,
  Log,
  NewId,
  Random,
  SendLedger,
  SendOutcome,
  SharedState,
} from '../ports.ts';

/** What a channel can show; `render` degrades an activity to it inside the commit (botbuilder reference §8). */
export type Capabilities = {
  markup: 'markdown' | 'anchors' | 'html' | 'none';
  choices: { as: 'buttons' | 'menu' | 'numbers' | 'links'; max: number };
  typing: boolean;
};

export type Outgoing = {
  inboxId: string;
  address: string;
  activity: ActivityRow;
  /** Stable over retries: a channel that has such a key passes it on. */
  idempotencyKey: string;
  /** 1 on the first try. An earlier one may have been cut off anywhere, after the message was out too. */
  attempt: number;
  deadline: Date;
};

/** A request from outside, as it came: nothing of it is believed yet. */
export type WebhookRequest = {
  inbox: Inbox;
  method: 'GET' | 'POST';
  /** Without the question mark, still encoded. */
  query: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Uint8Array;
  remoteAddress: string;
};
export type WebhookResponse = { status: number; contentType?: string; body?: string };

/** What an administrator sets up; `secrets` are names of settings that are sealed at rest and never shown again. */
export type InboxSettings = {
  /** Takes `{}`: an account is made with a name alone and set up afterwards. */
  schema: ZodType<Record<string, unknown>>;
  secrets: readonly string[];
  /** What of the old secrets lives on beside the new ones (the key before this one). */
  keep?(given: Record<string, unknown>, known: Readonly<Record<string, string>>): Record<string, unknown>;
};

/** A step of the set-up that the console offers: a live check, a folder list, publishing a menu. */
export type InboxAction = {
  input: ZodType;
  run(inbox: Inbox, input: unknown, signal: AbortSignal): Promise<CheckResult & { data?: unknown }>;
};

export type Channel = {
  readonly name: string;
  readonly capabilities: Capabilities;
  /**
   * `log`: the conversation's log is the delivery, clients read it themselves (web).
   * `outbox`: each message for the customer is handed to `send` by the deliverer.
   */
  readonly delivery: 'log' | 'outbox';
  send(message: Outgoing): Promise<SendOutcome>;
  /** Absent: inboxes of this channel are not made by administrators. */
  readonly settings?: InboxSettings;
  readonly actions?: Readonly<Record<string, InboxAction>>;
  /** Served at `/webhooks/<channel>/<inbox id>`; `maxBytes` bounds the body before anything reads it. */
  readonly webhook?: { maxBytes: number; handle(request: WebhookRequest): Promise<WebhookResponse> };
  /** Loops of its own (a mailbox that is watched); called once the server listens. */
  start?(): void;
  /** Ends the loops; resolves when nothing of it runs any more. */
  stop?(): Promise<void>;
};

/** What a channel is made of; whatever only one channel needs is added to its own factory in `wire.ts`. */
export type ChannelDeps = {
  clock: Clock;
  newId: NewId;
  random: Random;
  log: Log;
  accept: Intake;
  inboxes: Inboxes;
  shared: SharedState;
  conversations: Conversations;
  contacts: Contacts;
  ledger: SendLedger;
  outbox: ChannelOutbox;
  files: FileStore;
  fileJobs: FileJobs;
  /** For files at addresses that customers or other servers name. */
  fetchFile: FetchFile;
  live: Pick<Live, 'subscribe' | 'publish'>;
  /** WeChat's API; another one for tests and the simulator. */
  wechatApiBase: string;
  /** Base of every link, without a slash at the end. */
  publicUrl(): string;
  helpUrl(articleId: string, locale: Locale): string;
  /** A fresh address under which the customer goes on with that conversation in the web chat, once. */
  webLink(conversationId: string): Promise<string>;
  shopName: string;
};
