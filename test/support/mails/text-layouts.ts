/** How mail clients put an old mail under a reply in plain text, by client and language; written from descriptions of their shapes. */
export interface Layout {
  client: string;
  language: string;
  /** A whole mail: the words, then what this client adds. */
  make: (words: string) => string;
}

const OLD = ['您好，您的订单已经发货。', '', '运单号 SF1234567890', '知客客服'];
const OLD_EN = [
  'Dear customer,',
  '',
  'your order has left our warehouse.',
  'Please tell us if anything is wrong.',
  '',
  'Zhike support',
];
const marked = (lines: readonly string[], mark = '> '): string =>
  lines.map((line) => `${mark}${line}`.trimEnd()).join('\n');
const layout = (client: string, language: string, make: (words: string) => string): Layout => ({
  client,
  language,
  make,
});
const N = '\u00A0';

/** A line as it is and broken at several places: Chinese anywhere, other words at blanks. */
function wrapped(line: string): string[] {
  const cuts = [0.25, 0.5, 0.75, 0.9].map((share) => Math.floor(line.length * share));
  const anywhere = /\p{Script=Han}/u.test(line);
  return [
    ...new Set([
      line,
      ...cuts.map((cut) => {
        const at = anywhere ? cut : line.lastIndexOf(' ', cut);
        return at < 1 ? line : `${line.slice(0, at)}\n${line.slice(anywhere ? at : at + 1)}`;
      }),
    ]),
  ];
}

const qqHeader = (colon: string): string =>
  [
    `发件人${colon} "知客客服" <service@zhike.example>;`,
    `发送时间${colon} 2025年3月4日(星期二) 中午12:06`,
    `收件人${colon} "王小明" <12345@qq.com>;`,
    `主题${colon} 回复：订单 20250304001`,
  ].join('\n');

const QQ: Layout[] = [
  layout(
    'qq',
    'zh-CN',
    (words) =>
      `${words}\n\n\n------------------${N}原始邮件${N}------------------\n${qqHeader(':')}\n\n\n${OLD.join('\n')}`,
  ),
  layout(
    'qq',
    'zh-CN',
    (words) =>
      `${words}\n\n------------------ 原始邮件 ------------------\n\n发件人: "知客客服"<service@zhike.example>;\n\n发送时间: 2025年3月4日(星期二) 晚上9:12\n\n收件人: "王小明"<12345@qq.com>;\n\n主题: Re: 订单\n\n\n${OLD.join('\n')}`,
  ),
  layout(
    'qq',
    'zh-CN',
    (words) =>
      `${words}\n\n\n\n------------------&nbsp;原始邮件&nbsp;------------------\n发件人:&nbsp;"知客客服"<service@zhike.example>;\n发送时间:&nbsp;2025年3月4日(星期二) 中午12:06\n${OLD.join('\n')}`,
  ),
  layout(
    'qq',
    'en',
    (words) =>
      `${words}\n\n------------------ Original ------------------\nFrom:  "Zhike"<service@zhike.example>;\nDate:  Tue, Mar 4, 2025 12:06 PM\nTo:  "Anna"<anna@qq.com>;\nSubject:  Re: order\n\n${OLD_EN.join('\n')}`,
  ),
  layout(
    'qq new web',
    'zh-CN',
    (words) =>
      `${words}\n\n \n \n         原始邮件\n \n \n发件人：知客客服 <service@zhike.example>\n发件时间：2025年3月4日 12:06\n收件人：王小明 <12345@qq.com>\n主题：Re: 订单\n\n${OLD.join('\n')}`,
  ),
  layout(
    'qq new web',
    'en',
    (words) =>
      `${words}\n\n \n         Original\n \n   \nFrom: Zhike <service@zhike.example>\nSent Time: 2025-03-04 12:06\nTo: Anna <anna@qq.com>\nSubject: Re: order\n\n${OLD_EN.join('\n')}`,
  ),
  layout(
    'qq wrapped',
    'zh-CN',
    (words) => `${words}\n\n------------------ 原始邮件\n------------------\n${qqHeader('：')}\n\n${OLD.join('\n')}`,
  ),
];

