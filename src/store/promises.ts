/** The ledger of promises as it is read; commits write it. */
import * as z from 'zod';
import { ZhikeError } from '../domain/errors.ts';
import type { PromiseAct, PromiseRow, PromiseState } from '../domain/promise.ts';
import type { PromiseStore } from '../ports.ts';
import type { Db } from './sql.ts';

type PromiseRecord = {
  id: string;
  conversation_id: string;
  seq: number;
  author_kind: 'bot' | 'agent';
  author_id: string | null;
  author_name: string | null;
  act: PromiseAct;
  quote: string;
  due_at: string;
  remind_at: string;
  state: PromiseState;
  reminded: boolean;
  replaces: string | null;
  created_at: string;
  settled_at: string | null;
};
const COLUMNS = `p.id, p.conversation_id, p.seq, p.author_kind, p.author_id, p.author_name, p.act, p.quote, p.due_at, p.remind_at, p.state,
  p.reminded, p.replaces, p.created_at, p.settled_at`;

export type ListedPromise = PromiseRow & {
  customer: { id: string; name: string };
  owner: { id: string; name: string } | null;
};
export type PromiseLists = {
  /** Newest first. */
  ofConversation(conversationId: string): Promise<PromiseRow[]>;
  /** `open`: by when they are due; `broken`: latest first. The cursor is opaque; a bad one throws `InvalidRange`. */
  list(query: {
    state: 'proposed' | 'open' | 'broken';
    cursor: string | null;
    limit: number;
  }): Promise<{ items: ListedPromise[]; nextCursor: string | null }>;
};

export function createPromiseStore(db: Db): PromiseStore & PromiseLists {
  return {
    find: async (id) => {
      const [row] = await db.query<PromiseRecord>(`select ${COLUMNS} from promise p where p.id = $1`, [id], 'promise');
      return row ? toPromise(row) : null;
    },
    pressing: async (now, limit) => {
      const rows = await db.query<PromiseRecord>(
        `select ${COLUMNS} from promise p where p.state = 'open' and (p.due_at <= $1 or (not p.reminded and p.remind_at <= $1))
          order by p.due_at limit $2`,
        [now.toISOString(), limit],
        'pressing-promises',
      );
      return rows.map(toPromise);
    },
    ofConversation: async (conversationId) => {
      const rows = await db.query<PromiseRecord>(
        `select ${COLUMNS} from promise p where p.conversation_id = $1 order by p.created_at desc, p.id desc limit 50`,
        [conversationId],
        'promises',
      );
      return rows.map(toPromise);
    },
    list: async ({ state, cursor, limit }) => {
      const after = cursor === null ? null : parseCursor(cursor);
      const [sign, order] = state === 'broken' ? ['<', 'desc'] : ['>', 'asc'];
      const rows = await db.query<
        PromiseRecord & { customer_id: string; customer: string; owner_id: string | null; owner: string | null }
      >(
        `select ${COLUMNS}, c.customer_id, u.name as customer, c.owner_id, o.name as owner from promise p
           join conversation c on c.id = p.conversation_id join customer u on u.id = c.customer_id left join agent o on o.id = c.owner_id
          where p.state = $1 and ($2::timestamptz is null or (p.due_at, p.id) ${sign} ($2, $3::uuid))
          order by p.due_at ${order}, p.id ${order} limit $4`,
        [state, after?.at ?? null, after?.id ?? null, limit + 1],
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      const items = page.map((row) => ({
        ...toPromise(row),
        customer: { id: row.customer_id, name: row.customer },
        owner: row.owner_id === null ? null : { id: row.owner_id, name: row.owner ?? '' },
      }));
      return { items, nextCursor: last ? writeCursor({ at: last.due_at, id: last.id }) : null };
    },
  };
}

const cursorSchema = z.object({ at: z.iso.datetime(), id: z.uuid() });

function writeCursor(cursor: z.output<typeof cursorSchema>): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function parseCursor(text: string): z.output<typeof cursorSchema> {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new ZhikeError('InvalidRange', { parameter: 'cursor' });
  }
}

function toPromise(row: PromiseRecord): PromiseRow {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    seq: row.seq,
    author: { kind: row.author_kind, id: row.author_id, name: row.author_name },
    act: row.act,
    quote: row.quote,
    dueAt: row.due_at,
    remindAt: row.remind_at,
    state: row.state,
    reminded: row.reminded,
    replaces: row.replaces,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}
