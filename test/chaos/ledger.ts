/** The reckoning: what was acknowledged and what was shown, held against what the database holds. Four lists, all to be empty. */
import type { Agent } from './agent.ts';
import type { Customer } from './customer.ts';
import type { History, Row } from './history.ts';
import { checkTurns, turnsOf } from './turns.ts';

/** `lost`: acknowledged or stored, and not there or not shown. `stuck`: never dealt with. The rest says its name. */
export type Faults = { lost: string[]; doubled: string[]; outOfOrder: string[]; stuck: string[] };
export type Ledger = Faults & {
  acknowledged: number;
  agentMessages: number;
  replies: number;
  turns: number;
  tickets: number;
};

type Talk = { history: History; customers: readonly Customer[]; agents: readonly Agent[] };
/** Something that a client sent, under its key, and the id that it was told. */
type Sent = { who: string; key: string; text: string; id: string | null; otherIds: readonly string[] };

const idOf = ({ conversation, seq }: Pick<Row, 'conversation' | 'seq'>) =>
  `${conversation}|${String(seq).padStart(7, '0')}`;

export function reckon({ history, customers, agents }: Talk): Ledger {
  const faults: Faults = { lost: [], doubled: [], outOfOrder: [], stuck: [] };
  const logs = Map.groupBy(history.rows, ({ conversation }) => conversation);
  const agentReplies = agents.flatMap(({ replies }) => replies);
  for (const place of history.places) {
    const rows = logs.get(place.id) ?? [];
    checkLog(place.seq, rows, faults);
    if (place.dueSeq > place.doneSeq)
      faults.stuck.push(`${place.id} is still due from ${place.doneSeq + 1} on (${place.error ?? 'no error'})`);
    if (place.status === 'waiting' || place.status === 'human')
      faults.stuck.push(`${place.id} is still ${place.status}`);
  }
  for (const customer of customers) {
    const rows = logs.get(customer.conversationId) ?? [];
    checkSent(
      customer.said.map((said) => ({ ...said, who: 'customer' })),
      rows,
      faults,
    );
    checkSeen(customer, rows, faults);
    checkTurns(
      {
        rows,
        said: customer.said,
        decided: history.decided.filter(({ conversation }) => conversation === customer.conversationId),
      },
      faults,
    );
  }
  for (const { replies, shown } of agents) {
    for (const [conversation, mine] of Map.groupBy(replies, (reply) => reply.conversationId))
      checkSent(
        mine.map((reply) => ({ ...reply, who: 'agent', key: reply.clientId })),
        logs.get(conversation) ?? [],
        faults,
      );
    for (const [conversation, rows] of shown) {
      const truth = logs.get(conversation) ?? [];
      // An agent's screen ends where the agent left.
      checkScreen({ who: 'an agent', shown: rows.map(({ id }) => id), truth, toTheEnd: false }, faults);
    }
  }
  checkTickets(history, faults);
  return {
    ...faults,
    acknowledged: customers.flatMap(({ said }) => said).filter(({ id }) => id !== null).length,
    agentMessages: agentReplies.filter(({ id }) => id !== null).length,
    replies: history.rows.filter(({ author }) => author === 'bot').length,
    turns: [...logs.values()].reduce((sum, rows) => sum + turnsOf(rows).length, 0),
    tickets: history.tickets.length,
  };
}

/** Numbers from 1 without a hole, and times that rise with them. */
function checkLog(seq: number, rows: readonly Row[], { lost, outOfOrder }: Faults): void {
  if (rows.length !== seq) lost.push(`${rows[0]?.conversation} counts ${seq} and holds ${rows.length}`);
  rows.forEach((row, index) => {
    const before = rows[index - 1];
    if (row.seq !== (before?.seq ?? 0) + 1) outOfOrder.push(`${idOf(row)} follows ${before?.seq ?? 'nothing'}`);
    if (before && row.at <= before.at) outOfOrder.push(`${idOf(row)} has the time ${row.at} behind ${before.at}`);
  });
}

