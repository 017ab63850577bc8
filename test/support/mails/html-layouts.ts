/** How mail clients put an old mail under a reply in HTML, by client; written from descriptions of their structure. */
import type { Layout } from './text-layouts.ts';

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const lines = (words: string): string[] => words.split('\n').map(escaped);
const divs = (words: string): string =>
  lines(words)
    .map((line) => `<div>${line === '' ? '<br>' : line}</div>`)
    .join('');
const breaks = (words: string): string => lines(words).join('<br>\n');
const paragraphs = (words: string): string =>
  lines(words)
    .map((line) => `<p class="MsoNormal"><span lang="EN-US">${line === '' ? '<o:p>&nbsp;</o:p>' : line}</span></p>`)
    .join('\n');
const layout = (client: string, language: string, make: (words: string) => string): Layout => ({
  client,
  language,
  make,
});
const page = (body: string, head = ''): string =>
  `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><style>p{margin:0} .x{color:red}</style>${head}</head><body>${body}</body></html>`;

const OLD = '<div>您好，您的订单已经发货。</div><div><br></div><div>运单号 SF1234567890</div><div>知客客服</div>';
const OLD_EN =
  '<div>Dear customer,</div><div><br></div><div>your order has left our warehouse.</div><div>Zhike support</div>';
const MAIL = '&lt;<a href="mailto:service@zhike.example">service@zhike.example</a>&gt;';

const qqHeader = (from: string, sent: string, to: string, subject: string): string =>
  `<div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>${from}</b>&nbsp;"知客客服"&lt;service@zhike.example&gt;;</div><div><b>${sent}</b>&nbsp;2025年3月4日(星期二) 中午12:06</div><div><b>${to}</b>&nbsp;"王小明"&lt;12345@qq.com&gt;;</div><div><b>${subject}</b>&nbsp;Re: 订单</div></div>`;

const QQ: Layout[] = [
  layout(
    'qq',
    'zh-CN',
    (words) =>
      `${divs(words)}<div><br></div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;原始邮件&nbsp;------------------</div>${qqHeader('发件人:', '发送时间:', '收件人:', '主题:')}<div><br></div>${OLD}<style type="text/css">.qmbox style, .qmbox script {display: none !important;}</style>`,
  ),
  layout(
    'qq',
    'en',
    (words) =>
      `${divs(words)}<div><br></div><div><br></div><div style="font-size: 12px;">------------------&nbsp;Original&nbsp;------------------</div>${qqHeader('From:', 'Date:', 'To:', 'Subject:')}<div></div>${OLD_EN}`,
  ),
  layout(
    'qq',
    'zh-CN',
    (words) =>
      `<div class="qmbox"><div>${breaks(words)}</div><div><br></div><div>&nbsp;</div><div>------------------ 原始邮件 ------------------</div>${qqHeader('发件人：', '发送时间：', '收件人：', '主题：')}${OLD}</div>`,
  ),
  layout(
    'qq new',
    'zh-CN',
    (words) =>
      `${divs(words)}<article class="xm_compose_origin_mail_container"><div style="margin-top:20px">原始邮件</div><hr style="border:0;border-top:1px solid #ddd"><table data-uneditable="true"><tbody><tr><td>发件人：</td><td>知客客服 &lt;service@zhike.example&gt;</td></tr><tr><td>发件时间：</td><td>2025年3月4日 12:06</td></tr><tr><td>收件人：</td><td>王小明 &lt;12345@qq.com&gt;</td></tr><tr><td>主题：</td><td>Re: 订单</td></tr></tbody></table>${OLD}</article>`,
  ),
];

