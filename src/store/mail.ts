/** Mails that came in: raw and once, leased in the order of their coming, placed in a conversation once. */
import type { Cursor, KeptMail, MailOrigin, MailReading, Mails, MailThread, Placing } from '../channels/email/mails.ts';
import type { NewId } from '../ports.ts';
import { createConversation } from './conversations.ts';
import { createOutgoingMails } from './mail-out.ts';
import type { Db, Query } from './sql.ts';

/** After so many tries a mail waits for a person to look; the ones behind it go on. */
const MAX_ATTEMPTS = 10;

const CLAIM = `
update mail_in m set attempts = m.attempts + 1, claimed_until = clock_timestamp() + $1 * interval '1 millisecond'
  from (select k.n from mail_in k
         where k.state = 'kept' and k.attempts < ${MAX_ATTEMPTS} and (k.claimed_until is null or k.claimed_until < clock_timestamp())
           and not exists (select 1 from mail_in e where e.inbox_id = k.inbox_id and e.state = 'kept' and e.attempts < ${MAX_ATTEMPTS} and e.n < k.n)
         order by k.n limit 1 for update skip locked) as next
 where m.n = next.n
returning m.id, m.inbox_id as "inboxId", m.message_id as "messageId", m.raw, m.origin, m.received_at as "receivedAt", m.attempts`;

const THREAD = `
select t.conversation_id as "conversationId", t.inbox_id as "inboxId", t.number, t.subject, t.address,
  coalesce((select jsonb_agg(p.address order by p.address) from mail_participant p where p.conversation_id = t.conversation_id), '[]') as participants
  from mail_thread t`;

const MOVE = `
insert into mail_cursor (inbox_id, folder, uid_validity, last_uid) values ($1, $2, $3, $4)
on conflict (inbox_id, folder, uid_validity) do update set last_uid = greatest(mail_cursor.last_uid, excluded.last_uid), updated_at = now()`;

type Claimed = Omit<KeptMail, 'receivedAt'> & { receivedAt: string; origin: MailOrigin };

export function createMails({ db, newId }: { db: Db; newId: NewId }): Mails {
  return {
    ...createInbound({ db, newId }),
    ...createThreads(db),
    ...createOutgoingMails(db),
  };
}

type Inbound = Pick<
  Mails,
  'keep' | 'pass' | 'lastUid' | 'watchedSince' | 'unknownSources' | 'claim' | 'place' | 'finish'
>;

function createInbound({ db, newId }: { db: Db; newId: NewId }): Inbound {
  return {
    keep: (mail) =>
      db.tx(async (query) => {
        const { inboxId, messageId, contentHash, bodyHash, raw, origin, receivedAt, source, cursor } = mail;
        const made = await query<{ id: string }>(
          `insert into mail_in (id, inbox_id, message_id, content_hash, body_hash, raw, origin, received_at)
           values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8) on conflict (inbox_id, message_id, content_hash) do nothing returning id`,
          [newId(), inboxId, messageId, contentHash, bodyHash, raw, JSON.stringify(origin), receivedAt.toISOString()],
        );
        const [known] = made[0]
          ? made
          : await query<{ id: string }>(
              `select id from mail_in where inbox_id = $1 and message_id = $2 and content_hash = $3`,
              [inboxId, messageId, contentHash],
            );
        if (!known) throw new Error('the mail was not kept');
        await query(
          `insert into mail_source (inbox_id, source, mail_id) values ($1, $2, $3) on conflict (inbox_id, source) do nothing`,
          [inboxId, source, known.id],
        );
        if (cursor) await move(query, inboxId, cursor);
        return { id: known.id, fresh: made.length === 1 };
      }),
    pass: (inboxId, cursor) => move(db.query, inboxId, cursor),
    lastUid: async (inboxId, folder, uidValidity) => {
      const rows = await db.query<{ last_uid: number }>(
        `select last_uid from mail_cursor where inbox_id = $1 and folder = $2 and uid_validity = $3`,
        [inboxId, folder, uidValidity],
      );
      return rows[0]?.last_uid ?? 0;
    },
    watchedSince: async (inboxId, folder) => {
      const [row] = await db.query<{ since: string | null }>(
        `select min(since) as since from mail_cursor where inbox_id = $1 and folder = $2`,
        [inboxId, folder],
      );
      return row?.since ? new Date(row.since) : null;
    },
    unknownSources: async (inboxId, sources) => {
      const rows = await db.query<{ source: string }>(
        `select x.source from unnest($2::text[]) as x(source)
          where not exists (select 1 from mail_source s where s.inbox_id = $1 and s.source = x.source)`,
        [inboxId, sources],
      );
      return rows.map(({ source }) => source);
    },
    claim: async (leaseMs) => {
      const [row] = await db.query<Claimed>(CLAIM, [leaseMs], 'claim-mail');
      return row ? { ...row, receivedAt: new Date(row.receivedAt) } : null;
    },
    place: (mail, given) => db.tx((query) => place(query, mail, { ...given, newId })),
    finish: async (mailId, state) => {
      await db.query(`update mail_in set state = $2, claimed_until = null where id = $1`, [mailId, state]);
    },
  };
}

async function move(query: Query, inboxId: string, { folder, uidValidity, uid }: Cursor): Promise<void> {
  await query(MOVE, [inboxId, folder, uidValidity, uid]);
}

