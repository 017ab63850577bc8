/** The rules of the clocks as administrators keep them: calendars, who uses which, and SLA policies. */
import type { KeptRules } from '../desk/sla-rules.ts';
import type { CalendarPlan } from '../domain/calendar-plan.ts';
import { ZhikeError } from '../domain/errors.ts';
import type { HumanReply, SlaPolicy } from '../domain/sla.ts';
import { type Db, isUniqueViolation, type Query } from './sql.ts';

export type KeptCalendar = { id: string; name: string; plan: CalendarPlan; isDefault: boolean; version: number };
export type KeptPolicy = SlaPolicy & { id: string; version: number };
export type InboxClock = {
  inboxId: string;
  channel: string;
  name: string;
  calendarId: string | null;
  /** null: as it is preset. */
  humanReply: HumanReply | null;
};

/** Saving compares the version (`Conflict`), keeps names apart (`NameTaken`), and has every running clock read again. */
export type RuleStore = {
  rules(): Promise<KeptRules>;
  calendars(): Promise<KeptCalendar[]>;
  /** `version` null makes a new one. */
  saveCalendar(calendar: Omit<KeptCalendar, 'version'>, version: number | null): Promise<KeptCalendar>;
  /** Inboxes that used it go back to the default calendar. */
  removeCalendar(id: string): Promise<{ id: string } | null>;
  policies(): Promise<KeptPolicy[]>;
  savePolicy(policy: Omit<KeptPolicy, 'version'>, version: number | null): Promise<KeptPolicy>;
  removePolicy(id: string): Promise<{ id: string } | null>;
  /** The order in which policies are tried; those not named come last. */
  orderPolicies(ids: readonly string[]): Promise<void>;
  inboxClocks(): Promise<InboxClock[]>;
  /** null when there is no such inbox or calendar. */
  setInboxClock(
    clock: Pick<InboxClock, 'inboxId' | 'calendarId'> & { humanReply: HumanReply },
  ): Promise<{ id: string } | null>;
};

const CALENDAR = `id, name, plan, is_default as "isDefault", version`;
const POLICY = `id, name, enabled, inbox_ids as "inboxIds", targets, version`;
const RULES = `
select coalesce((select jsonb_agg(jsonb_build_object('id', id, 'plan', plan, 'isDefault', is_default)) from business_calendar), '[]') as calendars,
  coalesce((select jsonb_agg(jsonb_build_object('inboxId', inbox_id, 'calendarId', calendar_id, 'humanReply', human_reply)) from inbox_clock), '[]') as inboxes,
  coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name, 'enabled', enabled, 'inboxIds', inbox_ids, 'targets', targets)
    order by position, name) from sla_policy), '[]') as policies`;

export function createRuleStore(db: Db): RuleStore {
  /** Writes in one transaction with the mark on every running clock. */
  const save = async <T>(work: (query: Query) => Promise<T>): Promise<T> => {
    try {
      return await db.tx(async (query) => {
        const result = await work(query);
        await query('update sla_clock set stale = true, revision = revision + 1 where stopped_at is null');
        return result;
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new ZhikeError('NameTaken');
      throw error;
    }
  };
  return {
    rules: async () => {
      const [row] = await db.query<KeptRules>(RULES, [], 'clock-rules');
      return row ?? { calendars: [], inboxes: [], policies: [] };
    },
    calendars: () => db.query<KeptCalendar>(`select ${CALENDAR} from business_calendar order by name`),
    saveCalendar: (calendar, version) => save((query) => saveCalendar(query, calendar, version)),
    removeCalendar: (id) =>
      save(async (query) => {
        await query('update inbox_clock set calendar_id = null where calendar_id = $1', [id]);
        const [gone] = await query<{ id: string }>('delete from business_calendar where id = $1 returning id', [id]);
        return gone ?? null;
      }),
    policies: () => db.query<KeptPolicy>(`select ${POLICY} from sla_policy order by position, name`),
    savePolicy: (policy, version) => save((query) => savePolicy(query, policy, version)),
    removePolicy: (id) =>
      save(async (query) => {
        const [gone] = await query<{ id: string }>('delete from sla_policy where id = $1 returning id', [id]);
        return gone ?? null;
      }),
    orderPolicies: (ids) =>
      save(async (query) => {
        await query(
          `update sla_policy p set position = coalesce(array_position($1::uuid[], p.id), cardinality($1::uuid[]) + 1)`,
          [ids],
        );
      }),
    inboxClocks: () =>
      db.query<InboxClock>(
        `select i.id as "inboxId", i.channel, i.name, k.calendar_id as "calendarId", k.human_reply as "humanReply"
           from inbox i left join inbox_clock k on k.inbox_id = i.id order by i.created_at, i.id`,
      ),
    setInboxClock: ({ inboxId, calendarId, humanReply }) =>
      save(async (query) => {
        const [row] = await query<{ id: string }>(
          `insert into inbox_clock (inbox_id, calendar_id, human_reply)
           select i.id, $2::uuid, $3::jsonb from inbox i
            where i.id = $1 and ($2::uuid is null or exists (select 1 from business_calendar where id = $2::uuid))
           on conflict (inbox_id) do update set calendar_id = excluded.calendar_id, human_reply = excluded.human_reply returning inbox_id as id`,
          [inboxId, calendarId, JSON.stringify(humanReply)],
        );
        return row ?? null;
      }),
  };
}

async function saveCalendar(
  query: Query,
  { id, name, plan, isDefault }: Omit<KeptCalendar, 'version'>,
  version: number | null,
): Promise<KeptCalendar> {
  if (isDefault) await query('update business_calendar set is_default = false where is_default and id <> $1', [id]);
  const values = [id, name, JSON.stringify(plan), isDefault];
  const [row] =
    version === null
      ? await query<KeptCalendar>(
          `insert into business_calendar (id, name, plan, is_default) values ($1, $2, $3::jsonb, $4) returning ${CALENDAR}`,
          values,
        )
      : await query<KeptCalendar>(
          `update business_calendar set name = $2, plan = $3::jsonb, is_default = $4, version = version + 1
            where id = $1 and version = $5 returning ${CALENDAR}`,
          [...values, version],
        );
  if (!row) throw new ZhikeError('Conflict');
  return row;
}

async function savePolicy(
  query: Query,
  { id, name, enabled, inboxIds, targets }: Omit<KeptPolicy, 'version'>,
  version: number | null,
): Promise<KeptPolicy> {
  const values = [id, name, enabled, JSON.stringify(inboxIds), JSON.stringify(targets)];
  const [row] =
    version === null
      ? await query<KeptPolicy>(
          `insert into sla_policy (id, name, enabled, inbox_ids, targets, position)
           select $1, $2, $3, $4::jsonb, $5::jsonb, coalesce(max(position), 0) + 1 from sla_policy returning ${POLICY}`,
          values,
        )
      : await query<KeptPolicy>(
          `update sla_policy set name = $2, enabled = $3, inbox_ids = $4::jsonb, targets = $5::jsonb, version = version + 1
            where id = $1 and version = $6 returning ${POLICY}`,
          [...values, version],
        );
  if (!row) throw new ZhikeError('Conflict');
  return row;
}
