/** An editor's day in a real browser: from the question nobody could answer to the answer every customer gets, and back. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type ConsoleWorld, type Customer, openConsoleWorld, type Seat } from '../support/console-world.ts';

// A check learns the base twice, in processes of its own.
vi.setConfig({ testTimeout: 300_000 });
const PATIENCE = { timeout: 60_000, interval: 100 };
let world: ConsoleWorld;
let editor: Seat;
beforeAll(async () => {
  world = await openConsoleWorld();
  editor = await world.sit({ role: 'admin', name: '小顾', path: '/console/knowledge' });
  editor.page.setDefaultTimeout(60_000);
});
afterAll(() => world?.close());
afterEach(() => {
  expect(world.complaints.splice(0)).toEqual([]);
});

async function ask(text: string): Promise<{ customer: Customer; reply: string }> {
  const customer = await world.customer();
  await customer.say(text);
  await vi.waitUntil(async () => (await customer.heard()).length > 1, PATIENCE);
  return { customer, reply: (await customer.heard()).at(-1) ?? '' };
}
const saved = (page: Page) => page.locator('.k-saved.is-saved').waitFor();
const check = async (page: Page, name: '检查变化' | '重新检查' = '检查变化') => {
  await page.getByRole('button', { name }).click();
  await page.locator('.k-report .banner').waitFor();
};
const open = (page: Page, path: string) => page.goto(world.url + path);

/** Two golden questions that another article must answer. */
async function stolen(): Promise<string[]> {
  const { cookie } = world.admin;
  const list = await world.call('GET', '/api/v1/articles?category=warranty&locale=zh-CN', { cookie });
  const [first] = list.json.items as { id: string }[];
  const detail = await world.call('GET', `/api/v1/articles/zh-CN/${encodeURIComponent(first?.id ?? '')}`, { cookie });
  return (detail.json.golden as { text: string }[]).slice(0, 2).map(({ text }) => text);
}

test('a gap is found, answered, held back by a regression, mended, published and rolled back', async () => {
  const { page } = editor;
  await ask('陶艺体验课怎么预约，我的电话是13812345678');
  await ask('想预约陶艺体验课');
  await open(page, '/console/knowledge/gaps');
  const gap = page.locator('.k-gap', { hasText: '陶艺体验课' });
  await gap.getByText('2 位顾客').waitFor();
  expect(await gap.textContent()).not.toContain('13812345678');
  await gap.getByRole('button', { name: '写答案' }).click();

  await page.getByLabel('标准问题').fill('陶艺体验课怎么预约？');
  await page.getByLabel('分类').fill('service');
  await page.getByRole('button', { name: '开始编写' }).click();
  await page.locator('.k-question').waitFor();
  const mine = ['如何预约陶艺体验课', '想约陶艺课', '陶艺课预约', '体验课在哪约'];
  const theirs = await stolen();
  await page.getByLabel('添加相似问法').fill([...mine, ...theirs].join('\n'));
  await page.getByRole('button', { name: '添加', exact: true }).first().click();
  await page.locator('.k-markdown').fill('在「我的 → **体验课**」里选择日期预约。');
  await page.locator('.k-preview strong', { hasText: '体验课' }).waitFor();
  await saved(page);
  await page.reload();
  await page.locator('.k-markdown').waitFor();
  expect(await page.locator('.k-markdown').inputValue()).toContain('选择日期预约');

  await page.getByLabel('顾客这样问，会得到什么？').fill('陶艺课怎么约');
  await page.locator('.k-trial', { hasText: '发布这份草稿后' }).getByText('直接回答').waitFor();

  await check(page);
  await page.getByText(/个基准问题会变差，发布被拦截/).waitFor();
  for (const text of theirs) await page.locator('.k-changes li', { hasText: text }).getByText('新增错误').waitFor();
  expect(await page.getByRole('button', { name: '强制发布' }).isDisabled()).toBe(true);
  for (const text of theirs) await page.getByRole('button', { name: `删除“${text}”` }).click();
  await saved(page);
  await check(page, '重新检查');
  await page.getByText('没有问题会变差，可以发布。').waitFor();
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await page.getByText('已发布，顾客现在得到新内容').waitFor();
  await vi.waitUntil(async () => (await ask('陶艺课预约')).reply.includes('选择日期预约'), PATIENCE);

  await page.locator('.k-markdown').fill('写错了的答案。');
  await saved(page);
  await check(page);
  await page.getByRole('button', { name: '发布', exact: true }).click();
  await vi.waitUntil(async () => (await ask('陶艺课预约')).reply.includes('写错了'), PATIENCE);
  await page.getByRole('button', { name: '与现在的差异' }).click();
  await page.locator('.k-diff ins', { hasText: '选择' }).first().waitFor();
  await page.getByRole('button', { name: '恢复这一版' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '恢复这一版' }).click();
  await page.getByText('已恢复', { exact: true }).waitFor();
  await vi.waitUntil(async () => (await ask('陶艺课预约')).reply.includes('选择日期预约'), PATIENCE);

  await open(page, '/console/knowledge/gaps');
  await page.getByRole('button', { name: '已解决 1' }).click();
  await page.locator('.k-gap', { hasText: '陶艺体验课' }).waitFor();
});

