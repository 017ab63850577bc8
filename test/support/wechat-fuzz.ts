/** Mangled callbacks of every kind, the same for the same seed; counts what became of them. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encrypt, getSignature } from '@wecom/crypto';
import type { CallbackAccount } from '../../src/channels/wechat/account.ts';
import { judgeCallback, type RawRequest } from '../../src/channels/wechat/callback.ts';
import { type PushAccount, type PushFields, pushRequest, serialise } from './wechat-sim/wire.ts';

export type FuzzReport = {
  count: number;
  seed: number;
  /** By verdict: `message`, `echo`, or the reason of the refusal. */
  verdicts: Record<string, number>;
  crashes: string[];
  /** Messages that were accepted although their author is not the one who was signed for. */
  forged: number;
  slowest: { ms: number; mutation: string };
  /** Most memory that was still held after a collection, in bytes: heap and buffers. */
  held: number;
};

const NOW = new Date('2026-11-22T08:00:00Z');
const KEYS = ['abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C'] as const;
const APP_ID = 'wxb11529c136998cb6';
const TOKEN = 'pamtest';
const VICTIM = 'oVictim';
const WHOLE = 120_000;

/** A small generator (mulberry32): runs repeat on every machine. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Roll = { random: () => number; below: (limit: number) => number; pick: <T>(from: readonly T[]) => T };

function rolls(seed: number): Roll {
  const random = dice(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  return { random, below, pick };
}

const PIECES = [
  '<xml>',
  '</xml>',
  '<![CDATA[',
  ']]>',
  '<!DOCTYPE x [<!ENTITY a "&b;">]>',
  '<Encrypt>',
  '</Encrypt>',
  '<FromUserName>',
  '<a/>',
  '&#65;',
  '&a;',
  '\u0000',
  '\ud83d',
  '🙂',
  '{"a":',
  '[[[[',
  '"}',
  '1e999',
  '__proto__',
  '=',
  '&',
  '%',
  '%00',
  '+',
  '\ufeff',
];

function fieldsOf({ pick, below }: Roll): PushFields {
  const type = pick(['text', 'image', 'voice', 'event', 'location', 'link', '?']);
  const content = Array.from({ length: below(12) }, () => pick([...PIECES, '退货', 'hello', '7'])).join('');
  return {
    ToUserName: 'gh_us',
    FromUserName: 'oHonest',
    CreateTime: NOW.getTime() / 1000,
    MsgType: type,
    MsgId: String(4_561_255_354_251_345_000n + BigInt(below(1_000_000))),
    Content: content,
    ...(type === 'event' ? { Event: pick(['subscribe', 'CLICK', 'LOCATION', 'x']), EventKey: content } : {}),
    ...(below(4) === 0 ? { ScanCodeInfo: { ScanType: 'qrcode', ScanResult: content } } : {}),
  };
}

type Draft = { request: RawRequest; name: string };

function splice(bytes: Buffer, { below, pick }: Roll): Buffer {
  const at = below(bytes.length + 1);
  const kind = below(4);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(40))]);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(PIECES)), bytes.subarray(at)]);
  if (kind === 2) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(bytes.length + 1))]);
  const flipped = Buffer.from(bytes);
  flipped[at % Math.max(1, bytes.length)] = below(256);
  return flipped;
}

function big({ pick, below }: Roll): string {
  const piece = pick(PIECES);
  return piece.repeat(Math.ceil((1_000 + below(WHOLE)) / Math.max(1, piece.length))).slice(0, WHOLE);
}

const query = (pairs: Record<string, string>): string => new URLSearchParams(pairs).toString();

/** Anything, rightly signed and encrypted: what comes to the parser behind the signature. */
function sealed(message: string, { pick }: Roll): { query: string; body: string } {
  const ciphertext = encrypt(pick(KEYS), message, APP_ID, Buffer.alloc(16, 1));
  const timestamp = NOW.getTime() / 1000;
  const msg_signature = getSignature(TOKEN, timestamp, 'n', ciphertext);
  return {
    query: query({ timestamp: String(timestamp), nonce: 'n', encrypt_type: 'aes', msg_signature }),
    body: serialise({ ToUserName: 'gh_us', Encrypt: ciphertext }, pick(['xml', 'json'])),
  };
}

/** What an enemy, a bad network or a strange client may do to a request. */
const MUTATIONS: Record<
  string,
  (sent: { query: string; body: Buffer }, roll: Roll) => { query: string; body: Buffer }
