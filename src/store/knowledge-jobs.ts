/** Work on articles that takes its time: checks of drafts before they are published, and imports between dry run and doing. */
import type { ArticleContent, ArticleKey } from '../domain/article.ts';
import type { DraftRef } from './knowledge-release.ts';
import type { Db } from './sql.ts';

export type CheckProgress = { phase: 'reading' | 'learning' | 'answering'; done: number; total: number };
/** `report` is the server's own shape, kept as it is. */
export type Check = {
  id: string;
  byId: string | null;
  at: string;
  drafts: DraftRef[];
  /** The base it was checked against. */
  revision: number;
  state: 'running' | 'done' | 'failed';
  progress: CheckProgress;
  report: unknown;
  publishedAt: string | null;
};
export type ImportRow = ArticleKey & { content: ArticleContent; row: number; change: 'new' | 'changed' };
export type ImportJob = { id: string; rows: ImportRow[]; appliedAt: string | null };

export type JobStore = {
  beginCheck(check: Pick<Check, 'id' | 'byId' | 'drafts' | 'revision'>, now: Date): Promise<void>;
  progressCheck(id: string, progress: CheckProgress): Promise<void>;
  endCheck(id: string, outcome: { state: 'done' | 'failed'; report: unknown }): Promise<void>;
  check(id: string): Promise<Check | null>;
  markPublished(id: string, now: Date): Promise<void>;
  keepImport(job: { id: string; byId: string; rows: readonly ImportRow[] }, now: Date): Promise<void>;
  /** The import, once: null when it is unknown or was applied before. */
  takeImport(id: string, now: Date): Promise<ImportJob | null>;
};

/** Older ones are forgotten when a new one comes. */
const KEPT_DAYS = 30;

export function createJobStore(db: Db): JobStore {
  return {
    beginCheck: async ({ id, byId, drafts, revision }, now) => {
      await db.query(`delete from article_check where at < $1::timestamptz - make_interval(days => ${KEPT_DAYS})`, [
        now.toISOString(),
      ]);
      await db.query(
        `insert into article_check (id, by_id, at, drafts, revision, progress) values ($1, $2, $3, $4::jsonb, $5, $6::jsonb)`,
        [
          id,
          byId,
          now.toISOString(),
          JSON.stringify(drafts),
          revision,
          JSON.stringify({ phase: 'reading', done: 0, total: 1 } satisfies CheckProgress),
        ],
      );
    },
    progressCheck: async (id, progress) => {
      await db.query(`update article_check set progress = $2::jsonb where id = $1 and state = 'running'`, [
        id,
        JSON.stringify(progress),
      ]);
    },
    endCheck: async (id, { state, report }) => {
      await db.query(`update article_check set state = $2, report = $3::jsonb where id = $1`, [
        id,
        state,
        JSON.stringify(report),
      ]);
    },
    check: async (id) => {
      const [row] = await db.query<Check>(
        `select id, by_id as "byId", at, drafts, revision, state, progress, report, published_at as "publishedAt"
           from article_check where id = $1`,
        [id],
      );
      return row ?? null;
    },
    markPublished: async (id, now) => {
      await db.query(`update article_check set published_at = $2 where id = $1`, [id, now.toISOString()]);
    },
    keepImport: async ({ id, byId, rows }, now) => {
      await db.query(`delete from knowledge_import where at < $1::timestamptz - interval '7 days'`, [
        now.toISOString(),
      ]);
      await db.query(`insert into knowledge_import (id, by_id, at, rows) values ($1, $2, $3, $4::jsonb)`, [
        id,
        byId,
        now.toISOString(),
        JSON.stringify(rows),
      ]);
    },
    takeImport: async (id, now) => {
      const [row] = await db.query<ImportJob>(
        `update knowledge_import set applied_at = $2 where id = $1 and applied_at is null
          returning id, rows, applied_at as "appliedAt"`,
        [id, now.toISOString()],
      );
      return row ?? null;
    },
  };
}
