import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { openShop, openVisit, type Shop, type Visit } from '../support/web-visit.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let shop: Shop;
let browser: Browser;
let visits: Visit[] = [];

beforeAll(async () => {
  [shop, browser] = await Promise.all([openShop(), launchBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await shop?.close();
});
afterEach(async () => {
  const ending = visits;
  visits = [];
  for (const visit of ending) {
    expect(await visit.complaints()).toEqual([]);
    await visit.close();
  }
});

async function enter(path = '/', options: BrowserContextOptions = {}): Promise<Visit> {
  const visit = await openVisit(browser, [shop.origin], options);
  visits.push(visit);
  await visit.page.goto(shop.origin + path);
  return visit;
}

/** Enters and opens the chat; the greeting is there. */
async function enterChat(path = '/', options: BrowserContextOptions = {}): Promise<Visit> {
  const visit = await enter(path, options);
  await visit.launcher.click();
  await visit.chat.locator('.suggestion').first().waitFor();
  return visit;
}

async function say(visit: Visit, text: string): Promise<void> {
  await visit.chat.locator('textarea').fill(text);
  await visit.chat.locator('textarea').press('Enter');
}
const bubbles = (visit: Visit, text: string) => visit.chat.locator('.bubble').filter({ hasText: text });

describe('a customer with a question', () => {
  test('gets the answer, its source and the word that a machine wrote it', async () => {
    const visit = await enterChat();
    await say(visit, '怎么退货');
    const source = visit.chat.locator('.meta a').last();
    await source.waitFor();
    expect(await visit.chat.locator('.meta .label').last().textContent()).toBe('自动回复');
    const page = await visit.page.request.get((await source.getAttribute('href')) ?? '');
    expect(page.status()).toBe(200);
    expect(await page.text()).toContain((await source.textContent())?.split('（')[0]);
  });

  test('asks by a button of the shop, is greeted first, and reads English in the English shop', async () => {
    const visit = await enter('/?lang=en');
    await visit.page.getByRole('button', { name: 'How do I return something?' }).click();
    await visit.chat.locator('.meta a').first().waitFor();
    const said = await visit.chat.locator('.bubble').allTextContents();
    expect(said[1]).toBe('How do I return something?');
    expect(said.slice(0, 3).join('')).not.toMatch(/\p{Script=Han}/u);
  });

  test('finds the conversation again after a reload, with one greeting', async () => {
    const visit = await enterChat();
    await say(visit, '退款多久到账');
    await visit.chat.locator('.meta a').first().waitFor();
    const before = await visit.chat.locator('.bubble').allTextContents();
    await visit.page.reload();
    await visit.launcher.click();
    await visit.chat.locator('.meta a').first().waitFor();
    expect(await visit.chat.locator('.bubble').allTextContents()).toEqual(before);
  });

  test('sees the same conversation on the full page', async () => {
    const visit = await enterChat();
    await say(visit, '怎么开发票');
    await visit.chat.locator('.meta a').first().waitFor();
    await visit.page.goto(`${shop.origin}/chat`);
    await visit.page.locator('.meta a').first().waitFor();
    await visit.page.getByText('怎么开发票', { exact: true }).first().waitFor();
  });

  test('sends nothing with the Enter that ends an IME composition', async () => {
    const visit = await enterChat();
    const box = visit.chat.locator('textarea');
    await box.focus();
    const session = await visit.page.context().newCDPSession(visit.page);
    await session.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
    await visit.page.keyboard.press('Enter');
    expect(await visit.chat.locator('.mine').count()).toBe(0);
    await session.send('Input.insertText', { text: '你好' });
    await visit.page.keyboard.press('Enter');
    await visit.chat.locator('.mine').first().waitFor();
    expect((await visit.chat.locator('.mine .bubble').allTextContents()).map((text) => text.trim())).toEqual(['你好']);
  });

  test('keeps the draft over a reload', async () => {
    const visit = await enterChat();
    await visit.chat.locator('textarea').fill('我还没写完');
    await visit.page.reload();
    await visit.launcher.click();
    expect(await visit.chat.locator('textarea').inputValue()).toBe('我还没写完');
  });
});

describe('a bad network', () => {
  test('a message written offline waits, survives a reload of the page, and is said once when the network is back', async () => {
    const visit = await enterChat();
    shop.network.refuse(true);
    shop.network.cut();
    await visit.chat.getByText('网络已断开').waitFor();
    for (const text of ['第一条离线消息', '第二条离线消息']) await say(visit, text);
    await visit.chat.getByText('等待发送').first().waitFor();
    shop.network.refuse(false);
    await visit.page.reload();
    await visit.launcher.click();
    await expect.poll(() => visit.chat.locator('.state').count()).toBe(0);
    await expect
      .poll(async () => (await visit.chat.locator('.mine .bubble').allTextContents()).join())
      .toBe('第一条离线消息,第二条离线消息');
    expect(await saidOnServer(visit)).toEqual(['第一条离线消息', '第二条离线消息']);
  });

  test('a message whose answer was lost on the way is said once', async () => {
    const visit = await enterChat();
    let lost = 0;
    await visit.page.route('**/v3/directline/conversations/*/activities', async (route) => {
      if (lost > 0 || !route.request().postData()?.includes('只说一次')) return route.continue();
      lost += 1;
      await route.fetch();
      await route.abort('connectionreset');
    });
    await say(visit, '只说一次');
    await expect.poll(() => lost).toBe(1);
    await expect.poll(() => visit.chat.locator('.state').count(), { timeout: 15_000 }).toBe(0);
    expect(await bubbles(visit, '只说一次').count()).toBe(1);
    expect(await saidOnServer(visit)).toEqual(['只说一次']);
  });

  test('cuts of the stream lose nothing and repeat nothing', async () => {
    const visit = await enterChat();
    const sent = Array.from({ length: 8 }, (_, index) => `第 ${index + 1} 句`);
    for (const text of sent) {
      await say(visit, text);
      shop.network.cut();
    }
    await expect.poll(async () => (await saidOnServer(visit)).length, { timeout: 30_000 }).toBe(sent.length);
    expect(await saidOnServer(visit)).toEqual(sent);
    await expect.poll(() => visit.chat.locator('.mine .bubble').allTextContents(), { timeout: 10_000 }).toEqual(sent);
  });

  async function saidOnServer(visit: Visit): Promise<string[]> {
    const { rows } = await shop.app.store.conversations.activitiesAfter(await visit.conversationId(), 0, {
      limit: 200,
      audience: 'customer',
    });
    return rows
      .filter(({ author, body }) => author.kind === 'customer' && body.type === 'message')
      .map(({ body }) => body.text ?? '');
  }
});

describe('people behind the chat', () => {
  test('are one click away; who speaks is told, and the answer is announced on the closed chat', async () => {
    const visit = await enterChat();
    await visit.chat.getByRole('banner').getByRole('button', { name: '转人工' }).click();
    await bubbles(visit, '工单').waitFor();
    const id = await visit.conversationId();
    await shop.app.desk.takeOver(shop.agent, id, false);
    await visit.chat.getByText('李晓 已接入').waitFor();
    await visit.chat.getByText('李晓 正在为您服务').waitFor();

    await visit.chat.getByRole('button', { name: '关闭聊天窗口' }).click();
    // Closed is closed when frame and launcher both know it; a message that is faster was still seen.
    await expect.poll(() => visit.launcher.getAttribute('aria-label')).toBe('在线客服');
    // Effects of a hidden frame run by Preact's own timer (100 ms), not by a paint that one could wait for.
    await visit.chat.locator('body').evaluate(() => new Promise((resume) => setTimeout(resume, 250)));
    await shop.app.desk.reply(shop.agent, id, { text: '您好，我来帮您看看。', clientId: 'client-0001' });
    await visit.page.getByRole('button', { name: '在线客服，1 条未读消息' }).waitFor();
    await visit.page.getByRole('button', { name: '您好，我来帮您看看。' }).click();
    await visit.chat.getByText('以下为新消息').waitFor();
    await expect.poll(() => visit.launcher.getAttribute('aria-label')).toBe('关闭聊天窗口');
    await visit.launcher.click();
    await expect.poll(() => visit.launcher.getAttribute('aria-label')).toBe('在线客服');

    await shop.app.desk.resolve(shop.agent, id);
    await visit.launcher.click();
    await visit.chat.getByText('本次咨询已结束').waitFor();
  });

  test('get pictures, shown in place and opened by a click; what may not be sent is told in words', async () => {
    const visit = await enterChat();
    const input = visit.chat.locator('input[type=file]');
    await input.setInputFiles({ name: '病毒.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') });
    await visit.chat.getByText('“病毒.exe”的格式不支持').waitFor();
    await input.setInputFiles({ name: '划痕.png', mimeType: 'image/png', buffer: PNG });
    await visit.chat.getByRole('button', { name: '发送' }).click();
    const picture = visit.chat.getByRole('button', { name: '查看大图：划痕.png' });
    await picture.waitFor();
    await expect
      .poll(() => picture.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth))
      .toBe(1);
    await picture.click();
    await visit.chat.getByRole('dialog', { name: '划痕.png' }).waitFor();
    await visit.page.keyboard.press('Escape');
    await expect.poll(() => visit.chat.getByRole('dialog').count()).toBe(0);
    expect(await visit.launcher.getAttribute('aria-expanded')).toBe('true');
  });
});

