/** The launcher in other people's pages: strict, strange and hostile ones, on another site than the chat. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { openShop, openVisit, type Shop, type Visit } from '../support/web-visit.ts';

type HostPage = { html: string; csp?: string; type?: string };

let shop: Shop;
let browser: Browser;
let host: Server;
let hostOrigin: string;
let visits: Visit[] = [];
const pages = new Map<string, HostPage>();

beforeAll(async () => {
  host = createServer((request, response) => {
    const page = pages.get(new URL(request.url ?? '/', 'http://host').pathname);
    if (!page) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('Content-Type', page.type ?? 'text/html; charset=utf-8');
    if (page.csp) response.setHeader('Content-Security-Policy', page.csp);
    response.end(page.html);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  // Another site than 127.0.0.1, where the chat lives.
  hostOrigin = `http://localhost:${(host.address() as AddressInfo).port}`;
  [shop, browser] = await Promise.all([openShop(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
  host?.close();
});
afterEach(async () => {
  const ending = visits;
  visits = [];
  for (const visit of ending) {
    expect(await visit.complaints()).toEqual([]);
    await visit.close();
  }
});

const snippet = (attributes = 'async'): string => `<script src="${shop.origin}/widget.js" ${attributes}></script>`;

async function enter(page: HostPage, prepare?: (visit: Visit) => Promise<unknown>): Promise<Visit> {
  const path = `/${pages.size}`;
  pages.set(path, page);
  const visit = await openVisit(browser, [shop.origin, hostOrigin]);
  visits.push(visit);
  await prepare?.(visit);
  await visit.page.goto(hostOrigin + path);
  return visit;
}

/** The button is in its corner, opens, and somebody answers. */
async function expectChat(visit: Visit): Promise<void> {
  expect(await visit.page.locator('zhike-chat').count()).toBe(1);
  const box = await visit.launcher.boundingBox();
  expect(box).toMatchObject({ x: 1280 - 80, y: 800 - 80, width: 60, height: 60 });
  await visit.launcher.click();
  await visit.chat.locator('.suggestion').first().waitFor();
  await visit.chat.locator('textarea').fill('怎么退货');
  await visit.chat.locator('textarea').press('Enter');
  await visit.chat.locator('.meta a').first().waitFor();
}

const plain = (body: string, head = ''): string =>
  `<!doctype html><html lang="zh-CN"><head><title>店</title>${head}</head><body>${body}</body></html>`;

describe('the chat opens and answers in a page', () => {
  test('of another site, with nothing but the snippet', async () =>
    expectChat(await enter({ html: plain(snippet()) })));

  test('with a strict policy that allows our scripts and frames alone', async () =>
    expectChat(
      await enter({
        html: plain(snippet()),
        csp: `default-src 'none'; script-src ${shop.origin}; frame-src ${shop.origin}; base-uri 'none'`,
      }),
    ));

  test('that demands Trusted Types and allows no policy', async () =>
    expectChat(
      await enter({ html: plain(snippet()), csp: `require-trusted-types-for 'script'; trusted-types 'none'` }),
    ));

  test('whose rules hide, move and shrink everything with !important', async () => {
    const rules =
      '*{display:none!important;position:static!important;opacity:0!important;width:1px!important;transform:scale(3)!important} html,body{display:block!important;opacity:1!important;width:auto!important;transform:none!important} button,iframe{all:unset!important}';
    await expectChat(await enter({ html: plain(snippet(), `<style>${rules}</style>`) }));
  });

  test('whose body is transformed', async () =>
    expectChat(
      await enter({ html: plain(snippet(), '<style>body{transform:translate(40px,90px) scale(.9)}</style>') }),
    ));

  test('with the script in its head, waited for', async () =>
    expectChat(await enter({ html: plain('', snippet('')) })));

  test('with the snippet twice', async () => expectChat(await enter({ html: plain(snippet('') + snippet('')) })));

  test('written in GBK, and its words are not garbled', async () => {
    const visit = await enter({
      html: '<!doctype html><html lang=zh><title>x</title><body>'.concat(snippet('')),
      type: 'text/html; charset=gbk',
    });
    expect(await visit.launcher.getAttribute('aria-label')).toBe('在线客服');
    await expectChat(visit);
  });

  test('that empties its document afterwards', async () => {
    const visit = await enter({ html: plain(snippet()) });
    await visit.launcher.waitFor();
    await visit.page.evaluate('document.documentElement.replaceChildren(document.createElement("body"))');
    await expectChat(visit);
  });

  test('where no storage is allowed anywhere', async () => {
    const deny =
      'for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });';
    await expectChat(await enter({ html: plain(snippet()) }, ({ page }) => page.addInitScript(deny)));
  });
});

