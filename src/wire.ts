/** The one composition root: a configuration in, a running house out. Tests come in by the same door. */
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import proxyAddr from 'proxy-addr';
import { v7 } from 'uuid';
import { dialogs as allDialogs } from '../dialogs/index.ts';
import { createBot } from './bot/bot.ts';
import type { Dialog } from './bot/dialog-kit.ts';
import type { Channel } from './channels/channel.ts';
import { channels as allChannels } from './channels/index.ts';
import type { Config } from './config.ts';
import { createDesk, type Desk } from './desk/actions.ts';
import { readKnowledge } from './knowledge/folder.ts';
import { buildLibrary, type Library } from './knowledge/library.ts';
import { createMemoryLive } from './live/memory.ts';
import { createRedisLive } from './live/redis.ts';
import { createOpenAi } from './llm/openai.ts';
import type { Clock, Live, Llm, Log, NewId, Random } from './ports.ts';
import { createServer } from './server/app.ts';
import { firstAdminLink } from './server/auth/links.ts';
import { createDeliverer } from './server/deliverer.ts';
import type { Timing } from './server/deps.ts';
import { createDirectLine } from './server/direct-line/index.ts';
import { openKeys } from './server/keys.ts';
import { createLimits } from './server/limits.ts';
import { createLog } from './server/log.ts';
import { createMetrics } from './server/metrics.ts';
import { createSweeper } from './server/sweeper.ts';
import { createWebSession } from './server/web-session.ts';
import { createWorker } from './server/worker.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';

/** What tests (and only they) put in place of the world. */
export type Overrides = {
  clock?: Clock;
  newId?: NewId;
  random?: Random;
  log?: Log;
  llm?: Llm | null;
  dialogs?: readonly Dialog[];
  channels?: readonly Channel[];
  limits?: Parameters<typeof createLimits>[0]['override'];
  timing?: Partial<Timing>;
  /** A process without workers only accepts and shows. */
  workers?: boolean;
};

export type App = {
  /** Listens and starts working; the origin under which it is reached. `port` overrides the configuration's. */
  listen(port?: number): Promise<string>;
  /** Stops accepting, finishes what runs, closes the store; the same as SIGTERM. */
  close(): Promise<void>;
  /** A one-time link for the first administrator, or null when there is one with a password. */
  firstAdminLink(): Promise<string | null>;
  store: Store;
  live: Live;
  desk: Desk;
  server: Server;
  /** The Direct Line secret when this start made it. */
  freshSecret: string | null;
  articles: number;
};

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export async function wire(config: Config, overrides: Overrides = {}): Promise<App> {
  const world = worldOf(config, overrides);
  const { clock, newId, random, log, channels } = world;
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  const store = await openStore({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    templateDir: root('node_modules/.cache/zhike'),
    burstWindowMs: config.burstWindowMs,
    usesOutbox: (channel) => byName.get(channel)?.delivery === 'outbox',
    clock,
    newId,
    random,
    log,
  });
  const library = await openLibrary(store, config, log);
  const live = config.redisUrl === null ? createMemoryLive(log) : createRedisLive({ url: config.redisUrl, log });
  const metrics = createMetrics();
  const limits = createLimits({ redisUrl: config.redisUrl, ...(overrides.limits ? { override: overrides.limits } : {}) });
  const keys = await openKeys(store.settings, config.directLineSecret ?? undefined);
  const inbox = await store.ensureInbox('web', 'default');
  const publicUrl = () => (config.port === 0 && config.publicUrl.endsWith(':0') ? originOf(server) : config.publicUrl);

  const bot = createBot({
    newId,
    onTyping: (conversationId) => live.publish({ kind: 'typing', conversationId, author: 'bot', authorId: null, name: null }),
    dialogs: overrides.dialogs ?? allDialogs,
    handoff: { clock, newId, nextTicketNumber: () => store.turns.nextTicketNumber(), hours: config.workingHours },
    answers: { knowledge: () => library, llm: world.llm, log },
    shopName: config.shopName,
    helpUrl: (articleId, locale) => `${publicUrl()}/help/${locale}/${articleId}`,
  });
  const desk = createDesk({
    store: store.desk,
    findTicket: (id) => store.views.findTicket(id),
    newId,
    announce: (committed) => {
      live.publish({ kind: 'conversation', id: committed.conversationId, ...committed });
      if (committed.activities.some(({ delivery }) => delivery !== null)) live.publish({ kind: 'outbox' });
    },
  });
  const worker = createWorker({ store: store.turns, bot, live, log, concurrency: config.turnConcurrency, burstWindowMs: config.burstWindowMs, metrics });
  const deliverer = createDeliverer({ store: store.outbox, channels: byName, live, log, clock, metrics });
  const sweeper = createSweeper({ store, live, log });
  const trustsProxy = proxyAddr.compile([...config.trustProxy]);
  const web = {
    store, live, log, clock, newId, random, keys, limits, inboxId: inbox.id,
    publicUrl,
    clientAddress: (request: IncomingMessage) => proxyAddr(request, trustsProxy),
    trustedOrigin: (origin: string) => isTrusted(origin, config.webOrigins),
  };
  const { app, attach, drain } = createServer({
    store, live, desk, log, clock, newId, metrics, limits, publicUrl,
    webOrigins: config.webOrigins,
    trustProxy: config.trustProxy,
    metricsToken: config.metricsToken,
    shopName: config.shopName,
    webDir: root('dist/web'),
    checkAnswers: true,
    ...(overrides.timing ? { timing: overrides.timing } : {}),
    parts: [createDirectLine(web), createWebSession(web)],
  });
  const server = createHttpServer(app);
  attach(server);

  const start = () => {
    if (overrides.workers === false) return;
    worker.start();
    deliverer.start();
  };
  return {
    store, live, desk, server,
    freshSecret: keys.freshSecret,
    articles: library.size,
    firstAdminLink: () => firstAdminLink({ store, clock, newId, publicUrl }),
    listen: async (port = config.port) => {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, config.host, resolve);
      });
      sweeper.start();
      start();
      return publicUrl();
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await drain();
      sweeper.stop();
      await Promise.all([worker.stop(), deliverer.stop()]);
      server.closeAllConnections();
      await closed;
      await live.close();
      limits.close();
      await store.close();
    },
  };
}

function worldOf(config: Config, overrides: Overrides) {
  const clock = overrides.clock ?? (() => new Date());
  const llm = config.llm && createOpenAi(config.llm, () => clock().getTime());
  return {
    clock,
    newId: overrides.newId ?? (() => v7()),
    random: overrides.random ?? Math.random,
    log: overrides.log ?? createLog({ level: config.logLevel }),
    channels: overrides.channels ?? allChannels,
    llm: overrides.llm === undefined ? llm : overrides.llm,
  };
}

/** Seeds what the folder brings and builds the engine from what is published. */
async function openLibrary(store: Store, config: Config, log: Log): Promise<Library> {
  const { added, changed, retired } = await store.articles.seed(readKnowledge(root('knowledge')));
  if (added + changed + retired > 0) log.info({ added, changed, retired }, 'knowledge brought up to date');
  return buildLibrary(await store.articles.published(), { targetWrong: config.answerWrongBudget });
}

/** Named origins only; on a fresh install, where none is named, any page on this very machine. */
function isTrusted(origin: string, named: readonly string[]): boolean {
  if (named.length > 0) return named.includes(origin);
  const host = URL.parse(origin)?.hostname;
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}

function originOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
