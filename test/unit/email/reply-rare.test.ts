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

const squeezed = (text: string): string => text.replace(/\s/g, '');
const OLD = '<div>旧邮件</div><div>客服</div>';
const HTML_CASES: [name: string, mail: string, words: string][] = [
  [
    'gmail fwd zh words',
    '<div dir="ltr">请看<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>发件人： <strong>x</strong> &lt;a@b.example&gt;<br>Date: 2025年3月4日周二 09:12<br>Subject: y<br>To:  &lt;z@w.example&gt;<br></div><br><br><div>发票</div></div></div>',
    '请看',
  ],
  [
    'gmail fwd zh none',
    '<div dir="ltr"><br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>发件人： <strong>x</strong> &lt;a@b.example&gt;<br>Date: 2025年3月4日周二 09:12<br>Subject: y<br>To:  &lt;z@w.example&gt;<br></div><br><br><div>发票</div></div></div>',
    '发票',
  ],
  [
    '163 fwd',
    '<div>看看</div><div style="x">-------- 转发邮件信息 --------<br>发件人："x" &lt;a@b.example&gt;<br>发送日期：2025-03-04 09:12:33<br>收件人：z<br>主题：y<br></div><blockquote id="isForwardContent">发票</blockquote>',
    '看看',
  ],
  [
    'apple fwd',
    '<div><br><div>Begin forwarded message:</div><br><blockquote type="cite"><div><b>From: </b>Shop &lt;a@b.example&gt;</div><div><b>Subject: </b><b>x</b></div><div><b>Date: </b>4 March 2025 at 09:12:33 GMT</div><div><b>To: </b>y@z.example</div><br><div>Here it is</div></blockquote></div>',
    'Here it is',
  ],
  [
    'samsung',
    '<div>好的</div><div><br></div><div id="composer_signature"><div>从我的 Galaxy 发送</div></div><div><br></div><div>-------- 原始信息 --------</div><div>由： 知客 &lt;a@b.example&gt; </div><div>日期： 25/3/4  09:12  (GMT+08:00) </div><div>收件人： x@y.example </div><div>主题： z </div><div><br></div>' +
      OLD,
    '好的',
  ],
  [
    'yahoo ydp',
    '<div>ok</div><div id="ydp12ab34cyahoo_quoted_1" class="ydp12ab34cyahoo_quoted"><div>On Tuesday, March 4, 2025 at 09:12:33 AM GMT+1, Zhike &lt;a@b.example&gt; wrote: </div><div>old</div></div>',
    'ok',
  ],
  [
    'own text in table',
    '<table><tr><td>订单号</td><td>123</td></tr><tr><td>收件人</td><td>王小明</td></tr></table><p>请改地址</p>',
    '订单号123收件人王小明请改地址',
  ],
  [
    'own order table',
    '<table><tr><td>发件人：</td><td>张三</td></tr><tr><td>收件人：</td><td>李四</td></tr><tr><td>日期：</td><td>2025-03-04</td></tr></table><p>请取件</p>',
    '发件人：张三收件人：李四日期：2025-03-04请取件',
  ],
  [
    'qq sign',
    '<div>好的</div><div><br></div><hr align="left" style="margin: 0 0 10px 0;border: 0;border-bottom:1px solid #E4E5E6;height:0;line-height:0;font-size:0;padding: 20px 0 0 0;width: 50px;"><div>王小明</div><div><br></div><div style="font-size:12px">------------------ 原始邮件 ------------------</div><div style="background:#efefef;padding:8px;"><div><b>发件人:</b> "x" &lt;a@b.example&gt;;</div></div>' +
      OLD,
    '好的王小明',
  ],
  [
    'apple bottom',
    '<html><body><blockquote type="cite"><div>On 4 Mar 2025, at 09:12, Zhike &lt;a@b.example&gt; wrote:</div><br></blockquote><blockquote type="cite"><div>old question?</div></blockquote><br><div>My answer below.</div></body></html>',
    'My answer below.',
  ],
  [
    'tb answers',
    '<div class="moz-cite-prefix">On 04/03/2025 09:12, Zhike wrote:<br></div><blockquote type="cite"><p>Which colour?</p></blockquote>blue<br><blockquote type="cite"><p>Where to?</p></blockquote><p>home</p>',
    'bluehome',
  ],
  [
    'outlook mixed in gmail',
    '<div dir="ltr">ok</div><div class="gmail_quote"><div class="gmail_attr">On Tue, Mar 4, 2025 at 9:12 AM x &lt;a@b.example&gt; wrote:</div><blockquote class="gmail_quote"><p><b>From:</b> y<br><b>Sent:</b> x</p></blockquote></div><p>Sent from my iPhone</p>',
    'ok',
  ],
  [
    'mixed: header below unmarked',
    '<div>ok</div><p><b>From:</b> Zhike &lt;a@b.example&gt;<br><b>Sent:</b> Tuesday, March 4, 2025 9:12 AM<br><b>To:</b> x<br><b>Subject:</b> y</p><div>old</div><blockquote>older</blockquote>',
    'ok',
  ],
  [
    'fromspan',
    '<div>ok<br><br><span>From:</span> <span>Zhike</span> <span>&lt;a@b.example&gt;</span><br><span>Date:</span> Tuesday, 4 March 2025 at 09:12<br><span>To:</span> x<br><span>Subject:</span> y<br><br>old</div>',
    'ok',
  ],
  [
    'apple sig typed',
    '<div>first</div><div id="AppleMailSignature"><div>Can you send it today?</div><div>Sent from my iPhone</div></div><blockquote type="cite">On 4 Mar 2025, at 09:12, Zhike &lt;a@b.example&gt; wrote:<br>old</blockquote>',
    'firstCan you send it today?',
  ],
  [
    'apple sig typed zh',
    '<div>你好</div><div id="AppleMailSignature">请今天寄出，谢谢。<br>发自我的 iPhone</div><blockquote type="cite">在 2025年3月4日，21:15，x &lt;a@b.example&gt; 写道：<br>old</blockquote>',
    '你好请今天寄出，谢谢。',
  ],
  [
    'only sig typed',
    '<div id="ms-outlook-mobile-signature"><div>OK thanks</div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><hr><div id="divRplyFwdMsg"><b>From:</b> x</div>old',
    'OK thanks',
  ],
  [
    'newsletter footer',
    '<p>hello</p><p style="color:#fff">hidden</p><p style="color:white;background:#000">shown</p>',
    'helloshown',
  ],
  [
    'wps div',
    '<div>收到</div><div><br></div><div>在 2025-03-04 09:12:33，"知客" &lt;a@b.example&gt; 写道：</div><blockquote>' +
      OLD +
      '</blockquote><p>补充一句</p>',
    '收到补充一句',
  ],
  [
    'lark',
    '<div>收到</div><div class="history-quote-wrapper"><div><div>发件人： &lt;a@b.example&gt;</div><div>时间： 2025年3月4日 09:12</div><div>主题： x</div><div>收件人： y</div></div>' +
      OLD +
      '</div>',
    '收到',
  ],
  [
    'coremail',
    '<p>收到</p><br><blockquote name="replyContent" class="ReferenceQuote" style="padding-left:5px;margin-left:5px;border-left:#b6b6b6 2px solid;margin-right:0">-----原始邮件-----<br><b>发件人:</b>"x" &lt;a@b.example&gt;<br><b>发送时间:</b>2025-03-04 09:12:33 (星期二)<br><b>收件人:</b> y<br><b>主题:</b> z<br><br>旧</blockquote>',
    '收到',
  ],
  ['entities', '<div>价格 &gt; 100 &amp; &lt;200&gt;</div>', '价格>100&<200>'],
];

it.each(HTML_CASES)('HTML: %s', (_, mail, words) => {
  expect(squeezed(visibleReply({ html: mail }).text)).toBe(squeezed(words));
});

it('takes the words of the text when the HTML seems to hold none', () => {
  expect(visibleReply({ text: '好的', html: '<blockquote>好的</blockquote>' }).text).toBe('好的');
});
