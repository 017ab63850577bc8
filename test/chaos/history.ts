/** What the database holds when all is quiet: the truth that everything else is compared with. */
import { v7 } from 'uuid';
import { openStore } from '../../src/store/open.ts';

export type Row = {
  conversation: string;
  seq: number;
  author: 'customer' | 'bot' | 'agent' | 'system';
  visibility: 'customer' | 'internal';
  at: string;
  /** The transaction that wrote it: rows of one conversation with the same one were committed by one turn. */
  tx: string;
  type: string;
  name: string | null;
  text: string;
  /** The key under which a client sent it. */
  key: string | null;
  replyTo: number | null;
  article: string | null;
  ticket: number | null;
};
export type Place = { id: string; seq: number; status: string; dueSeq: number; doneSeq: number; error: string | null };
export type Ticket = { conversation: string; number: number; status: string; reason: string };
/** One question as a turn decided it; `through`: the last activity that the turn dealt with. */
export type Decided = { conversation: string; through: number; question: string; article: string | null };
export type History = { rows: Row[]; places: Place[]; tickets: Ticket[]; decided: Decided[] };

const ROWS = `
select conversation_id as conversation, seq, author_kind as author, visibility, at, xmin::text as tx, body ->> 'type' as type,
  body ->> 'name' as name, coalesce(body ->> 'text', '') as text,
  coalesce(body -> 'channelData' ->> 'clientActivityID', body -> 'channelData' ->> 'clientId') as key,
  nullif(split_part(body ->> 'replyToId', '|', 2), '')::bigint as "replyTo", body -> 'channelData' -> 'source' ->> 'articleId' as article,
  case when body ->> 'name' = 'handoff.initiate' then (body -> 'value' ->> 'ticket')::bigint end as ticket
  from activity order by conversation_id, seq`;
const PLACES = `select id, seq, status, due_seq as "dueSeq", done_seq as "doneSeq", last_error as error from conversation`;
const TICKETS = `select conversation_id as conversation, number, status, reason from ticket order by number`;
const DECIDED = `select conversation_id as conversation, seq as through, question, top -> 0 ->> 'id' as article from answer_log`;

/** To be read when no server runs any more. */
export async function readHistory(place: { databaseUrl: string | null; dataDir: string }): Promise<History> {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const store = await openStore({
    ...place,
    templateDir: null,
    burstWindowMs: 0,
    usesOutbox: () => false,
    clock: () => new Date(),
    newId: v7,
    random: Math.random,
    log: silent,
  });
  const { query } = store.db;
  const history = {
    rows: await query<Row>(ROWS),
    places: await query<Place>(PLACES),
    tickets: await query<Ticket>(TICKETS),
    decided: await query<Decided>(DECIDED),
  };
  await store.close();
  return history;
}