test('what is being written survives a reload and a server that cannot be reached, and is never put over a colleague’s', async () => {
  const { page, context } = await world.sit({
    role: 'supervisor',
    path: '/console/knowledge?category=invoice&locale=zh-CN',
  });
  await page.locator('.k-title').first().click();
  const box = page.locator('.k-markdown');
  await box.waitFor();
  const path = new URL(page.url()).pathname;
  await context.setOffline(true);
  await box.fill('断网时写的答案');
  await page.locator('.k-saved.is-failed').waitFor();
  await context.setOffline(false);
  await page.reload();
  await box.waitFor();
  expect(await box.inputValue()).toBe('断网时写的答案');
  await saved(page);

  const other = await world.sit({ role: 'supervisor', path });
  const theirs = other.page.locator('.k-markdown');
  await theirs.waitFor();
  await theirs.fill('同事的答案');
  await saved(other.page);
  await box.fill('我的答案');
  await page.getByText('同事刚刚保存了另一份草稿').waitFor();
  await page.locator('.k-diff ins', { hasText: '我' }).first().waitFor();
  await page.getByRole('button', { name: '保留我的' }).click();
  await saved(page);
  await page.reload();
  await box.waitFor();
  expect(await box.inputValue()).toBe('我的答案');
  await page.getByRole('button', { name: '提交审核' }).click();
  await page.getByText('草稿正在等待审核，退回后才能修改。').waitFor();
  expect(await box.isDisabled()).toBe(true);
});

const ROWS = 5_000;
const FAULTY: Record<number, string> = {
  17: ',,没有问题,import',
  400: '这一行没有答案？,,,import',
  901: '没有分类？,,答案,',
  1777: `${'长'.repeat(301)}？,,答案,import`,
  2500: '=1+1,,答案,import,maybe',
  3999: '日期不对？,,答案,import,,soon',
  4444: '第 42 个问题是什么？,,重复,import',
};

