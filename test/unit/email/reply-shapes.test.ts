import { describe, expect, it } from 'vitest';
import { readReply, visibleReply } from '../../../src/channels/email/reply.ts';

/** What stays and what goes in single shapes: answers between quotes, forwards, signatures, mobile lines, customers' own marks. */

const visible = (...lines: string[]): string => visibleReply({ text: lines.join('\n') }).text;

const HEADER = ['发件人: 客服 <service@zhike.example>', '发送时间: 2025年3月4日 9:12', '收件人: 王小明', '主题: 订单'];

describe('answers', () => {
  it('keeps an answer below the quote', () => {
    expect(
      visible(
        'On Tue, Mar 4, 2025 at 9:12 AM Zhike <s@zhike.example> wrote:',
        '> Which colour?',
        '> Blue or red?',
        '',
        'Blue, please.',
      ),
    ).toBe('Blue, please.');
    expect(
      visible('在 2025-03-04 09:12:33，"客服" <s@zhike.example> 写道：', '> 要哪种颜色？', '', '蓝色。', '谢谢'),
    ).toBe('蓝色。\n谢谢');
  });

  it('keeps words above and below the quote', () => {
    expect(
      visible(
        '见下。',
        '',
        '客服 <s@zhike.example> 于2025年3月4日周二 21:15写道：',
        '',
        '> 要哪种颜色？',
        '> 请回复',
        '',
        '蓝色。',
      ),
    ).toBe('见下。\n\n蓝色。');
  });

  it('keeps the questions when answers stand between them', () => {
    const answered = visible(
      '客服 <s@zhike.example> 于2025年3月4日周二 21:15写道：',
      '> 要哪种颜色？',
      '',
      '蓝色。',
      '',
      '> 寄到哪里？',
      '',
      '家里。',
      '',
      '> 谢谢',
      '> 客服',
    );
    expect(answered).toBe('> 要哪种颜色？\n\n蓝色。\n\n> 寄到哪里？\n\n家里。');
  });

  it('keeps an answer typed under old text that has no attribution', () => {
    expect(visible('> Which colour?', '> Blue or red?', '', 'Blue.')).toBe('Blue.');
  });

  it('keeps an answer glued to the quote', () => {
    expect(
      visible(
        'On 04/03/2025 09:12, Zhike wrote:',
        '> Which colour would you like to have for the chair you ordered?',
        'blue',
        '> And the lamp?',
        'red',
      ),
    ).toContain('blue');
  });
});

describe('forwards', () => {
  it('shows the words above a forward', () => {
    expect(
      visible(
        '请看下面的邮件。',
        '',
        '---------- Forwarded message ---------',
        '发件人： 商家 <shop@x.example>',
        '日期： 2025年3月4日周二 09:12',
        '主题： 发票',
        '',
        '发票见附件',
      ),
    ).toBe('请看下面的邮件。');
  });

  it('shows the body of a forward with nothing above it', () => {
    const { visible: body, forwarded } = readReply({
      text: [
        '',
        '-------- 转发邮件信息 --------',
        '发件人："商家" <shop@x.example>',
        '发送日期：2025-03-04 09:12:33',
        '收件人：me@163.com',
        '主题：发票',
        '',
        '您好',
        '',
        '发票见附件',
      ].join('\n'),
    });
    expect(body).toBe('您好\n\n发票见附件');
    expect(forwarded).toContain('shop@x.example');
    expect(
      visible(
        'Begin forwarded message:',
        '',
        '> From: Shop <shop@x.example>',
        '> Date: 4 March 2025 at 09:12:33 GMT',
        '> To: me@x.example',
        '> Subject: invoice',
        '> ',
        '> Here it is.',
        '> Regards',
      ),
    ).toBe('Here it is.\nRegards');
    expect(
      visibleReply({
        html: '<div dir="ltr"><br><div class="gmail_quote">---------- Forwarded message ---------<br>From: <b>Shop</b> &lt;shop@x.example&gt;<br>Date: Tue, Mar 4, 2025 at 9:12 AM<br>Subject: invoice<br>To: me<br><br><div>Here it is.</div></div></div>',
      }).text,
    ).toBe('Here it is.');
  });
});

