import { describe, expect, it } from 'vitest';
import { EMPTY_STATE } from '../../../src/domain/conversation.ts';
import { botWorld, buttonsOf, turnOf, wordsOf } from '../../support/bot-world.ts';

describe('the bot', () => {
  it('greets once, in the language of the conversation, with the person always one tap away', async () => {
    const world = botWorld();
    const zh = await world.turn([], { events: ['conversation.start'] });
    expect(wordsOf(zh)[0]).toContain('示例店');
    expect(buttonsOf(zh)).toContain('转人工');
    expect(wordsOf(await world.turn([], { events: ['conversation.start'] }))).toEqual([]);
    expect(wordsOf(await botWorld().turn([], { events: ['conversation.start'], locale: 'en' }))[0]).toMatch(/^Hello/);
  });

  it('points at nothing when nothing was said: a client would hold the greeting back for a message that never comes', async () => {
    const change = await botWorld().turn([], { events: ['conversation.start'] });
    expect(change.activities[0]?.body).not.toHaveProperty('replyToId');
  });

  it('answers from an article with its source, version and label, pointing at the message', async () => {
    const change = await botWorld().turn(['请问怎么退货呀']);
    expect(wordsOf(change)).toEqual(['签收次日起 7 天内可在订单页申请退货。']);
    expect(change.activities[0]?.body).toMatchObject({
      replyToId: 'c1|0000001',
      channelData: { label: 'auto', source: { articleId: 'returns/how', version: 3, url: '/help/zh-CN/returns/how' } },
    });
    expect(change.answers).toMatchObject([{ decision: 'answer', articleId: 'returns/how', articleVersion: 3 }]);
  });

  it('answers in the language of the question and remembers it', async () => {
    const change = await botWorld().turn(['how can I return this?']);
    expect(wordsOf(change)[0]).toMatch(/^Apply on the order page/);
    expect(change.locale).toBe('en');
  });

  it('answers a thought sent in four pieces once', async () => {
    const change = await botWorld().turn(['在吗', '我买的耳机', '左边没声了', '怎么退货']);
    expect(wordsOf(change)).toHaveLength(1);
    expect(wordsOf(change)[0]).toContain('退货');
  });

  it('answers two different questions of one burst both', async () => {
    const change = await botWorld().turn(['怎么退货', '发票怎么开']);
    expect(wordsOf(change)).toHaveLength(2);
  });

  it('admits a miss and offers a person; the second miss in a row fetches one', async () => {
    const world = botWorld();
    const first = await world.turn(['你们支持星际快递吗']);
    expect(first.openTicket).toBeUndefined();
    expect(buttonsOf(first)).toEqual(['转人工']);
    const second = await world.turn(['就是寄到火星']);
    expect(second).toMatchObject({
      status: 'waiting',
      openTicket: { number: 1042, reason: 'unanswered', subject: '你们支持星际快递吗 / 就是寄到火星' },
    });
    expect(wordsOf(second)[0]).toContain('T-1042');
  });

  it('forgets a miss after a good answer', async () => {
    const world = botWorld();
    await world.turn(['火星']);
    await world.turn(['怎么退货']);
    expect((await world.turn(['木星'])).openTicket).toBeUndefined();
  });

  it('offers the choices when unsure, and understands "2" as the second of them', async () => {
    const world = botWorld();
    const asked = await world.turn(['退货和发票']);
    expect(buttonsOf(asked).slice(0, 2)).toEqual(['怎么退货？', '怎么开发票？']);
    expect(wordsOf(await world.turn(['２.']))).toEqual(['在订单页申请，24 小时内开出。']);
  });

  it.each(['转人工', '我要人工客服', '人工', 'human please', 'Can I talk to a real person?', 'agent'])(
    'fetches a person for "%s"',
    async (text) => {
      const change = await botWorld().turn([text]);
      expect(change).toMatchObject({ status: 'waiting', openTicket: { reason: 'asked' } });
      expect(change.activities.find(({ body }) => body.name === 'handoff.initiate')).toMatchObject({
        visibility: 'internal',
        body: { value: { reason: 'asked' } },
      });
    },
  );

  it.each(['不用转人工了', '人工费多少钱', '这是人工智能吗', 'is this person-sized?'])(
    'does not fetch a person for "%s"',
    async (text) => {
      expect((await botWorld().turn([text])).openTicket).toBeUndefined();
    },
  );

  it('tells at night when people are back, and in the morning that it is today', async () => {
    const night = await botWorld({ now: '2026-03-02T23:30:00+08:00' }).turn(['转人工']);
    expect(wordsOf(night)[0]).toMatch(/明天 9:00/);
    const dawn = await botWorld({ now: '2026-03-02T06:30:00+08:00' }).turn(['转人工']);
    expect(wordsOf(dawn)[0]).toMatch(/今天 9:00/);
  });

  it('opens one ticket only, however often a waiting customer asks', async () => {
    const openTicket = { id: 't1', number: 1042, status: 'open' as const };
    const change = await botWorld().turn(['转人工'], { status: 'waiting', openTicket });
    expect(change.openTicket).toBeUndefined();
    expect(wordsOf(change)[0]).toContain('T-1042');
  });

  it('still answers what it surely knows while the customer waits, and is silent otherwise', async () => {
    const openTicket = { id: 't1', number: 1042, status: 'open' as const };
    const world = botWorld();
    expect(wordsOf(await world.turn(['怎么退货'], { status: 'waiting', openTicket }))).toHaveLength(1);
    expect(wordsOf(await world.turn(['火星'], { status: 'waiting', openTicket }))).toEqual([]);
  });

  it('lets a waiting customer come back to the bot, which resolves the ticket', async () => {
    const openTicket = { id: 't1', number: 1042, status: 'open' as const };
    const change = await botWorld().turn(['不用人工了'], { status: 'waiting', openTicket });
    expect(change).toMatchObject({ status: 'bot', updateTickets: [{ id: 't1', status: 'resolved' }] });
  });

  it('says nothing while a person is on it', async () => {
    const change = await botWorld().turn(['怎么退货', '转人工'], { status: 'human', ownerId: 'a1' });
    expect(change.activities).toEqual([]);
    expect(change.openTicket).toBeUndefined();
  });

  it.each([
    ['我要投诉你们', 'complaint'],
    ['你们就是骗子', 'angry'],
    ['I want to complain', 'complaint'],
  ])('hands "%s" to a person as %s', async (text, reason) => {
    expect(await botWorld().turn([text])).toMatchObject({ status: 'waiting', openTicket: { reason } });
  });

  it('answers small talk without counting it as a question', async () => {
    const world = botWorld();
    for (const text of ['你好', '谢谢啦', 'hello there', 'thanks a lot!'])
      expect((await world.turn([text])).answers).toBeUndefined();
    expect(world.state.misses).toBe(0);
  });

  it('asks in words what to do with a file that comes alone', async () => {
    const change = await botWorld().turn([
      { type: 'message', attachments: [{ contentType: 'image/png', contentUrl: 'x' }] },
    ]);
    expect(buttonsOf(change)).toEqual(['转人工']);
  });

  it('turns a fault into a value: nothing is said, and the second mouth apologises with a ticket', async () => {
    const { bot } = botWorld({
      answers: {
        knowledge: () => {
          throw new Error('index broken');
        },
        llm: null,
        log: { debug() {}, info() {}, warn() {}, error() {} },
      },
    });
    const turn = turnOf([['customer', { type: 'message', text: '怎么退货' }]], {
      state: EMPTY_STATE,
      openTicket: null,
      conversation: {},
    });
    expect(await bot.think(turn)).toMatchObject({ ok: false, cause: new Error('index broken') });
    const sorry = await bot.giveUp(turn);
    expect(sorry).toMatchObject({ ok: true, change: { status: 'waiting', openTicket: { reason: 'failed' } } });
  });

  it('runs many turns at once without mixing their replies', async () => {
    const { bot } = botWorld();
    const texts = Array.from({ length: 40 }, (_, n) => (n % 2 ? '怎么退货' : '怎么开发票'));
    const thoughts = await Promise.all(
      texts.map((text) =>
        bot.think(
          turnOf([['customer', { type: 'message', text }]], { state: EMPTY_STATE, openTicket: null, conversation: {} }),
        ),
      ),
    );
    thoughts.forEach((thought, n) => {
      if (!thought.ok) throw thought.cause;
      expect(wordsOf(thought.change)[0]).toContain(n % 2 ? '退货' : '24 小时');
    });
  });
});