test('5,000 rows are imported but for the seven that are wrong, each named with its row', async () => {
  const { page } = editor;
  await open(page, '/console/knowledge/import');
  const rows = Array.from(
    { length: ROWS },
    (_, at) => FAULTY[at] ?? `第 ${at} 个问题是什么？,第${at}个问题,第 ${at} 个答案。,import`,
  );
  const csv = ['问题,相似问法,答案,分类,原文回答,生效时间', ...rows].join('\n');
  await page
    .getByLabel('选择文件')
    .setInputFiles({ name: '五千行.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await page.getByText('有错误 7').waitFor();
  await page.getByText(`新增 ${ROWS - 7}`).waitFor();
  const named = await page
    .locator('.k-errors tbody tr')
    .evaluateAll((all) => all.map((row) => (row as HTMLTableRowElement).cells[1]?.textContent));
  expect(named).toEqual(Object.keys(FAULTY).map((at) => String(Number(at) + 2)));
  await page.getByRole('button', { name: `导入其余 ${ROWS - 7} 篇草稿，跳过错误行` }).click();
  await page.getByRole('heading', { name: `已生成 ${ROWS - 7} 篇草稿` }).waitFor();
  const listed = await world.call('GET', '/api/v1/articles?state=draft&category=import&limit=1', {
    cookie: world.admin.cookie,
  });
  expect(listed.json.total).toBe(ROWS - 7);
});

const LOOKS = [
  { look: { locale: 'zh-CN', width: 1440, dark: false }, name: 'zh-CN, wide, light' },
  { look: { locale: 'en-US', width: 390, height: 780, dark: true }, name: 'en, phone, dark' },
] as const;

async function audit(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(
    violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${page.url()} ${id}: ${target.join(' ')}`)),
  ).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
}

test.each(LOOKS)('no barrier on any page of knowledge: $name', async ({ look }) => {
  const { page } = await world.sit({ role: 'admin', look, path: '/console/knowledge?locale=en&category=returns' });
  await page.locator('.k-table').waitFor();
  await audit(page);
  await page.locator('.k-title').first().click();
  await page.locator('.k-try input').fill('how do I return');
  await page.locator('.k-decision').first().waitFor();
  await audit(page);
  for (const [path, ready] of [
    ['new', 'form'],
    ['gaps', '.k-gaps'],
    ['import', '.k-form'],
    ['engine', '.k-curve'],
  ] as const) {
    await open(page, `/console/knowledge/${path}`);
    await page.locator(ready).first().waitFor({ state: 'attached' });
    await audit(page);
  }
});

test('every message of the bot says why, and what it would say today', async () => {
  const { customer } = await ask('退货运费谁出？');
  const { page } = await world.sit({ path: `/console/inbox/all/${customer.conversationId}` });
  await page.locator('.msg.is-bot').last().getByRole('button', { name: '为什么这样回答' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('采用文章').waitFor();
  await dialog.getByText('结果相同').waitFor();
  await dialog.getByText('当前版本').waitFor();
});

test('a reader finds an article in the help center, votes once, and machines find it too', async () => {
  const page = await world.visit('/help/zh-CN');
  await page.getByLabel('搜索帮助').fill('退货要自己出运费么');
  await page.getByRole('button', { name: '搜索' }).click();
  await page.locator('main ul a').first().click();
  const heading = (await page.locator('h1').textContent()) ?? '';
  for (let n = 0; n < 2; n += 1) {
    await page.goto(page.url().split('?')[0] ?? '');
    await page.getByRole('button', { name: '没用' }).click();
    await page.getByText('谢谢您的反馈。').waitFor();
  }
  const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? '{}');
  expect(data.mainEntity.name).toBe(heading);
  const id = new URL(page.url()).pathname.replace('/help/zh-CN/', '');
  const listed = await world.call('GET', `/api/v1/articles?locale=zh-CN&search=${encodeURIComponent(id)}`, {
    cookie: world.admin.cookie,
  });
  await vi.waitUntil(async () => {
    const { json } = await world.call('GET', `/api/v1/articles?locale=zh-CN&search=${encodeURIComponent(id)}`, {
      cookie: world.admin.cookie,
    });
    return (json.items as { id: string; unhelpful: number }[]).find((row) => row.id === id)?.unhelpful === 1;
  }, PATIENCE);
  expect(listed.status).toBe(200);
  expect(await (await fetch(`${world.url}/help/sitemap.xml`)).text()).toContain(`/help/zh-CN/${id}</loc>`);
  const feed = await fetch(`${world.url}/help/zh-CN/feed.xml`);
  expect(feed.headers.get('content-type')).toContain('application/atom+xml');
  expect((await feed.text()).match(/<entry>/g)).toHaveLength(50);
  expect(world.complaints.splice(0)).toEqual([]);
  await audit(page);
  // The auditor's own style sheet, which the page refuses.
  world.complaints.splice(0);
});
