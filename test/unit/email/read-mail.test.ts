import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import type { ParsedMail, ReadMail } from '../../../src/channels/email/mail.ts';
import { LIMITS } from '../../../src/channels/email/read/limits.ts';
import { readMail } from '../../../src/channels/email/read/read-mail.ts';

/** Mails of every charset, shape and malice become readable mails, or a reason why not. */

const OWN = {
  addresses: ['support@zhike.example'],
  marks: { key: 'k'.repeat(64), inboxId: 'inbox-1', address: 'support@zhike.example' },
};
const HEAD =
  'From: =?utf-8?B?546L5bCP5piO?= <Wang@QQ.com>\r\nTo: support@zhike.example\r\nMessage-ID: <m1@qq.com>\r\nDate: Tue, 04 Mar 2025 09:12:33 +0800\r\n';
const bytes = (...pieces: (string | Buffer)[]): Buffer =>
  Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
const read = (...pieces: (string | Buffer)[]): Promise<ReadMail> => readMail(bytes(...pieces), OWN);

async function parsed(...pieces: (string | Buffer)[]): Promise<ParsedMail> {
  const mail = await read(...pieces);
  if ('unparsed' in mail) throw new Error(`unparsed: ${mail.unparsed}`);
  return mail;
}

const CHINESE = '您好，椅子的左边扶手有裂痕，请问可以更换吗？谢谢！';

describe('charsets', () => {
  it.each(['gb18030', 'gbk', 'gb2312', 'big5', 'utf-8', 'x-gbk', 'cp936'])(
    'reads text labelled %s',
    async (charset) => {
      const text = charset === 'big5' ? '您好，椅子壞了，請問可以更換嗎？' : CHINESE;
      const mail = await parsed(
        HEAD,
        `Subject: x\r\nContent-Type: text/plain; charset=${charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`,
        iconv.encode(text, charset.replace('x-', '')),
      );
      expect(mail.text).toBe(text);
    },
  );

  it.each([
    ['iso-2022-jp', '椅子が壊れました。'],
    ['shift_jis', '椅子が壊れました。'],
    ['euc-kr', '의자가 부서졌습니다.'],
    ['windows-1251', 'Стул сломан'],
    ['iso-8859-1', 'Stühle'],
  ])('reads text labelled %s', async (charset, text) => {
    const body =
      charset === 'iso-2022-jp' ? Buffer.from('\x1b$B0X;R$,2u$l$^$7$?!#\x1b(B', 'latin1') : iconv.encode(text, charset);
    expect((await parsed(HEAD, `Content-Type: text/plain; charset=${charset}\r\n\r\n`, body)).text).toBe(text);
  });

  it.each(['', '; charset=unknown-8bit', '; charset=us-ascii', '; charset=utf-8', '; charset=x-unknown'])(
    'reads GBK bytes under the label "%s"',
    async (label) => {
      const mail = await parsed(
        HEAD,
        'Subject: ',
        iconv.encode('订单 椅子坏了', 'gbk'),
        `\r\nContent-Type: text/plain${label}\r\n\r\n`,
        iconv.encode(CHINESE, 'gbk'),
      );
      expect(mail.subject).toBe('订单 椅子坏了');
      expect(mail.text).toBe(CHINESE);
      expect(mail.flags).toContain('charset-guessed');
    },
  );

  it('reads GBK that no header speaks of, in the parts of a mail too', async () => {
    expect((await parsed(HEAD, '\r\n', iconv.encode(CHINESE, 'gb18030'))).text).toBe(CHINESE);
    const encoded = iconv.encode(`<p>${CHINESE}</p>`, 'gbk').toString('base64');
    const mail = await parsed(
      HEAD,
      `Content-Type: multipart/alternative; boundary="b 1"\r\n\r\n--b 1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n--b 1--\r\n`,
    );
    expect(mail.text).toBe(CHINESE);
  });

  it('leaves unlabelled UTF-8 and Western text what they are', async () => {
    expect((await parsed(HEAD, '\r\n', CHINESE)).text).toBe(CHINESE);
    expect(
      (await parsed(HEAD, '\r\n', Buffer.from('Der Stuhl ist für mich zu groß, schöne Grüße', 'latin1'))).text,
    ).toBe('Der Stuhl ist für mich zu groß, schöne Grüße');
  });

  it('reads HZ', async () => {
    expect((await parsed(HEAD, 'Content-Type: text/plain; charset=hz-gb-2312\r\n\r\nHi ~{VPND~} ~~ done')).text).toBe(
      'Hi 中文 ~ done',
    );
  });

  it('reads mails whose lines end in CR alone', async () => {
    const mail = await parsed(`${HEAD}Subject: hi\r\n\r\none\r\ntwo`.replace(/\r\n/g, '\r'));
    expect([mail.subject, mail.text]).toEqual(['hi', 'one\ntwo']);
  });
});

