/** Clocks as people look at them: beside a conversation, on the floor, and every miss. */
import * as z from 'zod';
import { ZhikeError } from '../domain/errors.ts';
import type { Goal } from '../domain/sla.ts';
import type { Db } from './sql.ts';

export type ShownClock = {
  id: number;
  goal: Goal;
  targetMinutes: number;
  startedAt: string;
  stoppedAt: string | null;
  paused: boolean;
  dueAt: string | null;
  left: number | null;
  missedAt: string | null;
};
export type Miss = {
  id: number;
  conversationId: string;
  customer: { id: string; name: string };
  owner: { id: string; name: string } | null;
  goal: Goal;
  missedAt: string;
  stoppedAt: string | null;
};
/** The guard of human replies: who waits until when, and how it went since an instant. */
export type FloorFacts = {
  due: string[];
  answered: number;
  missed: number;
  /** Waits that began within the last half hour. */
  arrivals: number;
  /** The median wait that was ended in the last two hours, in seconds; null when there was none. */
  medianSeconds: number | null;
};
export type ClockViews = {
  ofConversation(conversationId: string): Promise<ShownClock[]>;
  floor(now: Date, since: Date): Promise<FloorFacts>;
  /** Latest first. The cursor is opaque; a bad one throws `InvalidRange`. */
  misses(query: { cursor: string | null; limit: number }): Promise<{ items: Miss[]; nextCursor: string | null }>;
};

const FLOOR = `
select coalesce((select jsonb_agg(due_at order by due_at) from sla_clock
    where kind = 'human' and stopped_at is null and paused_at is null and due_at is not null), '[]') as due,
  (select count(*)::int from sla_clock where kind = 'human' and started_at >= $2 and stopped_at is not null and missed_at is null
    and target_minutes is not null) as answered,
  (select count(*)::int from sla_clock where kind = 'human' and started_at >= $2 and (missed_at is not null
    or (stopped_at is null and paused_at is null and due_at <= $1))) as missed,
  (select count(*)::int from sla_clock where kind = 'human' and started_at > $1::timestamptz - interval '30 minutes') as arrivals,
  (select percentile_cont(0.5) within group (order by extract(epoch from stopped_at - started_at))::float8 from sla_clock
    where kind = 'human' and started_at > $1::timestamptz - interval '2 hours' and stopped_at is not null) as "medianSeconds"`;

const MISSES = `
select k.id, k.conversation_id as "conversationId", jsonb_build_object('id', u.id, 'name', u.name) as customer,
  case when o.id is not null then jsonb_build_object('id', o.id, 'name', o.name) end as owner, k.goal, k.missed_at as "missedAt",
  k.stopped_at as "stoppedAt"
  from sla_clock k join conversation c on c.id = k.conversation_id join customer u on u.id = c.customer_id left join agent o on o.id = c.owner_id
 where k.missed_at is not null and k.goal is not null and ($1::timestamptz is null or (k.missed_at, k.id) < ($1, $2::bigint))
 order by k.missed_at desc, k.id desc limit $3`;

export function createClockViews(db: Db): ClockViews {
  return {
    ofConversation: (conversationId) =>
      db.query<ShownClock>(
        `select id, goal, target_minutes as "targetMinutes", started_at as "startedAt", stopped_at as "stoppedAt",
           paused_at is not null as paused, due_at as "dueAt", left_minutes as left, missed_at as "missedAt"
           from sla_clock where conversation_id = $1 and goal is not null and target_minutes is not null
          order by stopped_at is not null, stopped_at desc, due_at, id limit 50`,
        [conversationId],
        'shown-clocks',
      ),
    floor: async (now, since) => {
      const [row] = await db.query<FloorFacts>(FLOOR, [now.toISOString(), since.toISOString()]);
      const facts = row ?? { due: [], answered: 0, missed: 0, arrivals: 0, medianSeconds: null };
      return { ...facts, due: facts.due.map((due) => new Date(due).toISOString()) };
    },
    misses: async ({ cursor, limit }) => {
      const after = cursor === null ? null : parseCursor(cursor);
      const rows = await db.query<Miss>(MISSES, [after?.at ?? null, after?.id ?? null, limit + 1]);
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return { items: rows.slice(0, limit), nextCursor: last ? writeCursor({ at: last.missedAt, id: last.id }) : null };
    },
  };
}

const cursorSchema = z.object({ at: z.iso.datetime(), id: z.int() });

function writeCursor(cursor: z.output<typeof cursorSchema>): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function parseCursor(text: string): z.output<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new ZhikeError('InvalidRange', { parameter: 'cursor' });
  }
}
