/** Articles as people write them: one draft beside the published text, every save compared and set, every act kept. */
import { type ArticleContent, type ArticleKey, type DraftState, mayMove } from '../domain/article.ts';
import { ZhikeError } from '../domain/errors.ts';
import {
  ARTICLE_COLUMNS,
  type ArticleRecord,
  contentOf,
  DRAFT_COLUMNS,
  type DraftRow,
  type EventRow,
  type LiveRow,
  toLive,
  type VersionRow,
} from './knowledge-rows.ts';
import type { Db, Query } from './sql.ts';

/** Who acts, and when. */
export type Act = { actorId: string | null; now: Date };
export type Found = {
  live: LiveRow | null;
  draft: DraftRow | null;
  versions: VersionRow[];
  events: EventRow[];
};

export type KnowledgeStore = {
  /** Every article, live or drafted, without its history. */
  all(): Promise<{ live: LiveRow[]; drafts: DraftRow[] }>;
  /** Another one after every change of an article, a draft or a golden question. */
  stamp(): Promise<string>;
  find(key: ArticleKey): Promise<Found | null>;
  /** What a version said; null when there was none. */
  version(key: ArticleKey, version: number): Promise<ArticleContent | null>;
  drafts(keys: readonly ArticleKey[]): Promise<DraftRow[]>;
  /**
   * Keeps a draft. `version` null begins one, else it is compared; `rebase` takes the present live version as its base.
   * Throws `Conflict` when somebody saved before, `IllegalMove` while it is in review or scheduled.
   */
  save(
    key: ArticleKey,
    given: { version: number | null; content: ArticleContent; rebase?: boolean },
    act: Act,
  ): Promise<void>;
  /** Begins or replaces many drafts at once, as an import does; those in review or scheduled begin anew as drafts. */
  saveMany(drafts: readonly (ArticleKey & { content: ArticleContent })[], act: Act): Promise<DraftRow[]>;
  /** Throws `Conflict` or `IllegalMove`. */
  move(key: ArticleKey, given: { version: number; to: DraftState; note?: string }, act: Act): Promise<void>;
  discard(key: ArticleKey, version: number, act: Act): Promise<void>;
  record(key: ArticleKey, kind: string, given: Act & { detail?: Record<string, unknown> }): Promise<void>;
};

const RECENT_EVENTS = 100;

export function createKnowledgeStore(db: Db): KnowledgeStore {
  return {
    all: async () => ({
      live: (await db.query<Parameters<typeof toLive>[0]>(`select ${ARTICLE_COLUMNS} from article a`)).map(toLive),
      drafts: await db.query<DraftRow>(
        `select ${DRAFT_COLUMNS} from article_draft d left join agent g on g.id = d.updated_by`,
      ),
    }),
    stamp: async () => {
      const [row] = await db.query<{ stamp: string }>(
        `select concat_ws(' ', (select max(revision) from article), (select count(*) from article),
           (select count(*) || ' ' || sum(version) || ' ' || max(updated_at) from article_draft),
           (select count(*) || ' ' || count(removed_at) || ' ' || max(greatest(at, removed_at)) from golden_question)) as stamp`,
      );
      return row?.stamp ?? '';
    },
    find: (key) => find(db, key),
    version: async ({ id, locale }, version) => {
      const [row] = await db.query<{ content: ArticleRecord }>(
        `select content from article_revision where id = $1 and locale = $2 and version = $3`,
        [id, locale, version],
      );
      return row ? contentOf(row.content) : null;
    },
    drafts: (keys) =>
      db.query<DraftRow>(
        `select ${DRAFT_COLUMNS} from article_draft d join jsonb_to_recordset($1::jsonb) as q(id text, locale text)
           on q.id = d.id and q.locale = d.locale left join agent g on g.id = d.updated_by`,
        [JSON.stringify(keys.map(({ id, locale }) => ({ id, locale })))],
      ),
    save: (key, given, act) => db.tx((query) => save(query, { key, ...given }, act)),
    saveMany: (drafts, act) => saveMany(db, drafts, act),
    move: (key, given, act) => db.tx((query) => move(query, { key, ...given }, act)),
    discard: (key, version, act) =>
      db.tx(async (query) => {
        await lock(query, key, version);
        await query(`delete from article_draft where id = $1 and locale = $2`, [key.id, key.locale]);
        await record(query, [key], { kind: 'discarded', ...act });
      }),
    record: (key, kind, given) => record(db.query, [key], { kind, ...given }),
  };
}

