import { describe, expect, it } from 'vitest';
import type { ParsedMail } from '../../../src/channels/email/mail.ts';
import { createMarks } from '../../../src/channels/email/marks.ts';
import { readMail } from '../../../src/channels/email/read/read-mail.ts';

/** Only mail written by a person is answered: everything else is known by its headers, and reports say what failed. */

const OWN = {
  addresses: ['support@zhike.example'],
  marks: { key: 'k'.repeat(64), inboxId: 'inbox-1', address: 'support@zhike.example' },
};

const OURS = createMarks(OWN.marks).messageId(7, 'abc');

async function parsed(headers: string, body = 'hello'): Promise<ParsedMail> {
  const from = /^from:/im.test(headers) ? '' : 'From: anna@x.example\n';
  const mail = await readMail(Buffer.from(`${from}${headers}\n\n${body}`.replace(/\n/g, '\r\n')), OWN);
  if ('unparsed' in mail) throw new Error(mail.unparsed);
  return mail;
}
const kindOf = async (headers: string, body?: string): Promise<string> =>
  (await parsed(headers, body)).classification.kind;

describe('mail of people', () => {
  it.each([
    ['Subject: Where is my order?'],
    ['Subject: Re: order\nAuto-Submitted: no'],
    ['Subject: order\nX-Auto-Response-Suppress: All'],
    ['Subject: Delivery of my lamp failed'],
    ['Subject: 退信怎么办'],
    ['Subject: 外出时快递怎么收'],
    ['Subject: x\nPrecedence: normal'],
    ['Subject: x\nReturn-Path: <anna@x.example>'],
    ['From: postmaster@corp.example\nSubject: Re: order\nIn-Reply-To: <a@b>\nReturn-Path: <postmaster@corp.example>'],
    ['From: support@zhike.example\nMessage-ID: <typed-by-hand@laptop.example>\nSubject: forwarded by a colleague'],
    ['From: support@zhike.example\nMessage-ID: <typed-by-hand@zhike.example>\nSubject: from our own server'],
    [`From: support@zhike.example\nMessage-ID: <zk.1.1.${'a'.repeat(20)}@zhike.example>\nSubject: a mark not ours`],
    [`From: anna@x.example\nMessage-ID: <${OURS}>\nSubject: our mark under another name`],
  ])('%s', async (headers) => {
    expect(await kindOf(headers)).toBe('human');
  });
});

describe('mail of machines', () => {
  it.each(
    [
      ['auto-reply', 'Subject: x\nAuto-Submitted: auto-replied'],
      ['auto-reply', 'Subject: x\nAuto-Submitted: auto-generated; owner=x'],
      ['auto-reply', 'Subject: x\nReturn-Path: <>'],
      ['auto-reply', 'Subject: x\nX-Autoreply: yes'],
      ['auto-reply', 'Subject: x\nX-Autorespond: y'],
      ['auto-reply', 'Subject: x\nPrecedence: auto_reply'],
      ['auto-reply', 'Subject: x\nX-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: anna@x.example'],
      ['auto-reply', 'Subject: 自动回复: 订单'],
      ['auto-reply', 'Subject: Automatic reply: order'],
      ['auto-reply', 'From: no-reply@shop.example\nSubject: Your receipt'],
      ['out-of-office', 'Subject: Out of Office: order\nAuto-Submitted: auto-replied'],
      ['out-of-office', 'Subject: 自动回复\nAuto-Submitted: auto-replied', '我正在休假，3月10日回来。'],
      ['bulk', 'Subject: News\nList-Unsubscribe: <https://x.example>'],
      ['bulk', 'Subject: News\nPrecedence: bulk'],
      ['bulk', 'Subject: [list] hi\nList-Id: <dev.x.example>'],
      ['own', 'From: support@zhike.example\nSubject: x\nX-Loop: support@zhike.example'],
      ['own', `From: support@zhike.example\nMessage-ID: <${OURS}>\nSubject: x`],
      ['auto-reply', 'Subject: x\nX-Loop: support@zhike.example'],
    ].map(([kind = '', headers = '', body]) => ({ kind, headers, body })),
  )('$kind: $headers', async ({ kind, headers, body }) => {
    expect(await kindOf(headers, body)).toBe(kind);
  });
});

