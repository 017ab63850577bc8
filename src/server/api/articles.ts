/** Articles for those who write them: finding, drafting, reviewing, taking off, rolling back, golden questions. */
import { createHash } from 'node:crypto';
import type { ArticleContentShape, ArticleDetail, ArticleRowShape } from '../../contract/knowledge-shapes.ts';
import type { Routes } from '../../contract/routes.ts';
import { ARTICLE_MOVES, type ArticleKey, type ArticleState } from '../../domain/article.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { HEALTH_MARKS } from '../../knowledge/alarms.ts';
import type { Act } from '../../store/knowledge.ts';
import type { Call, Handlers } from '../bind.ts';
import type { ApiDeps } from './deps.ts';
import { type Overview, type OverviewRow, rowKey } from './knowledge-overview.ts';

type Reading = 'listArticles' | 'getArticle' | 'getArticleVersion';
type Writing =
  | 'createArticle'
  | 'saveDraft'
  | 'moveDraft'
  | 'discardDraft'
  | 'retireArticle'
  | 'rollBackArticle'
  | 'addGolden'
  | 'removeGolden';

export type KnowledgeDeps = ApiDeps & { overview: Overview };

export function actOf({ clock }: Pick<ApiDeps, 'clock'>, session: { actor: { id: string } }): Act {
  return { actorId: session.actor.id, now: clock() };
}

/** Tells every process that what is live has changed. */
export function announce({ live }: Pick<ApiDeps, 'live'>, revision: number): void {
  live.publish({ kind: 'knowledge', revision });
}

export function articleReading(deps: KnowledgeDeps): Pick<Handlers, Reading> {
  const { store } = deps;
  return {
    listArticles: { may: 'knowledge.read', run: ({ query }) => list(deps, query) },
    getArticle: { may: 'knowledge.read', run: ({ params }) => detail(deps, params) },
    getArticleVersion: {
      may: 'knowledge.read',
      run: async ({ params: { id, locale, version } }) => {
        const content = await store.knowledge.version({ id, locale }, version);
        if (!content) throw new ZhikeError('NotFound');
        return content;
      },
    },
  };
}

export function articleWriting(deps: KnowledgeDeps): Pick<Handlers, Writing> {
  const { store } = deps;
  return {
    createArticle: {
      may: 'knowledge.draft',
      run: async ({ body: { id, locale, content }, session }) => {
        const key = { id: id ?? newArticleId(content.category, deps.newId()), locale };
        if ((await store.knowledge.find(key)) !== null) throw new ZhikeError('Conflict');
        await store.knowledge.save(key, { version: null, content }, actOf(deps, session));
        return detail(deps, key);
      },
    },
    saveDraft: {
      may: 'knowledge.draft',
      run: async ({ params, body: { version, content, rebase = false }, session }) => {
        await store.knowledge.save(params, { version, content, rebase }, actOf(deps, session));
        return detail(deps, params);
      },
    },
    moveDraft: {
      may: 'knowledge.draft',
      run: async ({ params, body: { version, to, note }, session }) => {
        const given = { version, to, ...(note ? { note } : {}) };
        await store.knowledge.move(params, given, actOf(deps, session));
        return detail(deps, params);
      },
    },
    discardDraft: {
      may: 'knowledge.draft',
      run: async ({ params, body, session }) => {
        await store.knowledge.discard(params, body.version, actOf(deps, session));
        return { ok: true };
      },
    },
    retireArticle: {
      may: 'knowledge.publish',
      run: async ({ params, body: { version, note = null }, session }) => {
        announce(deps, await store.knowledge.retire(params, version, { ...actOf(deps, session), note }));
        return detail(deps, params);
      },
    },
    rollBackArticle: {
      may: 'knowledge.publish',
      run: async ({ params, body: { version, to, note = null }, session }) => {
        const given = { ...actOf(deps, session), seen: version, note };
        announce(deps, (await store.knowledge.rollBack(params, to, given)).revision);
        return detail(deps, params);
      },
    },
    ...goldenHandlers(deps),
  };
}

function goldenHandlers(deps: KnowledgeDeps): Pick<Handlers, 'addGolden' | 'removeGolden'> {
  const { store, newId } = deps;
  return {
    addGolden: {
      may: 'knowledge.draft',
      run: ({ body, session }) => store.knowledge.addGolden({ id: newId(), ...body }, actOf(deps, session)),
    },
    removeGolden: {
      may: 'knowledge.draft',
      run: async ({ params, session }) => {
        if (!(await store.knowledge.removeGolden(params.id, actOf(deps, session)))) throw new ZhikeError('NotFound');
        return { ok: true };
      },
    },
  };
}

