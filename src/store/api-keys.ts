/** API keys: of each only its hash; whoever acts by one acts in the name of a colleague, and within its scopes. */
import type { Scope } from '../domain/permission.ts';
import type { Db } from './sql.ts';

export type KeptKey = {
  id: string;
  name: string;
  /** The last characters, to tell keys apart. */
  hint: string;
  agent: { id: string; name: string };
  scopes: Scope[];
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  usedAt: string | null;
  usedIp: string | null;
};
type NewKey = {
  id: string;
  name: string;
  keyHash: string;
  hint: string;
  agentId: string;
  scopes: readonly Scope[];
  createdBy: string;
  now: Date;
  expiresAt: Date | null;
};
export type ApiKeyStore = {
  /** Newest first, revoked ones too. */
  list(): Promise<KeptKey[]>;
  find(id: string): Promise<KeptKey | null>;
  /** A key that works now; null for an unknown, expired or revoked one, and where its colleague was disabled. */
  findByHash(
    keyHash: string,
    now: Date,
  ): Promise<{ id: string; name: string; agentId: string; scopes: Scope[]; usedAt: string | null } | null>;
  create(key: NewKey): Promise<true | null>;
  /** null when it does not exist or was revoked before. */
  revoke(id: string, now: Date): Promise<true | null>;
  used(id: string, given: { now: Date; ip: string | null }): Promise<void>;
};

type Row = Omit<KeptKey, 'agent'> & { agentId: string; agentName: string };
const SELECT = `select k.id, k.name, k.hint, k.scopes, k.created_at as "createdAt", k.expires_at as "expiresAt",
  k.revoked_at as "revokedAt", k.used_at as "usedAt", k.used_ip as "usedIp", g.id as "agentId", g.name as "agentName"
  from api_key k join agent g on g.id = k.agent_id`;

export function createApiKeyStore(db: Db): ApiKeyStore {
  const toKey = ({ agentId, agentName, ...key }: Row): KeptKey => ({ ...key, agent: { id: agentId, name: agentName } });
  return {
    list: async () => (await db.query<Row>(`${SELECT} order by k.created_at desc, k.id`)).map(toKey),
    find: async (id) => (await db.query<Row>(`${SELECT} where k.id = $1`, [id])).map(toKey)[0] ?? null,
    findByHash: async (keyHash, now) => {
      const [row] = await db.query<{
        id: string;
        name: string;
        agentId: string;
        scopes: Scope[];
        usedAt: string | null;
      }>(
        `select k.id, k.name, k.agent_id as "agentId", k.scopes, k.used_at as "usedAt" from api_key k join agent g on g.id = k.agent_id
          where k.key_hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2) and g.disabled_at is null`,
        [keyHash, now.toISOString()],
        'find-api-key',
      );
      return row ?? null;
    },
    create: async ({ id, name, keyHash, hint, agentId, scopes, createdBy, now, expiresAt }) => {
      const rows = await db.query(
        `insert into api_key (id, name, key_hash, hint, agent_id, scopes, created_by, created_at, expires_at)
         select $1, $2, $3, $4, id, $6::jsonb, $7, $8, $9 from agent where id = $5 and disabled_at is null returning id`,
        [
          id,
          name,
          keyHash,
          hint,
          agentId,
          JSON.stringify(scopes),
          createdBy,
          now.toISOString(),
          expiresAt?.toISOString() ?? null,
        ],
      );
      return rows.length > 0 || null;
    },
    revoke: async (id, now) => {
      const rows = await db.query(
        'update api_key set revoked_at = $2 where id = $1 and revoked_at is null returning id',
        [id, now.toISOString()],
      );
      return rows.length > 0 || null;
    },
    used: async (id, { now, ip }) => {
      await db.query('update api_key set used_at = $2, used_ip = $3 where id = $1', [id, now.toISOString(), ip]);
    },
  };
}