const FOXMAIL: Layout[] = [
  layout(
    'foxmail',
    'zh-CN',
    (words) =>
      `${words}\n\n\n\nwangxm@foxmail.com\n \n发件人： 知客客服\n发送时间： 2025-03-04 09:12\n收件人： 王小明\n抄送： 李经理\n主题： Re: 订单\n${OLD.join('\n')}`,
  ),
  layout(
    'foxmail',
    'zh-CN',
    (words) =>
      `${words}\n\n \n发件人： 知客客服\n发送时间： 2025-03-04 09:12\n收件人： wangxm\n主题： 订单\n\n${OLD.join('\n')}`,
  ),
  layout(
    'foxmail',
    'en',
    (words) =>
      `${words}\n\n\n\nanna@foxmail.com\n \nFrom: Zhike\nDate: 2025-03-04 09:12\nTo: anna\nSubject: Re: order\n${OLD_EN.join('\n')}`,
  ),
];

const NETEASE_LINES = [
  '在 2025-03-04 09:12:33，"知客客服" <service@zhike.example> 写道：',
  '在2017-03-04，知客客服 <service@zhike.example> 写道：',
  '在 2025-03-04 09:12:33，service@zhike.example 写道：',
  'At 2025-03-04 09:12:33, "Zhike" <service@zhike.example> wrote:',
];
const NETEASE: Layout[] = [
  ...NETEASE_LINES.flatMap((line) =>
    wrapped(line).flatMap((attribution) => [
      layout('163', 'zh-CN', (words) => `${words}\n\n\n\n\n\n\n\n${attribution}\n\n${OLD.join('\n')}`),
      layout('163', 'zh-CN', (words) => `${words}\n\n\n\n\n${attribution}\n${marked(OLD, '>')}`),
    ]),
  ),
  layout(
    '163 master',
    'zh-CN',
    (words) =>
      `${words}\n\n\n| |\n王小明\n|\n|\nwangxm@163.com\n|\n\n---- 回复的原邮件 ----\n| 发件人 | 知客客服<service@zhike.example> |\n| 发送日期 | 2025年03月04日 09:12 |\n| 收件人 | wangxm@163.com |\n| 主题 | 订单 |\n${OLD.join('\n')}`,
  ),
  layout(
    '163 master',
    'zh-CN',
    (words) =>
      `${words}\n\n|\n|\n王小明\n|\n|\n邮箱：wangxm@163.com\n|\n\n签名由 网易邮箱大师 定制\n\n---- 回复的原邮件 ----\n发件人\t知客客服<service@zhike.example>\n日期\t2025年03月04日 09:12\n收件人\twangxm@163.com\n主题\t订单\n${OLD.join('\n')}`,
  ),
  layout(
    '163 master',
    'en',
    (words) =>
      `${words}\n\n---- Replied Message ----\n| From | Zhike<service@zhike.example> |\n| Date | 03/04/2025 09:12 |\n| To | anna@163.com |\n| Subject | order |\n${OLD_EN.join('\n')}`,
  ),
];

const outlookZh = (name: string, colon: string, date = '发送时间'): string =>
  [
    `发件人${colon} ${name}`,
    `${date}${colon} 2025年3月4日 9:12`,
    `收件人${colon} 王小明 <wang@corp.example>`,
    `抄送${colon} 李经理`,
    `主题${colon} 答复: 订单`,
  ].join('\n');