describe('a header with nothing above it', () => {
  const OUTLOOK =
    'From: Shop <shop@x.example>\nSent: Tuesday, March 4, 2025 9:12 AM\nTo: me@x.example\nSubject: invoice\n\nHere it is.';
  const bare: [string, string, string][] = [
    ['Outlook', OUTLOOK, 'Here it is.'],
    ['Outlook on the web', `\n${'_'.repeat(32)}\n${OUTLOOK}`, 'Here it is.'],
    ['Outlook, old', `-----Original Message-----\n${OUTLOOK}`, 'Here it is.'],
    [
      'Outlook zh',
      '发件人: 商家 <shop@x.example>\n发送时间: 2025年3月4日 9:12\n收件人: me@x.example\n主题: 发票\n\n发票见附件',
      '发票见附件',
    ],
    [
      'Foxmail',
      '\n \n发件人： 商家\n发送时间： 2025-03-04 09:12\n收件人： me@qq.com\n主题： 发票\n\n发票见附件',
      '发票见附件',
    ],
    [
      'QQ',
      '------------------ 原始邮件 ------------------\n发件人: "商家" <shop@x.example>;\n发送时间: 2025年3月4日(星期二) 中午12:06\n收件人: "me"<me@qq.com>;\n主题: 发票\n\n\n发票见附件',
      '发票见附件',
    ],
    [
      '163',
      '---- 转发的邮件 ----\n| 发件人 | 商家<shop@x.example> |\n| 日期 | 2025年03月04日 09:12 |\n| 收件人 | me@163.com |\n| 主题 | 发票 |\n发票见附件',
      '发票见附件',
    ],
    ['Gmail', `---------- Forwarded message ---------\n${OUTLOOK}`, 'Here it is.'],
    ['Thunderbird', `-------- Weitergeleitete Nachricht --------\n${OUTLOOK}`, 'Here it is.'],
  ];
  it.each(bare)('shows the forwarded mail (%s)', (_, text, body) => {
    expect(visibleReply({ text }).text).toBe(body);
    expect(visibleReply({ text, subject: 'Fw: x' }).text).toBe(body);
  });

  it('shows it from HTML too', () => {
    const html =
      '<div class="WordSection1"><p class="MsoNormal">&nbsp;</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> Shop &lt;shop@x.example&gt;<br><b>Sent:</b> Tuesday, March 4, 2025 9:12 AM<br><b>To:</b> me@x.example<br><b>Subject:</b> invoice</p></div><p class="MsoNormal">Here it is.</p></div>';
    expect(visibleReply({ html }).text).toBe('Here it is.');
    expect(
      visibleReply({
        html: '<div><br></div><hr tabindex="-1"><div id="divRplyFwdMsg"><b>发件人:</b> 商家 &lt;shop@x.example&gt;<br><b>发送时间:</b> 2025年3月4日 9:12<br><b>收件人:</b> me<br><b>主题:</b> 发票</div><div>发票见附件</div>',
      }).text,
    ).toBe('发票见附件');
  });

  it('is an answer without words when the subject or the client says so', () => {
    for (const subject of ['Re: invoice', '回复：发票', 'AW: Rechnung'])
      expect(visibleReply({ text: OUTLOOK, subject })).toMatchObject({ text: '' });
    expect(
      visibleReply({ text: 'On Tue, Mar 4, 2025 at 9:12 AM Shop <shop@x.example> wrote:\n\n> Here it is.\n> Bye' })
        .text,
    ).toBe('');
  });
});

describe('signatures', () => {
  it('drops what stands under a delimiter', () => {
    expect(visible('Thanks', '', '-- ', 'Anna Berg', 'Berg & Sons')).toBe('Thanks');
    expect(visible('谢谢', '—', '王小明', '13800138000')).toBe('谢谢');
    expect(visible('谢谢', '__', '王小明')).toBe('谢谢');
  });

  it('keeps names and greetings that no delimiter sets apart', () => {
    expect(visible('请尽快处理。', '', '此致', '敬礼', '', '王小明')).toBe('请尽快处理。\n\n此致\n敬礼\n\n王小明');
    expect(visible('Please hurry.', '', 'Regards', 'Anna')).toBe('Please hurry.\n\nRegards\nAnna');
  });

  it('keeps a question under dashes', () => {
    expect(visible('The lamp is broken.', '--', 'Can I send it back?')).toContain('Can I send it back?');
  });

  it.each([
    'Sent from my iPhone',
    'Sent from my Verizon Wireless BlackBerry',
    'Sent via the Samsung Galaxy S23, an AT&T 5G smartphone',
    'Get Outlook for iOS<https://aka.ms/o0ukef>',
    'Get [Outlook for Android](https://aka.ms/AAb9ysg)',
    'Sent from Yahoo Mail on Android',
    'Sent from Mail for Windows',
    'Sent with Proton Mail secure email.',
    'Gesendet von meinem iPhone',
    'Von meinem iPhone gesendet',
    'Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.',
    'Envoyé de mon iPhone',
    'Envoyé à partir de Outlook pour Android',
    'Enviado desde mi iPhone',
    'Obtener Outlook para iOS',
    'Enviado do meu iPhone',
    'Inviato da iPhone',
    'Verstuurd vanaf mijn iPhone',
    'Skickat från min iPhone',
    'Sendt fra min iPhone',
    'Lähetetty iPhonesta',
    "Wysłane z iPhone'a",
    'Отправлено с iPhone',
    'Odesláno z iPhonu',
    'iPhone’umdan gönderildi',
    'iPhoneから送信',
    '나의 iPhone에서 보냄',
    '发自我的 iPhone',
    '发自我的iPhone',
    '发自我的华为手机',
    '发自我的 HUAWEI Mate 60 Pro',
    '发自我的小米手机',
    '发自新浪邮箱客户端',
    '发自 网易邮箱大师',
    '从我的 iPhone 发送',
    '从我的 Windows 手机发送',
    '從我的 iPhone 傳送',
    '从 Windows 版邮件发送',
    '获取 Outlook for Android',
    '获取适用于 iOS 的 Outlook',
    '取得 iOS 版 Outlook',
    '来自钉钉专属商务邮箱',
    '来自我的 iPhone',
    '來自我的 iPhone',
    '签名由 网易邮箱大师 定制',
  ])('drops the mobile line "%s"', (line) => {
    expect(visible('好的', '', line)).toBe('好的');
    expect(visible('OK', line)).toBe('OK');
  });

  it.each([
    'Sent from my desk, is much easier than my mobile phone.',
    'Sent from my old address last week',
    'Sent from my iPhone but the photo was missing',
    'Sent from my phone yesterday. No answer so far',
    'Gesendet von meinem Handy, aber es kam nichts an',
    'Envoyé de mon adresse professionnelle la semaine dernière',
    '发自我的手机的照片看不清',
    '发自我的手机上周没收到',
    '来自贵公司的邮箱',
    '从我的手机发送了三次都失败',
    '来自客服的邮件说七天到账',
    '获取发票需要什么',
  ])('keeps the sentence "%s"', (line) => {
    expect(visible('好的', '', line)).toBe(`好的\n\n${line}`);
  });
});

