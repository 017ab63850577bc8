/** What customers say: each text carries a number of its own, and the bot's answer to it is known beforehand. */
import type { Dice } from './dice.ts';

/** `faq`: the bot answers from `article`, always. `outside`: no article knows it. `person`: the customer wants a person. */
export type Line = { n: number; kind: 'faq' | 'outside' | 'person'; text: string; article: string | null };

const FAQ: readonly (readonly [question: string, article: string])[] = [
  ['怎么注销账号？', 'account/close-account'],
  ['忘记密码或登录不上怎么办？', 'account/cannot-log-in'],
  ['优惠券能换成现金或转给别人吗？', 'coupons/cash-or-transfer'],
  ['下单后能改收货地址吗？', 'delivery/change-address'],
  ['白天不在家，能改时间送或放驿站吗？', 'delivery/home-or-pickup-point'],
  ['显示已签收，但我没收到怎么办？', 'delivery/signed-but-not-received'],
  ['签收后多少天内可以换货？', 'exchange/exchange-deadline'],
  ['可以换成别的商品吗？', 'exchange/other-product'],
  ['运费险怎么赔？', 'freight/freight-insurance'],
  ['我垫付的退货运费怎么报销？', 'freight/freight-reimbursement'],
  ['送修的运费谁出？', 'freight/repair-freight'],
  ['怀疑买到假货怎么办？', 'goods-problem/genuine-or-fake'],
  ['发票抬头或税号填错了怎么改？', 'invoice/correct-an-invoice'],
  ['能开增值税专用发票吗？', 'invoice/special-vat-invoice'],
  ['买完就降价了，能退差价吗？', 'price-protection/how-to-claim'],
  ['怎么删除我的个人信息？', 'privacy/delete-my-data'],
  ['怎么不再收到推广短信和消息？', 'privacy/stop-marketing-messages'],
  ['退款多久到账？', 'refund/refund-time'],
  ['退款申请被拒绝了怎么办？', 'refund/refund-rejected'],
  ['可以仅退款、不退货吗？', 'refund/refund-only'],
  ['维修要收费吗，过保了怎么收？', 'repair/repair-cost'],
  ['拆封或试用过的商品还能退吗？', 'returns/opened-or-used'],
  ['退货寄到哪个地址？', 'returns/return-address'],
  ['退货可以上门取件吗？', 'returns/pickup'],
];
const OUTSIDE = ['今天天气怎么样', '你们老板是谁', '帮我写一首诗', '量子力学是什么', '火星上有水吗', '附近哪里好吃'];

const PERSON = 0.06;
const UNKNOWN = 0.14;

export function nextLine(n: number, dice: Dice): Line {
  const fate = dice.next();
  if (fate < PERSON) return { n, kind: 'person', text: `转人工 #${n}`, article: null };
  if (fate < PERSON + UNKNOWN) return { n, kind: 'outside', text: `${dice.pick(OUTSIDE)} #${n}`, article: null };
  return faqLine(n, dice);
}

export function faqLine(n: number, dice: Dice): Line {
  const [question, article] = dice.pick(FAQ);
  return { n, kind: 'faq', text: `${question} #${n}`, article };
}

/** So many different questions, in an order that the dice choose; at most as many as there are. */
export function faqLines(dice: Dice, count: number): Line[] {
  const left = [...FAQ];
  return Array.from({ length: Math.min(count, left.length) }, (_, index) => {
    const [[question, article] = ['', '']] = left.splice(dice.below(left.length), 1);
    return { n: index + 1, kind: 'faq', text: `${question} #${index + 1}`, article };
  });
}