describe('a model that words answers', () => {
  const llm = (text: string) => ({ model: 'fake', word: async () => ({ ok: true as const, text }) });

  it('is labelled, and typing shows while it thinks', async () => {
    const world = botWorld({ llm: llm('您好，7 天内在订单页申请退货就可以。') });
    const change = await world.turn(['怎么退货']);
    expect(change.activities[0]?.body).toMatchObject({
      text: '您好，7 天内在订单页申请退货就可以。',
      channelData: { label: 'ai' },
    });
    expect(world.typing).toEqual(['c1']);
  });

  it.each(['30 天内都可以退货', '点 https://evil.example 退货', '<b>退货</b>', '![x](https://evil.example/a.png)', ''])(
    'is not believed when it says "%s"',
    async (text) => {
      const change = await botWorld({ llm: llm(text) }).turn(['怎么退货']);
      expect(wordsOf(change)).toEqual(['签收次日起 7 天内可在订单页申请退货。']);
    },
  );

  it('never touches an article about money or law', async () => {
    const change = await botWorld({ llm: llm('24 小时') }).turn(['怎么开发票']);
    expect(wordsOf(change)).toEqual(['在订单页申请，24 小时内开出。']);
  });

  it('is not missed when it fails', async () => {
    const change = await botWorld({
      llm: { model: 'fake', word: async () => ({ ok: false, reason: 'timeout' }) },
    }).turn(['怎么退货']);
    expect(change.activities[0]?.body).toMatchObject({ channelData: { label: 'auto' } });
  });
});
