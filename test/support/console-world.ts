/** The house with colleagues in real browsers and customers on the web channel; whatever a page complains of is kept. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Role } from '../../src/domain/agent.ts';
import { launchBrowser } from './browser.ts';
import { openServerWorld, type Person, type ServerWorld } from './server-world.ts';

type Look = { locale?: 'zh-CN' | 'en-US'; width?: number; height?: number; dark?: boolean };
export type Customer = { conversationId: string; say(text: string): Promise<void>; heard(): Promise<string[]> };
export type Seat = { page: Page; context: BrowserContext; person: Person };

export type ConsoleWorld = ServerWorld & {
  browser: Browser;
  /** Page errors, refused policies and requests to other origins, of all pages so far. */
  complaints: string[];
  /** A page of nobody, in a browser profile of its own. */
  visit(path: string, look?: Look): Promise<Page>;
  /** A colleague who is signed in, at the console. */
  sit(given?: { role?: Role; name?: string; path?: string; look?: Look }): Promise<Seat>;
  customer(): Promise<Customer>;
};

/** @param env of the house, beside what every test sets. */
export async function openConsoleWorld(env: Record<string, string> = {}): Promise<ConsoleWorld> {
  const [server, browser] = await Promise.all([
    openServerWorld({ env, overrides: { workers: true } }),
    launchBrowser(),
  ]);
  const complaints: string[] = [];
  const open = async ({ locale = 'zh-CN', width = 1440, height = 860, dark = false }: Look = {}) => {
    const context = await browser.newContext({
      locale,
      timezoneId: 'Asia/Shanghai',
      viewport: { width, height },
      colorScheme: dark ? 'dark' : 'light',
    });
    await context.exposeFunction('complain', (text: string) => void complaints.push(text));
    await context.addInitScript(watchPolicy);
    context.on('weberror', (error) => complaints.push(error.error().stack ?? error.error().message));
    context.on('request', (request) => {
      if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url()))
        complaints.push(`foreign: ${request.url()}`);
    });
    return context;
  };
  return {
    ...server,
    browser,
    complaints,
    visit: async (path, look) => {
      const page = await (await open(look)).newPage();
      await page.goto(path.startsWith('http') ? path : server.url + path);
      return page;
    },
    sit: async ({ role = 'agent', name, path = '/console/inbox/waiting', look = {} } = {}) => {
      const person = await server.join(role);
      const locale = look.locale === 'en-US' ? 'en' : 'zh-CN';
      await server.call('PATCH', '/api/v1/me', { cookie: person.cookie, body: { locale, ...(name ? { name } : {}) } });
      const context = await open(look);
      const [cookie = '', value = ''] = person.cookie.split(/=(.*)/s);
      await context.addCookies([{ name: cookie, value, url: server.url }]);
      const page = await context.newPage();
      await page.goto(server.url + path);
      await page.locator('.connection.is-online').waitFor({ state: 'attached' });
      return { page, context, person };
    },
    customer: () => openCustomer(server),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** Runs in the page. */
function watchPolicy(): void {
  const { complain } = window as unknown as { complain(text: string): void };
  document.addEventListener('securitypolicyviolation', (event) =>
    complain(`policy: ${event.violatedDirective} ${event.sample}`),
  );
}

async function openCustomer({ call }: ServerWorld): Promise<Customer> {
  const opened = await call('POST', '/api/web/session', { body: { locale: 'zh-CN' } });
  const { conversationId, token } = opened.json as { conversationId: string; token: string };
  const path = `/v3/directline/conversations/${conversationId}/activities`;
  const headers = { authorization: `Bearer ${token}` };
  return {
    conversationId,
    say: async (text) => {
      const said = await call('POST', path, { headers, body: { type: 'message', from: { id: 'me' }, text } });
      if (said.status !== 200) throw new Error(`the customer was refused: ${said.status} ${said.text}`);
    },
    heard: async () => {
      const { json } = await call('GET', path, { headers });
      const activities = json.activities as { type: string; text?: string }[];
      return activities.flatMap(({ type, text }) => (type === 'message' && text ? [text] : []));
    },
  };
}
