/** Published articles, seeded from `knowledge/`; what a person has edited is never overwritten by a seed. */
import { createHash } from 'node:crypto';
import type { Article } from '../ports.ts';
import type { Db, Query } from './sql.ts';
import type { ArticleStore } from './store.ts';

type Seed = Omit<Article, 'version'>;
const COLUMNS = `id, locale, version, question, similar_questions as similar, answer, category, verbatim`;

const UPSERT = `
with q as (select * from jsonb_to_recordset($1::jsonb) as r(id text, locale text, question text, similar_questions jsonb, answer text,
    category text, verbatim boolean, hash text)),
a as (
  insert into article (id, locale, version, question, similar_questions, answer, category, verbatim, status, seed_hash)
  select id, locale, 1, question, similar_questions, answer, category, verbatim, 'published', hash from q
  on conflict (id, locale) do update set version = article.version + 1, question = excluded.question,
    similar_questions = excluded.similar_questions, answer = excluded.answer, category = excluded.category,
    verbatim = excluded.verbatim, status = 'published', seed_hash = excluded.seed_hash, updated_at = now()
   where article.seed_hash is not null and article.seed_hash <> excluded.seed_hash
  returning id, locale, version, to_jsonb(article) as content)
insert into article_revision (id, locale, version, content) select id, locale, version, content from a returning version`;

export function createArticleStore(db: Db): ArticleStore {
  return {
    seed: (articles) => db.tx((query) => seed(query, articles)),
    published: () => db.query<Article>(`select ${COLUMNS} from article where status = 'published' order by id, locale`),
    find: async (id, locale) => {
      const [row] = await db.query<Article & { updatedAt: string }>(
        `select ${COLUMNS}, updated_at as "updatedAt" from article where id = $1 and locale = $2 and status = 'published'`,
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
  const rows = articles.map(({ similar, ...article }) => ({
    ...article,
    similar_questions: similar,
    hash: hashOf({ ...article, similar }),
  }));
  const written = await query<{ version: number }>(UPSERT, [JSON.stringify(rows)]);
  const retired = await query(
    `update article set status = 'retired', updated_at = now() where status = 'published' and seed_hash is not null
       and (id, locale) not in (select r.id, r.locale from jsonb_to_recordset($1::jsonb) as r(id text, locale text)) returning id`,
    [JSON.stringify(rows.map(({ id, locale }) => ({ id, locale })))],
  );
  const added = written.filter(({ version }) => version === 1).length;
  return { added, changed: written.length - added, retired: retired.length };
}

function hashOf(article: Seed): string {
  const { id, locale, question, similar, answer, category, verbatim } = article;
  return createHash('sha256')
    .update(JSON.stringify([id, locale, question, similar, answer, category, verbatim]))
    .digest('hex');
}