> = {
  none: (sent) => sent,
  body: (sent, roll) => ({
    ...sent,
    body: Array.from({ length: 1 + roll.below(5) }).reduce<Buffer>((bytes) => splice(bytes, roll), sent.body),
  }),
  query: (sent, roll) => ({ ...sent, query: splice(Buffer.from(sent.query), roll).toString('latin1') }),
  author: (sent) => ({ ...sent, body: Buffer.from(sent.body.toString().replaceAll('oHonest', VICTIM)) }),
  plaintext: (sent) => ({
    ...sent,
    body: Buffer.from(serialise({ ToUserName: 'gh_us', FromUserName: VICTIM, CreateTime: 1, MsgType: 'text' }, 'xml')),
  }),
  giant: (sent, roll) => ({ ...sent, body: Buffer.from(big(roll)) }),
  'sealed giant': (_sent, roll) => {
    const { query: signed, body } = sealed(big(roll).slice(0, 60_000), roll);
    return { query: signed, body: Buffer.from(body) };
  },
  'sealed garbage': (_sent, roll) => {
    const message = splice(splice(Buffer.from(serialise(fieldsOf(roll), roll.pick(['xml', 'json']))), roll), roll);
    const { query: signed, body } = sealed(message.toString('utf8'), roll);
    return { query: signed, body: Buffer.from(body) };
  },
  bytes: (sent, roll) => ({
    ...sent,
    body: Buffer.from(Array.from({ length: roll.below(600) }, () => roll.below(256))),
  }),
};

function draft(roll: Roll): Draft {
  const { pick, below } = roll;
  const account: PushAccount = {
    appId: pick([APP_ID, APP_ID, APP_ID, 'wxother']),
    token: TOKEN,
    aesKey: pick([...KEYS, ...KEYS, 'A'.repeat(43)]),
    mode: pick(['safe', 'safe', 'compatible', 'plain']),
    format: pick(['xml', 'json']),
  };
  const stamp = {
    timestamp: NOW.getTime() / 1000 - below(700),
    nonce: String(below(1e9)),
    random: Buffer.alloc(16, below(256)),
  };
  const sent = pushRequest(fieldsOf(roll), account, stamp);
  const name = pick(Object.keys(MUTATIONS));
  const mutated = MUTATIONS[name]?.(
    { query: below(4) === 0 ? `${sent.query}&echostr=${below(1e9)}` : sent.query, body: Buffer.from(sent.body) },
    roll,
  );
  return {
    name,
    request: {
      method: pick(['POST', 'POST', 'POST', 'POST', 'POST', 'POST', 'GET', 'PUT']),
      query: '',
      body: Buffer.alloc(0),
      ...mutated,
    },
  };
}

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

function heldMemory(): number {
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export function fuzzCallbacks({ count, seed }: { count: number; seed: number }): FuzzReport {
  const roll = rolls(seed);
  const account: CallbackAccount = { appId: APP_ID, token: TOKEN, aesKeys: KEYS };
  const report: FuzzReport = {
    count,
    seed,
    verdicts: {},
    crashes: [],
    forged: 0,
    slowest: { ms: 0, mutation: '' },
    held: 0,
  };
  for (let index = 0; index < count; index++) {
    const { request, name } = draft(roll);
    const since = performance.now();
    judged(request, { account, report, name });
    const ms = performance.now() - since;
    if (ms > report.slowest.ms) report.slowest = { ms: Math.round(ms * 100) / 100, mutation: name };
    if (index % 1_000 === 0) report.held = Math.max(report.held, heldMemory());
  }
  return report;
}

function judged(request: RawRequest, given: { account: CallbackAccount; report: FuzzReport; name: string }): void {
  const { account, report, name } = given;
  try {
    const verdict = judgeCallback(request, account, NOW);
    const key = verdict.kind === 'refused' ? verdict.reason : verdict.kind;
    report.verdicts[key] = (report.verdicts[key] ?? 0) + 1;
    if (verdict.kind !== 'message') return;
    if (verdict.fields.FromUserName === VICTIM) report.forged++;
    verdict.reply({ type: 'text', content: verdict.fields.Content ?? '' }, { at: NOW, random: new Uint8Array(16) });
  } catch (error) {
    if (report.crashes.length < 10) report.crashes.push(`${name}: ${error instanceof Error ? error.stack : error}`);
  }
}
