/** Mails made to stall, swell or break a reader: those that stopped other mail programs, and their kin, at any size. */

const HEAD = 'From: Eve <eve@x.example>\r\nTo: support@zhike.example\r\nMessage-ID: <bomb@x.example>\r\nSubject: x\r\n';
const MEGABYTE = 1024 * 1024;

const fill = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length));
const mail = (headers: string, body: string): Buffer => Buffer.from(`${HEAD}${headers}\r\n\r\n${body}`, 'latin1');
const text = (body: string): Buffer => mail('Content-Type: text/plain; charset=utf-8', body);
const html = (body: string): Buffer => mail('Content-Type: text/html; charset=utf-8', body);
const multipart = (body: string): Buffer => mail('Content-Type: multipart/mixed; boundary=b', `${body}--b--\r\n`);
const attachment = (body: string, encoding = 'base64'): string =>
  `--b\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`;

const nested = (count: number): string =>
  Array.from({ length: count }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`).join(
    '',
  );

/** A shape that can be made of any size; the size is about that of the mail in bytes. */
export interface Shape {
  name: string;
  make: (size: number) => Buffer;
}

const shape = (name: string, make: Shape['make']): Shape => ({ name, make });
const inText = (piece: string): Shape => shape(`text ${JSON.stringify(piece)}`, (size) => text(fill(piece, size)));
const inHtml = (piece: string): Shape => shape(`html ${JSON.stringify(piece)}`, (size) => html(fill(piece, size)));
const inHeader = (name: string, piece: string): Shape =>
  shape(`${name} ${JSON.stringify(piece.slice(0, 30))}`, (size) => mail(`${name}: ${fill(piece, size)}`, 'x'));

/** Shapes in which a careless reader works twice for each byte, or once for each pair. */
export const SHAPES: readonly Shape[] = [
  ...[
    '>',
    '>\n',
    '> a\nb\n',
    '-----\n',
    'On 4 Mar 2025 9:12 x wrote:\n',
    'From: a@b\n',
    '写道：\n',
    'a**b',
    '<a@b ',
  ].map(inText),
  ...[
    '<',
    '<div>',
    '<div></x>',
    '<p>a<p>',
    '<br>',
    '<!--',
    '&lt;',
    '<blockquote>a</blockquote>',
    '<a b="',
    '<table><tr><td>',
  ].map(inHtml),
  inHeader('To', 'a:'),
  inHeader('To', 'a@b.example, '),
  inHeader('To', '"'),
  inHeader('To', '('),
  inHeader('To', '<'),
  inHeader('Subject', '=?utf-8?Q?a?= '),
  inHeader('Subject', '=?gb18030?B?xOM=?=\r\n '),
  inHeader('References', '<a@b>\r\n '),
  inHeader('Content-Type', 'text/plain; a="'),
  inHeader('Received', 'from x by y; '),
  shape('headers', (size) => mail(fill('X-A: b\r\n', size), 'x')),
  shape('continued parameters', (size) =>
    mail(
      `Content-Type: text/plain; ${Array.from({ length: Math.ceil(size / 14) }, (_, at) => `name*${at}*=a;\r\n `).join('')}`,
      'x',
    ),
  ),
  shape('parts', (size) => multipart(fill('--b\r\n\r\nx\r\n', size))),
  shape('near boundaries', (size) => multipart(fill('--bb\r\n', size))),
  shape('nested parts', (size) => mail(nested(Math.ceil(size / 60)), 'x')),
  shape('nested mails', (size) => mail(fill('Content-Type: message/rfc822\r\n\r\n', size), 'x')),
  shape('base64 file', (size) => multipart(attachment(fill(`${'QUJD'.repeat(19)}\r\n`, size)))),
  shape('quoted-printable', (size) =>
    mail('Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable', fill('=41=\r\n', size)),
  ),
  shape('unlabelled GBK', (size) => mail('Content-Type: text/plain', fill('\xc4\xe3\xba\xc3\n', size))),
  shape('HZ', (size) => mail('Content-Type: text/plain; charset=hz-gb-2312', fill('~{VP~}', size))),
  shape('HZ left open', (size) => mail('Content-Type: text/plain; charset=hz-gb-2312', fill('~{', size))),
  shape('CR alone', (size) => Buffer.from(`${HEAD}\r\n${fill('a\n', size)}`.replace(/\r?\n/g, '\r'), 'latin1')),
  shape('bounce', (size) =>
    mail(
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      `--b\r\nContent-Type: message/delivery-status\r\n\r\n${fill('Final-Recipient: a\r\n\r\n', size)}\r\n--b--`,
    ),
  ),
  shape('words of a bounce', (size) => mail('Return-Path: <>\r\nSubject: Undelivered', fill('recipient ', size))),
];

/** The seven of the table that decided how mail is read here: each stopped a well-known library for seconds or more. */
export const SEVEN: readonly { name: string; raw: () => Buffer }[] = [
  { name: '<div> x 200,000', raw: () => html('<div>'.repeat(200_000)) },
  { name: '<div> x 20,000', raw: () => html('<div>'.repeat(20_000)) },
  { name: '<div></x> x 100,000', raw: () => html('<div></x>'.repeat(100_000)) },
  { name: '< x 1,000,000', raw: () => html('<'.repeat(1_000_000)) },
  { name: 'a**b x 30,000', raw: () => text('a**b'.repeat(30_000)) },
  { name: '> x 20,000', raw: () => text('>'.repeat(20_000)) },
  { name: '1,000,000 parts', raw: () => multipart('--b\r\n\r\n'.repeat(1_000_000)) },
];

/** Mails as large as any that is read, and larger. */
export const GIANTS: readonly { name: string; raw: () => Buffer }[] = [
  { name: '5,000 nested parts', raw: () => mail(nested(5_000), 'x') },
  { name: '90 nested parts', raw: () => mail(nested(90), 'x') },
  { name: '10,000 nested groups of addresses', raw: () => mail(`Cc: ${'a:'.repeat(10_000)}`, 'x') },
  { name: '35 MiB base64', raw: () => multipart(attachment(fill(`${'QUJD'.repeat(19)}\r\n`, 35 * MEGABYTE))) },
  { name: '24 MiB base64', raw: () => multipart(attachment(fill(`${'QUJD'.repeat(19)}\r\n`, 24 * MEGABYTE))) },
  { name: '100 files in 24 MiB', raw: () => multipart(fill(attachment('QUJD'.repeat(50_000)), 24 * MEGABYTE)) },
  { name: '767 kB of quotes', raw: () => text(fill('> a quoted line of a long thread\n>> and its own\n', 767_000)) },
  { name: '24 MiB of one line', raw: () => text('a'.repeat(24 * MEGABYTE)) },
  { name: '24 MiB of lines', raw: () => text(fill('a\n', 24 * MEGABYTE)) },
  { name: '24 MiB of Chinese', raw: () => text(fill('\xe4\xbd\xa0\xe5\xa5\xbd\n', 24 * MEGABYTE)) },
  {
    name: '24 MiB of unlabelled GBK',
    raw: () => mail('Content-Type: text/plain', fill('\xc4\xe3\xba\xc3\n', 24 * MEGABYTE)),
  },
  { name: '24 MiB of HTML text', raw: () => html(`<p>${'word '.repeat(4.8 * MEGABYTE)}</p>`) },
  { name: '24 MiB of HTML in 19,000 tags', raw: () => html(fill(`<p>${'word '.repeat(250)}`, 24 * MEGABYTE)) },
  { name: '24 MiB of one attribute', raw: () => html(`<a href="${'x'.repeat(24 * MEGABYTE)}">x</a>`) },
  { name: '24 MiB of <p>', raw: () => html(fill('<p>', 24 * MEGABYTE)) },
  { name: '24 MiB of entities', raw: () => html(fill('&lt;', 24 * MEGABYTE)) },
  { name: '24 MiB of headers', raw: () => mail(fill('X-A: b\r\n', 24 * MEGABYTE), 'x') },
  { name: '24 MiB of one header', raw: () => mail(`Subject: ${'a'.repeat(24 * MEGABYTE)}`, 'x') },
  { name: '24 MiB of encoded words', raw: () => mail(`Subject: ${fill('=?utf-8?Q?a?=\r\n ', 24 * MEGABYTE)}`, 'x') },
  { name: '24 MiB of addresses', raw: () => mail(`To: ${fill('a@b.example,\r\n ', 24 * MEGABYTE)}`, 'x') },
  { name: '24 MiB of references', raw: () => mail(`References: ${fill('<a@b>\r\n ', 24 * MEGABYTE)}`, 'x') },
  {
    name: '24 MiB of HZ',
    raw: () => mail('Content-Type: text/plain; charset=hz-gb-2312', fill('~{VP~}', 24 * MEGABYTE)),
  },
  {
    name: '24 MiB quoted-printable',
    raw: () =>
      mail('Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable', fill('=41=\r\n', 24 * MEGABYTE)),
  },
];
