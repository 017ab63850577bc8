/** The ledger of sends: a part is booked before it leaves, and of one message each part leaves once. */
import type { PartKey, SendLedger, SendPart, SendWindow } from '../ports.ts';
import type { Db } from './sql.ts';

/** Kept back for a person, out of what a customer's own message grants. */
const KEPT_FOR_A_PERSON = 1;
/** A send that leaves in the last moment of a window arrives after it. */
const MARGIN_MS = 2_000;

const USED = `(select count(*) from jsonb_object_keys(s.sends))`;

const PARTS = `select n, payload, state, reason from outbox_part where key = $1 order by n`;

/** Whoever comes second finds the first one's plan. */
const PLAN = `
insert into outbox_part (key, n, payload)
select $1, x.i - 1, x.payload from jsonb_array_elements($2::jsonb) with ordinality as x(payload, i)
 where not exists (select 1 from outbox_part where key = $1)
on conflict (key, n) do nothing`;

const REPLAN = `
with gone as (delete from outbox_part where key = $1 and n >= $2 and state = 'pending' returning n)
insert into outbox_part (key, n, payload)
select $1, (select coalesce(max(n), -1) from outbox_part where key = $1 and n not in (select n from gone)) + x.i, x.payload
  from jsonb_array_elements($3::jsonb) with ordinality as x(payload, i)
on conflict (key, n) do update set payload = excluded.payload, state = 'pending', reason = null where outbox_part.state = 'pending'`;

/** Of several windows the one that ends first is spent; `$5` is what stays for a person. */
const RESERVE = `
with p as (select key, n from outbox_part where key = $1 and n = $2 and state = 'pending' for update),
g as (
  select s.inbox_id, s.address, s.trigger from send_grant s, p
   where s.inbox_id = $3 and s.address = $4 and s.expires_at > clock_timestamp() + ${MARGIN_MS} * interval '1 millisecond'
     and ${USED} < s.quota - case when s.trigger = 'message' then $5::int else 0 end
   order by s.expires_at limit 1 for update of s),
b as (
  update send_grant s set sends = s.sends || jsonb_build_object($1 || '#' || $2, null) from g
   where s.inbox_id = g.inbox_id and s.address = g.address and s.trigger = g.trigger returning s.trigger)
update outbox_part o set state = 'sending', trigger = b.trigger from b where o.key = $1 and o.n = $2 returning o.n`;

const TAKE = `update outbox_part set state = 'sending', trigger = null where key = $1 and n = $2 and state = 'pending' returning n`;

/** Sent or unknown stays booked, at the latest instant at which the other side can have counted it. */
const SETTLE = `
with p as (
  update outbox_part set state = $5, reason = $6, external_id = $7, settled_at = clock_timestamp()
   where key = $1 and n = $2 and state = 'sending' returning trigger)
update send_grant s set sends = case when $5 in ('sent', 'unknown')
    then s.sends || jsonb_build_object($1 || '#' || $2, floor(extract(epoch from clock_timestamp()) * 1000))
    else s.sends - ($1 || '#' || $2) end
  from p where s.inbox_id = $3 and s.address = $4 and s.trigger = p.trigger and s.sends ? ($1 || '#' || $2)`;

const WINDOW = `
select coalesce(sum(greatest(s.quota - ${USED}, 0)) filter (where live), 0)::int as remaining,
  coalesce(sum(greatest(s.quota - ${USED} - case when s.trigger = 'message' then ${KEPT_FOR_A_PERSON} else 0 end, 0)) filter (where live), 0)::int as "forBot",
  bool_or(live) as open, coalesce(max(s.expires_at) filter (where live), max(s.expires_at)) as until
  from (select g.*, g.expires_at > clock_timestamp() + ${MARGIN_MS} * interval '1 millisecond' as live from send_grant g
         where g.inbox_id = $1 and g.address = $2) as s
having count(*) > 0`;

export function createLedger(db: Db): SendLedger {
  const parts = (key: string) => db.query<SendPart>(PARTS, [key], 'parts');
  const look = async (inboxId: string, address: string) =>
    (await db.query<SendWindow & { open: boolean }>(WINDOW, [inboxId, address], 'send-window'))[0] ?? null;
  const book = async ({ key, n, inboxId, address }: PartKey, kept: number) =>
    (await db.query(RESERVE, [key, n, inboxId, address, kept], 'reserve-part')).length === 1;
  return {
    parts,
    window: async (inboxId, address) => {
      const now = await look(inboxId, address);
      return now && { remaining: now.remaining, forBot: now.forBot, until: now.until };
    },
    plan: async (key, payloads) => {
      await db.query(PLAN, [key, JSON.stringify(payloads)], 'plan-parts');
      return parts(key);
    },
    replan: async (key, n, payloads) => {
      await db.query(REPLAN, [key, n, JSON.stringify(payloads)], 'replan-parts');
      return parts(key);
    },
    reserve: async (part, by) => {
      if (by === 'nobody')
        return (await db.query(TAKE, [part.key, part.n], 'take-part')).length === 1 ? 'reserved' : 'taken';
      const kept = by === 'bot' ? KEPT_FOR_A_PERSON : 0;
      // A window that was used up while its row was waited for hides the next one from the statement: ask again.
      for (let round = 0; round < 3; round++) {
        if (await book(part, kept)) return 'reserved';
        const known = (await parts(part.key)).find(({ n }) => n === part.n);
        if (known?.state !== 'pending') return 'taken';
        const now = await look(part.inboxId, part.address);
        if (!now?.open) return 'closed';
        if ((by === 'bot' ? now.forBot : now.remaining) === 0) return 'used';
      }
      return 'used';
    },
    settle: async ({ key, n, inboxId, address }, { state, reason, externalId }) => {
      await db.query(SETTLE, [key, n, inboxId, address, state, reason ?? null, externalId ?? null], 'settle-part');
    },
    exhaust: async (inboxId, address) => {
      await db.query(
        `update send_grant s set quota = least(s.quota, ${USED}) where inbox_id = $1 and address = $2`,
        [inboxId, address],
        'exhaust-grants',
      );
    },
    close: async (inboxId, address) => {
      await db.query(
        `update send_grant set expires_at = least(expires_at, clock_timestamp()) where inbox_id = $1 and address = $2`,
        [inboxId, address],
        'close-grants',
      );
    },
  };
}
