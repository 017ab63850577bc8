/** What a commit and an arriving message do to clocks: parts of their one statement, so that no clock is ever half moved. */

/**
 * For `store/commit.ts`. `km` what the change means for each clock: words of a person or the end of the wait stop the
 * reply clocks, the ticket's state stops, pauses or runs all of it, its
 * priority has it counted anew · `ku` moves them, closing pauses in the ledger · `kn`
 * starts what a new ticket or a new wait asks for; a clock that runs already stays · `kw` notes a warning.
 */
export const CLOCKS_ON_COMMIT = `
km as (
  select k.id, q.now, case
      when r.status in ('resolved', 'closed') then 'stop'
      when k.kind <> 'resolution' and (q.spoke or q.status in ('bot', 'resolved')) then 'stop'
      when r.status = 'pending' then 'pause'
      when r.status = 'open' then 'run'
      when r.priority is not null then 'count' end as move
    from c join q on q.k = c.k join sla_clock k on k.conversation_id = c.id
    left join lateral (select x.status, x.priority from jsonb_to_recordset(q.ticket_updates) as x(id uuid, status text, priority text)
      where x.id = k.ticket_id limit 1) as r on true
   where (q.spoke or q.status in ('bot', 'resolved') or q.ticket_updates <> '[]')
     and (k.stopped_at is null or (k.kind = 'resolution' and r.status = 'open'))),
ku as (
  update sla_clock k set
    pauses = k.pauses || case
      when km.move in ('stop', 'run') and k.paused_at is not null then jsonb_build_array(jsonb_build_array(k.paused_at, km.now))
      when km.move = 'run' and k.stopped_at is not null then jsonb_build_array(jsonb_build_array(k.stopped_at, km.now))
      else '[]' end,
    paused_at = case km.move when 'pause' then km.now when 'count' then k.paused_at end,
    stopped_at = case when km.move = 'stop' then km.now end,
    revision = k.revision + 1, stale = true, next_at = null
    from km where k.id = km.id and (km.move in ('stop', 'count') or (km.move = 'pause' and k.paused_at is null)
      or (km.move = 'run' and (k.paused_at is not null or k.stopped_at is not null)))),
kn as (
  insert into sla_clock (conversation_id, ticket_id, kind, started_at)
  select c.id, coalesce((q.ticket ->> 'id')::uuid,
      (select t.id from ticket t where t.conversation_id = c.id and t.status in ('open', 'pending'))), x.kind, q.now
    from c join q on q.k = c.k cross join (values ('reply'), ('human'), ('resolution')) as x(kind)
   where q.ticket is not null or (q.status = 'waiting' and x.kind <> 'resolution')
  on conflict do nothing),
kw as (
  update sla_clock k set warned = r.level, missed_at = case when r.level >= 100 then k.due_at else k.missed_at end,
    revision = k.revision + 1, stale = true, next_at = null
    from c join q on q.k = c.k, jsonb_to_recordset(q.warnings) as r(id bigint, level int)
   where k.id = r.id and k.conversation_id = c.id and k.stopped_at is null and k.warned < r.level)`;

/**
 * For `store/accept.ts`. A customer who writes while a person is asked for or there: the ticket that waited for them is
 * ours again (`kt`, `ke`), its clocks run on (`kr`), and the clocks of the next answer start, unless they run (`kn`).
 */
export const CLOCKS_ON_ACCEPT = `
kg as (
  select l.id, min(d.now) as at from d join l on l.id = d.conversation
   where d.spoke and l.status in ('waiting', 'human') group by l.id),
kt as (
  update ticket t set status = 'open', updated_at = kg.at from kg
   where t.conversation_id = kg.id and t.status = 'pending' returning t.id, kg.at),
ke as (
  insert into ticket_event (ticket_id, at, kind, detail)
  select id, at, 'changed', jsonb_build_object('id', id, 'status', 'open', 'by', 'customer') from kt),
kr as (
  update sla_clock k set pauses = k.pauses || jsonb_build_array(jsonb_build_array(k.paused_at, kg.at)), paused_at = null,
    revision = k.revision + 1, stale = true, next_at = null
    from kg where k.conversation_id = kg.id and k.stopped_at is null and k.paused_at is not null),
kn as (
  insert into sla_clock (conversation_id, ticket_id, kind, started_at)
  select kg.id, (select t.id from ticket t where t.conversation_id = kg.id and t.status in ('open', 'pending')), x.kind, kg.at
    from kg cross join (values ('reply'), ('human')) as x(kind)
  on conflict do nothing)`;
