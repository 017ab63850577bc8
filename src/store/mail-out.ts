/** Mails that go out: fixed before they are offered, so that whatever is tried again is the same mail; and the brakes. */
import type { AutomaticLimits, Brake, Mails, NewOutgoing, OutgoingMail } from '../channels/email/mails.ts';
import { type ActivityRecord, toActivity } from './rows.ts';
import type { Db, Query } from './sql.ts';

const COLUMNS = `id, idempotency_key as "idempotencyKey", inbox_id as "inboxId", conversation_id as "conversationId", seq,
  through_seq as "throughSeq", message_id as "messageId", bounce_token as "bounceToken", recipients, envelope_from as "envelopeFrom",
  raw, automatic, topic, state, answer`;

/** Hard bounces after which nothing automatic goes to an address any more. */
const DEAD = 2;

type Outgoing = Pick<Mails, 'findOutgoing' | 'waitingWords' | 'prepare' | 'settle' | 'uncopied' | 'copied' | 'bounced'>;

export function createOutgoingMails(db: Db): Outgoing {
  return {
    findOutgoing: async (by) => {
      const [where, values] = placeOf(by);
      const rows = await db.query<OutgoingMail>(`select ${COLUMNS} from mail_out where ${where} limit 1`, values);
      return rows[0] ?? null;
    },
    waitingWords: async (conversationId, fromSeq) => {
      const rows = await db.query<ActivityRecord>(
        `select a.* from activity a join outbox o on o.conversation_id = a.conversation_id and o.seq = a.seq
          where a.conversation_id = $1 and a.seq >= $2 and a.author_kind = 'bot' and o.state in ('pending', 'sending') order by a.seq limit 20`,
        [conversationId, fromSeq],
      );
      return rows.map(toActivity);
    },
    prepare: (mail, automatic) =>
      db.tx(async (query) => {
        const known = await query<OutgoingMail>(`select ${COLUMNS} from mail_out where idempotency_key = $1`, [
          mail.idempotencyKey,
        ]);
        if (known[0]) return known[0];
        const refused = automatic && (automatic.brake ?? (await brake(query, mail, automatic.limits)));
        return insert(query, mail, refused);
      }),
    settle: async (id, state, answer) => {
      await db.query(
        `update mail_out set state = $2, answer = left($3, 500), settled_at = now() where id = $1 and state <> 'accepted'`,
        [id, state, answer],
      );
    },
    uncopied: (inboxId, limit) =>
      db.query(
        `select id, message_id as "messageId", raw from mail_out
          where inbox_id = $1 and not copied and state = 'accepted' and made_at > now() - interval '7 days' order by made_at limit $2`,
        [inboxId, limit],
      ),
    copied: async (id) => {
      await db.query(`update mail_out set copied = true where id = $1`, [id]);
    },
    bounced: async ({ conversationId, seq, throughSeq }, reason) => {
      const delivery = JSON.stringify({ state: 'failed', reason });
      await db.query(
        `update outbox set state = 'failed', reason = left($4, 500), settled_at = now()
          where conversation_id = $1 and seq between $2 and $3 and state in ('sent', 'unknown')`,
        [conversationId, seq, throughSeq, reason],
      );
      return db.query<{ seq: number }>(
        `update activity set delivery = $4::jsonb
          where conversation_id = $1 and seq between $2 and $3 and delivery is not null and author_kind in ('bot', 'agent') returning seq`,
        [conversationId, seq, throughSeq, delivery],
      );
    },
  };
}

function placeOf(by: Parameters<Outgoing['findOutgoing']>[0]): [string, unknown[]] {
  if ('bounceToken' in by) return ['bounce_token = $1', [by.bounceToken]];
  if ('messageId' in by) return ['message_id = $1', [by.messageId]];
  return ['conversation_id = $1 and $2 between seq and through_seq', [by.conversationId, by.seq]];
}

async function insert(query: Query, mail: NewOutgoing, refused: string | null): Promise<OutgoingMail> {
  const [row] = await query<OutgoingMail>(
    `insert into mail_out (id, idempotency_key, inbox_id, conversation_id, seq, through_seq, message_id, bounce_token,
       recipients, envelope_from, raw, automatic, topic, state, answer)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14, $15) returning ${COLUMNS}`,
    [
      mail.id,
      mail.idempotencyKey,
      mail.inboxId,
      mail.conversationId,
      mail.seq,
      mail.throughSeq,
      mail.messageId,
      mail.bounceToken,
      JSON.stringify(mail.recipients),
      mail.envelopeFrom,
      mail.raw,
      mail.automatic,
      mail.topic,
      refused === null ? 'ready' : 'refused',
      refused,
    ],
  );
  if (!row) throw new Error('the mail was not kept');
  if (refused === null) {
    await query(
      `insert into mail_reference (inbox_id, message_id, conversation_id) values ($1, $2, $3) on conflict (inbox_id, message_id) do nothing`,
      [mail.inboxId, mail.messageId, mail.conversationId],
    );
    for (const address of mail.automatic ? mail.recipients : [])
      await query(`insert into mail_automatic (inbox_id, address, topic, conversation_id) values ($1, $2, $3, $4)`, [
        mail.inboxId,
        address,
        mail.topic ?? '',
        mail.conversationId,
      ]);
  }
  return row;
}

type Counts = { topic: number; day: number; hour: number; inbox: number; dead: number; same: number };

const COUNT = `
select
  (select count(*) from mail_automatic where inbox_id = $1 and address = $2 and topic = $3 and at > now() - interval '1 day')::int as topic,
  (select count(*) from mail_automatic where inbox_id = $1 and address = $2 and at > now() - interval '1 day')::int as day,
  (select count(*) from mail_automatic where inbox_id = $1 and address = $2 and conversation_id = $4 and at > now() - interval '1 hour')::int as hour,
  (select count(*) from mail_automatic where inbox_id = $1 and at > now() - interval '1 hour')::int as inbox,
  (select coalesce(max(bounces), 0) from mail_dead_address where inbox_id = $1 and address = $2)::int as dead,
  (select coalesce(max(x.times), 0) from (
     select count(*) as times from mail_in m where m.inbox_id = $1 and m.sender = $2 and m.kept_at > now() - interval '1 day'
        and m.body_hash in (select body_hash from mail_in where conversation_id = $4)
      group by m.body_hash) as x)::int as same`;

/** Why an automatic mail may not go out, or null. One address is judged at a time, so that two processes cannot both be the first. */
async function brake(query: Query, mail: NewOutgoing, limits: AutomaticLimits): Promise<Brake | null> {
  const address = mail.recipients[0] ?? '';
  await query(`select pg_advisory_xact_lock(hashtextextended($1, 7))`, [`${mail.inboxId} ${address}`]);
  const [counts] = await query<Counts>(COUNT, [mail.inboxId, address, mail.topic ?? '', mail.conversationId]);
  if (!counts) return null;
  if (counts.dead >= DEAD) return 'mail-dead-address';
  if (counts.same >= limits.sameBody) return 'mail-same-again';
  if (counts.topic > 0) return 'mail-same-topic';
  if (counts.day >= limits.perAddressDay) return 'mail-too-many-today';
  if (counts.hour >= limits.perConversationHour) return 'mail-too-many-now';
  if (counts.inbox >= limits.perInboxHour) return 'mail-too-many-at-all';
  return null;
}