describe('headers', () => {
  it('names sender, ids and recipients', async () => {
    const mail = await parsed(
      'Return-Path: <Wang@QQ.com>\r\nDelivered-To: support+t-1@zhike.example\r\n',
      HEAD,
      'In-Reply-To: <a@zhike.example>\r\nReferences: <r1@x>\r\n <r2@y>,r3@z\r\nCc: Li <li@corp.example>\r\nSubject: =?gb2312?B?tqm1pQ==?=\r\n\r\nhi',
    );
    expect(mail).toMatchObject({
      from: { address: 'wang@qq.com', name: '王小明' },
      messageId: 'm1@qq.com',
      inReplyTo: ['a@zhike.example'],
      references: ['r1@x', 'r2@y', 'r3@z'],
      cc: [{ address: 'li@corp.example', name: 'Li' }],
      returnPath: 'wang@qq.com',
      deliveredTo: ['support+t-1@zhike.example', 'support@zhike.example', 'li@corp.example'],
      subject: '订单',
      flags: [],
    });
    expect(mail.date?.toISOString()).toBe('2025-03-04T01:12:33.000Z');
  });

  it('takes the first of two senders and says so', async () => {
    const mail = await parsed('From: a@first.example\r\nFrom: b@second.example\r\nSubject: x\r\n\r\nhi');
    expect(mail.from?.address).toBe('a@first.example');
    expect(mail.flags).toContain('duplicate-header');
    expect((await parsed('From: a@first.example, b@second.example\r\n\r\nhi')).flags).toContain('several-senders');
  });

  it('tells a name that poses as another address, and a missing sender', async () => {
    expect((await parsed('From: "support@bank.example" <evil@x.example>\r\n\r\nhi')).flags).toContain(
      'sender-name-is-address',
    );
    expect((await parsed('Subject: x\r\n\r\nhi')).flags).toContain('no-sender');
  });
});

const part = (headers: string, body: string): string => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
const mixed = (...parts: string[]): string =>
  `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`;