/** `returns/q-3f9a2b71c0`: where the category is no name for an address, under `articles`. */
export function newArticleId(category: string, from: string): string {
  const topic = /^[a-z0-9][a-z0-9-]{0,79}$/.test(category) ? category : 'articles';
  return `${topic}/q-${createHash('sha256').update(from).digest('hex').slice(0, 10)}`;
}

const shownContent = ({ live, draft }: OverviewRow): ArticleContentShape | undefined =>
  live?.status === 'published' ? live.content : (draft?.content ?? live?.content);
const lastChange = ({ live, draft }: OverviewRow): string =>
  [live?.updatedAt, draft?.updatedAt]
    .filter((at) => at !== undefined)
    .map((at) => new Date(at).toISOString())
    .sort()
    .at(-1) ?? '';

async function list({ overview }: KnowledgeDeps, query: Call<Routes['listArticles']>['query']) {
  const all = [...(await overview()).values()];
  const wanted = filterOf(query);
  const found = all.filter(wanted).sort((a, b) => (lastChange(a) < lastChange(b) ? 1 : -1) || (a.id < b.id ? -1 : 1));
  const count = <T extends string>(names: readonly T[], holds: (row: OverviewRow, name: T) => boolean) =>
    Object.fromEntries(names.map((name) => [name, all.filter((row) => holds(row, name)).length])) as Record<T, number>;
  const categories = Map.groupBy(all, (row) => shownContent(row)?.category ?? '');
  return {
    items: found.slice(query.offset, query.offset + query.limit).map(presentRow),
    total: found.length,
    categories: [...categories].map(([name, rows]) => ({ name, n: rows.length })).sort((a, b) => b.n - a.n),
    states: count(Object.keys(ARTICLE_MOVES) as ArticleState[], isIn),
    marks: count(HEALTH_MARKS, (row, mark) => row.health.marks.includes(mark)),
  };
}

/** An article with a draft beside its live text is in both states. */
function isIn({ live, draft }: OverviewRow, state: ArticleState): boolean {
  return draft?.state === state || live?.status === state;
}

function filterOf(query: Call<Routes['listArticles']>['query']): (row: OverviewRow) => boolean {
  const words = (query.search ?? '').normalize('NFKC').toLowerCase().split(/\s+/).filter(Boolean);
  return (row) => {
    const content = shownContent(row);
    if (query.state && !isIn(row, query.state)) return false;
    if (query.locale && row.locale !== query.locale) return false;
    if (query.category && content?.category !== query.category) return false;
    if (query.mark && !row.health.marks.includes(query.mark)) return false;
    if (words.length === 0) return true;
    const texts = [row.live?.content, row.draft?.content].flatMap((one) =>
      one ? [one.question, ...one.similar, one.answer, ...one.tags] : [],
    );
    const text = [row.id, ...texts].join('\n').normalize('NFKC').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

function presentRow(row: OverviewRow): ArticleRowShape {
  const content = shownContent(row);
  const { live, draft, usage, health } = row;
  return {
    id: row.id,
    locale: row.locale,
    question: content?.question ?? '',
    category: content?.category ?? '',
    tags: content?.tags ?? [],
    similar: content?.similar.length ?? 0,
    live: live && { version: live.version, status: live.status },
    draft: draft && { version: draft.version, state: draft.state },
    marks: [...health.marks],
    ...{ answers: usage.answers, helpful: usage.helpful, unhelpful: usage.unhelpful },
    updatedAt: lastChange(row),
  };
}

async function detail(deps: KnowledgeDeps, { id, locale }: ArticleKey): Promise<ArticleDetail> {
  const key = { id, locale };
  const [found, rows, golden] = await Promise.all([
    deps.store.knowledge.find(key),
    deps.overview(),
    deps.store.knowledge.golden(key),
  ]);
  if (!found) throw new ZhikeError('NotFound');
  const { live, draft, versions, events } = found;
  const health = rows.get(rowKey(key))?.health;
  return {
    ...key,
    live: live && {
      version: live.version,
      status: live.status,
      content: live.content,
      seeded: live.seeded,
      updatedAt: live.updatedAt,
    },
    draft: draft && {
      version: draft.version,
      state: draft.state,
      content: draft.content,
      baseVersion: draft.baseVersion,
      publishAt: draft.publishAt,
      updatedBy: draft.updatedBy,
      updatedAt: draft.updatedAt,
      moves: [...ARTICLE_MOVES[draft.state]],
    },
    versions,
    events,
    golden,
    health: { marks: health?.marks ?? [], vague: health?.vague ?? [], conflicts: health?.conflicts ?? [] },
    twin: rows.has(rowKey({ id, locale: locale === 'en' ? 'zh-CN' : 'en' })),
    helpUrl: live?.status === 'published' ? `${deps.publicUrl()}/help/${locale}/${id}` : null,
  };
}
