/** Mails that machines write, in the forms of the servers and programs that send them, and ordinary mails that come close to them. */

export interface Sample {
  name: string;
  kind: 'bounce' | 'delayed' | 'automatic' | 'human';
  headers: string;
  body: string;
  /** Who could not be reached, as a bounce names them. */
  failed?: string;
}

const LOST = 'nobody@x.example';
const DSN = 'multipart/report; report-type=delivery-status; boundary="b"';
const OURS = 'Message-ID: <zk.1.1.a@zhike.example>\nSubject: Re: order';
const status = (action: string, code: string): string =>
  `--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ${LOST}\nAction: ${action}\nStatus: ${code}\n\n--b\nContent-Type: message/rfc822\n\n${OURS}\n\nhello\n--b--`;

interface Server {
  name: string;
  from: string;
  subject: string;
  words: string;
  extra?: string;
}

/** Report and plain forms; the words are those of the server, shortened. */
const SERVERS: readonly Server[] = [
  {
    name: 'Postfix',
    from: 'MAILER-DAEMON@mx.example (Mail Delivery System)',
    subject: 'Undelivered Mail Returned to Sender',
    words: `I'm sorry to have to inform you that your message could not be delivered.\n\n<${LOST}>: host mx.x.example said: 550 5.1.1 User unknown`,
  },
  {
    name: 'Exim',
    from: 'Mail Delivery System <Mailer-Daemon@mx.example>',
    subject: 'Mail delivery failed: returning message to sender',
    words: `A message that you sent could not be delivered to one or more of its recipients.\n\n  ${LOST}\n    550 5.1.1 unknown`,
    extra: `X-Failed-Recipients: ${LOST}\nAuto-Submitted: auto-replied`,
  },
  {
    name: 'Exchange',
    from: 'Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.example>',
    subject: 'Undeliverable: order',
    words: `Your message to ${LOST} couldn't be delivered.\n\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'`,
  },
  {
    name: 'Exchange zh',
    from: 'postmaster@corp.example',
    subject: '未送达: 订单',
    words: `发送失败，以下收件人: ${LOST}\n找不到你输入的电子邮件地址。 550 5.1.10`,
  },
  {
    name: 'Exchange de',
    from: 'postmaster@corp.example',
    subject: 'Unzustellbar: Bestellung',
    words: `Fehler bei der Nachrichtenzustellung an folgende Empfänger: ${LOST}\n550 5.1.1`,
  },
  {
    name: 'Exchange fr',
    from: 'postmaster@corp.example',
    subject: 'Non remis : commande',
    words: `Votre message n’a pas pu être remis à ${LOST}. 550 5.1.1`,
  },
  {
    name: 'Exchange es',
    from: 'postmaster@corp.example',
    subject: 'No se puede entregar: pedido',
    words: `No se pudo entregar el mensaje a ${LOST}. 550 5.1.1`,
  },
  {
    name: 'Exchange it',
    from: 'postmaster@corp.example',
    subject: 'Non recapitabile: ordine',
    words: `Impossibile recapitare il messaggio a ${LOST}. 550 5.1.1`,
  },
  {
    name: 'Exchange pt',
    from: 'postmaster@corp.example',
    subject: 'Não é possível entregar: pedido',
    words: `A mensagem para ${LOST} não pôde ser entregue. 550 5.1.1`,
  },
  {
    name: 'Exchange nl',
    from: 'postmaster@corp.example',
    subject: 'Onbestelbaar: order',
    words: `Uw bericht kan niet worden bezorgd bij ${LOST}. 550 5.1.1`,
  },
  {
    name: 'Exchange ja',
    from: 'postmaster@corp.example',
    subject: '配信不能: 注文',
    words: `次の受信者への配信に失敗しました: ${LOST}\n550 5.1.1`,
  },
  {
    name: 'Gmail',
    from: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
    subject: 'Delivery Status Notification (Failure)',
    words: `** Address not found **\n\nYour message wasn't delivered to ${LOST} because the address couldn't be found.\n550 5.1.1`,
    extra: `X-Failed-Recipients: ${LOST}\nAuto-Submitted: auto-replied`,
  },
  {
    name: 'QQ',
    from: 'PostMaster@qq.com',
    subject: '来自qq.com的退信',
    words: `抱歉，您的邮件被退回来了……\n原邮件信息：\n收件人 ${LOST}\n退信原因 收件人邮件地址不存在，邮件无法送达。 550 5.1.1`,
  },
  {
    name: '163',
    from: 'Postmaster@163.com',
    subject: '系统退信',
    words: `抱歉，您的邮件被退回来了\n退信信息：收件人(${LOST})不存在 550 User not found 5.1.1`,
  },
  {
    name: 'Aliyun',
    from: 'mailer-daemon@aliyun.com',
    subject: '退信通知',
    words: `您发送的邮件无法送达收件人：${LOST}\n550 5.1.1`,
  },
  {
    name: 'Coremail',
    from: 'mail-delivery@icoremail.example',
    subject: '系统退信/Systems bounce',
    words: `信件无法投递到 ${LOST} 550 5.1.1`,
  },
  {
    name: 'qmail',
    from: 'MAILER-DAEMON@mx.example',
    subject: 'failure notice',
    words: `Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<${LOST}>:\n550 5.1.1 no such user`,
  },
  {
    name: 'sendmail',
    from: 'Mail Delivery Subsystem <MAILER-DAEMON@mx.example>',
    subject: 'Returned mail: see transcript for details',
    words: `   ----- The following addresses had permanent fatal errors -----\n<${LOST}>\n550 5.1.1`,
    extra: 'Auto-Submitted: auto-generated (failure)',
  },
  {
    name: 'Yahoo',
    from: 'MAILER-DAEMON@yahoo.com',
    subject: 'Failure Notice',
    words: `Sorry, we were unable to deliver your message to the following address.\n\n<${LOST}>:\n550: 5.1.1`,
  },
  {
    name: 'Amazon SES',
    from: 'MAILER-DAEMON@amazonses.example',
    subject: 'Delivery Status Notification (Failure)',
    words: `An error occurred while trying to deliver the mail to the following recipients:\n${LOST} 5.1.1`,
  },
  {
    name: 'Domino',
    from: 'Postmaster@domino.example',
    subject: 'DELIVERY FAILURE: User nobody not listed in directory',
    words: `Your message was not delivered to: ${LOST} 5.1.1`,
  },
  {
    name: 'GMX',
    from: '"GMX Mailer Daemon" <mailer-daemon@gmx.de>',
    subject: 'Mail delivery failed: returning message to sender',
    words: `Ihre E-Mail konnte nicht zugestellt werden: ${LOST} 5.1.1`,
  },
];

