/** Colleagues at the console, customers on the web channel, the whole house between them. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ConsoleWorld, type Customer, openConsoleWorld, type Seat } from '../support/console-world.ts';

let world: ConsoleWorld;
/** A colleague who works through several of the tests, as colleagues do. */
let chen: Seat;
beforeAll(async () => {
  world = await openConsoleWorld();
  chen = await world.sit({ name: '小陈' });
});
afterAll(() => world?.close());
afterEach(() => {
  expect(world.complaints.splice(0)).toEqual([]);
});

const row = ({ page }: Seat, { conversationId }: Customer) => page.locator(`.row[data-id="${conversationId}"]`);
const box = ({ page }: Seat) => page.locator('.composer textarea');

/** The same colleague, back at the queue. */
async function fresh(seat: Seat): Promise<Seat> {
  await seat.page.goto(`${world.url}/console/inbox/waiting`);
  return seat;
}

/** A customer who has asked for a person, seen in the queue of an open console. */
async function askForPerson(seat: Seat): Promise<Customer> {
  const customer = await world.customer();
  await customer.say('转人工');
  await row(seat, customer).waitFor();
  return customer;
}

async function takeOver(seat: Seat, customer: Customer): Promise<void> {
  await row(seat, customer).click();
  await seat.page.getByRole('button', { name: '接管' }).first().click();
  await box(seat).waitFor();
}

async function write(seat: Seat, text: string): Promise<void> {
  await box(seat).fill(text);
  await box(seat).press('Enter');
}

test('a new colleague signs in by a one-time link, hears what is wrong with a password at its field, and the link is spent', async () => {
  const invited = await world.call('POST', '/api/v1/agents', {
    cookie: world.admin.cookie,
    body: { email: 'wu@shop.test', name: '小吴', role: 'agent' },
  });
  const link = String(invited.json.url);
  const page = await world.visit(link);
  await page.waitForURL('**/console/set-up*');
  await page.getByLabel('新密码').fill('password1234');
  await page.getByRole('button', { name: '保存并开始' }).click();
  await page.getByText('密码至少 12 个字符，且不能是常见密码。').waitFor();
  await page.getByLabel('新密码').fill('我家的猫喜欢在阳台晒太阳');
  await page.getByRole('button', { name: '保存并开始' }).click();
  await page.waitForURL('**/console/inbox/waiting');
  await page.getByText('队列已清空').waitFor();

  const late = await world.visit(link);
  await late.getByText('登录链接无效、已使用或已过期，请索取新链接。').waitFor();
  expect(late.url()).not.toContain('code');
});