test('a frame without storage finds its conversation again by the copy of the host', async () => {
  const deny = `if (location.origin === ${JSON.stringify(shop.origin)}) Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });`;
  const visit = await enter({ html: plain(snippet()) }, ({ page }) => page.addInitScript(deny));
  await expectChat(visit);
  await visit.page.reload();
  await visit.launcher.click();
  await visit.chat.locator('.meta a').first().waitFor();
  expect(await visit.chat.locator('.mine .bubble').allTextContents()).toEqual(['怎么退货']);
});

test('calls made before the script has come are done afterwards, and events are told', async () => {
  const early = `<script>window.Zhike=[['on','open',()=>{document.title='open'}],['send','保修期多久']];</script>`;
  const visit = await enter({ html: plain(early + snippet()) });
  await visit.chat.locator('.mine').getByText('保修期多久').waitFor();
  expect(await visit.page.title()).toBe('open');
  await visit.page.evaluate('Zhike.close()');
  expect(await visit.launcher.getAttribute('aria-expanded')).toBe('false');
  await visit.page.evaluate('Zhike.destroy()');
  expect(await visit.page.locator('zhike-chat').count()).toBe(0);
});

test('the snippet decides on side, colour and language', async () => {
  const visit = await enter({ html: plain(snippet('async data-side="left" data-color="#ffe14d" data-lang="en"')) });
  expect(await visit.launcher.boundingBox()).toMatchObject({ x: 20 });
  expect(await visit.launcher.getAttribute('aria-label')).toBe('Chat with us');
  expect(await visit.launcher.evaluate((button) => getComputedStyle(button).color)).toBe('rgb(0, 0, 0)');
  await visit.launcher.click();
  await visit.chat.getByRole('button', { name: 'Talk to a person' }).first().waitFor();
});

test('where our frame is forbidden, the visitor is told within seconds and offered the full page', async () => {
  pages.set('/forbidden', { html: plain(snippet()), csp: `frame-src 'none'` });
  const visit = await openVisit(browser, [shop.origin, hostOrigin]);
  await visit.page.clock.install();
  await visit.page.goto(`${hostOrigin}/forbidden`);
  await visit.launcher.click();
  await visit.page.getByText('正在打开').waitFor();
  await visit.page.clock.fastForward(8_100);
  const link = visit.page.getByRole('link', { name: '在新页面打开客服' });
  await link.waitFor();
  expect(await link.getAttribute('href')).toMatch(`${shop.origin}/chat?lang=zh-CN`);
  await visit.close();
});

test('a page that is no host of ours can neither open the chat nor speak to it', async () => {
  const visit = await enter({
    html: plain(`<iframe src="${shop.origin}/chat?host=https://elsewhere.example"></iframe>`),
  });
  const frame = visit.page.frameLocator('iframe');
  await visit.page.evaluate(
    "document.querySelector('iframe').contentWindow.postMessage({ zhike: 'send', text: '我不是访客' }, '*')",
  );
  await frame.locator('.suggestion').first().waitFor();
  expect(await frame.locator('.mine').count()).toBe(0);
});