const bold = (header: string): string => header.replace(/^([^:：]+[:：])/gm, '*$1*');
const RULE = '_'.repeat(32);
const OUTLOOK: Layout[] = [
  layout(
    'outlook',
    'zh-CN',
    (words) => `${words}\n\n${outlookZh('知客客服 <service@zhike.example>', ':')}\n\n${OLD.join('\n')}`,
  ),
  layout('outlook', 'zh-CN', (words) => `${words}\n\n${outlookZh('知客客服', '：')}\n\n${OLD.join('\n')}`),
  layout(
    'outlook',
    'zh-CN',
    (words) => `${words}\n\n${bold(outlookZh('知客客服 [mailto:service@zhike.example]', ':'))}\n\n${OLD.join('\n')}`,
  ),
  layout(
    'outlook mac',
    'zh-CN',
    (words) => `${words}\n\n${outlookZh('知客客服 <service@zhike.example>', ':', '日期')}\n\n${OLD.join('\n')}`,
  ),
  layout(
    'outlook web',
    'zh-CN',
    (words) => `${words}\n${RULE}\n${outlookZh('知客客服 <service@zhike.example>', ':')}\n\n${OLD.join('\n')}`,
  ),
  layout(
    'outlook phone',
    'zh-CN',
    (words) =>
      `${words}\n\n获取 Outlook for iOS<https://aka.ms/o0ukef>\n${RULE}\n${outlookZh('知客客服 <service@zhike.example>', ': ')}\n\n${OLD.join('\n')}`,
  ),
  layout(
    'outlook phone',
    'zh-CN',
    (words) =>
      `${words}\n\n获取适用于 Android 的 Outlook<https://aka.ms/AAb9ysg>\n${RULE}\n${outlookZh('知客客服 <service@zhike.example>', ':')}\n\n${OLD.join('\n')}`,
  ),
  layout(
    'outlook',
    'zh-TW',
    (words) =>
      `${words}\n\n寄件者: 知客客服 <service@zhike.example>\n寄件日期: 2025年3月4日 上午 09:12\n收件者: 王小明\n副本: 李經理\n主旨: 回覆: 訂單\n\n${OLD.join('\n')}`,
  ),
  layout(
    'outlook phone',
    'zh-TW',
    (words) =>
      `${words}\n\n取得 Outlook for Android\n${RULE}\n寄件者： 知客客服 <service@zhike.example>\n傳送時間： 2025年3月4日 09:12\n收件者： 王小明\n主旨： 訂單\n\n${OLD.join('\n')}`,
  ),
  layout(
    'outlook',
    'en',
    (words) =>
      `${words}\n\nFrom: Zhike support <service@zhike.example>\nSent: Tuesday, March 4, 2025 9:12 AM\nTo: Anna <anna@corp.example>; Bob\n\t<bob@corp.example>\nSubject: RE: order\n\n${OLD_EN.join('\n')}`,
  ),
  layout(
    'outlook phone',
    'en',
    (words) =>
      `${words}\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n${RULE}\nFrom: Zhike support <service@zhike.example>\nSent: Tuesday, March 4, 2025 9:12:33 AM\nTo: Anna <anna@corp.example>\nSubject: Re: order\n\n${OLD_EN.join('\n')}`,
  ),
];

const attributed = (client: string, language: string, lines: readonly string[], old: readonly string[]): Layout[] =>
  lines.flatMap((line) =>
    wrapped(line).flatMap((attribution) => [
      layout(client, language, (words) => `${words}\n\n${attribution}\n\n${marked(old)}`),
      layout(client, language, (words) => `${words}\n\n${attribution}\n\n${old.join('\n')}`),
    ]),
  );

const GMAIL_ZH = [
  '知客客服 <service@zhike.example> 于2025年3月4日周二 21:15写道：',
  '知客客服 <service@zhike.example> 于 2025年3月4日 周二 下午9:15写道：',
  'Zhike Service <service@zhike.example> 于2025年3月4日周二 21:15 写道：',
];
const GMAIL_TW = [
  '知客客服 <service@zhike.example> 於 2025年3月4日 週二 下午9:15寫道：',
  '知客 <service@zhike.example> 於 2025年3月4日週二 21:15 寫道：',
];
const APPLE_ZH = [
  '在 2025年3月4日，21:15，知客客服 <service@zhike.example> 写道：',
  '在 2025年3月4日，下午9:15，知客客服 <service@zhike.example> 写道：',
  '2025年3月4日 下午9:15，知客客服 <service@zhike.example> 写道：',
  '知客客服 <service@zhike.example> 於 2025年3月4日 下午9:15 寫道：',
];
const OTHERS_ZH = [
  '在 2025/3/4 下午9:15, 知客客服 写道:',
  '知客客服 於 2025/3/4 下午 09:15 寫道:',
  '知客客服 (<service@zhike.example>) 在 2025年3月4日 星期二 下午09:15:33 [GMT+8] 寫道：',
  '在 2025年3月4日星期二 GMT+8 21:15:33， 知客客服 <service@zhike.example> 写道：',
  '---- 在 星期二, 04 三月 2025 21:15:33 +0800 知客客服 <service@zhike.example> 撰写 ----',
  '2025年3月4日 星期二 21:15，知客客服 <service@zhike.example> 来信：',
];

