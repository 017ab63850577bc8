/** All articles at a glance: what is live, what is drafted, how each is used and what is wrong with it. */
import type { ArticleKey } from '../../domain/article.ts';
import type { Locale } from '../../domain/locale.ts';
import { type Health, healthOf } from '../../knowledge/alarms.ts';
import type { Usage } from '../../store/knowledge-evidence.ts';
import type { DraftRow, LiveRow } from '../../store/knowledge-rows.ts';
import type { ApiDeps } from './deps.ts';

export type OverviewRow = {
  id: string;
  locale: Locale;
  live: LiveRow | null;
  draft: DraftRow | null;
  usage: Pick<Usage, 'answers' | 'helpful' | 'unhelpful'>;
  health: Health;
};
export type Overview = () => Promise<Map<string, OverviewRow>>;

export const rowKey = ({ id, locale }: ArticleKey): string => `${locale} ${id}`;
/** Answers and votes count for so long. */
const USAGE_DAYS = 30;
export const daysBefore = (now: Date, days: number): Date => new Date(now.getTime() - days * 86_400_000);

const NO_USE = { answers: 0, helpful: 0, unhelpful: 0 };
const WELL: Health = { marks: [], conflicts: [], vague: [] };
/** What others answer or vote shows so late; what anybody writes shows at once. */
const REMEMBERED_MS = 30_000;

export function createOverview({ store, clock }: Pick<ApiDeps, 'store' | 'clock'>): Overview {
  let last: { at: number; revision: string; rows: Promise<Map<string, OverviewRow>> } | null = null;
  return async () => {
    const now = clock();
    const revision = await store.knowledge.stamp();
    if (last?.revision === revision && now.getTime() - last.at < REMEMBERED_MS) return last.rows;
    const rows = read(store, now);
    last = { at: now.getTime(), revision, rows };
    rows.catch(() => {
      last = null;
    });
    return rows;
  };
}

async function read(store: ApiDeps['store'], now: Date): Promise<Map<string, OverviewRow>> {
  const [{ live, drafts }, usage, golden] = await Promise.all([
    store.knowledge.all(),
    store.knowledge.usage(daysBefore(now, USAGE_DAYS)),
    store.knowledge.golden(),
  ]);
  const used = new Map(usage.map((one) => [rowKey(one), one]));
  const pinned = new Map<string, number>();
  for (const { articleId, locale } of golden) {
    if (articleId === null) continue;
    const key = rowKey({ id: articleId, locale });
    pinned.set(key, (pinned.get(key) ?? 0) + 1);
  }
  const health = healthOf(
    live.map((row) => ({ ...row, ...(used.get(rowKey(row)) ?? NO_USE), golden: pinned.get(rowKey(row)) ?? 0 })),
    now,
  );
  const rows = new Map<string, OverviewRow>();
  const put = (key: ArticleKey, given: Partial<OverviewRow>) => {
    const name = rowKey(key);
    const known = rows.get(name) ?? {
      id: key.id,
      locale: key.locale,
      live: null,
      draft: null,
      usage: used.get(name) ?? NO_USE,
      health: health.get(name) ?? WELL,
    };
    rows.set(name, { ...known, ...given });
  };
  for (const row of live) put(row, { live: row });
  for (const draft of drafts) put(draft, { draft });
  return rows;
}
