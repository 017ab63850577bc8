/** Published articles, seeded from `knowledge/`; what a person has edited is never overwritten by a seed. */
import { createHash } from 'node:crypto';
import type { Locale } from '../domain/locale.ts';
import type { Article } from '../ports.ts';
import type { Db, Query } from './sql.ts';
import type { ArticleStore, ChangedArticle } from './store.ts';

type Seed = Omit<Article, 'version'> & { tags?: readonly string[] };
const COLUMNS = `id, locale, version, question, similar_questions as similar, answer, category, verbatim`;

/** An article past its end is gone at once, also before its retirement is written. */
const LIVE = `status = 'published' and (valid_to is null or valid_to > now())`;

const UPSERT = `
with q as (select * from jsonb_to_recordset($1::jsonb) as r(id text, locale text, question text, similar_questions jsonb, answer text,
    category text, tags jsonb, verbatim boolean, hash text)),
a as (
  insert into article (id, locale, version, question, similar_questions, answer, category, tags, verbatim, status, seed_hash)
  select id, locale, 1, question, similar_questions, answer, category, tags, verbatim, 'published', hash from q
  on conflict (id, locale) do update set version = article.version + 1, question = excluded.question,
    similar_questions = excluded.similar_questions, answer = excluded.answer, category = excluded.category,
    tags = excluded.tags, revision = nextval('knowledge_revision'), verbatim = excluded.verbatim, status = 'published', seed_hash = excluded.seed_hash, updated_at = now()
   where article.seed_hash is not null and (article.seed_hash <> excluded.seed_hash or article.status = 'retired')
  returning id, locale, version, to_jsonb(article) as content)
insert into article_revision (id, locale, version, content) select id, locale, version, content from a returning version`;

export function createArticleStore(db: Db): ArticleStore {
  return {
    seed: (articles) => db.tx((query) => seed(query, articles)),
    published: () => db.query<Article>(`select ${COLUMNS} from article where ${LIVE} order by id, locale`),
    changed: async (after, known) => {
      const heads = await db.query<{ id: string; locale: Locale; revision: number }>(
        `select id, locale, revision from article where revision > $1`,
        [after],
        'changed-articles',
      );
      const wanted = heads.filter((head) => !known(head)).map(({ revision }) => revision);
      if (wanted.length === 0) return [];
      return db.query<ChangedArticle>(
        `select ${COLUMNS}, revision, (${LIVE}) as live from article where revision = any($1::bigint[]) order by revision`,
        [wanted],
      );
    },
    find: async (id, locale) => {
      const [row] = await db.query<Article & { updatedAt: string }>(
        `select ${COLUMNS}, updated_at as "updatedAt" from article where id = $1 and locale = $2 and ${LIVE}`,
        [id, locale],
        'find-article',
      );
      return row ?? null;
    },
  };
}

async function seed(
  query: Query,
  articles: readonly Seed[],
): Promise<{ added: number; changed: number; retired: number }> {
  // Processes that start at once seed one after the other; all but the first find nothing to do.
  await query(`select pg_advisory_xact_lock(74839201)`);
  const rows = articles.map(({ similar, tags = [], ...article }) => ({
    ...article,
    tags,
    similar_questions: similar,
    hash: hashOf({ ...article, similar, tags }),
  }));
  const written = await query<{ version: number }>(UPSERT, [JSON.stringify(rows)]);
  const retired = await query(
    `update article set status = 'retired', revision = nextval('knowledge_revision'), updated_at = now() where status = 'published' and seed_hash is not null
       and (id, locale) not in (select r.id, r.locale from jsonb_to_recordset($1::jsonb) as r(id text, locale text)) returning id`,
    [JSON.stringify(rows.map(({ id, locale }) => ({ id, locale })))],
  );
  const added = written.filter(({ version }) => version === 1).length;
  return { added, changed: written.length - added, retired: retired.length };
}

function hashOf(article: Seed): string {
  const { id, locale, question, similar, answer, category, tags, verbatim } = article;
  return createHash('sha256')
    .update(JSON.stringify([id, locale, question, similar, answer, category, tags, verbatim]))
    .digest('hex');
}
