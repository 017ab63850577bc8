/** What customers ask in vain: gathered, masked, with what can be done about it and whether it was done. */
import { LRUCache } from 'lru-cache';
import type { GapShape } from '../../contract/knowledge-shapes.ts';
import type { Routes } from '../../contract/routes.ts';
import { ARTICLE_LIMITS, type ArticleKey } from '../../domain/article.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { type Ask, clusterGaps, type Gap, gapKey } from '../../knowledge/gaps.ts';
import { maskPersonal } from '../../knowledge/gaps-mask.ts';
import type { MarkedQuestion } from '../../store/gaps.ts';
import type { Act } from '../../store/knowledge.ts';
import type { Call, Handlers } from '../bind.ts';
import type { LiveKnowledge } from '../deps.ts';
import { actOf } from './articles.ts';
import { breathe, type EngineDeps } from './knowledge-engine.ts';
import { daysBefore, rowKey } from './knowledge-overview.ts';

/** The newest asks that are looked at. */
const MAX_ASKS = 3_000;
const SHOWN = 200;
/** Those of fewest customers are not asked again: they stay open. */
const LOOKED_AT = 300;
const EXAMPLES = 5;
/** Wordings of a gap that are asked again to see whether it closed, and how many must be answered now. */
const ASKED_AGAIN = 5;
const CLOSED_FROM = 0.75;

type Seen = Gap & { closed: boolean; mark: MarkedQuestion | null };

export function gapHandlers(deps: EngineDeps): Pick<Handlers, 'listGaps' | 'markGap'> {
  const read = remembered(deps);
  return {
    listGaps: {
      may: 'knowledge.draft',
      run: async ({ query: { show, locale, days } }) => {
        const gaps = (await read(days)).filter((gap) => locale === undefined || gap.locale === locale);
        const shelf = (gap: Seen) => (gap.mark?.mark === 'not-ours' ? 'not-ours' : gap.closed ? 'closed' : 'open');
        const n = (name: string) => gaps.filter((gap) => shelf(gap) === name).length;
        const items = gaps.filter((gap) => shelf(gap) === show).slice(0, SHOWN);
        return {
          items: items.map((gap) => present(deps, gap)),
          counts: { open: n('open'), closed: n('closed'), notOurs: n('not-ours') },
        };
      },
    },
    markGap: {
      may: 'knowledge.draft',
      run: async ({ body, session }) => {
        const gap = (await read(90)).find(({ key, locale }) => key === body.key && locale === body.locale);
        if (!gap) throw new ZhikeError('NotFound');
        return mark(deps, { gap, ...body }, actOf(deps, session));
      },
    },
  };
}

/** Gathering reads thousands of questions: once per change of the knowledge, the marks or a minute. */
function remembered(deps: EngineDeps): (days: number) => Promise<Seen[]> {
  const known = new Map<string, Promise<Seen[]>>();
  return async (days) => {
    const { store, clock } = deps;
    const marks = await store.knowledge.marks();
    const minute = Math.floor(clock().getTime() / 60_000);
    const asks = await store.knowledge.unanswered(daysBefore(clock(), days), MAX_ASKS);
    const stamp = `${days} ${minute} ${marks.length} ${JSON.stringify(marks.at(-1) ?? '')} ${asks.length} ${asks[0]?.at} ${deps.knowledge().decide('?').engine} ${await store.knowledge.stamp()}`;
    const before = known.get(stamp);
    if (before) return before;
    known.clear();
    const seen = gather(deps, asks, marks);
    known.set(stamp, seen);
    seen.catch(() => known.delete(stamp));
    return seen;
  };
}

async function gather(deps: EngineDeps, asks: readonly Ask[], marks: readonly MarkedQuestion[]): Promise<Seen[]> {
  const knowledge = deps.knowledge();
  const gaps = await clusterGaps(asks, { near: remember(knowledge), breathe });
  const marked = new Map(marks.map((mark) => [`${mark.locale} ${mark.key}`, mark]));
  const updated = new Map([...(await deps.overview()).values()].map((row) => [rowKey(row), row.live?.updatedAt ?? '']));
  const seen: Seen[] = [];
  for (const [at, gap] of gaps.entries()) {
    await breathe();
    const own = gap.keys.flatMap((key) => marked.get(`${gap.locale} ${key}`) ?? []);
    // What most of its wordings were marked as; a newcomer among many does not reopen it.
    const mark = own.length * 2 >= gap.keys.length ? (own[0] ?? null) : null;
    seen.push({ ...gap, mark, closed: at < LOOKED_AT && isClosed(deps, gap, updated) });
  }
  return seen;
}