describe('every visitor', () => {
  test('can do it all by keyboard, and finds the focus where it was', async () => {
    const visit = await enter();
    await visit.launcher.focus();
    await visit.page.keyboard.press('Enter');
    await visit.chat.locator('.suggestion').first().waitFor();
    await expect.poll(() => visit.chat.locator('textarea').evaluate((box) => box.matches(':focus'))).toBe(true);
    await visit.page.keyboard.type('怎么退货');
    await visit.page.keyboard.press('Enter');
    await visit.chat.locator('.meta a').first().waitFor();
    await visit.page.keyboard.press('Escape');
    await expect.poll(() => visit.launcher.getAttribute('aria-expanded')).toBe('false');
    expect(await visit.launcher.evaluate((button) => button.matches(':focus'))).toBe(true);
  });

  test('hears each new message once, and neither the history nor the own words', async () => {
    const visit = await enterChat();
    await say(visit, '怎么退货');
    await visit.chat.locator('.meta a').first().waitFor();
    const live = visit.chat.locator('[aria-live=polite] p');
    await expect.poll(() => live.count()).toBe(1);
    expect(await live.textContent()).not.toContain('怎么退货说');
    expect(await visit.chat.getByRole('log').getAttribute('aria-live')).toBe('off');
    await visit.page.reload();
    await visit.launcher.click();
    await visit.chat.locator('.meta a').first().waitFor();
    expect(await live.count()).toBe(0);
  });

  test('on a phone has the whole screen, no zooming input, large targets, and the page as it was afterwards', async () => {
    const visit = await enterChat('/', PHONE);
    const box = await visit.page.locator('zhike-chat .panel').boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, width: 390, height: 844 });
    expect(await visit.page.locator('html').evaluate((html) => getComputedStyle(html).overflow)).toBe('hidden');
    expect(await visit.chat.locator('textarea').evaluate((area) => area.matches(':focus'))).toBe(false);
    expect(
      await visit.chat.locator('textarea').evaluate((area) => Number.parseFloat(getComputedStyle(area).fontSize)),
    ).toBeGreaterThanOrEqual(16);
    for (const button of await visit.chat.locator('button:visible, label.icon').all()) {
      const size = await button.boundingBox();
      expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(44);
    }
    await visit.chat.getByRole('button', { name: '关闭聊天窗口' }).click();
    await expect
      .poll(() => visit.page.locator('html').evaluate((html) => getComputedStyle(html).overflow))
      .toBe('visible');
    await visit.launcher.waitFor();
  });

  test.each([
    ['zh-CN', 'light', {}],
    ['en', 'dark', {}],
    ['en', 'light', PHONE],
    ['zh-CN', 'dark', PHONE],
  ] as const)('meets no barrier: %s, %s, %o', async (lang, colorScheme, size) => {
    const visit = await enter(`/?lang=${lang}`, { ...size, colorScheme });
    await visit.launcher.click();
    await visit.chat.locator('.suggestion').first().click();
    await visit.chat.locator('.meta a').first().waitFor();
    expect(await audit(visit)).toEqual([]);
    await visit.page.goto(`${shop.origin}/chat?lang=${lang}`);
    await visit.page.locator('.meta a').first().waitFor();
    expect(await audit(visit)).toEqual([]);
  });

  async function audit({ page }: Visit): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id} ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    );
  }

  test('asks no more of the page than the script, until there is a sign of intent', async () => {
    const visit = await enter();
    await visit.launcher.waitFor();
    await visit.page.waitForLoadState('networkidle');
    expect(visit.urls.filter((url) => /widget\.js|\/chat|directline|\/api\//.test(url))).toEqual([
      `${shop.origin}/widget.js`,
    ]);
    await visit.launcher.hover();
    await expect.poll(() => visit.urls.some((url) => url.includes('/chat?'))).toBe(true);
  });
});