describe('bodies and files', () => {
  it('gives safe names and types told by the bytes', async () => {
    const png = Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1').toString('base64');
    const mail = await parsed(
      mixed(
        part('Content-Type: text/plain', 'see files'),
        part(
          'Content-Type: text/html; name="x.html"\r\nContent-Disposition: attachment; filename="../../etc/passwd"',
          '<script>1</script>',
        ),
        part(
          "Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''%E7%85%A7%E7%89%87%E2%80%AEgnp.exe",
          png,
        ),
        part(
          `Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="${'长'.repeat(90)}.png"`,
          png,
        ),
        part('Content-Type: text/calendar; method=REQUEST', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR'),
      ),
    );
    expect(mail.attachments.map(({ name, contentType }) => [name, contentType])).toEqual([
      ['passwd', 'application/octet-stream'],
      ['照片gnp.exe', 'image/png'],
      [`${'长'.repeat(38)}.png`, 'image/png'],
      ['invite.ics', 'text/calendar'],
    ]);
    expect(mail.text).toBe('see files');
  });

  it('points the images of the HTML to their files and lets nothing run', async () => {
    const mail = await parsed(
      mixed(
        part(
          'Content-Type: text/html; charset=utf-8',
          '<p onclick="x()" style="color:red" class="a">hi<img src="cid:p1@x" onerror=x><script>x()</script><a href="javascript:x()">l</a><a href="https://a.example">m</a><iframe src=x></iframe><form><input></form><svg onload=x></svg><meta http-equiv=refresh><img src="data:image/png;base64,AA"></p>',
        ),
        part(
          'Content-Type: image/png; name=p.png\r\nContent-ID: <p1@x>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64',
          'iVBORw0KGgo=',
        ),
      ),
    );
    expect(mail.html).toContain('<img src="cid:p1@x" />');
    expect(mail.html).toContain('<a href="https://a.example" rel="noopener noreferrer nofollow" target="_blank">m</a>');
    expect(mail.html).not.toMatch(/onclick|onerror|script|style|class|iframe|form|input|svg|meta|data:/);
    expect(mail.attachments[0]).toMatchObject({ cid: 'p1@x', inline: true });
  });

  it('reads the visible words from the HTML', async () => {
    const mail = await parsed(
      HEAD,
      'Content-Type: text/html; charset=utf-8\r\n\r\n<div>好的</div><div class="gmail_quote"><div class="gmail_attr">客服 于2025年3月4日周二 21:15写道：</div><blockquote class="gmail_quote">旧</blockquote></div>',
    );
    expect([mail.visible, mail.quoted.includes('旧'), mail.text.includes('旧')]).toEqual(['好的', true, true]);
  });
});

describe('bombs', () => {
  it('refuses mails that are too large or too deep, with their headers', async () => {
    const large = await readMail(Buffer.concat([Buffer.from(`${HEAD}\r\n`), Buffer.alloc(LIMITS.bytes, 0x61)]), OWN);
    expect(large).toMatchObject({ unparsed: 'too-large' });
    expect(
      'unparsed' in large && large.headers.some(({ name, value }) => name === 'message-id' && value === '<m1@qq.com>'),
    ).toBe(true);
    const open = Array.from(
      { length: 5_000 },
      (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`,
    ).join('');
    expect(await read(HEAD, open)).toMatchObject({ unparsed: 'too-deep' });
    expect(await read(mixed(part('Content-Type: text/plain', 'x').repeat(5_000)))).toMatchObject({
      unparsed: 'too-deep',
    });
  });

  it('shows HTML of 200,000 nested elements as text', async () => {
    const mail = await parsed(HEAD, `Content-Type: text/html\r\n\r\nwords${'<div>'.repeat(200_000)}`);
    expect([mail.html, mail.flags, mail.visible]).toEqual([undefined, ['html-too-complex'], 'words']);
  });

  it('reads 3,000 line breaks as an ordinary mail', async () => {
    expect((await parsed(HEAD, `Content-Type: text/html\r\n\r\na${'<br>'.repeat(3_000)}b`)).html).toBeDefined();
  });

  it('never throws, whatever is changed in a mail', async () => {
    const whole = bytes(
      mixed(
        part('Content-Type: text/plain; charset=gbk', 'hello'),
        part('Content-Type: text/html', '<b>x</b><blockquote>y'),
        part('Content-Type: message/delivery-status', 'Action: failed'),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 30 }),
        fc.nat(whole.length),
        async (changes, length) => {
          const mutated = Buffer.from(whole);
          for (const [at, byte] of changes) mutated[at] = byte;
          const mail = await readMail(mutated.subarray(0, length), OWN);
          expect('unparsed' in mail ? mail.unparsed : mail.classification.kind).toBeTruthy();
        },
      ),
      { numRuns: 300 },
    );
  });
});