const plainBounce = (server: Server, withReturnPath: boolean): Sample => ({
  name: `${server.name}, plain${withReturnPath ? '' : ', no Return-Path'}`,
  kind: 'bounce',
  headers: [
    ...(withReturnPath ? ['Return-Path: <>'] : []),
    `From: ${server.from}`,
    `Subject: ${server.subject}`,
    ...(withReturnPath && server.extra ? [server.extra] : []),
    'Content-Type: text/plain; charset=utf-8',
  ].join('\n'),
  body: `${server.words}\n\n--- Below this line is a copy of the message.\n\n${OURS}`,
  failed: LOST,
});
const report = (server: Server, action: 'failed' | 'delayed'): Sample => ({
  name: `${server.name}, report ${action}`,
  kind: action === 'failed' ? 'bounce' : 'delayed',
  headers: `Return-Path: <>\nFrom: ${server.from}\nSubject: ${server.subject}\nContent-Type: ${DSN}`,
  body: `--b\nContent-Type: text/plain; charset=utf-8\n\n${server.words}\n${status(action, action === 'failed' ? '5.1.1' : '4.4.1')}`,
  failed: LOST,
});

const AWAY: readonly [string, string, string][] = [
  ['en', 'Automatic reply: order', 'I am out of the office until Monday.'],
  ['en vacation', 'Out of Office: order', 'I am on vacation until 10 March.'],
  ['zh', '自动回复: 订单', '您好，我正在休假，3月10日回来后会尽快回复您。'],
  ['zh QQ', '自动回复:订单', '这是来自QQ邮箱的假期自动回复邮件。您好，我最近正在休假中，无法亲自回复您的邮件。'],
  ['zh-TW', '自動回覆: 訂單', '我目前不在辦公室，將於下週一回覆。'],
  ['de', 'Automatische Antwort: Bestellung', 'Ich bin bis zum 10. März nicht im Büro.'],
  ['de Abwesenheit', 'Abwesenheitsnotiz: Bestellung', 'Ich bin derzeit abwesend.'],
  ['fr', 'Réponse automatique : commande', 'Je suis absent du bureau jusqu’au 10 mars.'],
  ['es', 'Respuesta automática: pedido', 'Estoy fuera de la oficina hasta el lunes.'],
  ['it', 'Risposta automatica: ordine', 'Sono fuori sede fino a lunedì.'],
  ['pt', 'Resposta automática: pedido', 'Estou ausente até segunda-feira.'],
  ['nl', 'Automatisch antwoord: order', 'Ik ben afwezig tot maandag.'],
  ['sv', 'Autosvar: order', 'Jag är på semester.'],
  ['ja', '自動返信: 注文', 'ただいま不在にしております。'],
  ['ko', '자동 회신: 주문', '부재중입니다.'],
  ['ru', 'Автоответ: заказ', 'Я в отпуске до понедельника.'],
  ['pl', 'Odpowiedź automatyczna: zamówienie', 'Jestem poza biurem.'],
];
const MARKS: readonly [string, string][] = [
  ['Auto-Submitted', 'Auto-Submitted: auto-replied'],
  ['subject alone', ''],
  ['null sender', 'Return-Path: <>'],
  ['Precedence', 'Precedence: auto_reply'],
  ['Exchange', 'X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated'],
  ['X-Autoreply', 'X-Autoreply: yes'],
];

