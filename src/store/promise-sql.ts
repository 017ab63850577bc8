/** What a commit does to the ledger of promises: part of its one statement. */

/** `pn` enters what its messages promise · `pu` moves promises that still stand where the change was decided on. */
export const PROMISES_ON_COMMIT = `
pn as (
  insert into promise (id, conversation_id, seq, author_kind, author_id, author_name, act, quote, due_at, remind_at, state, replaces, created_at)
  select r.id, c.id, c.base + r.n, x.author, case when x.author = 'agent' then x.author_id::uuid end, x.author_name,
      r.act, r.quote, r."dueAt", r."remindAt", r.state, r.replaces, q.now
    from c join q on q.k = c.k, jsonb_to_recordset(q.promises) as r(id uuid, n int, act text, quote text, "dueAt" timestamptz,
      "remindAt" timestamptz, state text, replaces uuid),
      jsonb_to_recordset(q.activities) as x(n int, author text, author_id text, author_name text)
   where x.n = r.n),
pu as (
  update promise p set
    state = coalesce(r.state, p.state),
    reminded = coalesce(r.reminded, p.reminded),
    due_at = coalesce(r."dueAt", p.due_at),
    remind_at = coalesce(r."remindAt", p.remind_at),
    settled_at = case when r.state in ('kept', 'waived', 'dismissed', 'replaced') then q.now else p.settled_at end,
    settled_by = case when r.state in ('kept', 'waived', 'dismissed', 'replaced') then q.actor else p.settled_by end,
    version = p.version + 1
    from c join q on q.k = c.k, jsonb_to_recordset(q.promise_updates) as r(id uuid, "from" text, state text, reminded boolean,
      "dueAt" timestamptz, "remindAt" timestamptz)
   where p.id = r.id and p.conversation_id = c.id and p.state = r."from")`;
