/** Every page of the console in both languages, both themes and two widths: nothing that a screen reader or a narrow phone would trip over. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type ConsoleWorld, openConsoleWorld } from '../support/console-world.ts';

const PATIENCE = { timeout: 20_000, interval: 100 };
let world: ConsoleWorld;
let conversationId = '';
beforeAll(async () => {
  world = await openConsoleWorld();
  const customer = await world.customer();
  conversationId = customer.conversationId;
  await customer.say('退货运费谁出？');
  await vi.waitUntil(async () => (await customer.heard()).length > 1, PATIENCE);
  await customer.say('我要投诉，转人工');
  await vi.waitUntil(async () => {
    const detail = await world.call('GET', `/api/v1/conversations/${conversationId}`, { cookie: world.admin.cookie });
    return detail.json.status === 'waiting';
  }, PATIENCE);
});
afterAll(() => world?.close());
afterEach(() => {
  expect(world.complaints.splice(0)).toEqual([]);
});

async function audit(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {}))),
  );
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${page.url()} ${id}: ${node.target.join(' ')}`),
  );
  expect(found).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
}

const LOOKS = [
  { look: { locale: 'zh-CN', width: 1440, dark: false }, name: 'zh-CN, wide, light' },
  { look: { locale: 'en-US', width: 390, height: 780, dark: true }, name: 'en, phone, dark' },
] as const;

test.each(LOOKS)('no barrier on any page: $name', async ({ look }) => {
  const signIn = await world.visit('/console/sign-in', look);
  await signIn.locator('form').waitFor();
  await audit(signIn);

  const { page } = await world.sit({ role: 'admin', look, path: `/console/inbox/waiting/${conversationId}` });
  await page.locator('.msg.is-bot').first().waitFor();
  await page.keyboard.press('n');
  await page.locator('.composer textarea').waitFor();
  await audit(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await audit(page);
  for (const [path, ready] of [
    ['/console/inbox/waiting', '.row'],
    ['/console/team', 'table'],
    ['/console/profile', '.panel'],
    ['/console/settings/audit', 'table'],
    ['/console/settings/keys', '.notice'],
    ['/console/nowhere', '.notice'],
  ] as const) {
    await page.goto(world.url + path);
    await page.locator(ready).first().waitFor();
    await audit(page);
  }
});

test('a row shows all of its lines: nothing is cut at the bottom', async () => {
  const { page } = await world.sit();
  await page.locator('.row').first().waitFor();
  expect(
    await page
      .locator('.row')
      .first()
      .evaluate((row) => row.scrollHeight - row.clientHeight),
  ).toBe(0);
});

test('a colleague without the right is told so, and who can give it', async () => {
  const { page } = await world.sit({ path: '/console/team' });
  await page.getByText('您没有权限查看这个页面').waitFor();
  await page.getByText('请联系管理员').waitFor();
});

test('an administrator invites a colleague, sees the link once, changes a role and disables the account', async () => {
  const { page } = await world.sit({ role: 'admin', path: '/console/team' });
  await page.getByRole('button', { name: '邀请同事' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('名字').fill('小赵');
  await dialog.getByLabel('邮箱').fill('admin@localhost');
  await dialog.getByRole('button', { name: '生成邀请链接' }).click();
  await dialog.getByText('请检查邮箱格式').or(dialog.getByText('这个邮箱已有账号。')).first().waitFor();
  await dialog.getByLabel('邮箱').fill('zhao@shop.test');
  await dialog.getByRole('button', { name: '生成邀请链接' }).click();
  const link = await page.getByLabel('一次性登录链接').inputValue();
  expect(link).toContain('/console/sign-in#code=');
  await page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click();

  const line = page.getByRole('row', { name: /小赵/ });
  await line.getByText('待激活').waitFor();
  await line.getByLabel('小赵 的角色').selectOption('supervisor');
  await page.getByText('角色已更改').waitFor();
  await line.getByRole('button', { name: '停用' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '停用' }).click();
  await line.getByText('已停用').waitFor();
  const listed = await world.call('GET', '/api/v1/agents', { cookie: world.admin.cookie });
  const zhao = (listed.json.items as { email: string; role: string; disabled: boolean }[]).find(
    ({ email }) => email === 'zhao@shop.test',
  );
  expect(zhao).toMatchObject({ role: 'supervisor', disabled: true });
  expect((await world.call('POST', '/api/v1/auth/link', { body: { code: link.split('code=')[1] } })).status).toBe(404);
});
