/** Mangled mails of every kind, the same for the same seed: headers, boundaries, charsets, encodings, cuts and stray bytes. */
import iconv from 'iconv-lite';
import { dice } from '../wechat-fuzz.ts';
import { BODIES } from './bodies.ts';
import { HTML_LAYOUTS } from './html-layouts.ts';
import { TEXT_LAYOUTS } from './text-layouts.ts';

type Roll = { below: (limit: number) => number; pick: <T>(from: readonly T[]) => T };

const CHARSETS = [
  'utf-8',
  'gb18030',
  'gbk',
  'big5',
  'iso-2022-jp',
  'hz-gb-2312',
  'utf-7',
  'utf-16',
  'unknown-8bit',
  '',
  'x',
  'us-ascii',
];
const ENCODINGS = ['7bit', '8bit', 'base64', 'quoted-printable', 'x-uuencode', 'binary', ''];
const TYPES = [
  'text/plain',
  'text/html',
  'text/calendar',
  'message/rfc822',
  'message/delivery-status',
  'multipart/mixed',
  'application/ms-tnef',
  'text',
  '/',
];
const PIECES = [
  '--b',
  '--b--',
  '\r\n\r\n',
  '\r',
  '\n',
  '\0',
  '=?utf-8?B?',
  '?=',
  '=?gb2312?Q?=C4',
  '~{',
  '\x1b$B',
  '<div>',
  '<blockquote>',
  '<!--',
  '&#',
  '<a href="',
  '>',
  '-- \r\n',
  'From: ',
  'From a@b\r\n',
  '写道：',
  '原始邮件',
  'begin 644 a\r\n',
  '=',
  '=3D=',
  ';',
  '"',
  '(',
  '<',
  ',',
  ':',
  '__proto__',
  '\ufeff',
  '\u202e',
  'Content-Type: multipart/mixed; boundary=b\r\n',
  "filename*0*=utf-8''%",
  'boundary=',
  'charset=',
];

const latin = (text: string): Buffer => Buffer.from(text, 'utf8');

function encodedWords(charset: string, words: string): Buffer {
  return iconv.encodingExists(charset) ? iconv.encode(words, charset) : latin(words);
}

function part(type: string, words: string, { pick, below }: Roll): Buffer {
  const charset = pick(CHARSETS);
  const encoding = pick(ENCODINGS);
  const bytes = encodedWords(charset, words);
  const body = encoding === 'base64' ? latin(bytes.toString('base64').replace(/.{76}/g, '$&\r\n')) : bytes;
  const name =
    below(4) === 0 ? `Content-Disposition: ${pick(['attachment', 'inline', 'x'])}; filename="${pick(PIECES)}"\r\n` : '';
  const label = charset === '' ? '' : `; charset=${charset}`;
  return Buffer.concat([
    latin(`Content-Type: ${type}${label}\r\nContent-Transfer-Encoding: ${encoding}\r\n${name}\r\n`),
    body,
    latin('\r\n'),
  ]);
}

/** A mail as a client would write it, in one of the shapes that clients use. */
function whole(roll: Roll): Buffer {
  const { pick, below } = roll;
  const words = pick(BODIES).text;
  const plain = () => part(below(5) === 0 ? pick(TYPES) : 'text/plain', pick(TEXT_LAYOUTS).make(words), roll);
  const html = () => part('text/html', pick(HTML_LAYOUTS).make(words.replaceAll('\n', '<br>')), roll);
  const file = () => part(pick(['image/png', 'application/pdf', ...TYPES]), words.repeat(below(20)), roll);
  const head = latin(
    `Return-Path: <${pick(['', 'a@b.example'])}>\r\nFrom: ${pick(['王小明', 'Anna', '"', '=?gbk?B?zfU=?='])} <a@b.example>\r\nTo: support@zhike.example\r\nMessage-ID: <${below(1e9)}@b.example>\r\nSubject: ${pick(['订单', 'order', 'Undelivered Mail', '自动回复', '=?utf-8?Q?=E8?='])}\r\nDate: Tue, 04 Mar 2025 09:12:33 +0800\r\n`,
  );
  const kind = below(4);
  if (kind === 0) return Buffer.concat([head, plain()]);
  if (kind === 1) return Buffer.concat([head, html()]);
  const parts = kind === 2 ? [plain(), html()] : [plain(), html(), file(), file()];
  const type = pick(['mixed', 'alternative', 'related', 'report; report-type=delivery-status', 'signed']);
  return Buffer.concat([
    head,
    latin(`Content-Type: multipart/${type}; boundary="b"\r\n\r\n`),
    ...parts.flatMap((one) => [latin('--b\r\n'), one]),
    latin('--b--\r\n'),
  ]);
}

function splice(bytes: Buffer, { below, pick }: Roll): Buffer {
  const at = below(bytes.length + 1);
  const kind = below(6);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(80))]);
  if (kind === 1)
    return Buffer.concat([bytes.subarray(0, at), latin(pick(PIECES).repeat(1 + below(30))), bytes.subarray(at)]);
  if (kind === 2) return bytes.subarray(0, at);
  if (kind === 3) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(bytes.length + 1))]);
  if (kind === 4)
    return Buffer.from(bytes.toString('latin1').replaceAll(pick(['\r\n', '--b', '=', ':']), pick(PIECES)), 'latin1');
  const flipped = Buffer.from(bytes);
  for (let times = 1 + below(20); times > 0; times -= 1) flipped[below(Math.max(1, bytes.length))] = below(256);
  return flipped;
}

/** Endless mails, none to five times changed, the same for the same seed. */
export function* mangledMails(seed: number): Generator<Buffer, never> {
  const random = dice(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const roll: Roll = { below, pick: (from) => from[below(from.length)] as (typeof from)[number] };
  for (;;) {
    let bytes = whole(roll);
    for (let times = below(6); times > 0; times -= 1) bytes = splice(bytes, roll);
    yield Buffer.from(bytes);
  }
}
