/** Clocks as they are kept: the facts that commits write, and what was read from them last. */
import type { Goal, Priority } from '../domain/sla.ts';
import type { ClockStore, DueClock, KeptClock, SettledClock } from '../ports.ts';
import { type Db, type Query, retryTransient } from './sql.ts';

const STALE = `
select k.id, k.revision, k.conversation_id, k.kind, k.started_at, k.stopped_at, k.paused_at, k.pauses, k.warned, c.inbox_id,
  coalesce(t.priority, 'normal') as priority,
  not exists (select 1 from sla_clock e where e.conversation_id = k.conversation_id and e.kind = k.kind
    and e.ticket_id is not distinct from k.ticket_id and e.id < k.id) as first
  from sla_clock k join conversation c on c.id = k.conversation_id left join ticket t on t.id = k.ticket_id
 where k.stale order by k.id limit $1`;

/** Facts that moved since they were read keep their mark: they are read again. */
const SETTLE = `
update sla_clock k set stale = false, goal = q.goal, policy_id = q.policy, target_minutes = q.target, due_at = q.due,
    next_at = q.next, next_level = q.level, left_minutes = q.rest,
    missed_at = case when k.stopped_at is null and k.paused_at is null then k.missed_at else q.missed end
  from jsonb_to_recordset($1::jsonb) as q(id bigint, revision bigint, goal text, policy uuid, target double precision,
    due timestamptz, next timestamptz, level int, rest double precision, missed timestamptz)
 where k.id = q.id and k.revision = q.revision returning k.conversation_id`;

const RISK = `
update conversation c set risk_at = x.risk
  from (select v.id, (select min(k.due_at) from sla_clock k where k.conversation_id = v.id
      and k.stopped_at is null and k.paused_at is null) as risk from unnest($1::uuid[]) as v(id)) as x
 where c.id = x.id and c.risk_at is distinct from x.risk`;

const DUE = `
select id, conversation_id, goal, next_level, due_at from sla_clock
 where next_at <= $1 and stopped_at is null and paused_at is null and not stale and due_at is not null
 order by next_at limit $2`;

type StaleRecord = {
  id: number;
  revision: number;
  conversation_id: string;
  kind: KeptClock['kind'];
  started_at: string;
  stopped_at: string | null;
  paused_at: string | null;
  pauses: [string, string][];
  warned: number;
  inbox_id: string;
  priority: Priority;
  first: boolean;
};
type DueRecord = { id: number; conversation_id: string; goal: Goal; next_level: number; due_at: string };

export function createClockStore(db: Db, random: () => number): ClockStore {
  return {
    staleClocks: async (limit) => (await db.query<StaleRecord>(STALE, [limit], 'stale-clocks')).map(toClock),
    settleClocks: (clocks) => retryTransient(() => db.tx((query) => settle(query, clocks)), random),
    dueClocks: async (now, limit) =>
      (await db.query<DueRecord>(DUE, [now.toISOString(), limit], 'due-clocks')).map(
        ({ id, conversation_id, goal, next_level, due_at }): DueClock => ({
          id,
          conversationId: conversation_id,
          goal,
          level: next_level,
          dueAt: new Date(due_at),
        }),
      ),
  };
}

/** Conversations are locked first, in order, as every commit does: nobody waits for each other in a ring. */
async function settle(query: Query, clocks: readonly SettledClock[]): Promise<string[]> {
  const rows = JSON.stringify(clocks.map(toRow));
  await query(
    `select 1 from conversation where id in (select conversation_id from sla_clock where id = any($1::bigint[])) order by id for update`,
    [clocks.map(({ id }) => id)],
  );
  const settled = await query<{ conversation_id: string }>(SETTLE, [rows]);
  const ids = [...new Set(settled.map(({ conversation_id }) => conversation_id))];
  if (ids.length > 0) await query(RISK, [ids]);
  return ids;
}

function toRow({ id, revision, goal, policyId, targetMinutes, reading }: SettledClock): Record<string, unknown> {
  return {
    id,
    revision,
    goal,
    policy: policyId,
    target: targetMinutes,
    due: reading?.dueAt ?? null,
    next: reading?.nextAt ?? null,
    level: reading?.nextLevel ?? null,
    rest: reading?.leftMinutes ?? null,
    missed: reading?.missedAt ?? null,
  };
}

function toClock(row: StaleRecord): KeptClock {
  return {
    id: row.id,
    revision: row.revision,
    conversationId: row.conversation_id,
    kind: row.kind,
    first: row.first,
    inboxId: row.inbox_id,
    priority: row.priority,
    startedAt: new Date(row.started_at),
    stoppedAt: row.stopped_at === null ? null : new Date(row.stopped_at),
    pausedAt: row.paused_at === null ? null : new Date(row.paused_at),
    pauses: row.pauses.map(([from, to]) => ({ from: new Date(from), to: new Date(to) })),
    warned: row.warned,
  };
}
