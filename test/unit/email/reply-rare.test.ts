import { expect, it } from 'vitest';
import { visibleReply } from '../../../src/channels/email/reply.ts';

/** Rarer clients' shapes, and customers' own words that come close to them. */

const CASES: [name: string, mail: string, words: string][] = [
  ['写于', '好的\n\n知客客服 写于 2025/3/4 21:15:\n> 旧\n> 邮件', '好的'],
  ['写于2', '好的\n\n知客客服 写于 2025/3/4 21:15:\n\n旧邮件', '好的'],
  ['于tb', '好的\n\n于 2025/3/4 9:12, 知客 写道:\n旧邮件', '好的'],
  ['lark', '好的\n\n在 2025年3月4日 GMT+8 21:15，知客<a@b.example> 写道：\n\n旧', '好的'],
  [
    'coremail',
    '好的\n\n> -----原始邮件-----\n> 发件人:"知客" <a@b.example>\n> 发送时间:2025-03-04 09:12:33 (星期二)\n> 收件人: w@c.example\n> 主题: x\n> \n> 旧',
    '好的',
  ],
  [
    'coremail2',
    '好的\n\n-----原始邮件-----\n发件人:"知客" <a@b.example>\n发送时间:2025-03-04 09:12:33 (星期二)\n收件人: w@c.example\n主题: x\n\n旧',
    '好的',
  ],
  ['share', '好的，谢谢。在 2025年3月4日，21:15，知客 <a@b.example> 写道：\n\n旧', '好的，谢谢。'],
  ['share2', '好的，谢谢！知客 <a@b.example> 于2025年3月4日周二 21:15写道：\n> 旧\n> 旧', '好的，谢谢！'],
  [
    'share3',
    '谢谢 ------------------ 原始邮件 ------------------\n发件人: "x"<a@b.example>;\n发送时间: 2025年3月4日(星期二) 9:12',
    '谢谢',
  ],
  ['groupwise', 'ok\n\n>>> Zhike <a@b.example> 3/4/2025 9:12 AM >>>\nold', 'ok'],
  ['notes', 'ok\n\n-----Zhike <a@b.example> wrote: -----\nTo: x\nFrom: y\n\nold', 'ok'],
  ['horde', 'ok\n\nQuoting Zhike <a@b.example>:\n\n> old\n> old', 'ok'],
  ['horde de', 'ok\n\nZitat von Zhike <a@b.example>:\n\n> old', 'ok'],
  ['nocolon', 'ok\n\nOn Tue, Mar 4, 2025 at 9:12 AM, Zhike <a@b.example> wrote\n\n> old', 'ok'],
  ['jamsg', 'はい\n\n2025/03/04 9:12、Zhike <a@b.example>のメッセージ:\n\n> old', 'はい'],
  ['mailto', 'ok\n\nOn Tue, Mar 4, 2025 at 9:12 AM Zhike <a@b.example<mailto:a@b.example>> wrote:\nold', 'ok'],
  ['de mobile', 'ok\n\nZhike <a@b.example> schrieb am Di., 4. März 2025, 09:12:\n\n> old', 'ok'],
  [
    'seznam',
    'ok\n\n---------- Původní e-mail ----------\nOd: Zhike <a@b.example>\nKomu: x@y.example\nDatum: 4. 3. 2025 9:12:33\nPředmět: x\nold',
    'ok',
  ],
  [
    'web.de',
    'ok\n\nGesendet: Dienstag, 04. März 2025 um 09:12 Uhr\nVon: "Zhike" <a@b.example>\nAn: x@y.example\nBetreff: x\n\nold',
    'ok',
  ],
  [
    'hotmail',
    'ok\n\nDate: Tue, 4 Mar 2025 09:12:33 +0100\nFrom: a@b.example\nTo: x@y.example\nSubject: x\n\nold',
    'ok',
  ],
  [
    'own wrote',
    'Your mail of 4 March says what Anna wrote:\n> free returns\n> within 30 days\nso please refund.',
    'Your mail of 4 March says what Anna wrote:\n> free returns\n> within 30 days\nso please refund.',
  ],
  [
    'own zh say',
    '客服说：\n> 七天到账\n> 请耐心等待\n可是没有到账。',
    '客服说：\n> 七天到账\n> 请耐心等待\n可是没有到账。',
  ],
  [
    'own log',
    '日志如下：\n2025-03-04 09:12:33 ERROR: x\n2025-03-04 09:12:34 sent:\n谢谢',
    '日志如下：\n2025-03-04 09:12:33 ERROR: x\n2025-03-04 09:12:34 sent:\n谢谢',
  ],
  [
    'own list',
    'Bestellung vom 04.03.2025 um 09:12 Uhr:\n- Lampe\n- Stuhl',
    'Bestellung vom 04.03.2025 um 09:12 Uhr:\n- Lampe\n- Stuhl',
  ],
  [
    'own on',
    'On 3 March 2025 at 10:00 I ordered:\n> a lamp\n> a chair\nOnly one came.',
    'On 3 March 2025 at 10:00 I ordered:\n> a lamp\n> a chair\nOnly one came.',
  ],
  ['own order date zh', '2025年3月4日 9:12 客服回复：\n七天到账', '2025年3月4日 9:12 客服回复：\n七天到账'],
  [
    'fw subject',
    '转发给你们看：\n\n---------- 转发的邮件 ---------\n发件人： x <a@b.example>\n日期： 2025年3月4日\n\n内容',
    '转发给你们看：',
  ],
  ['two borders', '好的\n\n发件人: a\n\n在 2025-03-04 09:12:33，"名" <a@b.example> 写道：\n旧', '好的\n\n发件人: a'],
  [
    'email line',
    '我的邮箱是\n\nzhang@qq.com\n\n发件人： 知客\n发送时间： 2025-03-04 09:12\n收件人： 张\n主题： x\n旧',
    '我的邮箱是\n\nzhang@qq.com',
  ],
  [
    'only email',
    'zhang@qq.com\n\n发件人： 知客\n发送时间： 2025-03-04 09:12\n收件人： 张\n主题： x\n旧',
    'zhang@qq.com',
  ],
  [
    'crlf nbsp',
    '好的\r\n\u00a0\r\n------------------\u00a0原始邮件\u00a0------------------\r\n发件人:\u00a0"x"\u00a0<a@b.example>;',
    '好的',
  ],
  ['u3000', '好的\n\n发件人：x\n日　　期：2025年03月04日 09:12\n收件人：y\n主　　题：z\n旧', '好的'],
  ['bullets dash', '问题：\n- 扶手\n- 轮子\n--\n王', '问题：\n- 扶手\n- 轮子'],
  [
    'en header trap',
    'Flight details:\nFrom: Beijing\nTo: Berlin\nDate: 4 March 2025 09:12\nFlight: CA961',
    'Flight details:\nFrom: Beijing\nTo: Berlin\nDate: 4 March 2025 09:12\nFlight: CA961',
  ],
  [
    'complaint form',
    '投诉单\n主题：物流太慢\n日期：2025-03-04 09:12\n收件人：王小明\n电话：138',
    '投诉单\n主题：物流太慢\n日期：2025-03-04 09:12\n收件人：王小明\n电话：138',
  ],
  [
    'complaint 2',
    '日期：2025-03-04 09:12\n收件人：王小明\n问题：没收到',
    '日期：2025-03-04 09:12\n收件人：王小明\n问题：没收到',
  ],
  [
    'form mail',
    '发件人：张三\n收件人：李四\n邮箱：zhang@qq.com\n地址：上海',
    '发件人：张三\n收件人：李四\n邮箱：zhang@qq.com\n地址：上海',
  ],
  [
    'form blanks',
    '收件人：王小明\n\n电话：13800138000\n\n日期：2025-03-04 14:00\n\n谢谢',
    '收件人：王小明\n\n电话：13800138000\n\n日期：2025-03-04 14:00\n\n谢谢',
  ],
  [
    'tracking',
    '物流：\n发件人：深圳仓\n时间：2025-03-04 09:12\n状态：已签收',
    '物流：\n发件人：深圳仓\n时间：2025-03-04 09:12\n状态：已签收',
  ],
  [
    'samsung zh',
    '好\n\n从我的 Galaxy 发送\n\n-------- 原始信息 --------\n由： 知客 <a@b.example>\n日期：25/3/4 09:12 (GMT+08:00)\n收件人： x@y.example\n主题： z\n\n旧',
    '好',
  ],
  ['nested first', '> 在 2025年3月4日，21:15，知客 \n> <a@b.example> 写道：\n> \n> 旧\n\n好的', '好的'],
  [
    'pipe dates',
    '好的\n\n---- 回复的原邮件 ----\n| 发件人 | 知客<a@b.example> |\n| 日期 | 2025年03月04日 09:12 |\n旧',
    '好的',
  ],
  [
    'sig then mobile',
    '好的\n\n王小明\n发自我的 iPhone\n\n------------------ 原始邮件 ------------------\n发件人: x',
    '好的\n\n王小明',
  ],
  ['em dash text', '好的——\n就这样', '好的——\n就这样'],
];

it.each(CASES)('%s', (_, mail, words) => {
  expect(visibleReply({ text: mail }).text).toBe(words);
});
