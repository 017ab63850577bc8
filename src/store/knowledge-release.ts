/** What goes live and what leaves: publishing, scheduling, retiring, rolling back; each in one transaction with its version and its line in the history. */
import type { ArticleKey } from '../domain/article.ts';
import { ZhikeError } from '../domain/errors.ts';
import { type Act, record } from './knowledge.ts';
import type { Db, Query } from './sql.ts';

export type DraftRef = ArticleKey & { version: number };
/** `revision` is the newest of the base afterwards; `published` live now, `scheduled` when their time comes. */
export type Released = { published: (ArticleKey & { version: number })[]; scheduled: ArticleKey[]; revision: number };

export type ReleaseStore = {
  /** The newest change of what is live. */
  revision(): Promise<number>;
  /**
   * Publishes drafts at the versions that were seen, all or none; those with a later `validFrom` are scheduled. `detail`
   * goes into the history. Throws `Conflict` when a draft or the article under it has changed.
   */
  publish(
    drafts: readonly DraftRef[],
    given: Act & { note: string | null; detail: Record<string, unknown> },
  ): Promise<Released>;
  /** Compare and set on the live version; throws `Conflict`. */
  retire(key: ArticleKey, version: number, given: Act & { note: string | null }): Promise<number>;
  /** Makes a former version the newest one, live at once; throws `NotFound` when it was never kept. */
  rollBack(key: ArticleKey, to: number, given: Act & { seen: number; note: string | null }): Promise<Released>;
  /** Publishes what was scheduled and retires what has run out; null when nothing was due. Safe on many processes. */
  runDue(now: Date): Promise<Released | null>;
};

const FIELDS = `version, question, similar_questions, answer, category, tags, verbatim, valid_from, valid_to, owner_id`;
const UPSERT = `
  on conflict (id, locale) do update set version = excluded.version, question = excluded.question,
    similar_questions = excluded.similar_questions, answer = excluded.answer, category = excluded.category, tags = excluded.tags,
    verbatim = excluded.verbatim, valid_from = excluded.valid_from, valid_to = excluded.valid_to, owner_id = excluded.owner_id,
    status = 'published', seed_hash = null, revision = excluded.revision, updated_at = excluded.updated_at
  returning id, locale, version, to_jsonb(article) as content`;
const KEEP = `insert into article_revision (id, locale, version, content, at, by_id, note)
  select id, locale, version, content, $2, $3, $4 from a returning id, locale, version`;

/** From a table of contents `q(id, locale, version, content)`, the version being the new one. */
const PUT_LIVE = `
with q as (select * from jsonb_to_recordset($1::jsonb) as r(id text, locale text, version int, content jsonb)),
a as (
  insert into article (id, locale, ${FIELDS}, status, seed_hash, revision, updated_at)
  select id, locale, version, content ->> 'question', content -> 'similar', content ->> 'answer', content ->> 'category',
    content -> 'tags', (content ->> 'verbatim')::boolean, (content ->> 'validFrom')::timestamptz,
    (content ->> 'validTo')::timestamptz, (content ->> 'ownerId')::uuid, 'published', null, nextval('knowledge_revision'), $2
    from q ${UPSERT})
${KEEP}`;

type Locked = ArticleKey & { version: number; content: unknown; newest: number; later: boolean };

export function createReleaseStore(db: Db): ReleaseStore {
  return {
    revision: () => newest(db.query),
    publish: (drafts, given) => db.tx((query) => publish(query, drafts, given)),
    retire: (key, version, given) =>
      db.tx(async (query) => {
        const rows = await query(
          `update article set status = 'retired', seed_hash = null, revision = nextval('knowledge_revision'), updated_at = $4
            where id = $1 and locale = $2 and version = $3 and status = 'published' returning id`,
          [key.id, key.locale, version, given.now.toISOString()],
        );
        if (rows.length === 0) throw new ZhikeError('Conflict');
        await record(query, [key], { kind: 'retired', ...given, detail: { version, ...noted(given.note) } });
        return newest(query);
      }),
    rollBack: (key, to, given) => db.tx((query) => rollBack(query, { key, to }, given)),
    runDue: (now) => db.tx((query) => runDue(query, now)),
  };
}

const noted = (note: string | null): Record<string, unknown> => (note ? { note } : {});

async function newest(query: Query): Promise<number> {
  const [row] = await query<{ revision: number | null }>(`select max(revision) as revision from article`);
  return row?.revision ?? 0;
}

async function publish(
  query: Query,
  drafts: readonly DraftRef[],
  given: Act & { note: string | null; detail: Record<string, unknown> },
): Promise<Released> {
  const now = given.now.toISOString();
  const rows = await query<Locked>(
    `select d.id, d.locale, d.content, (d.content ->> 'validFrom')::timestamptz > $2 as later,
       coalesce((select max(version) from article_revision r where r.id = d.id and r.locale = d.locale), 0) as newest
      from article_draft d join jsonb_to_recordset($1::jsonb) as q(id text, locale text, version int)
        on q.id = d.id and q.locale = d.locale and q.version = d.version
      where d.base_version is not distinct from (select version from article a where a.id = d.id and a.locale = d.locale)
      order by d.id, d.locale for update of d`,
    [JSON.stringify(drafts.map(({ id, locale, version }) => ({ id, locale, version }))), now],
  );
  if (rows.length !== drafts.length) throw new ZhikeError('Conflict');
  const waiting = rows.filter(({ later }) => later);
  if (waiting.length > 0) await schedule(query, waiting, given);
  const ready = rows.filter(({ later }) => !later);
  const published = ready.length > 0 ? await putLive(query, ready, given) : [];
  return { published, scheduled: waiting.map(({ id, locale }) => ({ id, locale })), revision: await newest(query) };
}

