/** The demo shop and its visitors: the whole app behind a network that can be cut, and pages that notice every leak. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, FrameLocator, Page, Response } from 'playwright-core';
import { v7 } from 'uuid';
import { readConfig } from '../../src/config.ts';
import type { Actor } from '../../src/domain/agent.ts';
import { type App, wire } from '../../src/wire.ts';
import { type Network, openNetwork } from './direct-line.ts';

export type Shop = {
  app: App;
  /** As browsers reach it: through the network. */
  origin: string;
  network: Network;
  agent: Actor;
  close(): Promise<void>;
};

export async function openShop(): Promise<Shop> {
  const network = await openNetwork();
  const origin = `http://127.0.0.1:${network.port}`;
  const dataDir = mkdtempSync(join(tmpdir(), 'zhike-shop-'));
  const env = {
    PORT: '0',
    PUBLIC_URL: origin,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    SHOP_NAME: 'Qinghe',
    BURST_WINDOW_MS: '0',
    WORKING_HOURS: '00:00-24:00',
  };
  const app = await wire(readConfig(env));
  await app.listen(0);
  network.to((app.server.address() as AddressInfo).port);
  const agent = await app.store.agents.create({
    id: v7(),
    email: `${v7()}@shop.test`,
    name: '李晓',
    role: 'agent',
    locale: 'zh-CN',
  });
  return {
    app,
    origin,
    network,
    agent,
    async close() {
      await app.close();
      await network.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export type Visit = {
  page: Page;
  /** The chat inside the launcher's frame. */
  chat: FrameLocator;
  launcher: ReturnType<Page['locator']>;
  /** Everything that the page and its frames asked for. */
  urls: string[];
  /** The conversation that the chat is in. */
  conversationId(): Promise<string>;
  /** What went wrong or leaked since the beginning; every visit ends with a look at it. */
  complaints(): Promise<string[]>;
  close(): Promise<void>;
};

type Session = { conversationId?: string; token?: string; credential?: string };

/** `allowed`: origins that may be asked beside the shop's. */
export async function openVisit(
  browser: Browser,
  origins: readonly string[],
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  const urls: string[] = [];
  const wrong: string[] = [];
  const sessions: Promise<Session>[] = [];
  context.on('request', (request) => {
    urls.push(request.url(), request.headers().referer ?? '');
  });
  page.on('websocket', (socket) => urls.push(socket.url()));
  page.on('pageerror', (error) => wrong.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy|trusted ?type/i.test(message.text())) wrong.push(message.text());
  });
  context.on('response', (response: Response) => {
    if (/\/api\/web\/session|\/v3\/directline\/(tokens|conversations)/.test(response.url()) && response.ok())
      sessions.push(response.json().catch(() => ({})) as Promise<Session>);
  });
  const known = async () => (await Promise.all(sessions)).filter((each) => each !== null);
  return {
    page,
    urls,
    launcher: page.locator('zhike-chat button.launch'),
    chat: page.frameLocator('zhike-chat iframe'),
    async conversationId() {
      const id = (await known()).find((session) => session.conversationId)?.conversationId;
      if (!id) throw new Error('there is no conversation yet');
      return id;
    },
    async complaints() {
      const secrets = (await known())
        .flatMap(({ token, credential }) => [token, credential])
        .filter((secret) => secret !== undefined);
      const leaks = urls.filter((url) => secrets.some((secret) => url.includes(secret)));
      const hosts = origins.map((origin) => new URL(origin).host);
      const foreign = urls.filter((url) => /^(https?|wss?):/.test(url) && !hosts.includes(new URL(url).host));
      return [
        ...wrong,
        ...leaks.map((url) => `a secret in ${url}`),
        ...foreign.map((url) => `a foreign origin: ${url}`),
      ];
    },
    close: () => context.close(),
  };
}