const foxmailHeader = `<div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0cm 0cm 0cm"><div style="PADDING-RIGHT: 8px; PADDING-LEFT: 8px; FONT-SIZE: 12px;FONT-FAMILY:tahoma;COLOR:#000000; BACKGROUND: #efefef; PADDING-BOTTOM: 8px; PADDING-TOP: 8px"><div><b>发件人：</b>&nbsp;<a href="mailto:service@zhike.example">知客客服</a></div><div><b>发送时间：</b>&nbsp;2025-03-04&nbsp;09:12</div><div><b>收件人：</b>&nbsp;<a href="mailto:wang@foxmail.com">王小明</a></div><div><b>主题：</b>&nbsp;Re: 订单</div></div></div>`;
const FOXMAIL: Layout[] = [
  layout('foxmail', 'zh-CN', (words) =>
    page(
      `<div><span></span>${breaks(words)}</div><div><br></div><hr style="width: 210px; height: 1px;" color="#b5c4df" size="1" align="left"><div><span><div style="MARGIN: 10px;"><div>wang@foxmail.com</div></div></span></div><blockquote style="margin-Top: 0px; margin-Bottom: 0px; margin-Left: 0.5em"><div>&nbsp;</div>${foxmailHeader}<div><div class="FoxDiv20250304091233">${OLD}</div></div></blockquote>`,
    ),
  ),
  layout('foxmail', 'zh-CN', (words) =>
    page(
      `${divs(words)}<div><br></div><hr style="width:210px;height:1px;display:none" color="#b5c4df" size="1"><div><div>王小明</div><div>上海某某公司</div></div><blockquote style="margin-top:0px;margin-bottom:0px;margin-left:0.5em"><div> </div>${foxmailHeader}<div id="FMOriginalContent">${OLD}</div></blockquote>`,
    ),
  ),
];

const NETEASE: Layout[] = [
  layout(
    '163',
    'zh-CN',
    (words) =>
      `<div style="line-height:1.7;color:#000000;font-size:14px;font-family:Arial">${divs(words)}<br><br><br><pre><br>在 2025-03-04 09:12:33，"知客客服" &lt;service@zhike.example&gt; 写道：</pre><blockquote id="isReplyContent" style="PADDING-LEFT: 1ex; MARGIN: 0px 0px 0px 0.8ex; BORDER-LEFT: #ccc 1px solid">${OLD}</blockquote></div><br><br><span title="neteasefooter"><p>&nbsp;</p></span>`,
  ),
  layout(
    '163',
    'zh-CN',
    (words) =>
      `<div>${breaks(words)}</div><br><p>At 2025-03-04 09:12:33, "Zhike" &lt;service@zhike.example&gt; wrote:</p> <blockquote id="isReplyContent">${OLD}</blockquote><br><br><span title="neteasefooter"><div>签名由网易邮箱</div></span>`,
  ),
  layout(
    '163 master',
    'zh-CN',
    (words) =>
      `<div>${divs(words)}</div><div class="ntes-signature"><table><tr><td>王小明</td></tr><tr><td>wang@163.com</td></tr></table></div><div class="ntes-mailmaster-quote" style="padding-top: 1px;"><div>---- 回复的原邮件 ----</div><table><tr><td>发件人</td><td>知客客服</td></tr></table>${OLD}</div>`,
  ),
  layout(
    '163 master',
    'zh-CN',
    (words) =>
      `${divs(words)}<div id="imail_signature"><div>王小明</div><div>邮箱：wang@163.com</div></div><div>---- 回复的原邮件 ----</div><table><tbody><tr><td>发件人</td><td>知客客服&lt;service@zhike.example&gt;</td></tr><tr><td>发送日期</td><td>2025年03月04日 09:12</td></tr><tr><td>收件人</td><td>wang@163.com</td></tr><tr><td>主题</td><td>订单</td></tr></tbody></table>${OLD}`,
  ),
];

const wordHeader = (colour: string, labels: readonly string[], day: string): string =>
  `<div><div style="border:none;border-top:solid ${colour} 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b><span>${labels[0]}:</span></b><span> 知客客服 &lt;service@zhike.example&gt; <br><b>${labels[1]}:</b> ${day}<br><b>${labels[2]}:</b> 王小明 &lt;wang@corp.example&gt;<br><b>${labels[3]}:</b> Re: 订单<o:p></o:p></span></p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>`;
