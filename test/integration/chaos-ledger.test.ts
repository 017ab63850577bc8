import { describe, expect, test } from 'vitest';
import type { Customer } from '../chaos/customer.ts';
import type { History, Row } from '../chaos/history.ts';
import { type Faults, reckon } from '../chaos/ledger.ts';

const ID = 'c1';
const id = (seq: number) => `${ID}|${String(seq).padStart(7, '0')}`;
const row = (seq: number, given: Partial<Row>): Row => ({
  conversation: ID,
  seq,
  author: 'bot',
  visibility: 'customer',
  at: `2026-03-02T10:00:00.${String(seq).padStart(3, '0')}Z`,
  tx: `t${seq}`,
  type: 'message',
  name: null,
  text: '',
  key: null,
  replyTo: null,
  article: null,
  ticket: null,
  ...given,
});

type Talk = { history: History; customers: Customer[]; agents: [] };

/** A start, a greeting, two questions with their answers, all of it seen. */
function talk(): Talk {
  const rows = [
    row(1, { author: 'system', visibility: 'internal', type: 'event', name: 'conversation.start' }),
    row(2, { text: '您好，我是知客' }),
    row(3, { author: 'customer', text: '退款多久到账？ #1', key: 'k1' }),
    row(4, { text: '三天', replyTo: 3, article: 'refund/refund-time' }),
    row(5, { author: 'customer', text: '怎么注销账号？ #2', key: 'k2' }),
    row(6, { text: '在设置里', replyTo: 5, article: 'account/close-account' }),
  ];
  const said = ['退款多久到账？ #1', '怎么注销账号？ #2'].map((text, index) => ({
    n: index + 1,
    kind: 'faq' as const,
    text,
    article: index === 0 ? 'refund/refund-time' : 'account/close-account',
    key: `k${index + 1}`,
    id: id(3 + 2 * index),
    otherIds: [] as string[],
    at: 0,
    attempts: 1,
    repeats: 0,
  }));
  const seen = rows.slice(1).map(({ seq, type, text }) => ({ id: id(seq), type, text, replyToId: null, at: 0 }));
  const customer: Customer = {
    kind: 'widget',
    conversationId: ID,
    said,
    seen,
    say: () => Promise.reject(),
    close: () => {},
  };
  const decided = said.map(({ text, article }, index) => ({
    conversation: ID,
    through: 3 + 2 * index,
    question: text,
    article,
  }));
  const places = [{ id: ID, seq: 6, status: 'bot', dueSeq: 5, doneSeq: 5, error: null }];
  return { history: { rows, places, tickets: [], decided }, customers: [customer], agents: [] };
}

const KINDS = ['lost', 'doubled', 'outOfOrder', 'stuck'] as const;
const found = (ledger: Faults) => KINDS.filter((kind) => ledger[kind].length > 0);

/** What the ledger says of the talk once it has been spoilt. */
function spoilt(spoil: (talk: Talk & { rows: Row[]; customer: Customer }) => void) {
  const given = talk();
  const [customer] = given.customers;
  if (!customer) throw new Error('nobody talks');
  spoil({ ...given, rows: given.history.rows, customer });
  return found(reckon(given));
}

describe('the ledger', () => {
  test('finds nothing in a talk that went well', () => {
    const { acknowledged, replies, turns, ...ledger } = reckon(talk());
    expect({ acknowledged, replies, turns }).toEqual({ acknowledged: 2, replies: 3, turns: 3 });
    expect(found(ledger)).toEqual([]);
  });

  test('misses an acknowledged message that is not stored', () => {
    expect(spoilt(({ rows }) => Object.assign(rows[4] as Row, { author: 'system', key: null }))).toContain('lost');
  });

  test('misses words that have changed on their way', () => {
    expect(spoilt(({ rows }) => Object.assign(rows[2] as Row, { text: '别的' }))).toContain('lost');
  });

  test('notices a message that is stored twice', () => {
    expect(spoilt(({ rows }) => Object.assign(rows[5] as Row, { author: 'customer', key: 'k2' }))).toContain('doubled');
  });

  test('notices a repeat that got an id of its own', () => {
    expect(spoilt(({ customer }) => customer.said[0]?.otherIds.push(id(9)))).toEqual(['doubled']);
  });

  test('notices a message that is answered by two turns, and one turn that says a thing twice', () => {
    const again = (tx: string) =>
      spoilt(({ rows, history, customer }) => {
        rows.push(row(7, { text: '在设置里', replyTo: 5, article: 'account/close-account', tx }));
        history.places[0] = { ...(history.places[0] as History['places'][number]), seq: 7 };
        customer.seen.push({ id: id(7), type: 'message', text: '在设置里', replyToId: null, at: 0 });
      });
    expect(again('t7')).toEqual(['doubled']);
    expect(again('t6')).toContain('doubled');
  });

  test('notices a hole in the numbers', () => {
    expect(spoilt(({ rows }) => rows.splice(3, 1))).toEqual(expect.arrayContaining(['lost', 'outOfOrder']));
  });

  test('notices messages that changed places, and times that run backwards', () => {
    expect(
      spoilt(({ rows }) => {
        Object.assign(rows[2] as Row, { key: 'k2', text: '怎么注销账号？ #2' });
        Object.assign(rows[4] as Row, { key: 'k1', text: '退款多久到账？ #1' });
      }),
    ).toContain('outOfOrder');
    expect(spoilt(({ rows }) => Object.assign(rows[3] as Row, { at: '2026-03-02T09:00:00.000Z' }))).toEqual([
      'outOfOrder',
    ]);
  });

  test('notices what a socket left out, brought twice, mixed up or made up', () => {
    expect(spoilt(({ customer }) => customer.seen.splice(2, 1))).toEqual(['lost']);
    expect(spoilt(({ customer }) => customer.seen.push(...customer.seen.slice(-1)))).toEqual(['doubled']);
    expect(spoilt(({ customer }) => customer.seen.reverse())).toEqual(['outOfOrder']);
    expect(spoilt(({ customer }) => Object.assign(customer.seen[0] ?? {}, { text: '别的' }))).toEqual(['lost']);
  });

  test('notices who still waits: due, unanswered, not acknowledged, without a person, passed over', () => {
    const place = (given: object) => spoilt(({ history }) => Object.assign(history.places[0] ?? {}, given));
    expect(place({ dueSeq: 6 })).toEqual(['stuck']);
    expect(place({ status: 'waiting' })).toEqual(['stuck']);
    expect(spoilt(({ customer }) => Object.assign(customer.said[1] ?? {}, { id: null }))).toEqual(['stuck']);
    expect(spoilt(({ rows }) => Object.assign(rows[5] as Row, { author: 'system', replyTo: null }))).toEqual(['stuck']);
    expect(
      spoilt(({ rows, history }) => {
        Object.assign(rows[3] as Row, { author: 'system', replyTo: null });
        history.decided.shift();
      }),
    ).toContain('stuck');
  });

  test('notices tickets without a hand-off, hand-offs without a ticket, and two open ones', () => {
    const ticket = { conversation: ID, number: 1001, status: 'resolved', reason: 'asked' };
    expect(spoilt(({ history }) => history.tickets.push(ticket))).toEqual(['doubled']);
    expect(spoilt(({ rows }) => Object.assign(rows[0] as Row, { name: 'handoff.initiate', ticket: 1001 }))).toContain(
      'lost',
    );
    const open = { ...ticket, status: 'open', reason: 'taken-over' };
    expect(spoilt(({ history }) => history.tickets.push(open, { ...open, number: 1002 }))).toEqual([
      'doubled',
      'stuck',
    ]);
  });
});
