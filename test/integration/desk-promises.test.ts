/** The ledger of promises on both engines: noted with the message, followed to its end, the customer told once. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../src/desk/actions.ts';
import { createPromiseDesk, type PromiseDesk, promisedBy, withPromises } from '../../src/desk/promises.ts';
import { type Calendar, everyDay } from '../../src/domain/calendar.ts';
import type { Store } from '../../src/store/store.ts';
import { botSays, newAgent, newWorld, type World } from '../support/desk-world.ts';
import { engines, type Home } from '../support/engines.ts';

const HOURS: Calendar = everyDay({ timeZone: 'Asia/Shanghai', opens: 9 * 60, closes: 18 * 60 });

describe.each(engines)('promises on $name', ({ home }) => {
  let place: Home;
  let store: Store;
  let desk: Desk;
  let ledger: PromiseDesk;
  let now = new Date();
  const at = (text: string) => {
    now = new Date(text);
  };
  const deps = { clock: () => now, newId: v7, calendarOf: () => HOURS };
  const ledgerOf = (one: Store) =>
    createPromiseDesk({ ...deps, store: one.desk, promises: one.promises, announce: () => {} });
  beforeAll(async () => {
    place = await home();
    store = await place.open({ clock: () => now });
    desk = createDesk({
      store: store.desk,
      findTicket: (id) => store.views.findTicket(id),
      newId: v7,
      promised: promisedBy({ ...deps, promises: store.promises }),
      announce: () => {},
    });
    ledger = ledgerOf(store);
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });
  const served = async (words: string) => {
    const world = await newWorld(store);
    await store.db.query('update conversation set last_at = $2 where id = $1', [
      world.conversationId,
      now.toISOString(),
    ]);
    const agent = await newAgent(store, '小林');
    await desk.takeOver(agent, world.conversationId, false);
    await desk.reply(agent, world.conversationId, { text: words, clientId: v7() });
    const [promise] = await store.promises.ofConversation(world.conversationId);
    return { world, agent, promise };
  };
  const stateOf = async (id: string) => (await store.promises.find(id))?.state;
  const said = async (world: World) => (await world.texts()).map((line) => line.replace(/^\d+ /, ''));

  it('are noted with the message that makes them, and bind once a person has said so', async () => {
    at('2026-03-02T10:00:00+08:00');
    const { agent, promise } = await served('您好，明天给您答复。');
    expect(promise).toMatchObject({
      act: 'reply',
      state: 'proposed',
      dueAt: '2026-03-03T10:00:00.000Z',
      quote: '您好，明天给您答复。',
    });
    if (!promise) throw new Error('none');
    at('2026-03-04T10:00:00+08:00');
    await ledger.sweep();
    expect(await stateOf(promise.id)).toBe('proposed');
    await ledger.settle(agent, promise.id, { state: 'dismissed' });
    expect(await stateOf(promise.id)).toBe('dismissed');
    await expect(ledger.settle(agent, promise.id, { state: 'kept' })).rejects.toMatchObject({ code: 'IllegalMove' });
  });

  it('are reminded of once, and told to the customer once with a new time when they are broken', async () => {
    at('2026-03-02T10:00:00+08:00');
    const { world, agent, promise } = await served('2小时内给您退款');
    if (!promise) throw new Error('none');
    await ledger.settle(agent, promise.id, { state: 'open' });
    at('2026-03-02T11:40:00+08:00');
    await Promise.all([ledgerOf(store).sweep(), ledgerOf(store).sweep()]);
    await ledger.sweep();
    expect((await said(world)).filter((line) => line === 'system: promise.soon')).toHaveLength(1);
    at('2026-03-02T12:00:00+08:00');
    await Promise.all([ledgerOf(store).sweep(), ledgerOf(store).sweep(), ledgerOf(store).sweep()]);
    await ledger.sweep();
    const late = (await said(world)).filter((line) => line.startsWith('bot:'));
    expect(late).toEqual([
      'bot: 很抱歉，之前答应您的退款没能按时做到。您的事情仍在跟进，最晚今天 16:00 前给您答复，您不用再催。',
    ]);
    expect(await stateOf(promise.id)).toBe('broken');
    at('2026-03-02T17:00:00+08:00');
    await ledger.sweep();
    await ledger.sweep();
    expect((await said(world)).filter((line) => line.startsWith('bot:'))).toHaveLength(1);
    const { items } = await store.promises.list({ state: 'broken', cursor: null, limit: 100 });
    expect(items.filter(({ conversationId }) => conversationId === world.conversationId)).toHaveLength(2);
  });

  it('to answer are kept by an answer, but not by the rest of the same breath', async () => {
    at('2026-03-02T10:00:00+08:00');
    const { world, agent, promise } = await served('今天下午给您回复');
    if (!promise) throw new Error('none');
    await ledger.settle(agent, promise.id, { state: 'open' });
    at('2026-03-02T10:01:00+08:00');
    await desk.reply(agent, world.conversationId, { text: '请稍等', clientId: v7() });
    expect(await stateOf(promise.id)).toBe('open');
    at('2026-03-02T14:00:00+08:00');
    await desk.reply(agent, world.conversationId, { text: '查到了，是仓库漏发。', clientId: v7() });
    expect(await stateOf(promise.id)).toBe('kept');
  });

  it('are put off with a word to the customer, and followed under the new time', async () => {
    at('2026-03-02T10:00:00+08:00');
    const { world, agent, promise } = await served('明天给您补发');
    if (!promise) throw new Error('none');
    await ledger.settle(agent, promise.id, { state: 'open' });
    await ledger.postpone(agent, promise.id, new Date('2026-03-05T18:00:00+08:00'));
    const [next, old] = await store.promises.ofConversation(world.conversationId);
    expect(old?.state).toBe('replaced');
    expect(next).toMatchObject({ state: 'open', replaces: promise.id, dueAt: '2026-03-05T10:00:00.000Z', act: 'ship' });
    expect((await said(world)).at(-1)).toContain('3月5日');
    await expect(ledger.postpone(agent, String(next?.id), new Date('2026-03-01T18:00:00+08:00'))).rejects.toMatchObject(
      { code: 'InvalidRange' },
    );
  });

  it('of the bot are noted too, those in the words of an article are not', () => {
    at('2026-03-02T10:00:00+08:00');
    const cited = botSays('3天内退款');
    const change = withPromises(
      {
        activities: [
          botSays('已登记，24小时内回复您。'),
          { ...cited, body: { ...cited.body, channelData: { source: { articleId: 'x' } } } },
        ],
      },
      v7(),
      deps,
    );
    expect(change.promises?.map(({ n, act, state }) => ({ n, act, state }))).toEqual([
      { n: 1, act: 'reply', state: 'proposed' },
    ]);
  });
});
