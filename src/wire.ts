/** The one composition root: a configuration in, a running house out. Tests come in by the same door. */
import { createServer as createHttpServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { dialogs as allDialogs } from '../dialogs/index.ts';
import { createBot } from './bot/bot.ts';
import type { Dialog } from './bot/dialog-kit.ts';
import type { Channel } from './channels/channel.ts';
import { createChannels } from './channels/index.ts';
import { createCompiler } from './compiler/compiler.ts';
import { createReplay } from './compiler/replay.ts';
import type { Config } from './config.ts';
import { createDesk, type Desk } from './desk/actions.ts';
import { createPromiseDesk, type PromiseDeps, type PromiseDesk, promisedBy, withPromises } from './desk/promises.ts';
import { createClockWork } from './desk/sla.ts';
import type { Committed } from './domain/change.ts';
import type { Locale } from './domain/locale.ts';
import { createIds } from './ids.ts';
import { readGolden } from './knowledge/authoring-golden.ts';
import { readKnowledge } from './knowledge/folder.ts';
import { buildLibrary, type Library } from './knowledge/library.ts';
import { openLive } from './live/open.ts';
import type { Clock, Inboxes, Live, Llm, Log, NewId, Random, TurnStore } from './ports.ts';
import { createDueArticles } from './server/api/knowledge-due.ts';
import { createServer } from './server/app.ts';
import { firstAdminLink } from './server/auth/links.ts';
import { type ClockKeeper, createClockKeeper, openRuleBook, type RuleBook } from './server/clock-keeper.ts';
import { createDeliverer } from './server/deliverer.ts';
import { createDemoMail } from './server/demo-mail.ts';
import type { Timing } from './server/deps.ts';
import { createDirectLine } from './server/direct-line/index.ts';
import { createInboxes } from './server/inboxes.ts';
import { createIntake } from './server/intake.ts';
import { type Keys, openKeys } from './server/keys.ts';
import { createKnowledgeFeed, type KnowledgeFeed, seeArticles } from './server/knowledge-feed.ts';
import { type Limits, openLimits } from './server/limits.ts';
import { listen, originOf } from './server/listen.ts';
import { createLog } from './server/log.ts';
import { createMetrics, type Metrics } from './server/metrics.ts';
import { createSafeFetch } from './server/safe-fetch.ts';
import { createSweeper } from './server/sweeper.ts';
import { isAtHome, isTrusted } from './server/trust.ts';
import { openVault, type Vault } from './server/vault.ts';
import { createContinuedChats, makeWebLink } from './server/web-links.ts';
import { createWebSession } from './server/web-session.ts';
import { createWebhooks } from './server/webhooks.ts';
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
  limits?: Parameters<typeof openLimits>[0]['override'];
  timing?: Partial<Timing>;
  /** A process without workers only accepts and shows. */
  workers?: boolean;
  /** Wraps the store, to plant a fault in it. */
  store?: (store: Store) => Store;
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

type World = {
  clock: Clock;
  newId: NewId;
  random: Random;
  log: Log;
  llm: Llm | null;
};
type House = World & {
  config: Config;
  store: Store;
  library: Library;
  feed: KnowledgeFeed;
  live: Live;
  metrics: Metrics;
  limits: Limits;
  keys: Keys;
  vault: Vault;
  inboxes: Inboxes;
  channels: ReadonlyMap<string, Channel>;
  book: RuleBook;
  inboxId: string;
  /** Known late where the port is the system's choice. */
  publicUrl: () => string;
};

/** How often other processes' articles are looked for without a hint. */
const LOOK_MS = 700;

const root = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export async function wire(config: Config, overrides: Overrides = {}): Promise<App> {
  const server = createHttpServer();
  const publicUrl = () => (config.publicUrl.endsWith(':0') ? originOf(server) : config.publicUrl);
  const house = await openHouse({ config, overrides, publicUrl });
  const { store, live, log, limits } = house;
  const desk = openDesk(house);
  const work = openWork(house, overrides.dialogs ?? allDialogs);
  const { app, attach, drain } = openServer(house, desk, overrides.timing);
  server.on('request', app);
  attach(server);
  return {
    store,
    live,
    desk,
    server,
    freshSecret: house.keys.freshSecret,
    articles: house.library.size,
    firstAdminLink: () => firstAdminLink(house),
    listen: async (port = config.port) => {
      await listen(server, { port, host: config.host });
      house.feed.start();
      if (overrides.workers !== false) work.start();
      return publicUrl();
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await drain();
      await Promise.all([work.stop(), house.feed.stop()]);
      server.closeAllConnections();
      await closed;
      await live.close();
      limits.close();
      await store.close();
      log.info({}, 'closed');
    },
  };
}

async function openHouse(given: { config: Config; overrides: Overrides; publicUrl: () => string }): Promise<House> {
  const { config, overrides, publicUrl } = given;
  const world = await worldOf(config, overrides);
  const channels = new Map<string, Channel>();
  const opened = await openStore({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    templateDir: root('node_modules/.cache/zhike'),
    burstWindowMs: config.burstWindowMs,
    usesOutbox: (channel) => channels.get(channel)?.delivery === 'outbox',
    ...world,
  });
  const store = overrides.store?.(opened) ?? opened;
  const { log } = world;
  const inbox = await store.ensureInbox('web', 'default');
  const live = await openLive(config.redisUrl, log);
  const vault = openVault(config.secretKey, config.dataDir);
  const inboxes = createInboxes({ ...world, store, vault, live });
  const known = { ...world, config, store, live, inboxes, publicUrl };
  for (const channel of overrides.channels ?? openChannels(known)) channels.set(channel.name, channel);
  return {
    ...known,
    vault,
    channels,
    ...(await openLibrary(known)),
    metrics: createMetrics(),
    limits: await openLimits({
      redisUrl: config.redisUrl,
      ...(overrides.limits ? { override: overrides.limits } : {}),
    }),
    book: await openRuleBook({ store: store.rules, hours: config.workingHours, live, log }),
    keys: await openKeys(store.settings, config.directLineSecret ?? undefined),
    inboxId: inbox.id,
  };
}

async function worldOf(config: Config, overrides: Overrides): Promise<World> {
  const clock = overrides.clock ?? (() => new Date());
  const model = async () => {
    if (!config.llm) return null;
    const { createOpenAi } = await import('./llm/openai.ts');
    return createOpenAi(config.llm, () => clock().getTime());
  };
  return {
    clock,
    newId: overrides.newId ?? createIds(),
    random: overrides.random ?? Math.random,
    log: overrides.log ?? createLog({ level: config.logLevel }),
    llm: overrides.llm === undefined ? await model() : overrides.llm,
  };
}

function openChannels(given: Pick<House, keyof World | 'config' | 'store' | 'live' | 'inboxes' | 'publicUrl'>) {
  const { config, store, publicUrl } = given;
  return createChannels({
    ...given,
    accept: createIntake(given),
    shared: store.shared,
    files: store.files,
    fileJobs: store.fileJobs,
    conversations: store.conversations,
    contacts: store.contacts,
    ledger: store.ledger,
    outbox: store.outbox,
    fetchFile: createSafeFetch(config.fetchAllow),
    wechatApiBase: config.wechatApiBase,
    mails: store.mails,
    mailAllow: config.mailAllow,
    mailListen: config.mailListen,
    helpUrl: helpUrlOf(publicUrl),
    webLink: async (id) => (await makeWebLink(given, id, { actor: { kind: 'system', id: null, name: null } })).url,
    shopName: config.shopName,
  });
}

const helpUrlOf = (publicUrl: () => string) => (articleId: string, locale: Locale) =>
  `${publicUrl()}/help/${locale}/${articleId}`;

/** Seeds what the folder brings, builds the engine from what is published, and keeps it so. */
async function openLibrary(
  given: Pick<House, 'config' | 'store' | 'live' | 'log' | 'newId' | 'clock'>,
): Promise<Pick<House, 'library' | 'feed'>> {
  const { config, store, live, log } = given;
  const { added, changed, retired } = await store.articles.seed(readKnowledge(root('knowledge')));
  if (added + changed + retired > 0) log.info({ added, changed, retired }, 'knowledge brought up to date');
  await store.knowledge.seedGolden(readGolden(root('knowledge')), given.newId, given.clock());
  const compile = createCompiler(root('node_modules/.cache/zhike'), (error) =>
    log.warn({ err: error }, 'the compiled answers could not be kept; the next start compiles them again'),
  );
  const { articles } = store;
  const seen = await seeArticles(articles, await store.knowledge.revision());
  const library = await buildLibrary(await articles.published(), {
    targetWrong: (await store.knowledge.policy()).targetWrong ?? config.answerWrongBudget,
    compile,
    log,
  });
  heedKnob(given, library);
  const periodMs = store.db.engine === 'postgres' ? LOOK_MS : null;
  return { library, feed: createKnowledgeFeed({ articles, library, live, log, seen, periodMs }) };
}

/** Wherever an administrator turns the knob, every process decides by it at the next hint. */
function heedKnob(
  { config, store, live, log }: Pick<House, 'config' | 'store' | 'live' | 'log'>,
  library: Library,
): void {
  live.subscribe((event) => {
    if (event.kind !== 'knowledge') return;
    store.knowledge
      .policy()
      .then(({ targetWrong }) => library.tune({ targetWrong: targetWrong ?? config.answerWrongBudget }))
      .catch((error: unknown) => log.warn({ err: error }, 'the knob could not be read; the last setting stays'));
  });
}

/** Tells whoever follows a conversation what was committed. */
function announcer({ live }: House): (committed: Committed & { due: boolean }) => void {
  return (committed) => {
    live.publish({ kind: 'conversation', id: committed.conversationId, ...committed });
    if (committed.activities.some(({ delivery }) => delivery !== null)) live.publish({ kind: 'outbox' });
  };
}

function openDesk(house: House): Desk {
  const { store, newId } = house;
  return createDesk({
    store: store.desk,
    findTicket: (id) => store.views.findTicket(id),
    newId,
    promised: promisedBy({ ...promiseDeps(house), promises: store.promises }),
    announce: announcer(house),
  });
}

function promiseDeps({ clock, newId, book }: House): PromiseDeps {
  return { clock, newId, calendarOf: (inboxId) => book.current().calendarOf(inboxId) };
}

function openPromises(house: House): PromiseDesk {
  const { store } = house;
  return createPromiseDesk({
    ...promiseDeps(house),
    store: store.desk,
    promises: store.promises,
    announce: announcer(house),
  });
}

/** What the bot promises is in the ledger with the turn that says it. */
function turnsOf(house: House): TurnStore {
  const { turns } = house.store;
  return {
    ...turns,
    commitTurn: (turn, change) =>
      turns.commitTurn(turn, withPromises(change, turn.conversation.inboxId, promiseDeps(house))),
  };
}

function openClocks(house: House, promises: PromiseDesk): ClockKeeper {
  const { store, live, log, clock, newId, book } = house;
  const announce = announcer(house);
  return createClockKeeper({
    work: createClockWork({ store: store.clocks, desk: store.desk, clock, announce }),
    also: [() => promises.sweep()],
    book,
    lease: store.db.engine === 'postgres' ? { shared: store.shared, holder: newId() } : null,
    live,
    log,
  });
}

/** Whatever works by itself: the bot's turns, deliveries, and the net under the hints. */
function openWork(house: House, dialogs: readonly Dialog[]): { start(): void; stop(): Promise<void> } {
  const { config, store, live, log, clock, newId, metrics, channels, library, llm, publicUrl, book } = house;
  const bot = createBot({
    newId,
    onTyping: (conversationId) =>
      live.publish({ kind: 'typing', conversationId, author: 'bot', authorId: null, name: null }),
    dialogs,
    handoff: {
      clock,
      newId,
      nextTicketNumber: () => store.turns.nextTicketNumber(),
      calendarOf: (inboxId) => book.current().calendarOf(inboxId),
    },
    answers: { knowledge: () => library, llm, log },
    shopName: config.shopName,
    helpUrl: helpUrlOf(publicUrl),
  });
  const { turnConcurrency: concurrency, burstWindowMs } = config;
  const worker = createWorker({ store: turnsOf(house), bot, live, log, metrics, concurrency, burstWindowMs });
  const deliverer = createDeliverer({ store: store.outbox, channels, live, log, clock, metrics });
  const sweeper = createSweeper({ store, live, log });
  const due = createDueArticles({ store, live, clock, log });
  const clocks = openClocks(house, openPromises(house));
  return {
    start: () => {
      sweeper.start();
      due.start();
      clocks.start();
      worker.start();
      deliverer.start();
      for (const channel of channels.values()) channel.start?.();
    },
    stop: async () => {
      sweeper.stop();
      await Promise.all([...channels.values()].map((channel) => channel.stop?.()));
      await Promise.all([worker.stop(), deliverer.stop(), due.stop(), clocks.stop()]);
    },
  };
}

function openServer(house: House, desk: Desk, timing: Partial<Timing> = {}): ReturnType<typeof createServer> {
  const { config } = house;
  const web = {
    ...house,
    continued: createContinuedChats(house),
    trustedOrigin: (origin: string) => isTrusted(origin, config.webOrigins),
  };
  return createServer({
    ...house,
    desk,
    promises: openPromises(house),
    workingHours: config.workingHours,
    knowledge: () => house.library,
    replay: createReplay(root('node_modules/.cache/zhike')),
    answerWrongBudget: config.answerWrongBudget,
    webOrigins: config.webOrigins,
    trustProxy: config.trustProxy,
    metricsToken: config.metricsToken,
    shopName: config.shopName,
    twoFactorFor: config.twoFactorFor,
    webDir: root('dist/web'),
    checkAnswers: true,
    timing,
    parts: [
      createDirectLine(web),
      createWebSession(web),
      createWebhooks(house),
      ...(isAtHome(config)
        ? [createDemoMail({ ...house, shared: house.store.shared, shopName: config.shopName })]
        : []),
    ],
  });
}