async function schedule(
  query: Query,
  rows: readonly Locked[],
  given: Act & { note: string | null; detail: Record<string, unknown> },
): Promise<void> {
  await query(
    `update article_draft d set state = 'scheduled', publish_at = (d.content ->> 'validFrom')::timestamptz, version = d.version + 1
      from jsonb_to_recordset($1::jsonb) as q(id text, locale text) where q.id = d.id and q.locale = d.locale`,
    [JSON.stringify(rows.map(({ id, locale }) => ({ id, locale })))],
  );
  await record(query, rows, { kind: 'scheduled', ...given, detail: { ...given.detail, ...noted(given.note) } });
}

async function putLive(
  query: Query,
  rows: readonly Locked[],
  given: Act & { note: string | null; detail: Record<string, unknown>; kind?: string },
): Promise<Released['published']> {
  const keys = JSON.stringify(rows.map(({ id, locale }) => ({ id, locale })));
  const published = await query<ArticleKey & { version: number }>(PUT_LIVE, [
    JSON.stringify(rows.map(({ id, locale, newest: last, content }) => ({ id, locale, content, version: last + 1 }))),
    given.now.toISOString(),
    given.actorId,
    given.note,
  ]);
  await query(
    `delete from article_draft d using jsonb_to_recordset($1::jsonb) as q(id text, locale text)
      where q.id = d.id and q.locale = d.locale`,
    [keys],
  );
  await record(query, rows, {
    ...given,
    kind: given.kind ?? 'published',
    detail: { ...given.detail, ...noted(given.note) },
  });
  return published;
}

async function rollBack(
  query: Query,
  { key, to }: { key: ArticleKey; to: number },
  given: Act & { seen: number; note: string | null },
): Promise<Released> {
  const [live] = await query<{ version: number }>(
    `select version from article where id = $1 and locale = $2 for update`,
    [key.id, key.locale],
  );
  if (live?.version !== given.seen) throw new ZhikeError('Conflict');
  const rows = await query<ArticleKey & { version: number }>(
    `with q as (
       select r.id, r.locale, (select max(version) + 1 from article_revision m where m.id = r.id and m.locale = r.locale) as version, p.*
         from article_revision r, jsonb_to_record(r.content) as p(question text, similar_questions jsonb, answer text, category text,
           tags jsonb, verbatim boolean, valid_from timestamptz, valid_to timestamptz, owner_id uuid)
        where r.id = $1 and r.locale = $5 and r.version = $6),
     a as (
       insert into article (id, locale, ${FIELDS}, status, seed_hash, revision, updated_at)
       select id, locale, version, question, similar_questions, answer, category, coalesce(tags, '[]'), verbatim, valid_from,
         case when valid_to > $2 then valid_to end, owner_id, 'published', null, nextval('knowledge_revision'), $2 from q ${UPSERT})
     ${KEEP}`,
    [key.id, given.now.toISOString(), given.actorId, given.note, key.locale, to],
  );
  if (rows.length === 0) throw new ZhikeError('NotFound');
  // A draft that was begun on the version that is gone now goes on from the restored one.
  await query(
    `update article_draft set base_version = $3 where id = $1 and locale = $2 and base_version is not distinct from $4`,
    [key.id, key.locale, rows[0]?.version, given.seen],
  );
  await record(query, [key], { kind: 'rolled-back', ...given, detail: { to, ...noted(given.note) } });
  return { published: rows, scheduled: [], revision: await newest(query) };
}

async function runDue(query: Query, now: Date): Promise<Released | null> {
  const act = { actorId: null, now };
  const due = await query<Locked>(
    `select d.id, d.locale, d.content,
       coalesce((select max(version) from article_revision r where r.id = d.id and r.locale = d.locale), 0) as newest
      from article_draft d where d.state = 'scheduled' and d.publish_at <= $1 order by d.id, d.locale for update skip locked`,
    [now.toISOString()],
  );
  const published =
    due.length > 0 ? await putLive(query, due, { ...act, note: null, detail: {}, kind: 'published-on-time' }) : [];
  const expired = await query<ArticleKey>(
    `update article set status = 'retired', seed_hash = null, revision = nextval('knowledge_revision'), updated_at = $1
      where status = 'published' and valid_to <= $1 returning id, locale`,
    [now.toISOString()],
  );
  if (expired.length > 0) await record(query, expired, { kind: 'expired', ...act });
  if (published.length + expired.length === 0) return null;
  return { published, scheduled: [], revision: await newest(query) };
}
