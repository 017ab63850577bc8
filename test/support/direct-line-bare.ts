/** The Direct Line server alone on the memory store: for outages, lost hints and clocks that the whole app cannot show. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import type { Live, LiveEvent, Log } from '../../src/ports.ts';
import type { Tuning, WebDeps } from '../../src/server/direct-line/deps.ts';
import { createDirectLine } from '../../src/server/direct-line/index.ts';
import { openKeys } from '../../src/server/keys.ts';
import { createWebSession } from '../../src/server/web-session.ts';
import { createMemoryStore, type MemoryStore } from './direct-line-store.ts';

const SECRET = 'the-shop-keeps-this-one-to-itself';
export const SHOP_ORIGIN = 'http://shop.example.test:8080';

/** A bus that can lose what is said on it. */
export type LossyLive = Live & { losing: boolean; said: LiveEvent[] };

function createLossyLive(): LossyLive {
  const listeners = new Set<(event: LiveEvent) => void>();
  const live: LossyLive = {
    losing: false,
    said: [],
    publish(event) {
      live.said.push(event);
      if (!live.losing) for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onResync: () => () => {},
    close: async () => {},
  };
  return live;
}

export type Bare = {
  base: string;
  origin: string;
  secret: string;
  store: MemoryStore;
  live: LossyLive;
  /** Moves the server's clock, for lifetimes. */
  pass(seconds: number): void;
  warnings: string[];
  drain(): Promise<void>;
  close(): Promise<void>;
};

export async function openBare(
  given: { tuning?: Partial<Tuning>; take?: WebDeps['limits']['take']; before?: RequestHandler } = {},
): Promise<Bare> {
  const store = createMemoryStore();
  const live = createLossyLive();
  const warnings: string[] = [];
  const warn = (_fields: Record<string, unknown>, message: string) => warnings.push(message);
  const log: Log = { debug: () => {}, info: () => {}, warn, error: warn };
  let passed = 0;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const deps: WebDeps = {
    store,
    live,
    log,
    clock: () => new Date(Date.now() + passed * 1000),
    newId: randomUUID,
    random: Math.random,
    keys: await openKeys(store.settings, SECRET),
    inboxId: randomUUID(),
    publicUrl: () => origin,
    trustedOrigin: (candidate) => candidate === SHOP_ORIGIN,
    continued: { redeem: async () => null, read: async () => {} },
    limits: { take: given.take ?? (async () => {}) },
  };
  const directLine = createDirectLine(deps, given.tuning);
  const session = createWebSession(deps);
  const before: RequestHandler = given.before ?? ((_request, _response, next) => next());
  server.on('request', express().use(before).use(directLine.path, directLine.router).use(session.path, session.router));
  directLine.attach(server);
  return {
    base: `${origin}/v3/directline`,
    origin,
    secret: SECRET,
    store,
    live,
    pass: (seconds) => {
      passed += seconds;
    },
    warnings,
    drain: () => directLine.drain(),
    async close() {
      await directLine.drain();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
