/** How an article's columns, drafts and kept versions become one content, and back. */
import type { ArticleContent, DraftState, LiveState } from '../domain/article.ts';
import type { Locale } from '../domain/locale.ts';
import type { Article } from '../ports.ts';

export type ArticleRecord = {
  id: string;
  locale: Locale;
  version: number;
  question: string;
  similar_questions: string[];
  answer: string;
  category: string;
  tags?: string[];
  verbatim: boolean;
  valid_from?: string | null;
  valid_to?: string | null;
  owner_id?: string | null;
};

const iso = (at: string | null | undefined): string | null => (at ? new Date(at).toISOString() : null);

/** Of a row of `article`, or of the copy of one that a version keeps (older copies lack what came later). */
export function contentOf(row: ArticleRecord): ArticleContent {
  return {
    question: row.question,
    similar: row.similar_questions,
    answer: row.answer,
    category: row.category,
    tags: row.tags ?? [],
    verbatim: row.verbatim,
    validFrom: iso(row.valid_from),
    validTo: iso(row.valid_to),
    ownerId: row.owner_id ?? null,
  };
}

/** As the engine and the bot take it. */
export function articleOf(key: { id: string; locale: Locale; version: number }, content: ArticleContent): Article {
  const { question, similar, answer, category, verbatim } = content;
  return { id: key.id, locale: key.locale, version: key.version, question, similar, answer, category, verbatim };
}

export type LiveRow = {
  id: string;
  locale: Locale;
  version: number;
  status: LiveState;
  content: ArticleContent;
  seeded: boolean;
  updatedAt: string;
};
export type DraftRow = {
  id: string;
  locale: Locale;
  /** Rises with every save: compare and set. */
  version: number;
  state: DraftState;
  content: ArticleContent;
  /** The live version that the draft was begun from; null where there was none. */
  baseVersion: number | null;
  publishAt: string | null;
  updatedBy: { id: string; name: string } | null;
  updatedAt: string;
};
export type EventRow = {
  at: string;
  actor: { id: string; name: string } | null;
  kind: string;
  detail: Record<string, unknown>;
};
export type VersionRow = { version: number; at: string; by: { id: string; name: string } | null; note: string | null };

export const ARTICLE_COLUMNS = `a.id, a.locale, a.version, a.question, a.similar_questions, a.answer, a.category, a.tags, a.verbatim,
  a.valid_from, a.valid_to, a.owner_id, a.status, a.seed_hash is not null as seeded, a.updated_at`;
export const DRAFT_COLUMNS = `d.id, d.locale, d.version, d.state, d.content, d.base_version as "baseVersion",
  d.publish_at as "publishAt", d.updated_at as "updatedAt",
  case when g.id is null then null else jsonb_build_object('id', g.id, 'name', g.name) end as "updatedBy"`;

export function toLive(row: ArticleRecord & { status: LiveState; seeded: boolean; updated_at: string }): LiveRow {
  const { id, locale, version, status, seeded, updated_at: updatedAt } = row;
  return { id, locale, version, status, content: contentOf(row), seeded, updatedAt };
}