const dsn = (
  fields: string,
  original = 'Message-ID: <ours@mail.zhike.example>\nSubject: Re: order',
): [string, string] => [
  'Return-Path: <>\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"',
  `--b\nContent-Type: text/plain\n\nI'm sorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n${fields}\n--b\nContent-Type: message/rfc822\n\n${original}\n\nhello\n--b--`,
];

describe('reports', () => {
  it('reads who failed, why, and which mail of ours', async () => {
    const { classification } = await parsed(
      ...dsn(
        'Final-Recipient: rfc822; Nobody@X.example\nOriginal-Recipient: rfc822;nobody@x.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n <nobody@x.example>: unknown',
      ),
    );
    expect(classification).toEqual({
      kind: 'bounce',
      rule: 'delivery-status',
      report: {
        recipient: 'nobody@x.example',
        action: 'failed',
        status: '5.1.1',
        diagnostic: '550 5.1.1 <nobody@x.example>: unknown',
        originalMessageId: 'ours@mail.zhike.example',
      },
    });
  });

  it('tells a delay and a success from a failure', async () => {
    expect(
      (await parsed(...dsn('Final-Recipient: rfc822; a@x.example\nAction: delayed\nStatus: 4.4.1'))).classification,
    ).toMatchObject({ kind: 'delayed', report: { status: '4.4.1' } });
    expect(
      (await parsed(...dsn('Final-Recipient: rfc822; a@x.example\nAction: delivered\nStatus: 2.0.0'))).classification
        .kind,
    ).toBe('receipt');
  });

  it('names the recipient that failed among several', async () => {
    const { classification } = await parsed(
      ...dsn(
        'Final-Recipient: rfc822; good@x.example\nAction: relayed\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; bad@x.example\nAction: failed\nStatus: 5.2.2',
      ),
    );
    expect(classification).toMatchObject({ kind: 'bounce', report: { recipient: 'bad@x.example', status: '5.2.2' } });
  });

  it('reads a report whose lines end in CR alone', async () => {
    const [head, body] = dsn('Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.0.0');
    const mail = await readMail(Buffer.from(`${head}\n\n${body}`.replace(/\n/g, '\r')), OWN);
    expect(mail).toMatchObject({
      classification: {
        kind: 'bounce',
        report: { recipient: 'a@x.example', originalMessageId: 'ours@mail.zhike.example' },
      },
    });
  });

  it.each([
    [
      'Subject: failure notice\nFrom: MAILER-DAEMON@qq.com\nReturn-Path: <>',
      'Hi. This is the qmail-send program. I was not able to deliver your message to the following addresses.\n\n<nobody@x.example>:\n550 5.1.1 unknown user\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <ours@mail.zhike.example>',
    ],
    [
      'Subject: 系统退信\nFrom: PostMaster@qq.com',
      '您的邮件被退回：\n收件人 nobody@x.example 不存在\n550 5.1.1\nMessage-ID: <ours@mail.zhike.example>',
    ],
    [
      'Subject: Mail delivery failed\nFrom: x@mx.example\nX-Failed-Recipients: nobody@x.example',
      'no such user 5.1.1\n\nMessage-ID: <ours@mail.zhike.example>',
    ],
  ])('knows a bounce without a machine-readable part: %s', async (headers, body) => {
    expect((await parsed(headers, body)).classification).toMatchObject({
      kind: 'bounce',
      report: { recipient: 'nobody@x.example', status: '5.1.1', originalMessageId: 'ours@mail.zhike.example' },
    });
  });

  it('knows complaints and receipts', async () => {
    const complaint = 'Content-Type: multipart/report; report-type=feedback-report; boundary=b\nSubject: abuse';
    expect(
      (
        await parsed(
          complaint,
          '--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: a@x.example\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <ours@mail.zhike.example>\n\nx\n--b--',
        )
      ).classification,
    ).toMatchObject({ kind: 'complaint', report: { originalMessageId: 'ours@mail.zhike.example' } });
    const receipt =
      'Content-Type: multipart/report; report-type=disposition-notification; boundary=b\nSubject: Read: order';
    expect(
      (
        await parsed(
          receipt,
          '--b\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; a@x.example\nOriginal-Message-ID: <ours@mail.zhike.example>\nDisposition: manual-action; displayed\n--b--',
        )
      ).classification,
    ).toMatchObject({
      kind: 'receipt',
      report: { recipient: 'a@x.example', originalMessageId: 'ours@mail.zhike.example' },
    });
  });
});