describe("the customer's own marks", () => {
  it('keeps a comparison, an arrow and a face', () => {
    expect(visible('我要', '> 180cm 的', '不要 160cm 的')).toBe('我要\n> 180cm 的\n不要 160cm 的');
    expect(visible('长度', '', '> 180cm')).toBe('长度\n\n> 180cm');
    expect(visible('设置', '-> 蓝牙', '>_<')).toBe('设置\n-> 蓝牙\n>_<');
  });

  it('keeps dividers', () => {
    const text = '第一\n------------------\n第二\n____________\n第三\n====================\n第四';
    expect(visible(text)).toBe(text);
    expect(visible('------ 订单 ------', '号码 1')).toBe('------ 订单 ------\n号码 1');
  });

  it('keeps address and complaint forms, right above a real header too', () => {
    const form = '收件人：王小明\n电话：13800138000\n地址：上海';
    expect(visible(form)).toBe(form);
    expect(visible(form, '', ...HEADER, '', '旧邮件')).toBe(form);
    const own = '发件人：张三\n收件人：仓库\n主题：退货';
    expect(visible(own, '', ...HEADER, '', '旧邮件')).toBe(own);
    expect(visible('From: Beijing', 'To: Shanghai', 'Date: 4 March 2025')).toBe(
      'From: Beijing\nTo: Shanghai\nDate: 4 March 2025',
    );
  });

  it('keeps sentences with the verbs of attributions', () => {
    for (const text of [
      '我在 2025年3月4日 21:15 给客服 <s@zhike.example> 写道：\n请退款',
      '您在2025年3月4日 21:15的邮件中写道：\n七天到账',
      'On 4 March 2025 at 09:12 I wrote to support <s@zhike.example>:\nplease refund',
      'On Monday the courier wrote: left with the neighbour.\nHe did not.',
      'Am 04.03.2025 um 09:12 schrieb ich an <s@zhike.example>:\nbitte erstatten',
      '2025年3月4日 9:12 下的单，详情：\n椅子一把',
      '物流信息如下：\n2025-03-04 09:12 已发货：\n2025-03-05 10:00 运输中：',
    ])
      expect(visible(text)).toBe(text);
  });

  it('gives empty words when there is nothing but old mail', () => {
    expect(visibleReply({ text: [...HEADER, '', '旧邮件'].join('\n'), subject: '回复: 订单' }).text).toBe('');
    expect(
      visible('发自我的 iPhone', '', '> 在 2025年3月4日，21:15，客服 <s@zhike.example> 写道：', '> ', '> 旧邮件'),
    ).toBe('');
    expect(visibleReply({}).text).toBe('');
    expect(visibleReply({ text: '', html: '' }).text).toBe('');
  });

  it('takes the text when the HTML says nothing', () => {
    expect(visibleReply({ html: '<div style="display:none">x</div><img src="cid:1">', text: '你好' }).text).toBe(
      '你好',
    );
  });

  it('keeps blanks at the beginning of Chinese paragraphs', () => {
    expect(visible('您好：', '　　椅子坏了。')).toBe('您好：\n　　椅子坏了。');
  });

  it('gives the old mail apart', () => {
    const { text, quoted } = visibleReply({ text: `好的\n\n${HEADER.join('\n')}\n\n旧邮件` });
    expect(text).toBe('好的');
    expect(quoted).toBe(`${HEADER.join('\n')}\n\n旧邮件`);
  });
});
