/** Replays a stored conversation: every message that the bot had to answer got exactly one turn's answer, and the right one. */
import type { Decided, Row } from './history.ts';
import type { Faults } from './ledger.ts';
import type { Said } from './outgoing.ts';

/** What one turn committed; `replyTo` is the message that it points at, null where it answers an event only. */
export type Turn = { tx: string; first: number; last: number; replyTo: number | null; rows: Row[] };
type Told = { rows: readonly Row[]; said: readonly Said[]; decided: readonly Decided[] };
type Open = Said & { seq: number };

/** Parts of a burst that the bot looks at one by one. */
const PARTS = 6;
const GREETING = '您好，我是';
const HANDED_BACK = '人工客服已把会话交还给我';
const ENDED = '解决了吗';
const STILL_WAITING = /^您(已在等待人工客服|的工单)/;

const isBots = ({ author, name }: Row) => author === 'bot' || name === 'handoff.initiate';

export function turnsOf(rows: readonly Row[]): Turn[] {
  return [...Map.groupBy(rows.filter(isBots), ({ tx }) => tx)].map(([tx, mine]) => ({
    tx,
    first: mine[0]?.seq ?? 0,
    last: mine.at(-1)?.seq ?? 0,
    replyTo: mine.reduce<number | null>(
      (most, { replyTo }) => (replyTo === null ? most : Math.max(most ?? 0, replyTo)),
      null,
    ),
    rows: mine,
  }));
}

export function checkTurns(told: Told, faults: Faults): void {
  const { rows, said } = told;
  const turns = turnsOf(rows);
  checkOnce(turns, faults);
  checkEvents(rows, faults);
  const byKey = new Map(said.map((one) => [one.key, one]));
  const byRow = new Map(turns.map((turn) => [turn.first, turn]));
  let open: Open[] = [];
  /** Said to a colleague: the bot owes no answer, and may give one where it came in the moment of the hand-back. */
  let excused: Said[] = [];
  let status: 'bot' | 'waiting' | 'human' = 'bot';
  for (const row of rows) {
    const message = row.author === 'customer' && row.key !== null ? byKey.get(row.key) : undefined;
    if (message && status === 'human') excused.push(message);
    else if (message) open.push({ ...message, seq: row.seq });
    if (row.name?.startsWith('desk.')) {
      excused.push(...open);
      open = [];
      status = row.name === 'desk.joined' ? 'human' : 'bot';
    }
    const turn = byRow.get(row.seq);
    if (!turn) continue;
    const through = turn.replyTo ?? 0;
    const covered = open.filter(({ seq }) => seq <= through);
    open = open.filter(({ seq }) => seq > through);
    covered.forEach((one, index) => {
      const isOld = covered.length - index > PARTS;
      if (!isOld && !isAnswered(one, turn, { told, isWaiting: status === 'waiting' }))
        faults.stuck.push(`"${one.text}" was passed over by the turn at ${turn.first} of ${row.conversation}`);
    });
    checkAnswer({ covered, turn, excused }, faults);
    excused = [];
    if (turn.rows.some(({ ticket }) => ticket !== null)) status = 'waiting';
  }
  for (const one of open)
    if (status === 'bot' || one.kind !== 'outside') faults.stuck.push(`"${one.text}" was never answered`);
}

/** No message is answered by two turns, and no turn says a thing twice. */
function checkOnce(turns: readonly Turn[], { doubled }: Faults): void {
  for (const [replyTo, answering] of Map.groupBy(turns, (turn) => turn.replyTo))
    if (replyTo !== null && answering.length > 1)
      doubled.push(
        `message ${replyTo} of ${answering[0]?.rows[0]?.conversation} was answered by ${answering.length} turns`,
      );
  for (const { rows } of turns) {
    const texts = rows.filter(({ author }) => author === 'bot').map(({ text }) => text);
    if (new Set(texts).size < texts.length) doubled.push(`a turn of ${rows[0]?.conversation} says "${texts[0]}" twice`);
  }
}

/** One greeting; one word of the bot after each hand-back and each end, unless a colleague came back first. */
function checkEvents(rows: readonly Row[], { doubled, stuck }: Faults): void {
  const spoken = rows.filter(({ author }) => author === 'bot');
  const greetings = spoken.filter(({ text }) => text.startsWith(GREETING)).length;
  if (greetings > 1) doubled.push(`${rows[0]?.conversation} was greeted ${greetings} times`);
  if (greetings < 1) stuck.push(`${rows[0]?.conversation} was never greeted`);
  const acts = rows.filter(({ name }) => name?.startsWith('desk.'));
  acts.forEach((act, index) => {
    const next = acts[index + 1]?.seq ?? Number.POSITIVE_INFINITY;
    const words = act.name === 'desk.handedBack' ? HANDED_BACK : act.name === 'desk.resolved' ? ENDED : null;
    if (words === null) return;
    const said = spoken.filter(({ seq, text }) => seq > act.seq && seq < next && text.includes(words)).length;
    if (said > 1) doubled.push(`the ${act.name} at ${act.seq} of ${act.conversation} was answered ${said} times`);
    if (said < 1 && next === Number.POSITIVE_INFINITY)
      stuck.push(`the ${act.name} at ${act.seq} of ${act.conversation} was never answered`);
  });
}

/** A turn that points behind a message has looked at it: the hand-off speaks for all, a question is in the answer log. */
function isAnswered(message: Open, turn: Turn, { told, isWaiting }: { told: Told; isWaiting: boolean }): boolean {
  const handsOff = turn.rows.some(({ ticket, text }) => ticket !== null || STILL_WAITING.test(text));
  if (handsOff) return true;
  if (message.kind === 'person') return false;
  if (message.kind === 'outside') return isWaiting || turn.rows.length > 0;
  const decided = told.decided.filter(({ through }) => through >= (turn.replyTo ?? 0) && through < turn.first);
  return decided.some(({ question, article }) => question.includes(message.text) || article === message.article);
}

type Given = { covered: readonly Open[]; turn: Turn; excused: readonly Said[] };

/** A single question gets the answer that belongs to it; beside it at most one to what was excused. */
function checkAnswer({ covered, turn, excused }: Given, { lost }: Faults): void {
  const [only] = covered;
  if (!only || covered.length > 1 || only.kind !== 'faq') return;
  const answers = turn.rows.flatMap(({ article }) => article ?? []);
  const asked = [only, ...excused].map(({ article }) => article);
  const isRight = answers.includes(only.article ?? '') && answers.every((article) => asked.includes(article));
  if (!isRight && !turn.rows.some(({ ticket, text }) => ticket !== null || STILL_WAITING.test(text)))
    lost.push(`the answer to "${only.text}" is ${answers.join(', ') || 'none'} instead of ${only.article}`);
}
