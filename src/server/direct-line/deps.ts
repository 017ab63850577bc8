/** What the Direct Line server needs from the house, and its limits with their reasons. */
import type { IncomingMessage } from 'node:http';
import type { Tokens } from '../../channels/web/token.ts';
import type { Clock, Intake, Live, Log, NewId, Random } from '../../ports.ts';
import type { Store } from '../../store/store.ts';
import type { Keys } from '../keys.ts';
import type { Limits } from '../limits.ts';
import type { ContinuedChats } from '../web-links.ts';

export const BASE_PATH = '/v3/directline';

/** What every web endpoint shares. */
export type WebDeps = {
  store: Pick<Store, 'conversations' | 'files'>;
  live: Live;
  log: Log;
  clock: Clock;
  newId: NewId;
  random: Random;
  keys: Keys;
  /** The web inbox whose conversations are served. */
  inboxId: string;
  /** Scheme, host and port under which clients reach this server; no slash at the end. */
  publicUrl(request: IncomingMessage): string;
  /** Whether pages of that origin may talk to us; the public URL's own origin always may. */
  trustedOrigin(origin: string): boolean;
  limits: Pick<Limits, 'take'>;
  continued: ContinuedChats;
};

export type Tuning = {
  /** How often positions are compared: the longest that a lost hint can delay a message. */
  sweepMs: number;
  /** Proxies and phones drop silent sockets. */
  keepaliveMs: number;
  /** Rows per read while a socket catches up. */
  pageSize: number;
  /** A reader that is this far behind waits before the next row is written, in bytes. */
  softBuffer: number;
  /** And this far: it is cut, comes back with its watermark and loses nothing. */
  hardBuffer: number;
  maxSocketsPerConversation: number;
  /** A whole office sits behind one address. */
  maxSocketsPerAddress: number;
  /** Clients send keepalives only. */
  maxPayload: number;
  /** A poll that waits longer than this for the store is answered empty: a hanging one kills the client's poller. */
  historyTimeoutMs: number;
  /** Rows that one poll returns at most; the next poll goes on behind them. */
  historyLimit: number;
  /** Closes are spread over this time when the server drains, so that clients do not come back in one wave. */
  drainMs: number;
};
export const TUNING: Tuning = {
  sweepMs: 1_000,
  keepaliveMs: 15_000,
  pageSize: 50,
  softBuffer: 128 * 1024,
  hardBuffer: 2 * 1024 * 1024,
  maxSocketsPerConversation: 20,
  maxSocketsPerAddress: 1_000,
  maxPayload: 64 * 1024,
  historyTimeoutMs: 5_000,
  historyLimit: 1_000,
  drainMs: 3_000,
};

/** The parts of the Direct Line server share this. */
export type DirectLineContext = WebDeps & { tokens: Tokens; intake: Intake; tuning: Tuning };
