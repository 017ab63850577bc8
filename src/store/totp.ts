/** Second factors: one secret a person, sealed by whoever hands it in, and codes that work once. */
import type { Db } from './sql.ts';

export type KeptTotp = { secret: string; confirmedAt: string | null; recoveryLeft: number };
export type TotpStore = {
  find(agentId: string): Promise<KeptTotp | null>;
  /** Keeps a secret that is not confirmed yet, in place of an earlier such; false when one is confirmed already. */
  begin(agentId: string, secret: string, now: Date): Promise<boolean>;
  /** From now on it is asked for; null when there was nothing to confirm. */
  confirm(agentId: string, given: { step: number; codeHashes: readonly string[]; now: Date }): Promise<true | null>;
  /** Uses up a time step and all before it; null when it was used up before: each code works once, on all processes. */
  spendStep(agentId: string, step: number): Promise<true | null>;
  /** Uses a recovery code up; how many are left, null when there is no such unused code. */
  spendCode(agentId: string, codeHash: string, now: Date): Promise<number | null>;
  renewCodes(agentId: string, codeHashes: readonly string[]): Promise<void>;
  /** null when there was none. */
  remove(agentId: string): Promise<true | null>;
};

const ADD_CODES = `insert into recovery_code (agent_id, code_hash) select $1, h from jsonb_array_elements_text($2::jsonb) as h`;

export function createTotpStore(db: Db): TotpStore {
  const any = (rows: readonly unknown[]): true | null => (rows.length > 0 ? true : null);
  return {
    find: async (agentId) => {
      const [row] = await db.query<KeptTotp>(
        `select secret, confirmed_at as "confirmedAt",
           (select count(*) from recovery_code r where r.agent_id = o.agent_id and used_at is null) as "recoveryLeft"
           from agent_totp o where agent_id = $1`,
        [agentId],
      );
      return row ?? null;
    },
    begin: async (agentId, secret, now) => {
      const rows = await db.query(
        `insert into agent_totp (agent_id, secret, created_at) values ($1, $2, $3)
         on conflict (agent_id) do update set secret = excluded.secret, created_at = excluded.created_at, last_step = 0
           where agent_totp.confirmed_at is null returning agent_id`,
        [agentId, secret, now.toISOString()],
      );
      return rows.length > 0;
    },
    confirm: (agentId, { step, codeHashes, now }) =>
      db.tx(async (query) => {
        const rows = await query(
          `update agent_totp set confirmed_at = $2, last_step = $3 where agent_id = $1 and confirmed_at is null returning agent_id`,
          [agentId, now.toISOString(), step],
        );
        if (rows.length > 0) await query(ADD_CODES, [agentId, JSON.stringify(codeHashes)]);
        return any(rows);
      }),
    spendStep: async (agentId, step) =>
      any(
        await db.query(
          `update agent_totp set last_step = $2 where agent_id = $1 and confirmed_at is not null and last_step < $2 returning agent_id`,
          [agentId, step],
        ),
      ),
    spendCode: (agentId, codeHash, now) =>
      db.tx(async (query) => {
        const used = await query(
          `update recovery_code set used_at = $3 where agent_id = $1 and code_hash = $2 and used_at is null returning agent_id`,
          [agentId, codeHash, now.toISOString()],
        );
        if (used.length === 0) return null;
        const [left] = await query<{ n: number }>(
          'select count(*) as n from recovery_code where agent_id = $1 and used_at is null',
          [agentId],
        );
        return left?.n ?? 0;
      }),
    renewCodes: (agentId, codeHashes) =>
      db.tx(async (query) => {
        await query('delete from recovery_code where agent_id = $1', [agentId]);
        await query(ADD_CODES, [agentId, JSON.stringify(codeHashes)]);
      }),
    remove: async (agentId) =>
      any(await db.query('delete from agent_totp where agent_id = $1 returning agent_id', [agentId])),
  };
}