const DASHES = '-'.repeat(66);
const aliyun = (colon: string): string =>
  `发件人${colon}知客客服<service@zhike.example>\n日　期${colon}2025年03月04日 09:12:33\n收件人${colon}王小明<wang@aliyun.com>\n抄　送${colon}李经理<li@corp.example>\n主　题${colon}回复：订单`;
const ALIYUN: Layout[] = [
  layout('aliyun', 'zh-CN', (words) => `${words}\n\n${DASHES}\n${aliyun('：')}\n\n${OLD.join('\n')}`),
  layout(
    'aliyun',
    'zh-CN',
    (words) =>
      `${words}\n${DASHES}\n发件人：知客客服<service@zhike.example>\n发送时间：2025年3月4日(星期二) 09:12\n收件人：王小明<wang@aliyun.com>\n主　题：订单\n\n${OLD.join('\n')}`,
  ),
  layout(
    'dingtalk',
    'zh-CN',
    (words) => `${words}\n\n来自钉钉专属商务邮箱${DASHES}\n${aliyun('：')}\n\n${OLD.join('\n')}`,
  ),
];

const PHONES: Layout[] = [
  layout(
    'sina',
    'zh-CN',
    (words) =>
      `${words}\n\n----- 原始邮件 -----\n发件人：知客客服 <service@zhike.example>\n收件人：wang@sina.com\n主题：订单\n日期：2025年03月04日 09点12分\n\n${OLD.join('\n')}`,
  ),
  layout(
    'huawei',
    'zh-CN',
    (words) =>
      `${words}\n\n发自我的华为手机\n\n\n-------- 原始邮件 --------\n发件人： 知客客服 <service@zhike.example>\n日期： 2025年3月4日周二 09:12\n收件人： 王小明 <wang@x.example>\n主 题： 订单\n${OLD.join('\n')}`,
  ),
  layout(
    'samsung',
    'en',
    (words) =>
      `${words}\n\nSent from my Galaxy\n\n-------- Original message --------From: Zhike <service@zhike.example> Date: 3/4/25  9:12 AM  (GMT+08:00) To: anna@x.example Subject: order\n${OLD_EN.join('\n')}`,
  ),
  layout(
    'xiaomi',
    'zh-CN',
    (words) =>
      `${words}\n\n发自我的小米手机\n在 知客客服 <service@zhike.example>，2025年3月4日 09:12写道：\n\n${marked(OLD)}`,
  ),
  layout(
    'iphone',
    'zh-CN',
    (words) =>
      `${words}\n\n发自我的 iPhone\n\n> 在 2025年3月4日，21:15，知客客服 <service@zhike.example> 写道：\n> \n> \uFEFF${OLD.join('\n> ')}`,
  ),
  layout(
    'iphone',
    'zh-TW',
    (words) =>
      `${words}\n\n從我的 iPhone 傳送\n\n> 知客客服 <service@zhike.example> 於 2025年3月4日 下午9:15 寫道：\n> \n> ${OLD.join('\n> ')}`,
  ),
  layout(
    'iphone',
    'en',
    (words) =>
      `${words}\n\nSent from my iPhone\n\n> On Mar 4, 2025, at 9:15 PM, Zhike <service@zhike.example> wrote:\n> \n> ${OLD_EN.join('\n> ')}`,
  ),
  layout('netease app', 'zh-CN', (words) => `${words}\n\n发自 网易邮箱大师`),
  layout(
    'windows mail',
    'zh-CN',
    (words) => `${words}\n\n从 Windows 版邮件发送\n\n${outlookZh('知客客服', ': ')}\n\n${OLD.join('\n')}`,
  ),
];