async function find(db: Db, { id, locale }: ArticleKey): Promise<Found | null> {
  const at = [id, locale];
  const [live] = await db.query<Parameters<typeof toLive>[0]>(
    `select ${ARTICLE_COLUMNS} from article a where a.id = $1 and a.locale = $2`,
    at,
  );
  const [draft] = await db.query<DraftRow>(
    `select ${DRAFT_COLUMNS} from article_draft d left join agent g on g.id = d.updated_by where d.id = $1 and d.locale = $2`,
    at,
  );
  if (!live && !draft) return null;
  const who = `case when g.id is null then null else jsonb_build_object('id', g.id, 'name', g.name) end`;
  const versions = await db.query<VersionRow>(
    `select r.version, r.at, r.note, ${who} as by from article_revision r left join agent g on g.id = r.by_id
      where r.id = $1 and r.locale = $2 order by r.version desc`,
    at,
  );
  const events = await db.query<EventRow>(
    `select e.at, e.kind, e.detail, ${who} as actor from article_event e left join agent g on g.id = e.actor_id
      where e.id = $1 and e.locale = $2 order by e.n desc limit ${RECENT_EVENTS}`,
    at,
  );
  return { live: live ? toLive(live) : null, draft: draft ?? null, versions, events };
}

/** The draft under a row lock, at the version that was seen; throws `Conflict` else. */
async function lock(query: Query, key: ArticleKey, version: number): Promise<{ state: DraftState }> {
  const [row] = await query<{ version: number; state: DraftState }>(
    `select version, state from article_draft where id = $1 and locale = $2 for update`,
    [key.id, key.locale],
  );
  if (row?.version !== version) throw new ZhikeError('Conflict');
  return row;
}

async function save(
  query: Query,
  given: { key: ArticleKey; version: number | null; content: ArticleContent; rebase?: boolean },
  act: Act,
): Promise<void> {
  const { key, version, content } = given;
  const values = [key.id, key.locale, JSON.stringify(content), act.actorId, act.now.toISOString()];
  if (version === null) {
    const begun = await query(
      `insert into article_draft (id, locale, content, base_version, updated_by, updated_at)
       select $1, $2, $3::jsonb, (select version from article where id = $1 and locale = $2), $4, $5
       on conflict (id, locale) do nothing returning version`,
      values,
    );
    if (begun.length === 0) throw new ZhikeError('Conflict');
    return record(query, [key], { kind: 'begun', ...act });
  }
  const { state } = await lock(query, key, version);
  if (state !== 'draft') throw new ZhikeError('IllegalMove', { detail: `the draft is in ${state}` });
  await query(
    `update article_draft set content = $3::jsonb, updated_by = $4, updated_at = $5, version = version + 1,
       base_version = case when $6 then (select version from article where id = $1 and locale = $2) else base_version end
      where id = $1 and locale = $2`,
    [...values, given.rebase ?? false],
  );
}

async function saveMany(
  db: Db,
  drafts: readonly (ArticleKey & { content: ArticleContent })[],
  act: Act,
): Promise<DraftRow[]> {
  return db.tx(async (query) => {
    const rows = await query<DraftRow>(
      `insert into article_draft as d (id, locale, content, base_version, updated_by, updated_at)
       select q.id, q.locale, q.content, a.version, $2, $3
         from jsonb_to_recordset($1::jsonb) as q(id text, locale text, content jsonb)
         left join article a on a.id = q.id and a.locale = q.locale
       on conflict (id, locale) do update set content = excluded.content, base_version = excluded.base_version, state = 'draft',
         publish_at = null, updated_by = excluded.updated_by, updated_at = excluded.updated_at, version = d.version + 1
       returning d.id, d.locale, d.version, d.state, d.content, d.base_version as "baseVersion", d.publish_at as "publishAt",
         d.updated_at as "updatedAt", null as "updatedBy"`,
      [JSON.stringify(drafts), act.actorId, act.now.toISOString()],
    );
    await record(query, drafts, { kind: 'imported', ...act });
    return rows;
  });
}

async function move(
  query: Query,
  { key, version, to, note }: { key: ArticleKey; version: number; to: DraftState; note?: string },
  act: Act,
): Promise<void> {
  const { state } = await lock(query, key, version);
  if (!mayMove(state, to)) throw new ZhikeError('IllegalMove', { detail: `${state} to ${to}` });
  await query(
    `update article_draft set state = $3, publish_at = null, version = version + 1, updated_at = $4
      where id = $1 and locale = $2`,
    [key.id, key.locale, to, act.now.toISOString()],
  );
  const kind = to === 'review' ? 'submitted' : 'returned';
  await record(query, [key], { kind, ...act, detail: note ? { note } : {} });
}

/** One line of the history for each article. */
export async function record(
  query: Query,
  keys: readonly ArticleKey[],
  { kind, actorId, now, detail = {} }: Act & { kind: string; detail?: Record<string, unknown> },
): Promise<void> {
  await query(
    `insert into article_event (id, locale, at, actor_id, kind, detail)
     select q.id, q.locale, $2, $3, $4, $5::jsonb from jsonb_to_recordset($1::jsonb) as q(id text, locale text)`,
    [
      JSON.stringify(keys.map(({ id, locale }) => ({ id, locale }))),
      now.toISOString(),
      actorId,
      kind,
      JSON.stringify(detail),
    ],
  );
}
