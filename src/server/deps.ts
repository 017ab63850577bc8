/** What the HTTP server is made of. */
import type { Server } from 'node:http';
import type { Router } from 'express';
import type { Channel } from '../channels/channel.ts';
import type { Desk } from '../desk/actions.ts';
import type { PromiseDesk } from '../desk/promises.ts';
import type { WorkingHours } from '../domain/calendar.ts';
import type { Library } from '../knowledge/library.ts';
import type { Replay } from '../knowledge/rehearse.ts';
import type { Clock, Live, Log, NewId } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { TwoFactorFor } from './auth/sessions.ts';
import type { Limits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import type { Vault } from './vault.ts';

/** A piece with routes of its own, of a channel: it authenticates, limits and answers its errors itself. */
export type Part = {
  /** Where the router is mounted, before anything that reads bodies; its WebSockets are below it too. */
  path: string;
  router: Router;
  /** Adds its own `upgrade` listener, for WebSockets below `path` and no others. */
  attach?(server: Server): void;
  drain?(): Promise<void> | void;
};

/** The part of the library that answers. */
export type LiveKnowledge = Pick<Library, 'decide' | 'article' | 'size'>;

export type ServerDeps = {
  store: Store;
  live: Live;
  desk: Desk;
  promises: PromiseDesk;
  /** Of the configuration: they hold where there is no default calendar. */
  workingHours: WorkingHours;
  log: Log;
  clock: Clock;
  /** The published knowledge as it answers now. */
  knowledge: () => LiveKnowledge;
  replay: Replay;
  /** Share of answers that may be wrong where nobody has turned the knob, 0..1. */
  answerWrongBudget: number;
  newId: NewId;
  metrics: Metrics;
  limits: Limits;
  channels: ReadonlyMap<string, Channel>;
  vault: Vault;
  /** Base of every link and the origin of our own pages, without a slash at the end; a function, since the port may be known late. */
  publicUrl: () => string;
  /** Origins whose pages may embed the chat, beside our own. */
  webOrigins: readonly string[];
  /** Addresses and networks whose `X-Forwarded-*` is believed. */
  trustProxy: readonly string[];
  /** null: `/metrics` does not exist. */
  metricsToken: string | null;
  shopName: string;
  /** Who must have a second factor; null: the desk's own setting. */
  twoFactorFor: TwoFactorFor | null;
  /** Where the built pages lie (`dist/web`). */
  webDir: string;
  /** Answers are checked against the contract before they leave; off in production. */
  checkAnswers: boolean;
  parts: readonly Part[];
  timing?: Partial<Timing>;
};

export type Timing = {
  /** How often a stream asks whether its session still lives, in milliseconds. */
  recheckMs: number;
  pingMs: number;
  /** How long readiness waits for the database, in milliseconds. */
  probeMs: number;
};
export const TIMING: Timing = { recheckMs: 5_000, pingMs: 25_000, probeMs: 2_000 };
