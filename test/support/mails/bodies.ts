/** Customers' words to put into mails, each with something that a careless reader takes for a quote, a header or a signature. */
export interface Body {
  name: string;
  language: 'zh-CN' | 'zh-TW' | 'en' | 'other';
  text: string;
}

const body = (language: Body['language'], name: string, text: string): Body => ({ name, language, text });

export const BODIES: readonly Body[] = [
  body('zh-CN', 'short', '好的，谢谢！'),
  body(
    'zh-CN',
    'paragraphs',
    '您好：\n\n　　订单 20250304001 的椅子收到了，但是左边扶手有裂痕。\n　　请问可以换一把新的吗？\n\n谢谢\n王小明',
  ),
  body(
    'zh-CN',
    'address form',
    '请寄到新地址：\n\n收件人：王小明\n电话：13800138000\n地址：上海市浦东新区张杨路 500 号\n邮编：200120\n\n麻烦尽快。',
  ),
  body(
    'zh-CN',
    'parcel form',
    '寄件信息如下\n寄件人：李四\n收件人：王五\n日期：2025-03-04\n物品：台灯一个\n请安排取件。',
  ),
  body('zh-CN', 'form at the end', '退货信息：\n\n发件人：张三\n收件人：你们仓库\n主题：退换货'),
  body('zh-CN', 'comparison', '我要的规格是这样：\n\n> 180cm 的那款\n\n不是 160cm 的。'),
  body('zh-CN', 'arrow', '操作步骤：设置 -> 蓝牙 -> 配对\n>_< 还是不行'),
  body('zh-CN', 'dividers', '第一个问题：发票\n----------\n第二个问题：物流\n==========\n第三个问题：退款'),
  body(
    'zh-CN',
    'named divider',
    '------ 订单信息 ------\n订单号：20250304001\n商品：办公椅\n------ 问题描述 ------\n扶手松动',
  ),
  body('zh-CN', 'phone sentence', '发自我的手机的照片你们收到了吗？\n如果没有我再发一次。'),
  body('zh-CN', 'wrote sentence', '上次客服在邮件里写道：七天内到账。\n今天已经是第十天了。'),
  body('zh-CN', 'time list', '我的时间：\n日期：3月5日下午\n时间：14:00 到 16:00\n地点：家里'),
  body('zh-CN', 'regards', '请尽快处理。\n\n此致\n敬礼\n\n王小明\n2025年3月4日'),
  body('zh-CN', 'original words', '我在原始邮件里说得很清楚，请看主题：退货申请。'),
  body('zh-TW', 'short', '收到，謝謝您。'),
  body('zh-TW', 'form', '收件者：陳小姐\n電話：0912345678\n地址：台北市信義區\n\n請改寄這裡。'),
  body('en', 'short', 'Thanks, that works for me.'),
  body(
    'en',
    'paragraphs',
    'Hello,\n\nThe lamp arrived yesterday but the switch is broken.\nCan you send a new one?\n\nBest regards,\nAnna',
  ),
  body(
    'en',
    'form',
    'Please use this address:\n\nFrom: Anna Berg\nTo: Returns department\nPhone: 555 0134\nDate: 4 March 2025\nReason: wrong colour\n\nThanks',
  ),
  body('en', 'comparison', 'I expected\n\n> 100 lumens\n\nand got 40.'),
  body(
    'en',
    'sent from',
    'Sent from my old address last week, so it may have been lost.\nThe parcel was sent from my office.',
  ),
  body(
    'en',
    'on line',
    'On Monday I called your hotline.\nOn Tuesday, 4 March 2025 I wrote to support@shop.example and got no answer:\nnothing at all.',
  ),
  body('en', 'divider', 'Two things.\n\n-----\n\nFirst, the invoice.\n\n* * *\n\nSecond, the refund.'),
  body('en', 'dash list', '- chair: broken\n- lamp: fine\n-- table: never arrived --'),
  body('en', 'colon', 'This is what the courier wrote:\nleft with the neighbour'),
  body(
    'other',
    'german',
    'Guten Tag,\n\nam 04.03.2025 um 09:12 Uhr habe ich bestellt.\nWo bleibt die Lampe?\n\nMit freundlichen Grüßen\nMax',
  ),
  body('other', 'french', "Bonjour,\n\nLe 4 mars à 10h30 le livreur n'est pas venu.\n\nMerci"),
];