const WORLD: Record<string, string[]> = {
  en: [
    'On Tue, Mar 4, 2025 at 9:12 AM Zhike Support <service@zhike.example> wrote:',
    'On 04/03/2025 09:12, Zhike Support wrote:',
    'On 4 Mar 2025, at 09:12, Zhike Support <service@zhike.example> wrote:',
    'On Tuesday, March 4, 2025 at 09:12:33 AM GMT+1, Zhike <service@zhike.example> wrote:',
  ],
  de: [
    'Am Di., 4. März 2025 um 09:12 Uhr schrieb Zhike Support <service@zhike.example>:',
    'Am 04.03.2025 um 09:12 schrieb Zhike Support:',
    'Am 4. März 2025 um 09:12:33 MEZ schrieb Zhike <service@zhike.example>:',
  ],
  fr: [
    'Le mar. 4 mars 2025 à 09:12, Zhike Support <service@zhike.example> a écrit :',
    'Le 04/03/2025 à 09:12, Zhike Support a écrit :',
    'Le 4 mars 2025 à 09:12, Zhike <service@zhike.example> a écrit :',
  ],
  es: [
    'El mar, 4 mar 2025 a las 9:12, Zhike Support (<service@zhike.example>) escribió:',
    'El 4/3/25 a las 9:12, Zhike Support escribió:',
    'El 4 mar 2025, a las 9:12, Zhike <service@zhike.example> escribió:',
  ],
  pt: [
    'Em ter., 4 de mar. de 2025 às 09:12, Zhike Support <service@zhike.example> escreveu:',
    'Em 04/03/2025 09:12, Zhike Support escreveu:',
    'No dia 4 de mar. de 2025, às 09:12, Zhike <service@zhike.example> escreveu:',
  ],
  it: [
    'Il giorno mar 4 mar 2025 alle ore 09:12 Zhike Support <service@zhike.example> ha scritto:',
    'Il 04/03/25 09:12, Zhike Support ha scritto:',
  ],
  nl: [
    'Op di 4 mrt 2025 om 09:12 schreef Zhike Support <service@zhike.example>:',
    'Op 4 mrt. 2025, om 09:12 heeft Zhike <service@zhike.example> het volgende geschreven:',
    'Op 04-03-2025 om 09:12 schreef Zhike Support:',
  ],
  sv: [
    'Den tis 4 mars 2025 kl 09:12 skrev Zhike Support <service@zhike.example>:',
    '4 mars 2025 kl. 09:12 skrev Zhike <service@zhike.example>:',
  ],
  da: [
    'Den tirs. 4. mar. 2025 kl. 09.12 skrev Zhike Support <service@zhike.example>:',
    'Den 4. mar. 2025 kl. 09.12 skrev Zhike <service@zhike.example>:',
  ],
  no: [
    'tir. 4. mar. 2025 kl. 09:12 skrev Zhike Support <service@zhike.example>:',
    'På 4. mars 2025 på 09:12:18, Zhike (service@zhike.example) skrev:',
  ],
  fi: [
    'ti 4. maalisk. 2025 klo 9.12 Zhike Support (service@zhike.example) kirjoitti:',
    'Zhike <service@zhike.example> kirjoitti 4.3.2025 kello 9.12:',
  ],
  pl: [
    'wt., 4 mar 2025 o 09:12 Zhike Support <service@zhike.example> napisał(a):',
    'W dniu 4.03.2025 o 09:12, Zhike Support pisze:',
    'Wiadomość napisana przez Zhike <service@zhike.example> w dniu 4 mar 2025, o godz. 09:12:',
  ],
  cs: [
    'út 4. 3. 2025 v 9:12 odesílatel Zhike Support <service@zhike.example> napsal:',
    'Dne 04. 03. 25 v 9:12 Zhike Support napsal(a):',
  ],
  ru: [
    'вт, 4 мар. 2025 г. в 09:12, Zhike Support <service@zhike.example>:',
    '4 марта 2025 г., 9:12 пользователь Zhike <service@zhike.example> написал:',
    '04.03.2025 9:12, Zhike Support пишет:',
    'Вторник, 4 марта 2025, 9:12 +03:00 от Zhike <service@zhike.example>:',
  ],
  tr: ['Zhike Support <service@zhike.example>, 4 Mar 2025 Sal, 09:12 tarihinde şunu yazdı:'],
  hu: ['Zhike Support <service@zhike.example> ezt írta (időpont: 2025. márc. 4., K, 9:12):'],
  vi: ['Vào Th 3, 4 thg 3, 2025 vào lúc 09:12 Zhike Support <service@zhike.example> đã viết:'],
  ja: [
    '2025年3月4日(火) 9:12 Zhike Support <service@zhike.example>:',
    '2025/03/04 9:12、Zhike <service@zhike.example>のメール:',
    'On 2025/03/04 9:12, Zhike Support wrote:',
  ],
  ko: [
    '2025년 3월 4일 (화) 오전 9:12, Zhike Support <service@zhike.example>님이 작성:',
    '2025. 3. 4. 오전 9:12, Zhike <service@zhike.example> 작성:',
  ],
  ro: ['În mar., 4 mar. 2025 la 09:12, Zhike Support <service@zhike.example> a scris:'],
  uk: ['вт, 4 бер. 2025 р. о 09:12 Zhike Support <service@zhike.example> пише:'],
  el: ['Στις Τρί 4 Μαρ 2025 στις 9:12 π.μ., ο χρήστης Zhike Support <service@zhike.example> έγραψε:'],
};