/** What a question brings to mind changes little with the base: it is thought of once. */
const thoughts = new LRUCache<string, Thought>({ max: 20_000 });
type Thought = readonly { id: string; score: number }[];

function remember(knowledge: LiveKnowledge): (question: string) => Thought {
  return (question) => {
    const known = thoughts.get(question);
    if (known) return known;
    const thought = knowledge.decide(question).top;
    thoughts.set(question, thought);
    return thought;
  };
}

/** Answered now; what was answered badly, by an article that has been changed since. */
function isClosed(deps: EngineDeps, gap: Gap, updated: ReadonlyMap<string, string>): boolean {
  const wordings = [...new Map(gap.asks.map((ask) => [gapKey(ask.question), ask])).values()].slice(0, ASKED_AGAIN);
  const answered = wordings.filter((ask) => {
    const { decision, top } = deps.knowledge().decide(ask.question);
    if (decision !== 'answer') return false;
    return ask.why !== 'rated-badly' || (top[0] && (updated.get(rowKey(top[0])) ?? '') > ask.at);
  });
  return answered.length >= wordings.length * CLOSED_FROM;
}

function present(deps: EngineDeps, gap: Seen): GapShape {
  const distinct = [...new Map(gap.asks.map((ask) => [gapKey(ask.question), ask])).values()].slice(0, EXAMPLES);
  const knowledge = deps.knowledge();
  const near = knowledge.decide(gap.question).top.slice(0, 3);
  return {
    key: gap.key,
    locale: gap.locale,
    question: maskPersonal(gap.question),
    customers: gap.customers,
    asks: gap.asks.length,
    lastAt: gap.asks[0]?.at ?? deps.clock().toISOString(),
    closed: gap.closed,
    mark: gap.mark?.mark ?? null,
    articleId: gap.mark?.articleId ?? null,
    examples: distinct.map(({ question, conversationId, seq, at, why }) => ({
      text: maskPersonal(question),
      conversationId,
      seq,
      at,
      why,
    })),
    near: near.map(({ id, locale }) => ({ id, locale, question: knowledge.article(id, locale)?.question ?? id })),
  };
}

async function mark(
  deps: EngineDeps,
  { gap, as, articleId }: { gap: Seen } & Call<Routes['markGap']>['body'],
  act: Act,
): Promise<{ draft: boolean }> {
  const given = { locale: gap.locale, mark: as === 'open' ? null : as, articleId: articleId ?? null };
  if (as === 'attached') {
    if (articleId === undefined) throw new ZhikeError('MissingProperty', { detail: 'articleId' });
    await attach(deps, { key: { id: articleId, locale: gap.locale }, gap }, act);
  }
  await deps.store.knowledge.mark(gap.keys, given, act);
  return { draft: as === 'attached' };
}

/** How many wordings of a gap become similar questions: the typical ones say it all. */
const ATTACHED = 5;

/** Into a draft: a person reviews it before any customer is answered by it. */
async function attach({ store }: EngineDeps, { key, gap }: { key: ArticleKey; gap: Gap }, act: Act): Promise<void> {
  const found = await store.knowledge.find(key);
  const content = found?.draft?.content ?? found?.live?.content;
  if (!content) throw new ZhikeError('NotFound');
  const known = new Set([content.question, ...content.similar].map(gapKey));
  const wordings = [...new Map(gap.asks.map(({ question }) => [gapKey(question), maskPersonal(question).trim()]))]
    .filter(([own, text]) => !known.has(own) && text.length <= ARTICLE_LIMITS.question)
    .map(([, text]) => text)
    .slice(0, ATTACHED);
  const similar = [...content.similar, ...wordings].slice(0, ARTICLE_LIMITS.similar);
  await store.knowledge.save(key, { version: found?.draft?.version ?? null, content: { ...content, similar } }, act);
}
