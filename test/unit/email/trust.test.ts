/** Who a mail is from: only the configured server's own finding counts, whatever else stands in the headers. */
import { describe, expect, test } from 'vitest';
import { createDial } from '../../../src/channels/email/connect.ts';
import { identify } from '../../../src/channels/email/identify.ts';
import { domainCheckOf } from '../../../src/channels/email/trust.ts';

const found = (...values: string[]) =>
  domainCheckOf(
    values.map((value) => ({ name: 'authentication-results', value })),
    { authservId: 'mx.shop.test', from: 'lan@customer.test' },
  );

describe('the findings of the receiving server', () => {
  test.each([
    ['pass', 'mx.shop.test; dmarc=pass (p=REJECT) header.from=customer.test'],
    ['fail', 'mx.shop.test; spf=pass smtp.mailfrom=evil.test; dmarc=fail header.from=customer.test'],
    ['pass', 'mx.shop.test; dkim=pass header.d=customer.test header.s=a; dmarc=none'],
    ['pass', 'MX.shop.test 1; spf=pass smtp.mailfrom=bounce@customer.test'],
    ['none', 'mx.shop.test; dkim=pass header.d=mailer.test; spf=pass smtp.mailfrom=mailer.test'],
    ['none', 'mx.shop.test; dmarc=pass header.from=evil.test'],
    ['none', 'mx.shop.test; none'],
    ['none', 'mx.evil.test; dmarc=pass header.from=customer.test'],
    ['none', 'mx.evil.test (mx.shop.test; dmarc=pass); dmarc=pass header.from=customer.test'],
    ['none', 'mx.shop.test; spf=none (x; dmarc=pass header.from=customer.test)'],
  ])('%s: %s', (expected, value) => {
    expect(found(value)).toBe(expected);
  });

  test('only the top one of the server counts: the ones below came with the mail', () => {
    const forged = 'mx.shop.test; dmarc=pass header.from=customer.test';
    expect(found('mx.shop.test; dmarc=fail header.from=customer.test', forged)).toBe('fail');
    expect(found('mx.relay.test; dmarc=fail header.from=customer.test', 'mx.shop.test; dmarc=none', forged)).toBe(
      'none',
    );
  });

  test('nobody is believed where no server is named', () => {
    const header = { name: 'authentication-results', value: '; dmarc=pass header.from=customer.test' };
    expect(domainCheckOf([header], { authservId: '', from: 'lan@customer.test' })).toBe('none');
  });
});

describe('the same mail', () => {
  const mail = (trace: string, body = '您好\r\n') =>
    Buffer.from(`${trace}From: a@b.test\r\nSubject: x\r\n  y\r\nMessage-ID: <1@b.test>\r\n\r\n${body}`);

  test('is known again whatever servers on its way have added', () => {
    const one = identify(mail(''));
    expect(identify(mail('Received: from x by y\r\n\tfor z\r\nDelivered-To: s@t\r\n', '您好\r\n\r\n'))).toEqual(one);
    expect(one.messageId).toBe('1@b.test');
  });

  test('with other words under the same Message-ID is another one', () => {
    expect(identify(mail('', '再见\r\n')).contentHash).not.toBe(identify(mail('')).contentHash);
  });

  test('has a name even where it brings none', () => {
    expect(identify(Buffer.from('From: a@b\r\n\r\nx')).messageId).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(identify(Buffer.from('')).messageId).toMatch(/^sha256:/);
  });
});

describe('mail servers that an administrator names', () => {
  test.each([
    ['127.0.0.1', 993],
    ['localhost', 993],
    ['169.254.169.254', 25],
    ['10.0.0.1', 143],
    ['::1', 465],
    ['0.0.0.0', 587],
    ['::ffff:127.0.0.1', 993],
  ])('%s is no place to connect to', async (host, port) => {
    await expect(createDial([])({ host, port })).rejects.toMatchObject({ code: 'mail-host-unknown' });
  });

  test('other ports than those of mail are refused before anything is dialled', async () => {
    await expect(createDial([])({ host: '93.184.216.34', port: 22 })).rejects.toMatchObject({
      code: 'mail-port-refused',
    });
    await expect(createDial([])({ host: '127.0.0.1', port: 6379 })).rejects.toMatchObject({
      code: 'mail-port-refused',
    });
  });

  test('the operator may open a network', async () => {
    expect(await createDial(['127.0.0.0/8'])({ host: '127.0.0.1', port: 10_143 })).toMatchObject({ host: '127.0.0.1' });
  });
});