const HEADERS: Record<string, [string, string, string, string, string]> = {
  de: ['Von', 'Gesendet', 'An', 'Betreff', 'Dienstag, 4. März 2025 09:12'],
  fr: ['De ', 'Envoyé ', 'À ', 'Objet ', 'mardi 4 mars 2025 09:12'],
  es: ['De', 'Enviado', 'Para', 'Asunto', 'martes, 4 de marzo de 2025 9:12'],
  pt: ['De', 'Enviada em', 'Para', 'Assunto', 'terça-feira, 4 de março de 2025 09:12'],
  it: ['Da', 'Inviato', 'A', 'Oggetto', 'martedì 4 marzo 2025 09:12'],
  nl: ['Van', 'Verzonden', 'Aan', 'Onderwerp', 'dinsdag 4 maart 2025 09:12'],
  sv: ['Från', 'Skickat', 'Till', 'Ämne', 'den 4 mars 2025 09:12'],
  da: ['Fra', 'Sendt', 'Til', 'Emne', '4. marts 2025 09:12'],
  fi: ['Lähettäjä', 'Lähetetty', 'Vastaanottaja', 'Aihe', 'tiistai 4. maaliskuuta 2025 9.12'],
  pl: ['Od', 'Wysłano', 'Do', 'Temat', 'wtorek, 4 marca 2025 09:12'],
  cs: ['Od', 'Odesláno', 'Komu', 'Předmět', 'úterý 4. března 2025 9:12'],
  ru: ['От', 'Отправлено', 'Кому', 'Тема', '4 марта 2025 г. 9:12'],
  tr: ['Kimden', 'Gönderildi', 'Kime', 'Konu', '4 Mart 2025 Salı 09:12'],
  hu: ['Feladó', 'Elküldve', 'Címzett', 'Tárgy', '2025. március 4., kedd 9:12'],
  ja: ['差出人', '送信日時', '宛先', '件名', '2025年3月4日 9:12'],
  ko: ['보낸 사람', '보낸 날짜', '받는 사람', '제목', '2025년 3월 4일 화요일 오전 9:12'],
};

const WORLD_HEADERS: Layout[] = Object.entries(HEADERS).flatMap(([language, [from, date, to, subject, day]]) => [
  layout(
    'outlook',
    language,
    (words) =>
      `${words}\n\n${from}: Zhike Support <service@zhike.example>\n${date}: ${day}\n${to}: Anna Berg <anna@x.example>\n${subject}: order 4711\n\n${OLD_EN.join('\n')}`,
  ),
  layout(
    'outlook web',
    language,
    (words) =>
      `${words}\n\n${RULE}\n${from}: Zhike Support <service@zhike.example>\n${date}: ${day}\n${to}: Anna Berg\n${subject}: order 4711\n\n${OLD_EN.join('\n')}`,
  ),
]);

export const TEXT_LAYOUTS: readonly Layout[] = [
  layout('none', 'en', (words) => words),
  layout('signature', 'en', (words) => `${words}\n\n-- \nAnna Berg\nBerg & Sons\n+49 30 123456`),
  layout('signature', 'zh-CN', (words) => `${words}\n\n--\n王小明\n销售部\n13800138000`),
  ...QQ,
  ...FOXMAIL,
  ...NETEASE,
  ...OUTLOOK,
  ...attributed('gmail', 'zh-CN', GMAIL_ZH, OLD),
  ...attributed('gmail', 'zh-TW', GMAIL_TW, OLD),
  ...attributed('apple', 'zh-CN', APPLE_ZH, OLD),
  ...attributed('other', 'zh-CN', OTHERS_ZH, OLD),
  ...ALIYUN,
  ...PHONES,
  ...Object.entries(WORLD).flatMap(([language, lines]) => attributed('attribution', language, lines, OLD_EN)),
  ...WORLD_HEADERS,
];
