/** Before anything goes live: golden and real questions are replayed against the drafts, and publishing looks at the result. */
import * as z from 'zod';
import { checkSchema, contentSchema } from '../../contract/knowledge-shapes.ts';
import type { Routes } from '../../contract/routes.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { maskPersonal } from '../../knowledge/gaps-mask.ts';
import type { Replay, ReplayProgress } from '../../knowledge/rehearse.ts';
import { type ReplayedQuestion, reportOf } from '../../knowledge/replay-report.ts';
import type { Article } from '../../ports.ts';
import type { Check, CheckProgress } from '../../store/knowledge-jobs.ts';
import type { DraftRef } from '../../store/knowledge-release.ts';
import { articleOf, type DraftRow } from '../../store/knowledge-rows.ts';
import type { Call, Handlers } from '../bind.ts';
import { actOf, announce, type KnowledgeDeps } from './articles.ts';
import { entryOf } from './audit.ts';
import { rowKey } from './knowledge-overview.ts';

export type CheckDeps = KnowledgeDeps & {
  replay: Replay;
  /** Share of answers that may be wrong: the knob's, else as configured. */
  targetWrong: () => Promise<number>;
};

/** The newest real questions that a check asks beside the golden ones. */
const REAL_QUESTIONS = 10_000;
const PROGRESS_MS = 250;
/** A check that has not ended by then never will. */
const LOST_MS = 15 * 60_000;

export function checkHandlers(deps: CheckDeps): Pick<Handlers, 'startCheck' | 'getCheck' | 'publishChecked'> {
  const { store } = deps;
  const inTurn = queue();
  return {
    startCheck: {
      may: 'knowledge.draft',
      run: async ({ body: { drafts }, session }) => {
        await mustMatch(deps, drafts);
        const check = {
          id: deps.newId(),
          byId: session.actor.id,
          drafts,
          revision: await store.knowledge.revision(),
        };
        await store.knowledge.beginCheck(check, deps.clock());
        // Two replays at once would only make both slower.
        void inTurn(() => run(deps, check));
        return present(deps, check.id);
      },
    },
    getCheck: { may: 'knowledge.draft', run: ({ params }) => present(deps, params.id) },
    publishChecked: { may: 'knowledge.publish', run: (call) => publish(deps, call) },
  };
}

function queue(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (work) => {
    last = last.then(work, work);
    return last;
  };
}

/** The drafts as they are now; throws `Conflict` when one is not at the version that was named. */
async function mustMatch({ store }: KnowledgeDeps, refs: readonly DraftRef[]): Promise<DraftRow[]> {
  const drafts = await store.knowledge.drafts(refs);
  const versions = new Map(drafts.map((draft) => [rowKey(draft), draft.version]));
  if (refs.some((ref) => versions.get(rowKey(ref)) !== ref.version)) throw new ZhikeError('Conflict');
  return drafts;
}

async function run(deps: CheckDeps, check: Pick<Check, 'id' | 'drafts'>): Promise<void> {
  const { store, log, clock } = deps;
  const from = clock().getTime();
  const tell = throttled(
    (progress) => store.knowledge.progressCheck(check.id, progress),
    () => clock().getTime(),
  );
  try {
    const drafts = await mustMatch(deps, check.drafts);
    const report = await compare(deps, drafts, tell);
    await store.knowledge.endCheck(check.id, { state: 'done', report: { ...report, ms: clock().getTime() - from } });
  } catch (error) {
    log.warn({ err: error, checkId: check.id }, 'a check of drafts failed');
    await store.knowledge.endCheck(check.id, { state: 'failed', report: null }).catch(() => undefined);
  }
}

async function compare(deps: CheckDeps, drafts: readonly DraftRow[], tell: (progress: CheckProgress) => void) {
  const { store, replay } = deps;
  const [articles, questions, targetWrong] = await Promise.all([
    store.articles.published(),
    questionsOf(deps),
    deps.targetWrong(),
  ]);
  const concerned = questions.filter(mayChange(drafts));
  const asked = concerned.map(({ id, text, locale }) => ({ id, text, locale }));
  const both = { before: null as ReplayProgress | null, after: null as ReplayProgress | null };
  const hear = (side: keyof typeof both) => (progress: ReplayProgress) => {
    both[side] = progress;
    tell(slowerOf(both.before, both.after));
  };
  const request = { questions: asked, synonyms: [], targetWrong };
  const [before, after] = await Promise.all([
    replay({ ...request, articles }, hear('before')),
    replay({ ...request, articles: withDrafts(articles, drafts) }, hear('after')),
  ]);
  const edited = new Set(drafts.map(({ id }) => id));
  const report = reportOf({ questions: concerned, before, after, edited });
  const changes = report.changes.map((one) => (one.kind === 'real' ? { ...one, text: maskPersonal(one.text) } : one));
  const count = (kind: ReplayedQuestion['kind']) => questions.filter((one) => one.kind === kind).length;
  return { ...report, changes, questions: { golden: count('golden'), real: count('real') } };
}