const HUMANS: readonly [string, string][] = [
  ['Where is my order?', 'It has not arrived yet. Thanks, Anna'],
  ['Re: order', 'I was out of the office last week, sorry. Please send the lamp now.'],
  ['Delivery failed', 'The courier says delivery failed twice, tracking 5.1.1. Please call me.'],
  ['Undeliverable parcel', 'My parcel came back to you as undeliverable. Please send it again to anna@x.example.'],
  ['Returned to sender', 'DHL says: returned to sender. What now?'],
  ['退信怎么办', '我给你们发邮件总是退信，提示 550 5.1.1，请帮我看看。'],
  ['快递被退回', '快递无法投递被退回了，请重新发货。'],
  ['休假期间能收货吗', '我外出休假，3月10日才回来，能晚点发货吗？'],
  ['自动回复功能怎么设置', '你们的机器人有自动回复功能吗？'],
  ['Auto-reply feature', 'How do I turn on the auto-reply of my widget?'],
  ['Automatic reply settings', 'Where do I set automatic replies up?'],
  ['Bestellung unzustellbar', 'DHL meldet, mein Paket sei unzustellbar. Bitte prüfen.'],
  ['Abwesenheit am Liefertag', 'Ich bin am Liefertag nicht im Haus. Kann der Nachbar annehmen?'],
  ['Colis non remis', 'Le livreur a noté non remis. Merci de relivrer.'],
  ['Entrega fallida', 'La entrega fallida fue ayer, ¿pueden repetir?'],
  ['配信不能の通知', '荷物が届きません。'],
  ['Out of office chair', 'Are you out of office chairs in black?'],
  ['无法投递', '收件人地址写错了，包裹无法投递，请改成上海市张杨路500号。'],
];
const SENDERS = [
  'Anna Berg <anna@x.example>',
  '王小明 <12345@qq.com>',
  'postmaster@small-shop.example',
  'Notification Team <anna.notify@x.example>',
  'alerts-fan@x.example',
];

/** Every sample, each known by its name. */
export const SAMPLES: readonly Sample[] = [
  ...SERVERS.flatMap((server) => [
    plainBounce(server, true),
    plainBounce(server, false),
    report(server, 'failed'),
    report(server, 'delayed'),
  ]),
  ...AWAY.flatMap(([language, subject, body]) =>
    MARKS.map(
      ([mark, headers]): Sample => ({
        name: `away ${language}, ${mark}`,
        kind: 'automatic',
        headers: [headers, 'From: anna@x.example', `Subject: ${subject}`, 'Content-Type: text/plain; charset=utf-8']
          .filter(Boolean)
          .join('\n'),
        body,
      }),
    ),
  ),
  ...HUMANS.flatMap(([subject, body]) =>
    SENDERS.map(
      (from): Sample => ({
        name: `${subject}, from ${from}`,
        kind: 'human',
        headers: `Return-Path: <${/[^\s<>]+@[^\s<>]+/.exec(from)?.[0]}>\nFrom: ${from}\nSubject: ${subject}\nIn-Reply-To: <a@zhike.example>\nContent-Type: text/plain; charset=utf-8`,
        body,
      }),
    ),
  ),
];