const ZH = ['发件人', '发送时间', '收件人', '主题'];
const EN = ['From', 'Sent', 'To', 'Subject'];
const LABELS: Record<string, readonly string[]> = {
  'zh-CN': ZH,
  en: EN,
  'zh-TW': ['寄件者', '寄件日期', '收件者', '主旨'],
  de: ['Von', 'Gesendet', 'An', 'Betreff'],
  fr: ['De&nbsp;', 'Envoyé&nbsp;', 'À&nbsp;', 'Objet&nbsp;'],
  ja: ['差出人', '送信日時', '宛先', '件名'],
  is: ['Frá', 'Sent þann', 'Viðtakandi', 'Efni'],
};
const OUTLOOK: Layout[] = Object.entries(LABELS).flatMap(([language, labels]) => [
  layout('outlook', language, (words) =>
    page(
      `<div class="WordSection1">${paragraphs(words)}<p class="MsoNormal"><o:p>&nbsp;</o:p></p>${wordHeader('#E1E1E1', labels, '2025年3月4日 9:12')}${OLD}</div>`,
    ),
  ),
  layout('outlook', language, (words) =>
    page(
      `<div class="WordSection1">${paragraphs(words)}${wordHeader('#B5C4DF', labels, '2025-03-04 9:12')}${OLD}</div>`,
    ),
  ),
  layout('outlook web', language, (words) =>
    page(
      `<div style="font-family:Calibri">${divs(words)}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>${labels[0]}:</b> 知客客服 &lt;service@zhike.example&gt;<br><b>${labels[1]}:</b> 2025年3月4日 9:12<br><b>${labels[2]}:</b> 王小明<br><b>${labels[3]}:</b> Re: 订单</font><div>&nbsp;</div></div>${OLD}`,
    ),
  ),
  layout('outlook phone', language, (words) =>
    page(
      `<div dir="ltr">${divs(words)}</div><div id="ms-outlook-mobile-signature"><div><br></div>获取 <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div><div id="mail-editor-reference-message-container"><hr style="width:98%"><div id="divRplyFwdMsg"><strong>${labels[0]}:</strong> 知客客服<br><strong>${labels[1]}:</strong> 2025年3月4日 9:12</div>${OLD}</div>`,
    ),
  ),
]);
const APPENDED: Layout[] = [
  layout('outlook web', 'zh-CN', (words) => {
    const [first = '', ...rest] = words.split('\n');
    return page(
      `<div>${escaped(first)}</div><div id="appendonsend"></div>${divs(rest.join('\n'))}<hr tabindex="-1"><div id="divRplyFwdMsg"><b>发件人:</b> a@b.example<br><b>发送时间:</b> 2025年3月4日 9:12</div>${OLD}`,
    );
  }),
];

const gmail = (attribution: string, old: string): string =>
  `<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">${attribution}<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">${old}</blockquote></div>`;
const GMAIL: Layout[] = [
  layout(
    'gmail',
    'zh-CN',
    (words) => `<div dir="ltr">${divs(words)}</div>${gmail(`知客客服 ${MAIL} 于2025年3月4日周二 21:15写道：`, OLD)}`,
  ),
  layout(
    'gmail',
    'zh-TW',
    (words) =>
      `<div dir="ltr">${breaks(words)}<br clear="all"></div>${gmail(`知客客服 ${MAIL} 於 2025年3月4日 週二 下午9:15寫道：`, OLD)}`,
  ),
  layout(
    'gmail',
    'en',
    (words) =>
      `<div dir="ltr">${divs(words)}<div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div>Anna Berg</div><div>Berg &amp; Sons</div></div></div>${gmail(`On Tue, Mar 4, 2025 at 9:12 AM Zhike ${MAIL} wrote:`, OLD_EN)}`,
  ),
  layout(
    'gmail',
    'is',
    (words) =>
      `<div dir="ltr">${divs(words)}</div>${gmail(`Þann þri., 4. mar. 2025 kl. 09:12 ritaði Zhike ${MAIL}:`, OLD_EN)}`,
  ),
  layout(
    'gmail old',
    'en',
    (words) =>
      `<div dir="ltr">${divs(words)}</div><div class="gmail_extra"><br><div class="gmail_quote">On Tue, Mar 4, 2025 at 9:12 AM, Zhike <span dir="ltr">${MAIL}</span> wrote:<br><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">${OLD_EN}</blockquote></div><br></div>`,
  ),
  layout('gmail answers', 'zh-CN', (words) => {
    const [first = '', ...rest] = words.split('\n');
    return `<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">知客客服 ${MAIL} 于2025年3月4日周二 21:15写道：<br></div><blockquote class="gmail_quote">${OLD}</blockquote><div>${escaped(first)}</div><blockquote class="gmail_quote">${OLD}</blockquote>${divs(rest.join('\n'))}<blockquote class="gmail_quote"><div>结束</div></blockquote></div></div>`;
  }),
];