type Given = { placing: Placing; reading: MailReading; newId: NewId };

/** The mail's row is locked: two that work on it agree on one conversation. */
async function place(query: Query, mail: Pick<KeptMail, 'id' | 'inboxId'>, given: Given): Promise<MailThread> {
  const { placing, reading, newId } = given;
  const [row] = await query<{ conversation_id: string | null; received_at: string }>(
    `select conversation_id, received_at from mail_in where id = $1 for update`,
    [mail.id],
  );
  if (!row) throw new Error('the mail is gone');
  const now = new Date(row.received_at);
  const conversationId = row.conversation_id ?? (await conversationOf(query, mail, { placing, now, newId }));
  await query(`update mail_in set conversation_id = $2, reading = $3::jsonb, sender = $4 where id = $1`, [
    mail.id,
    conversationId,
    JSON.stringify(reading),
    reading.from,
  ]);
  await query(`update mail_thread set last_at = greatest(last_at, $2) where conversation_id = $1`, [
    conversationId,
    now.toISOString(),
  ]);
  if (reading.messageId)
    await query(
      `insert into mail_reference (inbox_id, message_id, conversation_id) values ($1, $2, $3) on conflict (inbox_id, message_id) do nothing`,
      [mail.inboxId, reading.messageId, conversationId],
    );
  const [thread] = await query<MailThread>(`${THREAD} where t.conversation_id = $1`, [conversationId]);
  if (!thread) throw new Error('the thread is gone');
  return thread;
}

async function conversationOf(
  query: Query,
  { inboxId }: Pick<KeptMail, 'inboxId'>,
  { placing, now, newId }: { placing: Placing; now: Date; newId: NewId },
): Promise<string> {
  if ('conversationId' in placing) return placing.conversationId;
  const { address, name, locale, subject, topic } = placing;
  const { id } = await createConversation(query, { inboxId, address, name, locale, now }, newId);
  await query(
    `insert into mail_thread (conversation_id, inbox_id, subject, topic, address, last_at) values ($1, $2, $3, $4, $5, $6)`,
    [id, inboxId, subject, topic, address, now.toISOString()],
  );
  await query(`insert into mail_participant (conversation_id, address) values ($1, $2)`, [id, address]);
  return id;
}

type Threads = Pick<
  Mails,
  | 'find'
  | 'exchanged'
  | 'findThread'
  | 'findByReferences'
  | 'findByTopic'
  | 'lastReading'
  | 'addParticipants'
  | 'countBounce'
>;

function createThreads(db: Db): Threads {
  return {
    find: async (id) =>
      (
        await db.query<{ raw: Uint8Array; reading: MailReading | null }>(
          `select raw, reading from mail_in where id = $1`,
          [id],
        )
      )[0] ?? null,
    exchanged: (inboxId, address) =>
      db.query(
        `select * from (
           select received_at as at, raw, 'in' as way from mail_in where inbox_id = $1 and sender = $2
           union all
           select made_at, raw, 'out' from mail_out where inbox_id = $1 and recipients ->> 0 = $2 and state <> 'refused'
           order by at desc limit 60) as x order by at`,
        [inboxId, address],
      ),
    findThread: async (inboxId, by) => {
      const [column, value] =
        'number' in by ? (['number', by.number] as const) : (['conversation_id', by.conversationId] as const);
      const rows = await db.query<MailThread>(`${THREAD} where t.inbox_id = $1 and t.${column} = $2`, [inboxId, value]);
      return rows[0] ?? null;
    },
    findByReferences: async (inboxId, messageIds) => {
      if (messageIds.length === 0) return null;
      const rows = await db.query<MailThread>(
        `${THREAD} join mail_reference r on r.conversation_id = t.conversation_id
           join unnest($2::text[]) with ordinality as x(id, place) on x.id = r.message_id
          where r.inbox_id = $1 order by x.place limit 1`,
        [inboxId, messageIds],
      );
      return rows[0] ?? null;
    },
    findByTopic: async (inboxId, { address, topic, since }) => {
      const rows = await db.query<MailThread>(
        `${THREAD} where t.inbox_id = $1 and t.address = $2 and t.topic = $3 and t.last_at >= $4 order by t.last_at desc limit 1`,
        [inboxId, address, topic, since.toISOString()],
      );
      return rows[0] ?? null;
    },
    lastReading: async (conversationId) => {
      const rows = await db.query<{ reading: MailReading }>(
        `select reading from mail_in where conversation_id = $1 and reading ->> 'kind' = 'human' order by n desc limit 1`,
        [conversationId],
      );
      return rows[0]?.reading ?? null;
    },
    addParticipants: async (conversationId, addresses) => {
      await db.query(
        `insert into mail_participant (conversation_id, address) select $1::uuid, x from unnest($2::text[]) as x on conflict do nothing`,
        [conversationId, addresses],
      );
    },
    countBounce: async (inboxId, address, reason) => {
      const [row] = await db.query<{ bounces: number }>(
        `insert into mail_dead_address (inbox_id, address, bounces, reason) values ($1, $2, 1, left($3, 500))
         on conflict (inbox_id, address) do update set bounces = mail_dead_address.bounces + 1, reason = excluded.reason, at = now()
         returning bounces`,
        [inboxId, address, reason],
      );
      return row?.bounces ?? 0;
    },
  };
}
