/** The people of the desk, their sessions and one-time links; of secrets only hashes. */
import { ZhikeError } from '../domain/errors.ts';
import { type Db, isUniqueViolation } from './sql.ts';
import type { AgentRecord, AgentStore, KeptSession, SessionStore } from './store.ts';

const AGENT = `g.id, g.email, g.name, g.role, g.locale, g.disabled_at as "disabledAt", g.password_hash as "passwordHash",
  exists (select from agent_totp o where o.agent_id = g.id and o.confirmed_at is not null) as "hasTotp"`;

export function createAgentStore(db: Db): AgentStore {
  const find = async (id: string) =>
    (await db.query<AgentRecord>(`select ${AGENT} from agent g where id = $1`, [id]))[0] ?? null;
  return {
    list: () => db.query<AgentRecord>(`select ${AGENT} from agent g order by created_at, id`),
    find,
    findByEmail: async (email) =>
      (await db.query<AgentRecord>(`select ${AGENT} from agent g where lower(email) = lower($1)`, [email]))[0] ?? null,
    create: async ({ id, email, name, role, locale }) => {
      try {
        const [row] = await db.query<AgentRecord>(
          `insert into agent as g (id, email, name, role, locale) values ($1, $2, $3, $4, $5) returning ${AGENT}`,
          [id, email, name, role, locale],
        );
        if (!row) throw new Error('no row came back');
        return row;
      } catch (error) {
        throw isUniqueViolation(error) ? new ZhikeError('EmailTaken') : error;
      }
    },
    update: (id, change) =>
      db.tx(async (query) => {
        await query(`select id from agent where role = 'admin' order by id for update`);
        const [row] = await query<AgentRecord>(
          `update agent as g set name = coalesce($2, name), role = coalesce($3, role), locale = coalesce($4, locale),
             password_hash = coalesce($5, password_hash), disabled_at = case when $6 then $7::timestamptz else disabled_at end
           where id = $1 returning ${AGENT}`,
          [
            id,
            change.name ?? null,
            change.role ?? null,
            change.locale ?? null,
            change.passwordHash ?? null,
            change.disabledAt !== undefined,
            change.disabledAt?.toISOString() ?? null,
          ],
        );
        const [admins] = await query<{ n: number }>(
          `select count(*) as n from agent where role = 'admin' and disabled_at is null`,
        );
        if (row && admins?.n === 0) throw new ZhikeError('LastAdmin');
        return row ?? null;
      }),
  };
}

type SessionRecord = AgentRecord & { seenAt: string; createdAt: string; rule: string | null };

export function createSessionStore(db: Db): SessionStore {
  return {
    create: async ({ tokenHash, agentId, now, expiresAt, device, ip }) => {
      await db.query(
        `insert into session (token_hash, agent_id, created_at, seen_at, expires_at, device, ip)
         values ($1, $2, $3, $3, $4, $5, $6) returning id`,
        [tokenHash, agentId, now.toISOString(), expiresAt.toISOString(), device, ip],
      );
    },
    find: async (tokenHash, now) => {
      const [row] = await db.query<SessionRecord>(
        `select ${AGENT}, s.seen_at as "seenAt", s.created_at as "createdAt",
           (select value ->> 'twoFactorFor' from setting where key = 'security') as rule
           from session s join agent g on g.id = s.agent_id
          where s.token_hash = $1 and s.expires_at > $2 and g.disabled_at is null`,
        [tokenHash, now.toISOString()],
        'find-session',
      );
      if (!row) return null;
      const { seenAt, createdAt, rule, ...agent } = row;
      return { agent, seenAt, createdAt, rule };
    },
    touch: async (tokenHash, now) => {
      await db.query(`update session set seen_at = $2 where token_hash = $1`, [tokenHash, now.toISOString()]);
    },
    end: async (tokenHash) => {
      await db.query(`delete from session where token_hash = $1 returning id`, [tokenHash]);
    },
    list: (agentId, now) =>
      db.query<KeptSession>(
        `select id, token_hash as "tokenHash", device, ip, created_at as "createdAt", seen_at as "seenAt" from session
          where agent_id = $1 and expires_at > $2 order by seen_at desc, id`,
        [agentId, now.toISOString()],
      ),
    endOne: async (agentId, id) =>
      (await db.query('delete from session where agent_id = $1 and id = $2 returning id', [agentId, id])).length > 0 ||
      null,
    endAll: async (agentId, exceptHash) => {
      await db.query(`delete from session where agent_id = $1 and token_hash <> coalesce($2, '') returning id`, [
        agentId,
        exceptHash ?? null,
      ]);
    },
    createLink: ({ codeHash, agentId, expiresAt }) =>
      db.tx(async (query): Promise<void> => {
        await query(`delete from sign_in_link where agent_id = $1`, [agentId]);
        await query(`insert into sign_in_link (code_hash, agent_id, expires_at) values ($1, $2, $3)`, [
          codeHash,
          agentId,
          expiresAt.toISOString(),
        ]);
      }),
    findLink: async (codeHash, now) => {
      const rows = await db.query<AgentRecord>(
        `select ${AGENT} from sign_in_link l join agent g on g.id = l.agent_id
          where l.code_hash = $1 and l.used_at is null and l.expires_at > $2 and g.disabled_at is null`,
        [codeHash, now.toISOString()],
      );
      return rows[0] ?? null;
    },
    redeemLink: async (codeHash, now) => {
      const rows = await db.query<AgentRecord>(
        `update sign_in_link l set used_at = $2 from agent g
          where l.code_hash = $1 and l.used_at is null and l.expires_at > $2 and g.id = l.agent_id and g.disabled_at is null
          returning ${AGENT}`,
        [codeHash, now.toISOString()],
      );
      return rows[0] ?? null;
    },
  };
}