const apple = (attribution: string, old: string): string =>
  `<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>${attribution}</div><br class="Apple-interchange-newline"></blockquote><blockquote type="cite"><div>\uFEFF${old}</div></blockquote></div>`;
const APPLE: Layout[] = [
  layout('apple', 'zh-CN', (words) =>
    page(`${divs(words)}<div><br></div>${apple(`2025年3月4日 下午9:15，知客客服 ${MAIL} 写道：`, OLD)}`),
  ),
  layout('iphone', 'zh-CN', (words) =>
    page(
      `${divs(words)}<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">发自我的 iPhone</div><div dir="ltr"><br><blockquote type="cite">在 2025年3月4日，21:15，知客客服 ${MAIL} 写道：<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">\uFEFF${OLD}</div></blockquote>`,
    ),
  ),
  layout('iphone', 'en', (words) =>
    page(
      `${divs(words)}<div id="AppleMailSignature" dir="ltr">Sent from my iPhone</div><div dir="ltr"><br>On Mar 4, 2025, at 9:15 PM, Zhike ${MAIL} wrote:<br><br></div><blockquote type="cite"><div dir="ltr">${OLD_EN}</div></blockquote>`,
    ),
  ),
];

const OTHERS: Layout[] = [
  layout(
    'aliyun',
    'zh-CN',
    (words) =>
      `<div class="__aliyun_email_body_block">${divs(words)}<div><br></div><blockquote style="margin-right:0;margin-top:0;margin-bottom:0;"><div>------------------------------------------------------------------</div><div>发件人：知客客服&lt;service@zhike.example&gt;</div><div>日　期：2025年03月04日 09:12:33</div><div>收件人：王小明&lt;wang@aliyun.com&gt;</div><div>主　题：回复：订单</div><div><br></div>${OLD}</blockquote></div>`,
  ),
  layout(
    'sina',
    'zh-CN',
    (words) =>
      `${divs(words)}<div id="origbody"><div style="background: #f2f2f2;">----- 原始邮件 -----<br>发件人：service@zhike.example<br>收件人：wang@sina.com<br>主题：订单<br>日期：2025年03月04日 09点12分<br></div><br>${OLD}</div>`,
  ),
  layout(
    '139',
    'zh-CN',
    (words) =>
      `<div>${divs(words)}</div><div id="signContainer"><div>王小明</div></div><hr id="replySplit"><div id="reply139content"><div>发件人： 知客客服</div>${OLD}</div>`,
  ),
  layout('thunderbird', 'zh-CN', (words) =>
    page(
      `<p>${breaks(words)}</p><div class="moz-cite-prefix">在 2025/3/4 下午9:15, 知客客服 写道:<br></div><blockquote type="cite" cite="mid:x@y">${OLD}</blockquote>`,
    ),
  ),
  layout('thunderbird', 'en', (words) =>
    page(
      `<p>${breaks(words)}</p><div class="moz-cite-prefix">On 04/03/2025 09:12, Zhike wrote:<br></div><blockquote type="cite" cite="mid:x@y">${OLD_EN}</blockquote><div class="moz-signature">-- <br>Anna Berg</div>`,
    ),
  ),
  layout(
    'yahoo',
    'zh-TW',
    (words) =>
      `<div>${divs(words)}</div><div id="ydp1yahoo_quoted_1" class="yahoo_quoted"><div><div>知客客服 (&lt;service@zhike.example&gt;) 在 2025年3月4日 星期二 下午09:15:33 [GMT+8] 寫道：</div><div><br></div>${OLD}</div></div>`,
  ),
  layout(
    'zoho',
    'zh-CN',
    (words) =>
      `<div>${divs(words)}</div><div><br></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- 在 星期二, 04 三月 2025 21:15:33 +0800 <b>知客客服 ${MAIL}</b> 撰写 ----<br></div><br><blockquote id="blockquote_zmail">${OLD}</blockquote></div>`,
  ),
  layout(
    'proton',
    'zh-CN',
    (words) =>
      `<div>${divs(words)}</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-user"><div>王小明</div></div><div class="protonmail_signature_block-proton">使用 <a href="https://proton.me">Proton Mail</a> 安全电子邮件发送。</div></div><div class="protonmail_quote">2025年3月4日 星期二 21:15，知客客服 &lt;service@zhike.example&gt; 来信：<br><blockquote class="protonmail_quote" type="cite">${OLD}</blockquote><br></div>`,
  ),
  layout(
    'gmx',
    'de',
    (words) =>
      `<div>${divs(words)}<div><br><div name="quote" style="margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;"><div><b>Gesendet:</b> Dienstag, 4. März 2025 um 09:12 Uhr<br><b>Von:</b> Zhike &lt;a@b.example&gt;</div><div name="quoted-content">${OLD_EN}</div></div></div></div>`,
  ),
  layout(
    'spark',
    'en',
    (words) =>
      `<div name="messageBodySection">${divs(words)}</div><div name="messageReplySection">On 4 Mar 2025, 9:12 +0100, Zhike, wrote:<br><blockquote type="cite">${OLD_EN}</blockquote></div>`,
  ),
  layout(
    'zimbra',
    'fr',
    (words) =>
      `<div><div>${divs(words)}</div><div data-marker="__SIG_PRE__"><div>Anna Berg</div></div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>"Zhike" &lt;a@b.example&gt;<br></div><div data-marker="__QUOTED_TEXT__">${OLD_EN}</div></div>`,
  ),
  layout(
    'yandex',
    'ru',
    (words) =>
      `<div>${divs(words)}</div><div>04.03.2025, 09:12, "Zhike" &lt;a@b.example&gt;:</div><blockquote><div>${OLD_EN}</div></blockquote>`,
  ),
  layout(
    'mail.ru',
    'ru',
    (words) =>
      `<div>${divs(words)}</div><div>Вторник, 4 марта 2025, 9:12 +03:00 от Zhike &lt;a@b.example&gt;:<br></div><blockquote style="border-left:1px solid #0857A6;"><div>${OLD_EN}</div></blockquote>`,
  ),
  layout('plain quote', 'en', (words) => `<p>${breaks(words)}</p><blockquote>${OLD_EN}</blockquote>`),
  layout(
    'hidden',
    'en',
    (words) =>
      `<div style="display:none;max-height:0">preheader text</div><span style="font-size:0px">x</span>${divs(words)}<div style="mso-hide:all">hidden</div>`,
  ),
];

/** Mails whose quotations are the customer's own: every word stays. */
export const OWN_QUOTATIONS: readonly Layout[] = [
  layout(
    'own blockquote',
    'en',
    (words) => `<p>Your page says</p><blockquote><p>Free returns</p></blockquote>${divs(words)}`,
  ),
  layout(
    'own gmail quote',
    'en',
    (words) =>
      `<div dir="ltr">Your page says<blockquote class="gmail_quote" style="margin:0 0 0 40px"><div>Free returns</div></blockquote>${divs(words)}</div>`,
  ),
  layout('own rule', 'zh-CN', (words) => `<div>Your page says</div><hr><div>Free returns</div><hr>${divs(words)}`),
  layout(
    'own border',
    'zh-CN',
    (words) =>
      `<p class="MsoNormal">Your page says</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>Free returns</p></div>${divs(words)}`,
  ),
];

export const HTML_LAYOUTS: readonly Layout[] = [
  ...QQ,
  ...FOXMAIL,
  ...NETEASE,
  ...OUTLOOK,
  ...APPENDED,
  ...GMAIL,
  ...APPLE,
  ...OTHERS,
];