/** Words in Han characters alone are answered by the Chinese articles alone: English drafts change nothing for them. */
function mayChange(drafts: readonly DraftRow[]): (question: ReplayedQuestion) => boolean {
  const onlyEnglish = drafts.every(({ locale }) => locale === 'en');
  return ({ text }) => !onlyEnglish || /[a-z]/i.test(text.normalize('NFKC')) || !/\p{Script=Han}/u.test(text);
}

async function questionsOf({ store }: CheckDeps): Promise<ReplayedQuestion[]> {
  const [golden, real] = await Promise.all([store.knowledge.golden(), store.knowledge.recentQuestions(REAL_QUESTIONS)]);
  return [
    ...golden.map(({ id, text, locale, articleId }) => ({
      id,
      text,
      locale,
      times: 1,
      kind: 'golden' as const,
      expected: articleId,
    })),
    ...real.map(({ text, locale, times }, at) => ({ id: `r${at}`, text, locale, times, kind: 'real' as const })),
  ];
}

/** The base as it would be: drafts in place of what is live. */
export function withDrafts(
  articles: readonly Article[],
  drafts: readonly Pick<DraftRow, 'id' | 'locale' | 'content'>[],
): Article[] {
  const changed = new Set(drafts.map(rowKey));
  const kept = articles.filter((article) => !changed.has(rowKey(article)));
  return [...kept, ...drafts.map((draft) => articleOf({ ...draft, version: 0 }, draft.content))];
}

/** Both bases are asked at once: what is shown is the one that is behind. */
function slowerOf(one: ReplayProgress | null, other: ReplayProgress | null): CheckProgress {
  const weight = (given: ReplayProgress | null) =>
    given === null ? 0 : (given.phase === 'learning' ? 0 : 1) + given.done / Math.max(1, given.total);
  return (weight(one) < weight(other) ? one : other) ?? { phase: 'learning', done: 0, total: 1 };
}

function throttled(
  send: (progress: CheckProgress) => Promise<void>,
  now: () => number,
): (progress: CheckProgress) => void {
  let last = 0;
  return (progress) => {
    if (now() - last < PROGRESS_MS) return;
    last = now();
    // The next one says it better; a lost one costs nothing.
    send(progress).catch(() => undefined);
  };
}

async function present(deps: CheckDeps, id: string): Promise<z.output<typeof checkSchema>> {
  const check = await deps.store.knowledge.check(id);
  if (!check) throw new ZhikeError('NotFound');
  const { progress, drafts } = check;
  // The process that ran it is gone.
  const isLost = check.state === 'running' && deps.clock().getTime() - Date.parse(check.at) > LOST_MS;
  const state = isLost ? 'failed' : check.state;
  const report = checkSchema.shape.report.parse(check.report);
  return { id, state, progress, drafts, stale: await isStale(deps, check), report };
}

async function isStale({ store }: KnowledgeDeps, check: Check): Promise<boolean> {
  if (check.publishedAt !== null || (await store.knowledge.revision()) !== check.revision) return true;
  const now = new Map((await store.knowledge.drafts(check.drafts)).map((draft) => [rowKey(draft), draft.version]));
  return check.drafts.some((draft) => now.get(rowKey(draft)) !== draft.version);
}

const completeSchema = z.object({
  question: z.string().trim().min(1),
  answer: z.string().trim().min(1),
  category: z.string().trim().min(1),
});

function mustBeComplete({ id, content }: DraftRow, now: Date): void {
  const { validFrom, validTo } = contentSchema.parse(content);
  const ends = validTo === null ? Number.POSITIVE_INFINITY : Date.parse(validTo);
  const begins = validFrom === null ? 0 : Date.parse(validFrom);
  if (!completeSchema.safeParse(content).success || ends <= now.getTime() || ends <= begins)
    throw new ZhikeError('ArticleIncomplete', { article: id });
}

async function publish(deps: CheckDeps, { params, body, session, request }: Call<Routes['publishChecked']>) {
  const { store, clock } = deps;
  const check = await store.knowledge.check(params.id);
  if (!check) throw new ZhikeError('NotFound');
  if (check.state !== 'done' || (await isStale(deps, check))) throw new ZhikeError('CheckStale');
  const drafts = await mustMatch(deps, check.drafts);
  for (const draft of drafts) mustBeComplete(draft, clock());
  const { fourEyes } = await store.knowledge.policy();
  if (fourEyes && drafts.some(({ updatedBy }) => updatedBy?.id === session.actor.id)) throw new ZhikeError('FourEyes');
  const report = checkSchema.shape.report.parse(check.report);
  const regressions = report?.regressions ?? 0;
  if (regressions > 0 && !body.overrideReason) throw new ZhikeError('Regression', { regressions });
  const overridden = regressions > 0 ? { overridden: regressions, reason: body.overrideReason } : {};
  const told = { action: 'knowledge.overridden', object: { kind: 'check', id: check.id }, detail: overridden } as const;
  const kept = regressions > 0 ? store.recording(entryOf(deps, { session, request }, told)) : store;
  const released = await kept.knowledge.publish(check.drafts, {
    ...actOf(deps, session),
    note: body.note ?? null,
    detail: { checkId: check.id, ...overridden },
  });
  await store.knowledge.markPublished(check.id, clock());
  announce(deps, released.revision);
  return released;
}
