/** The desk's lists: each view sorted as its work asks (what may be late first, where somebody waits), a page at a time, behind an opaque cursor. */
import * as z from 'zod';
import type { ConversationStatus } from '../domain/conversation.ts';
import { ZhikeError } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import type { Goal } from '../domain/sla.ts';
import type { PromiseStore } from '../ports.ts';
import { TICKET_COLUMNS, type TicketRecord, toTicket } from './rows.ts';
import type { ClockViews } from './sla-views.ts';
import type { Db } from './sql.ts';
import type { InboxViewStore, ListedConversation, View } from './store.ts';

const COLUMNS = `
  c.id, i.channel, c.status, c.owner_id, o.name as owner_name, c.customer_id, u.name as customer_name, c.locale, c.seq, c.version,
  c.preview, c.last_message_at, c.created_at, c.waiting_since, c.risk_at,
  (select jsonb_build_object('goal', k.goal, 'dueAt', k.due_at, 'pausedLeft', case when k.paused_at is not null then k.left_minutes end,
      'missed', k.missed_at is not null) from sla_clock k where k.conversation_id = c.id and k.stopped_at is null and k.target_minutes is not null
    order by k.paused_at is not null, k.due_at limit 1) as clock,
  (select jsonb_build_object('id', t.id, 'number', t.number, 'status', t.status, 'reason', t.reason) from ticket t
    where t.conversation_id = c.id order by t.status in ('open', 'pending') desc, t.number desc limit 1) as ticket,
  (select count(*)::int from (select 1 from activity a where a.conversation_id = c.id and a.author_kind = 'customer'
     and a.body ->> 'type' = 'message' and a.seq > coalesce((select s.seq from seen s where s.agent_id = $1 and s.conversation_id = c.id), 0)
     limit 100) as x) as unread`;
const FROM = `from conversation c join inbox i on i.id = c.inbox_id join customer u on u.id = c.customer_id left join agent o on o.id = c.owner_id`;

const FILTERS: Record<View, string> = {
  waiting: `c.status = 'waiting'`,
  mine: `c.owner_id = $1`,
  all: `c.spoke_at is not null`,
  bot: `c.status = 'bot' and c.spoke_at is not null`,
  resolved: `c.status = 'resolved' and c.spoke_at is not null`,
};

type ClockRecord = { goal: Goal; dueAt: string | null; pausedLeft: number | null; missed: boolean };
type ListRecord = {
  id: string;
  channel: string;
  status: ConversationStatus;
  owner_id: string | null;
  owner_name: string | null;
  customer_id: string;
  customer_name: string;
  locale: Locale;
  seq: number;
  version: number;
  preview: ListedConversation['preview'];
  last_message_at: string;
  created_at: string;
  waiting_since: string | null;
  risk_at: string | null;
  clock: ClockRecord | null;
  ticket: ListedConversation['ticket'];
  unread: number;
};

type Beside = { clocks: Pick<ClockViews, 'ofConversation'>; promises: Pick<PromiseStore, 'ofConversation'> };

