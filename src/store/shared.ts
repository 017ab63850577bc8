/** What several processes hold in common: leases with an end, and values that expire. */
import type { SharedState } from '../ports.ts';
import { createBatcher } from './batcher.ts';
import type { Db } from './sql.ts';

/** A lease that ran out is anybody's; the holder itself extends by taking again. */
const TAKE = `
insert into lease (name, holder, until) values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
on conflict (name) do update set holder = excluded.holder, until = excluded.until
 where lease.until <= clock_timestamp() or lease.holder = excluded.holder
returning name`;

/** `take` reads and forgets in one step: of many who ask, one gets the value. */
export type KeptState = SharedState & { take(key: string): Promise<string | null> };

const GET = `select key, value from shared_value where key = any($1::text[]) and expires_at > clock_timestamp()`;

export function createSharedState(db: Db): KeptState {
  /** Each push of a busy channel asks for one: those of a moment are one question. */
  const reads = createBatcher<string, string | null>({
    maxSize: 256,
    maxInFlight: 2,
    keyOf: (key) => key,
    run: async (keys) => {
      const rows = await db.query<{ key: string; value: string }>(GET, [keys], 'get-shared');
      const values = new Map(rows.map(({ key, value }) => [key, value]));
      return keys.map((key) => values.get(key) ?? null);
    },
  });
  return {
    takeLease: async (name, holder, ms) => (await db.query(TAKE, [name, holder, ms], 'take-lease')).length === 1,
    dropLease: async (name, holder) => {
      await db.query(`delete from lease where name = $1 and holder = $2`, [name, holder], 'drop-lease');
    },
    get: (key) => reads.submit(key),
    set: async (key, value, ms) => {
      await db.query(
        `insert into shared_value (key, value, expires_at) values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
         on conflict (key) do update set value = excluded.value, expires_at = excluded.expires_at
         returning key`,
        [key, value, ms],
        'set-shared',
      );
    },
    take: async (key) => {
      const rows = await db.query<{ value: string }>(
        `delete from shared_value where key = $1 and expires_at > clock_timestamp() returning value`,
        [key],
        'take-shared',
      );
      return rows[0]?.value ?? null;
    },
  };
}
