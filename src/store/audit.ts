/** The audit log: rows that are only added, each bound to the one before by its hash, written with what they tell of or not at all. */
import { createHash } from 'node:crypto';
import type { AuditActor, AuditEntry } from '../domain/audit.ts';
import { ZhikeError } from '../domain/errors.ts';
import type { Db, Query } from './sql.ts';

/** `from` and `to` bound the time, `to` not included; `actor` and `object` are ids. */
export type AuditFilter = {
  actor?: string | undefined;
  action?: string | undefined;
  object?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  /** As given by the page before; throws `InvalidRange` for a foreign one. */
  cursor?: string | undefined;
  limit: number;
};
export type KeptEntry = {
  seq: number;
  at: string;
  actor: AuditActor;
  action: string;
  object: { kind: string; id: string | null; name: string | null } | null;
  ip: string | null;
  detail: Record<string, unknown>;
  hash: string;
};
/** `broken` names the first link that does not hold; `head` is the hash of the newest entry that was looked at. */
export type AuditReport = {
  entries: number;
  head: string | null;
  broken: { seq: number; fault: 'missing' | 'changed' | 'unlinked' | 'rewritten' } | null;
};
/** A hash that was noted down earlier, outside the database: a log that was rewritten whole does not have it. */
export type Anchor = { seq: number; hash: string };

export type AuditStore = {
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<{ items: KeptEntry[]; nextCursor: string | null }>;
  verify(anchor?: Anchor): Promise<AuditReport>;
};

const INSERT = `insert into audit_entry (at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, ip, detail)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb)`;

/** Adds an entry inside the caller's transaction: last, since whoever adds the next one waits for its end. */
async function record(query: Query, entry: AuditEntry): Promise<void> {
  const { at, actor, action, object, ip, detail } = entry;
  await query(INSERT, [
    at.toISOString(),
    actor.kind,
    actor.id,
    actor.name,
    action,
    object?.kind ?? null,
    object?.id ?? null,
    object?.name ?? null,
    ip ?? null,
    JSON.stringify(detail ?? {}),
  ]);
}

/** A database on which every act brings its entry along, in one transaction. What came to nothing (null, no rows) leaves none. */
export function audited(db: Db, entry: AuditEntry): Db {
  const tx = <T>(work: (query: Query) => Promise<T>): Promise<T> =>
    db.tx(async (query) => {
      const result = await work(query);
      const isNothing = result === null || (Array.isArray(result) && result.length === 0);
      if (!isNothing) await record(query, entry);
      return result;
    });
  return { ...db, tx, query: (text, values, name) => tx((query) => query(text, values, name)) };
}

type Row = {
  seq: number;
  at: string;
  actor_kind: AuditActor['kind'];
  actor_id: string | null;
  actor_name: string | null;
  action: string;
  object_kind: string | null;
  object_id: string | null;
  object_name: string | null;
  ip: string | null;
  detail: Record<string, unknown>;
  hash: string;
};

const LIST = `select seq, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, ip, detail, hash
  from audit_entry
  where ($1::text is null or actor_id = $1) and ($2::text is null or action = $2 or action like $2 || '.%')
    and ($3::text is null or object_id = $3) and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5)
    and ($6::bigint is null or seq < $6)
  order by seq desc limit $7`;

export function createAuditStore(db: Db): AuditStore {
  return {
    record: (entry) => db.tx((query) => record(query, entry)),
    list: async ({ actor, action, object, from, to, cursor, limit }) => {
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw new ZhikeError('InvalidRange');
      const values = [actor, action, object, from, to, cursor].map((value) => value ?? null);
      const rows = await db.query<Row>(LIST, [...values, limit + 1]);
      const items = rows.slice(0, limit).map(toEntry);
      return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.seq) : null };
    },
    verify: (anchor) => verify(db.query, anchor),
  };
}

function toEntry(row: Row): KeptEntry {
  const { seq, at, action, ip, detail, hash } = row;
  const actor = { kind: row.actor_kind, id: row.actor_id, name: row.actor_name };
  const object = row.object_kind === null ? null : { kind: row.object_kind, id: row.object_id, name: row.object_name };
  return { seq, at, actor, action, object, ip, detail, hash };
}

/** All as text: what is hashed must not depend on how a driver reads it. */
const CHAIN = `select seq::text as seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, actor_kind, actor_id,
  actor_name, action, object_kind, object_id, object_name, ip, detail::text as detail, prev_hash, hash
  from audit_entry where seq > $1 order by audit_entry.seq limit 1000`;
const FIELDS = [
  'seq',
  'at',
  'actor_kind',
  'actor_id',
  'actor_name',
  'action',
  'object_kind',
  'object_id',
  'object_name',
  'ip',
  'detail',
] as const;
type Link = Record<(typeof FIELDS)[number], string | null> & { prev_hash: string; hash: string };

const GENESIS = '0'.repeat(64);

/** The hash that an entry must have: SHA-256 over the hash before it and its fields, each as a netstring. */
function hashOf(before: string, link: Link): string {
  const fields = FIELDS.map((name) => {
    const value = link[name];
    return value === null ? '-,' : `${Buffer.byteLength(value)}:${value},`;
  });
  return createHash('sha256')
    .update(before + fields.join(''))
    .digest('hex');
}

async function verify(query: Query, anchor: Anchor | undefined): Promise<AuditReport> {
  let [seq, head] = [0, GENESIS];
  const report = (fault?: NonNullable<AuditReport['broken']>['fault'], at = seq + 1): AuditReport => ({
    entries: seq,
    head: seq === 0 ? null : head,
    broken: fault ? { seq: at, fault } : null,
  });
  for (;;) {
    const links = await query<Link>(CHAIN, [seq]);
    for (const link of links) {
      if (Number(link.seq) !== seq + 1) return report('missing');
      if (link.prev_hash !== head) return report('unlinked');
      if (link.hash !== hashOf(head, link)) return report('changed');
      [seq, head] = [seq + 1, link.hash];
      if (anchor?.seq === seq && anchor.hash !== head) return report('rewritten', seq);
    }
    if (links.length === 0) break;
  }
  return anchor !== undefined && anchor.seq > seq ? report('missing') : report();
}