test('the first administrator, whose address has no dot in it, signs in with the password', async () => {
  const page = await world.visit(`${world.url}/console/sign-in`);
  await page.getByLabel('邮箱').fill('admin@localhost');
  await page.getByLabel('密码', { exact: true }).fill(world.admin.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL('**/console/inbox/waiting');
});

test('a session that ended brings the person back to the very place, with the draft', async () => {
  const seat = await world.sit();
  const customer = await askForPerson(seat);
  await takeOver(seat, customer);
  await box(seat).fill('写了一半的回复');
  await world.call('POST', '/api/v1/auth/sign-out', { cookie: seat.person.cookie });
  const { page } = seat;
  await page.getByRole('button', { name: '交还机器人' }).click();
  await page.getByText('登录已过期').waitFor();
  await page.getByLabel('邮箱').fill(seat.person.email);
  await page.getByLabel('密码').fill('not my password');
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByText('邮箱或密码不正确。').waitFor();
  await page.getByLabel('密码').fill(seat.person.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL(`**/console/inbox/waiting/${customer.conversationId}`);
  await expect.poll(() => box(seat).inputValue()).toBe('写了一半的回复');
});

test('two colleagues press take over at once: one wins, the other is told by name', async () => {
  const [li, wang] = [await world.sit({ name: '小李' }), await world.sit({ name: '小王' })];
  const customer = await askForPerson(li);
  await row(li, customer).click();
  await row(wang, customer).click();
  // Both requests are on their way before either is answered.
  const held: (() => void)[] = [];
  for (const { page } of [li, wang])
    await page.route('**/take-over', async (route) => {
      await new Promise<void>((resolve) => {
        held.push(resolve);
        if (held.length === 2) for (const release of held) release();
      });
      await route.continue();
    });
  const press = ({ page }: Seat) => page.getByRole('button', { name: '接管' }).first().click();
  await Promise.all([press(li), press(wang)]);
  const winner = await Promise.race([
    box(li)
      .waitFor()
      .then(() => li),
    box(wang)
      .waitFor()
      .then(() => wang),
  ]);
  const [loser, name] = winner === li ? [wang, '小李'] : [li, '小王'];
  await loser.page.getByText(`已被 ${name} 接管`).waitFor();
  await loser.page.getByText(`${name} 正在处理，您可以留下备注。`).waitFor();
  expect(await box(loser).count()).toBe(0);
});

test('an answer that a bad network loses three times reaches the customer once, in order, and a note never does', async () => {
  const seat = await fresh(chen);
  const customer = await askForPerson(seat);
  await takeOver(seat, customer);
  let dropped = 0;
  await seat.page.route('**/messages', async (route) => {
    if (dropped >= 3) return route.continue();
    dropped += 1;
    // Twice the request is lost, once the answer.
    if (dropped === 3) await route.fetch();
    await route.abort('connectionreset');
  });
  await write(seat, '第一句：马上为您处理');
  await seat.page.getByText('网络不稳，正在重试').waitFor();
  await write(seat, '第二句：请稍等');
  await seat.page.locator('.msg.is-sending').first().waitFor({ state: 'detached' });
  await expect
    .poll(async () => (await customer.heard()).filter((text) => text.includes('句：')))
    .toEqual(['第一句：马上为您处理', '第二句：请稍等']);
  expect(dropped).toBe(3);
  await seat.page.unroute('**/messages');
  expect(await seat.page.locator('.msg.is-agent').allInnerTexts()).toHaveLength(2);

  await seat.page.keyboard.press('Escape');
  await seat.page.keyboard.press('n');
  await write(seat, '顾客上周投诉过，请耐心');
  await seat.page.locator('.msg.is-note', { hasText: '顾客上周投诉过' }).waitFor();
  await seat.page.locator('.msg.is-sending').waitFor({ state: 'detached' });
  await customer.say('好的谢谢');
  await seat.page.locator('.msg.is-customer', { hasText: '好的谢谢' }).waitFor();
  expect((await customer.heard()).join()).not.toContain('投诉过');
});

test('given back, the bot answers again; resolved, the conversation leaves for its view', async () => {
  const seat = await fresh(chen);
  const customer = await askForPerson(seat);
  await takeOver(seat, customer);
  const { page } = seat;
  await page.getByRole('button', { name: '交还机器人' }).click();
  await page.getByText('小陈 把会话交还给机器人').waitFor();
  const before = (await customer.heard()).length;
  await customer.say('退货运费谁出？');
  await expect.poll(async () => (await customer.heard()).length).toBeGreaterThan(before + 1);
  await page.locator('.msg.is-bot').last().waitFor();

  await page.getByRole('button', { name: '接管' }).first().click();
  await box(seat).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await page.getByText('小陈 将会话标记为已解决').waitFor();
  await page.locator('.view[data-view="resolved"]').click();
  await row(seat, customer).waitFor();
});

test('what was said while the stream was cut is there once the stream is back, without a second copy', async () => {
  const seat = await world.sit();
  let cut: (() => Promise<void>) | undefined;
  let blocked = false;
  await seat.page.routeWebSocket('**/api/v1/live', (socket) => {
    if (blocked) return void socket.close();
    const upstream = socket.connectToServer();
    cut = async () => {
      await upstream.close();
      await socket.close();
    };
  });
  await seat.page.reload();
  await seat.page.locator('.connection.is-online').waitFor({ state: 'attached' });
  const customer = await askForPerson(seat);
  await takeOver(seat, customer);
  blocked = true;
  await cut?.();
  await seat.page.locator('.connection.is-reconnecting').waitFor();
  await customer.say('断线时说的第一句');
  await customer.say('断线时说的第二句');
  blocked = false;
  await seat.page.locator('.connection.is-online').waitFor({ state: 'attached' });
  await seat.page.locator('.msg.is-customer', { hasText: '断线时说的第二句' }).waitFor();
  expect(await seat.page.locator('.msg.is-customer', { hasText: '断线时说的' }).count()).toBe(2);
});

test('a draft stays in its own conversation and mode over twenty switches', async () => {
  const seat = await fresh(chen);
  const [first, second] = [await askForPerson(seat), await askForPerson(seat)];
  await takeOver(seat, first);
  await box(seat).fill('给第一位');
  await takeOver(seat, second);
  await box(seat).fill('给第二位');
  await seat.page.locator('.view[data-view="mine"]').click();
  await row(seat, first).waitFor();
  for (let turn = 0; turn < 20; turn++) {
    const [customer, text] = turn % 2 === 0 ? [first, '给第一位'] : [second, '给第二位'];
    await row(seat, customer).click();
    await seat.page.waitForURL(`**/${customer.conversationId}`);
    await expect.poll(() => box(seat).inputValue()).toBe(text + '。'.repeat(Math.floor(turn / 2)));
    await box(seat).press('End');
    await box(seat).pressSequentially('。');
  }
  await seat.page.getByRole('button', { name: '备注' }).click();
  expect(await box(seat).inputValue()).toBe('');
  await seat.page.reload();
  await expect.poll(() => box(seat).inputValue()).toBe(`给第二位${'。'.repeat(10)}`);
  for (const customer of [first, second]) expect((await customer.heard()).join()).not.toContain('给第');
});

test('Enter that ends a composition does not send half a word', async () => {
  const seat = await fresh(chen);
  const customer = await askForPerson(seat);
  await takeOver(seat, customer);
  await box(seat).focus();
  const keys = await seat.context.newCDPSession(seat.page);
  await keys.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  await seat.page.keyboard.press('Enter');
  expect(await seat.page.locator('.msg.is-agent').count()).toBe(0);
  await keys.send('Input.insertText', { text: '你好' });
  await seat.page.keyboard.press('Enter');
  await expect.poll(async () => (await customer.heard()).filter((text) => text.trim() === '你好')).toHaveLength(1);
});
