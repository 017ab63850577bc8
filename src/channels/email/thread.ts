/** Where a mail belongs. First match wins, and a mark alone never lets anybody into somebody else's conversation. */
import type { DomainCheck, Mails, MailThread } from './mails.ts';
import type { Marks } from './marks.ts';
import { bareSubject, topicOf } from './subject.ts';

export type Letter = {
  inboxId: string;
  from: string;
  /** Every address that the mail was delivered to, most reliable first. */
  deliveredTo: readonly string[];
  inReplyTo: readonly string[];
  references: readonly string[];
  subject: string;
  /** All of its text, with what it quotes. */
  text: string;
  receivedAt: Date;
  check: DomainCheck;
  /** Whether the receiving server looks at senders at all: where it does, silence is no good sign. */
  checked: boolean;
};

export type Place = {
  /** null: a thread of its own. */
  thread: MailThread | null;
  /** The mail holds a mark of ours that was sent to this very address. */
  confirmed: boolean;
  /** A thread that the mail points at and may not join. */
  related: MailThread | null;
};

type Deps = { mails: Pick<Mails, 'findThread' | 'findByReferences' | 'findByTopic'>; marks: Marks };

const MAX_IDS = 60;
const TOPIC_DAYS = 30;

export async function findPlace(letter: Letter, deps: Deps): Promise<Place> {
  const marked = await findMarked(letter, deps);
  if (marked) return judge(letter, marked);
  const plain = await findByTheirIds(letter, deps);
  if (plain) return judge(letter, { thread: plain, signed: false });
  const written = await findWritten(letter, deps);
  if (written) return judge(letter, written);
  return { thread: await findByTopic(letter, deps), confirmed: false, related: null };
}

type Found = { thread: MailThread; signed: boolean };

/** In the address, then in the ids that it answers to, latest first. */
async function findMarked(letter: Letter, { mails, marks }: Deps): Promise<Found | null> {
  const ids = idsOf(letter);
  const numbers = [marks.readAddresses(letter.deliveredTo), ...ids.map((id) => marks.readMessageId(id))];
  const number = numbers.find((found) => found !== null) ?? null;
  const thread = number === null ? null : await mails.findThread(letter.inboxId, { number });
  return thread && { thread, signed: true };
}

/** Our own ids may have been rewritten on the way: those that came back are as good as theirs, and no better. */
async function findByTheirIds(letter: Letter, { mails }: Deps): Promise<MailThread | null> {
  return mails.findByReferences(letter.inboxId, idsOf(letter));
}

function idsOf({ inReplyTo, references }: Letter): string[] {
  return [...new Set([...inReplyTo, ...[...references].reverse()])].slice(0, MAX_IDS);
}

async function findWritten(letter: Letter, { mails, marks }: Deps): Promise<Found | null> {
  const inBody = marks.readMarker(letter.text);
  const number = inBody ?? marks.readTag(letter.subject);
  const thread = number === null ? null : await mails.findThread(letter.inboxId, { number });
  return thread && { thread, signed: inBody !== null };
}

/** Never by the subject alone: the mail must answer to something, and come from the one who began it. */
async function findByTopic(letter: Letter, { mails }: Deps): Promise<MailThread | null> {
  const topic = topicOf(letter.subject);
  if (topic === '' || idsOf(letter).length === 0 || !mayJoinUnsigned(letter)) return null;
  const since = new Date(letter.receivedAt.getTime() - TOPIC_DAYS * 24 * 3_600_000);
  return mails.findByTopic(letter.inboxId, { address: letter.from, topic, since });
}

/** A forwarded mail is no answer, and whoever was not written to is no participant. */
function judge(letter: Letter, { thread, signed }: Found): Place {
  const isParticipant = thread.participants.includes(letter.from);
  const mayJoin = isParticipant && letter.check !== 'fail' && (signed || mayJoinUnsigned(letter));
  return mayJoin ? { thread, confirmed: signed, related: null } : { thread: null, confirmed: false, related: thread };
}

/** Without a mark of ours the address must be proven; where nobody ever checks, it is all there is. */
function mayJoinUnsigned({ check, checked }: Letter): boolean {
  return check === 'pass' || (check === 'none' && !checked);
}

/** What a new thread is called and found by. */
export function titleOf(subject: string): { subject: string; topic: string } {
  return { subject: bareSubject(subject), topic: topicOf(subject) };
}
