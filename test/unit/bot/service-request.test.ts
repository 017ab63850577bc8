import { describe, expect, it } from 'vitest';
import { botWorld, buttonsOf, wordsOf } from '../../support/bot-world.ts';

describe('applying for after-sales service', () => {
  it('takes order and reason and gives a person both in one ticket', async () => {
    const world = botWorld();
    expect(wordsOf(await world.turn(['申请退货']))[0]).toContain('订单号');
    await world.turn(['订单号是 20260301123456 哈']);
    const end = await world.turn(['耳机左边没声音']);
    expect(end).toMatchObject({
      status: 'waiting',
      openTicket: { reason: 'policy', subject: '退货申请｜20260301123456｜耳机左边没声音' },
    });
    expect(wordsOf(end)[0]).toContain('T-1042');
    expect(world.state.frame).toBeNull();
  });

  it.each([
    '“申请换货”',
    '申请退款。',
    '申请维修',
    '进度',
    '查保修',
    '申请售后',
    'Apply for return',
    'check warranty',
    'progress',
  ])('begins at "%s", as our answers tell customers to reply', async (text) => {
    expect(buttonsOf(await botWorld().turn([text]))).toHaveLength(1);
  });

  it.each(['怎么申请退货', '进度条卡住了', '申请'])('does not begin at "%s"', async (text) => {
    expect((await botWorld().turn([text])).state?.frame ?? null).toBeNull();
  });

  it('goes on without an order number for whoever has none', async () => {
    const world = botWorld();
    await world.turn(['apply for refund']);
    await world.turn(['I have no order number']);
    expect(await world.turn(['never arrived'])).toMatchObject({
      openTicket: { subject: 'a refund | no order number | never arrived' },
    });
  });

  it('answers a question in the middle and still wants the order number', async () => {
    const world = botWorld();
    await world.turn(['申请换货']);
    const change = await world.turn(['发票怎么开']);
    expect(wordsOf(change)).toHaveLength(2);
    expect(wordsOf(change)[1]).toContain('订单号');
    expect(world.state.frame?.step).toBe('order');
  });
});
