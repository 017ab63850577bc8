import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseScore } from '../../../dialogs/feedback/index.ts';
import { dialogs } from '../../../dialogs/index.ts';
import { defineDialog } from '../../../src/bot/dialog-kit.ts';
import { botWorld, buttonsOf, wordsOf } from '../../support/bot-world.ts';

const resolved = { status: 'resolved' as const };

describe('the feedback dialog', () => {
  it('asks after the end, takes 已解决 and 5 分, and records both', async () => {
    const world = botWorld();
    const asked = await world.turn([], { ...resolved, events: ['desk.resolved'] });
    expect(buttonsOf(asked)).toEqual(['已解决', '未解决']);
    expect(await world.turn(['已解决'], resolved)).toMatchObject({ csat: { score: null, resolved: true } });
    expect(await world.turn(['5 分'], resolved)).toMatchObject({ csat: { score: 5, resolved: true } });
    expect(world.state.frame).toBeNull();
  });

  it('offers a person again to whom it did not help', async () => {
    const world = botWorld();
    await world.turn([], { ...resolved, events: ['desk.resolved'] });
    await world.turn(['没解决'], resolved);
    const end = await world.turn(['1'], resolved);
    expect(end).toMatchObject({ csat: { score: 1, resolved: false } });
    expect(buttonsOf(end)).toEqual(['转人工']);
  });

  it('speaks English to whom the desk spoke English', async () => {
    const world = botWorld();
    expect(buttonsOf(await world.turn([], { ...resolved, locale: 'en', events: ['desk.resolved'] }))).toEqual([
      'Solved',
      'Not solved',
    ]);
    expect(await world.turn(['solved'], { ...resolved, locale: 'en' })).toMatchObject({ csat: { resolved: true } });
  });

  it('lets go of a customer who asks something else, answers, and reopens the conversation', async () => {
    const world = botWorld();
    await world.turn([], { ...resolved, events: ['desk.resolved'] });
    const change = await world.turn(['怎么退货'], resolved);
    expect(change.status).toBe('bot');
    expect(wordsOf(change)[0]).toContain('退货');
    expect(world.state.frame).toBeNull();
  });

  it('gives way to 转人工 in the middle', async () => {
    const world = botWorld();
    await world.turn([], { ...resolved, events: ['desk.resolved'] });
    expect(await world.turn(['转人工'], resolved)).toMatchObject({ status: 'waiting' });
    expect(world.state.frame).toBeNull();
  });

  it('ends a conversation on goodbye and asks how it was', async () => {
    const change = await botWorld().turn(['没事了，再见']);
    expect(change.status).toBe('resolved');
    expect(buttonsOf(change)).toEqual(['已解决', '未解决']);
  });

  it.each([
    ['5', 5],
    ['４分', 4],
    ['三星', 3],
    ['★★', 2],
    ['5/5', 5],
    ['five', 5],
    ['6', null],
    ['0', null],
    ['55', null],
    ['第5个', null],
  ])('reads "%s" as %s', (text, score) => {
    expect(parseScore(text)).toBe(score);
  });
});

describe('the dialog kit', () => {
  const booking = defineDialog({
    name: 'booking',
    texts: { 'zh-CN': { ask: '哪一天？', done: '{day} 见' }, en: { ask: 'Which day?', done: 'See you on {day}' } },
    triggers: { events: [], matches: (text) => text.includes('预约') },
    slots: z.object({ day: z.string().nullable() }),
    optional: false,
    start: ({ t }) => ({ say: [{ text: t('ask') }], next: 'day', slots: { day: null } }),
    steps: {
      day: ({ text, t }) =>
        /^\d+号$/.test(text)
          ? { say: [{ text: t('done', { day: text }) }], next: 'end' }
          : { say: [{ text: t('ask') }], next: 'misunderstood' },
    },
  });

  it('answers a question in the middle and asks its step again', async () => {
    const world = botWorld({ dialogs: [booking] });
    expect(wordsOf(await world.turn(['我要预约']))).toEqual(['哪一天？']);
    expect(wordsOf(await world.turn(['怎么退货']))).toEqual(['签收次日起 7 天内可在订单页申请退货。', '哪一天？']);
    expect(wordsOf(await world.turn(['5号']))).toEqual(['5号 见']);
  });

  it('fetches a person after three answers that it could not use', async () => {
    const world = botWorld({ dialogs: [booking] });
    await world.turn(['我要预约']);
    await world.turn(['啊']);
    await world.turn(['呃']);
    expect(await world.turn(['哦'])).toMatchObject({ status: 'waiting', openTicket: { reason: 'unanswered' } });
  });

  it.each([
    ['the step was renamed', { dialog: 'feedback', step: 'rating', slots: {} }],
    ['the dialog is gone', { dialog: 'survey', step: 'one', slots: {} }],
    ['the slots have another shape', { dialog: 'feedback', step: 'score', slots: { resolved: 'yes' } }],
    ['the step is a name of every object', { dialog: 'feedback', step: 'constructor', slots: { resolved: null } }],
  ])('hands over instead of guessing when after a redeploy %s', async (_what, frame) => {
    const world = botWorld();
    world.state = { ...world.state, frame: { ...frame, startedAt: '2026-03-02T01:59:00.000Z', failures: 0 } };
    expect(await world.turn(['5'])).toMatchObject({ status: 'waiting', openTicket: { reason: 'failed' } });
    expect(world.state.frame).toBeNull();
  });

  it('forgets a frame that nobody answered for a day', async () => {
    const world = botWorld();
    world.state = {
      ...world.state,
      frame: {
        dialog: 'feedback',
        step: 'score',
        slots: { resolved: true },
        startedAt: '2026-03-01T00:00:00.000Z',
        failures: 0,
      },
    };
    expect((await world.turn(['5'])).csat).toBeUndefined();
  });

  it('has every text of every dialog in both languages, with the same placeholders', () => {
    for (const { texts } of dialogs) {
      expect(Object.keys(texts.en)).toEqual(Object.keys(texts['zh-CN']));
      for (const [key, text] of Object.entries(texts['zh-CN'])) {
        expect(texts.en[key]?.match(/\{\w+\}/g) ?? []).toEqual(text.match(/\{\w+\}/g) ?? []);
      }
    }
  });
});
