import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { DEMO_ACCOUNT } from '../support/wechat-sim/connect.ts';
import { openSimFront, type SimFront } from '../support/wechat-sim/front.ts';

/** A callback that only says `success`: what the page shows is the simulator's own. */
let callback: Server;
let front: SimFront;
let browser: Browser;

beforeAll(async () => {
  callback = createServer((request, response) => request.resume().on('end', () => response.end('success')));
  callback.listen(0, '127.0.0.1');
  front = await openSimFront({ ...DEMO_ACCOUNT });
  front.account.account.callbackUrls = [`http://127.0.0.1:${(callback.address() as AddressInfo).port}/push`];
  front.account.account.menu = { button: [{ type: 'click', name: '帮助', key: 'HELP' }] };
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await front.close();
  callback.close();
});

async function open(look: { locale: string; width: number }): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ locale: look.locale, viewport: { width: look.width, height: 844 } });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await page.goto(front.url);
  await page.locator('#menu button').waitFor();
  return { page, faults };
}

async function send(body: Record<string, unknown>): Promise<unknown> {
  const credentials = { grant_type: 'client_credential', appid: DEMO_ACCOUNT.appId, secret: DEMO_ACCOUNT.secret };
  const post = async (path: string, content: unknown) =>
    (await fetch(front.url + path, { method: 'POST', body: JSON.stringify(content) })).json();
  const { access_token } = (await post('/cgi-bin/stable_token', credentials)) as { access_token: string };
  return post(`/cgi-bin/message/custom/send?access_token=${access_token}`, { touser: 'oCustomerA', ...body });
}

describe('the phone of the simulator', () => {
  test('is used by keyboard: a message goes out, a menu comes and is tapped', async () => {
    const { page, faults } = await open({ locale: 'zh-CN', width: 1280 });
    await page.locator('#more').focus();
    await page.keyboard.press('Enter');
    await page.locator('#follow').focus();
    await page.keyboard.press('Enter');
    await page.getByText('您关注了公众号').waitFor();
    await page.locator('#words').fill('怎么退货？');
    await page.keyboard.press('Enter');
    await page.locator('li.customer', { hasText: '怎么退货？' }).waitFor();
    const list = [{ id: '101', content: '申请退货' }];
    const menu = { head_content: '请选择：', list, tail_content: '' };
    expect(await send({ msgtype: 'msgmenu', msgmenu: menu })).toMatchObject({ errcode: 0 });
    await page.getByRole('button', { name: '申请退货' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('li.customer', { hasText: '申请退货' }).waitFor();
    expect(front.account.account.pushed.at(-1)?.fields).toMatchObject({ Content: '申请退货', bizmsgmenuid: '101' });
    await page.getByRole('button', { name: '帮助' }).click();
    await expect
      .poll(() => front.account.account.pushed.at(-1)?.fields)
      .toMatchObject({ Event: 'CLICK', EventKey: 'HELP' });
    expect(faults).toEqual([]);
  });

  test('shows no markup of a message but links', async () => {
    const { page, faults } = await open({ locale: 'zh-CN', width: 1280 });
    const content =
      '<b>粗</b> <a href="https://shop.example/help">说明</a> <a href="javascript:alert(1)">不行</a><img src=x>';
    expect(await send({ msgtype: 'text', text: { content } })).toMatchObject({ errcode: 0 });
    const bubble = page.locator('li.account').last();
    await bubble.getByText('说明').waitFor();
    expect(await bubble.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
      'https://shop.example/help',
    ]);
    expect(await bubble.locator('b, img').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  test.each([
    { locale: 'zh-CN', width: 390, placeholder: '发消息' },
    { locale: 'en-US', width: 390, placeholder: 'Message' },
  ])('fits a phone in $locale, and is readable by all', async ({ locale, width, placeholder }) => {
    const { page } = await open({ locale, width });
    expect(await page.locator('#words').getAttribute('placeholder')).toBe(placeholder);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  test('is driven by its own page alone', async () => {
    const act = { method: 'POST', headers: { 'Content-Type': 'application/json', origin: 'https://evil.example' } };
    const body = JSON.stringify({ act: 'say', openid: 'oCustomerA', text: 'x' });
    expect((await fetch(`${front.url}/sim/act`, { ...act, body })).status).toBe(403);
  });
});