export function createViewStore(db: Db, beside: Beside): InboxViewStore {
  return {
    list: async ({ view, agentId, cursor, limit }) => {
      const order = ORDERS[view];
      const after = cursor === null ? null : parseCursor(cursor);
      const rows = await db.query<ListRecord>(
        `select ${COLUMNS} ${FROM} where ${FILTERS[view]} and ($2::timestamptz is null or ${order.after}) and $1::uuid is not null
         order by ${order.by} limit $4`,
        [agentId, after?.at ?? null, after?.id ?? null, limit + 1, after?.risk ?? null],
        `list-${view}`,
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(toListed),
        nextCursor: last ? writeCursor({ at: order.at(last), id: last.id, risk: last.risk_at }) : null,
      };
    },
    counts: async (agentId) => {
      const [row] = await db.query<Record<View, number>>(COUNTS, [agentId], 'counts');
      return row ?? { waiting: 0, mine: 0, all: 0, bot: 0, resolved: 0 };
    },
    detail: async (id, agentId) => {
      const [row] = await db.query<ListRecord>(
        `select ${COLUMNS} ${FROM} where c.id = $2`,
        [agentId, id],
        'conversation-detail',
      );
      if (!row) return null;
      const tickets = await db.query<TicketRecord>(
        `${TICKETS} where t.conversation_id = $1 order by t.number desc limit 50`,
        [id],
        'tickets',
      );
      const [csat] = await db.query<{ score: number | null; resolved: boolean | null; at: string }>(
        `select score, resolved, at from csat where conversation_id = $1 order by seq desc limit 1`,
        [id],
        'csat',
      );
      return {
        ...toListed(row),
        tickets: tickets.map(toTicket),
        clocks: await beside.clocks.ofConversation(id),
        promises: await beside.promises.ofConversation(id),
        csat: csat ?? null,
      };
    },
    markSeen: async (id, agentId, seq) => {
      await db.query(
        `insert into seen (agent_id, conversation_id, seq) select $2, c.id, least($3, c.seq) from conversation c where c.id = $1
         on conflict (agent_id, conversation_id) do update set seq = greatest(seen.seq, excluded.seq)`,
        [id, agentId, seq],
        'mark-seen',
      );
    },
    findTicket: async (id) => {
      const [row] = await db.query<TicketRecord>(`${TICKETS} where t.id = $1`, [id], 'ticket');
      return row ? toTicket(row) : null;
    },
  };
}

const TICKETS = `select ${TICKET_COLUMNS}, g.name as assignee_name from ticket t left join agent g on g.id = t.assignee_id`;
const COUNTS = `
select count(*) filter (where status = 'waiting')::int as waiting, count(*) filter (where owner_id = $1)::int as mine,
  count(*)::int as all, count(*) filter (where status = 'bot')::int as bot, count(*) filter (where status = 'resolved')::int as resolved
  from conversation where spoke_at is not null or status <> 'bot'`;

/** `$5` is the risk of the cursor's row; where nothing is promised there is none, and it comes after all that is. */
const RISK = `coalesce(c.risk_at, 'infinity')`;
const AFTER = `coalesce($5::timestamptz, 'infinity')`;
const WAITING = {
  by: `${RISK}, c.waiting_since, c.id`,
  after: `(${RISK}, c.waiting_since, c.id) > (${AFTER}, $2, $3::uuid)`,
  at: (row: ListRecord) => row.waiting_since ?? row.last_message_at,
};
const MINE = {
  by: `${RISK}, c.last_message_at desc, c.id desc`,
  after: `(${RISK} > ${AFTER} or (${RISK} = ${AFTER} and (c.last_message_at, c.id) < ($2, $3::uuid)))`,
  at: (row: ListRecord) => row.last_message_at,
};
const NEWEST = {
  by: 'c.last_message_at desc, c.id desc',
  after: `($5::timestamptz is null or true) and (c.last_message_at, c.id) < ($2, $3::uuid)`,
  at: (row: ListRecord) => row.last_message_at,
};
const ORDERS: Record<View, typeof NEWEST> = {
  waiting: WAITING,
  mine: MINE,
  all: NEWEST,
  bot: NEWEST,
  resolved: NEWEST,
};

const cursorSchema = z.object({ at: z.iso.datetime(), id: z.uuid(), risk: z.iso.datetime().nullable().default(null) });
type Cursor = z.output<typeof cursorSchema>;

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function parseCursor(text: string): Cursor {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new ZhikeError('InvalidRange', { parameter: 'cursor' });
  }
}

function toListed(row: ListRecord): ListedConversation {
  return {
    id: row.id,
    channel: row.channel,
    status: row.status,
    owner: row.owner_id ? { id: row.owner_id, name: row.owner_name ?? '' } : null,
    customer: { id: row.customer_id, name: row.customer_name },
    locale: row.locale,
    seq: row.seq,
    version: row.version,
    preview: row.preview,
    lastMessageAt: row.last_message_at,
    createdAt: row.created_at,
    waitingSince: row.waiting_since,
    riskAt: row.risk_at,
    clock: row.clock && { ...row.clock, dueAt: row.clock.dueAt && new Date(row.clock.dueAt).toISOString() },
    ticket: row.ticket,
    unread: row.unread,
  };
}
