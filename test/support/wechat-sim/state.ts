/** What WeChat knows in the simulator: accounts, their followers, tokens, media, and all that a customer has seen. */
import type { AccountKind } from '../../../src/channels/wechat/account.ts';
import type { PushAccount, PushFields } from './wire.ts';

export type SimAccountOptions = PushAccount & {
  secret: string;
  kind: AccountKind;
  /** Our own id in messages (`gh_…`). */
  originalId: string;
  name: string;
  callbackUrls: readonly string[];
  /** null: every address may call. */
  ipAllow?: readonly string[] | null;
};

/** How windows combine is written nowhere: a new message fills the bucket again, or brings one more. */
export type QuotaReading = 'refill' | 'add';
export type Trigger = 'message' | 'menu' | 'follow' | 'scan' | 'enter';
export type Bucket = { trigger: Trigger; grantedAt: number; expiresAt: number; limit: number; used: number };

export type SimUser = {
  openid: string;
  unionid: string | null;
  name: string;
  subscribed: boolean;
  blocked: boolean;
  buckets: Bucket[];
  transcript: Entry[];
  /** When the account last had an exchange with them; typing needs one. */
  lastMessageAt: number;
  typingUntil: number;
};

/** One bubble, or one grey line, in the customer's chat. */
export type Entry = {
  id: number;
  at: number;
  from: 'customer' | 'account' | 'notice';
  /** How it came: pushed by the customer, in the reply to a push, by the API, or from WeChat itself. */
  via: 'push' | 'passive' | 'custom' | 'template' | 'subscribe' | 'wechat';
  type: string;
  text: string;
  /** Menu, article, media id and whatever else the type has. */
  content: Record<string, unknown>;
  /** 「内容由第三方AI生成」 */
  ai: boolean;
};

/** One attempt to deliver a push, and how it ended. */
export type Delivery = {
  key: string;
  openid: string;
  attempt: number;
  url: string;
  at: number;
  ms: number;
  status: number | null;
  outcome: 'success' | 'reply' | 'timeout' | 'broken' | 'refused' | 'bad-reply' | 'response-lost';
};

export type ApiCall = {
  at: number;
  method: string;
  path: string;
  errcode: number;
  errmsg: string;
  openid: string | null;
  detail: string;
};

export type SimToken = { value: string; source: 'token' | 'stable'; expiresAt: number; invalidAt: number };
export type SimMedia = {
  id: string;
  type: string;
  contentType: string;
  filename: string;
  bytes: Uint8Array;
  expiresAt: number;
};

/** Faults by name; each is on for `left` occasions, with a chance of `rate` on each. */
export const FAULTS = [
  'duplicate',
  'reorder',
  'same-msg-id',
  'same-create-time',
  'response-lost',
  'slow-body',
  'wrong-signature',
  'foreign-app-id',
  'location-flood',
  'send-lost-after-delivery',
  'send-busy',
  'token-revoked',
] as const;
export type FaultName = (typeof FAULTS)[number];
export type Fault = { left: number; rate: number };

export type SimAccount = SimAccountOptions & {
  users: Map<string, SimUser>;
  tokens: SimToken[];
  forcedAt: number[];
  media: Map<string, SimMedia>;
  menu: unknown;
  deliveries: Delivery[];
  apiCalls: ApiCall[];
  clearedQuota: number;
  /** Calls of today's quota that are left. */
  callsLeft: number;
  nextUrl: number;
  /** Pushed when the next one is out (`reorder`). */
  heldBack: (() => Promise<void>) | null;
  /** The newest key, and every customer who was given it. */
  lastMessage: { key: string; openids: string[] } | null;
  lastEventTime: number | null;
  /** Of every push: what was said, for the ledgers of tests. */
  pushed: { key: string; openid: string; fields: PushFields }[];
};

export type SimOptions = {
  clock: () => Date;
  random: () => number;
  /** Time that a callback has to answer; WeChat's is 5 s. */
  deadlineMs?: number;
  /** Deliveries in total; logs show 3. */
  attempts?: number;
  quotaReading?: QuotaReading;
  /** Calls of the API per account and day. */
  dayLimit?: number;
  deliver: Deliver;
  /** Attempts for one message lie at least the deadline apart, also when the first broke at once. */
  pause?: (ms: number) => Promise<void>;
  /** Somebody looks: called after everything that changes what is shown. */
  onChange?: () => void;
};

export type PushOutcome =
  | { kind: 'response'; status: number; contentType: string; body: string }
  | { kind: 'timeout' }
  | { kind: 'broken'; reason: string };
export type Deliver = (
  request: { url: string; body: string; contentType: string },
  given: { deadlineMs: number; slow: boolean },
) => Promise<PushOutcome>;

export type Sim = {
  options: Required<Omit<SimOptions, 'onChange'>> & { onChange: () => void };
  accounts: Map<string, SimAccount>;
  faults: Map<FaultName, Fault>;
  nextEntry: number;
  /** Pages of what was pushed as a picture, by their path. */
  pictures: Map<string, { contentType: string; bytes: Uint8Array }>;
};

export function nowOf(sim: Sim): number {
  return sim.options.clock().getTime();
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

export function randomText(sim: Sim, length: number, letters = LETTERS): string {
  return Array.from({ length }, () => letters[Math.floor(sim.options.random() * letters.length)]).join('');
}

/** Whether the fault happens now; it is used up by one. */
export function strikes(sim: Sim, name: FaultName): boolean {
  const fault = sim.faults.get(name);
  if (!fault || fault.left <= 0 || sim.options.random() >= fault.rate) return false;
  fault.left--;
  return true;
}

export function show(sim: Sim, user: SimUser, entry: Omit<Entry, 'id' | 'at' | 'ai'> & { ai?: boolean }): void {
  user.transcript.push({ ai: false, ...entry, id: sim.nextEntry++, at: nowOf(sim) });
  sim.options.onChange();
}
