/** An administrator connects an Official Account in a real browser, and hears in plain words what is wrong with it. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ConsoleWorld, openConsoleWorld } from '../support/console-world.ts';
import { DEMO_ACCOUNT } from '../support/wechat-sim/connect.ts';
import { openSimFront, type SimFront } from '../support/wechat-sim/front.ts';

let front: SimFront;
let world: ConsoleWorld;
beforeAll(async () => {
  front = await openSimFront({ ...DEMO_ACCOUNT, ipAllow: ['203.0.113.7'] });
  world = await openConsoleWorld({ WECHAT_API_BASE: front.url, BURST_WINDOW_MS: '0' });
});
afterAll(async () => {
  await world?.close();
  await front?.close();
});
afterEach(() => {
  expect(world.complaints.splice(0)).toEqual([]);
});

test('keys are made and shown once, each step is checked for real, and the menu is published and read back', async () => {
  const { page } = await world.sit({ role: 'admin', path: '/console/inboxes' });
  await page.getByRole('button', { name: '添加账号' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('微信').click();
  await dialog.getByLabel('名称').fill('春风服务号');
  await dialog.getByRole('button', { name: '添加并开始设置' }).click();

  const keys = page.getByRole('button', { name: '生成' });
  await keys.first().click();
  await keys.first().click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  const aesKey = await page.getByLabel('EncodingAESKey').inputValue();
  expect([token.length, aesKey.length]).toEqual([32, 43]);
  await page.getByLabel('AppID').fill(DEMO_ACCOUNT.appId);
  await page.getByLabel('AppSecret').fill(DEMO_ACCOUNT.secret);
  await page.getByRole('button', { name: '保存', exact: true }).first().click();
  await page.getByText('已保存', { exact: true }).waitFor();
  await page.getByRole('switch', { name: '启用这个账号' }).click();
  await page.getByText('已启用').waitFor();

  await page.getByRole('button', { name: '全部检查' }).click();
  await page.getByText('服务器 IP 127.0.0.1 不在白名单里（40164）').first().waitFor();
  await page.getByText('微信还没有来验证').waitFor();
  expect(await page.getByLabel('我们的 IP').first().inputValue()).toBe('127.0.0.1');
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`))).toEqual([]);

  front.account.account.ipAllow = null;
  const url = await page.getByLabel('URL').inputValue();
  Object.assign(front.account.account, { token, aesKey, callbackUrls: [url] });
  expect(await front.account.verifyUrl(async (address) => (await fetch(address)).text())).toBe(true);
  await page.getByRole('button', { name: '全部检查' }).click();
  await page.locator('.checks .is-good').nth(3).waitFor();

  await page.getByRole('button', { name: '添加按钮' }).click();
  await page.getByLabel('名称').last().fill('怎么退货');
  await page.getByLabel('顾客说的话').fill('怎么退货？');
  await page.getByRole('button', { name: '发布' }).click();
  await page.getByText('已发布，顾客最晚 5 分钟后看到。').waitFor();
  expect(front.account.account.menu).toEqual({ button: [{ type: 'click', name: '怎么退货', key: '怎么退货？' }] });

  await page.reload();
  await page.getByRole('button', { name: '换一个新的' }).first().waitFor();
  const listed = await world.call('GET', '/api/v1/inboxes', { cookie: world.admin.cookie });
  for (const secret of [token, aesKey, DEMO_ACCOUNT.secret]) expect(listed.text).not.toContain(secret);
  const driver = front.account.customer('oE2e000000001');
  await driver.follow();
  const [greeting] = await greeted();
  expect(greeting).toMatchObject({ from: 'account', type: 'msgmenu' });
});

async function greeted() {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const entries = front.account.transcript('oE2e000000001').filter(({ from }) => from === 'account');
    if (entries.length > 0) return entries;
    await new Promise((resume) => setTimeout(resume, 25));
  }
  throw new Error('no greeting came');
}