/** Each acknowledged message is there once, where its sender was told, and behind the sender's earlier ones. */
function checkSent(sent: readonly Sent[], rows: readonly Row[], { lost, doubled, outOfOrder, stuck }: Faults): void {
  const byKey = Map.groupBy(
    rows.filter(({ key }) => key !== null),
    ({ key }) => key,
  );
  let last = 0;
  for (const { who, key, text, id, otherIds } of sent) {
    const found = byKey.get(key) ?? [];
    const [row] = found;
    if (id === null) stuck.push(`the ${who}'s "${text}" was never acknowledged`);
    else if (!row) lost.push(`the ${who}'s "${text}" (${id})`);
    else if (row.text !== text) lost.push(`the ${who}'s "${text}" has become "${row.text}"`);
    else if (idOf(row) !== id) outOfOrder.push(`the ${who}'s "${text}" was acknowledged as ${id} and is ${idOf(row)}`);
    if (found.length > 1) doubled.push(`the ${who}'s "${text}" is there ${found.length} times`);
    for (const other of otherIds) doubled.push(`the ${who}'s "${text}" is ${id} and also ${other}`);
    if (!row) continue;
    if (row.seq <= last) outOfOrder.push(`the ${who}'s "${text}" (${idOf(row)}) stands before what was said earlier`);
    last = Math.max(last, row.seq);
  }
}

/** The sockets of a customer brought everything that customers may see, each once, in order, word for word. */
function checkSeen({ conversationId, kind, seen }: Customer, rows: readonly Row[], faults: Faults): void {
  const visible = rows.filter(({ visibility }) => visibility === 'customer');
  const who = `a ${kind} client of ${conversationId}`;
  checkScreen({ who, shown: seen.map(({ id }) => id), truth: visible, toTheEnd: true }, faults);
  const texts = new Map(visible.map((row) => [idOf(row), row.text]));
  for (const { id, text } of seen)
    if (texts.has(id) && texts.get(id) !== text) faults.lost.push(`${id} was shown as "${text}"`);
}

/** What a screen showed, held against what it should have shown; `toTheEnd`: else only up to the last that it showed. */
type Screen = { who: string; shown: readonly string[]; truth: readonly Row[]; toTheEnd: boolean };

function checkScreen({ who, shown, truth, toTheEnd }: Screen, { lost, doubled, outOfOrder }: Faults): void {
  const places = new Map(truth.map((row, index) => [idOf(row), index]));
  const once = new Set(shown);
  if (once.size < shown.length) doubled.push(`${who} was shown ${shown.length - once.size} activities twice`);
  const unknown = shown.filter((id) => !places.has(id));
  if (unknown.length > 0) lost.push(`${who} was shown ${unknown[0]}, which is not stored`);
  const order = shown.map((id) => places.get(id) ?? -1);
  if (order.some((place, index) => index > 0 && place >= 0 && place < (order[index - 1] ?? 0)))
    outOfOrder.push(`${who} was shown activities out of order`);
  const expected = toTheEnd ? truth : truth.slice(0, Math.max(-1, ...order) + 1);
  const missing = expected.filter((row) => !once.has(idOf(row)));
  if (missing.length > 0)
    lost.push(`${who} was not shown ${missing.map(idOf).slice(0, 3).join(', ')} (${missing.length} in all)`);
}

/** Every hand-off has its ticket, every ticket its hand-off or its takeover, and no conversation two open ones. */
function checkTickets({ rows, tickets }: History, { lost, doubled, stuck }: Faults): void {
  const numbers = new Set(tickets.map(({ number }) => number));
  const announced = new Set(rows.flatMap(({ ticket }) => ticket ?? []));
  for (const number of announced)
    if (!numbers.has(number)) lost.push(`ticket ${number} was announced and is not there`);
  const quiet = tickets.filter(({ number, reason }) => reason !== 'taken-over' && !announced.has(number));
  for (const { number } of quiet) doubled.push(`ticket ${number} was opened without a hand-off`);
  const open = tickets.filter(({ status }) => status === 'open' || status === 'pending');
  for (const [conversation, mine] of Map.groupBy(open, ({ conversation }) => conversation)) {
    stuck.push(`${conversation} has ${mine.length} open tickets`);
    if (mine.length > 1) doubled.push(`${conversation} has ${mine.length} open tickets at once`);
  }
}
