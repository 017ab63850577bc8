/** The engine as an administrator sees it: a question tried, an answer explained, the knob and what it costs. */
import type { EngineReport, TrialShape } from '../../contract/knowledge-shapes.ts';
import type { Routes } from '../../contract/routes.ts';
import { ZhikeError } from '../../domain/errors.ts';
import type { Locale } from '../../domain/locale.ts';
import { type Decision, decisionAt, thresholdsFor } from '../../knowledge/decide.ts';
import type { AnswerDecision } from '../../knowledge/engine.ts';
import type { Article } from '../../ports.ts';
import type { LoggedAnswer } from '../../store/knowledge-evidence.ts';
import type { Call, Handlers } from '../bind.ts';
import type { LiveKnowledge } from '../deps.ts';
import { announce } from './articles.ts';
import { entryOf } from './audit.ts';
import { type CheckDeps, withDrafts } from './knowledge-check.ts';
import { daysBefore, rowKey } from './knowledge-overview.ts';

export type EngineDeps = CheckDeps & { knowledge: () => LiveKnowledge };

/** Settings of the knob whose cost is shown. */
const KNOB = [0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2];
const BINS = 10;
const QUALITY_DAYS = 30;
/** Questions decided before others may have their turn. */
const STEP = 25;

export function engineHandlers(
  deps: EngineDeps,
): Pick<Handlers, 'tryQuestion' | 'getEngine' | 'setPolicy' | 'explainAnswer'> {
  const { store } = deps;
  const rehearsed = remembered(deps);
  return {
    tryQuestion: { may: 'knowledge.read', run: ({ body }) => tryQuestion(deps, body) },
    getEngine: { may: 'knowledge.read', run: () => report(deps, rehearsed) },
    setPolicy: {
      may: 'knowledge.publish',
      run: async ({ body, session, request }) => {
        const known = await store.knowledge.policy();
        const policy = { ...known, ...withoutUndefined(body) };
        const told = { action: 'knowledge.policyChanged', detail: { before: known, after: policy } } as const;
        await store.recording(entryOf(deps, { session, request }, told)).knowledge.setPolicy(policy);
        announce(deps, await store.knowledge.revision());
        return { fourEyes: policy.fourEyes, targetWrong: await deps.targetWrong() };
      },
    },
    explainAnswer: { may: 'conversation.read', run: ({ params }) => explain(deps, params) },
  };
}

function withoutUndefined<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

async function tryQuestion(
  deps: EngineDeps,
  { text, draft }: Call<Routes['tryQuestion']>['body'],
): Promise<TrialShape> {
  if (!draft) return present(deps.knowledge().decide(text), (id, locale) => deps.knowledge().article(id, locale));
  const articles = withDrafts(await deps.store.articles.published(), [draft]);
  const [result] = await deps.replay(
    {
      articles,
      questions: [{ id: 'q', text, locale: draft.locale }],
      synonyms: [],
      targetWrong: await deps.targetWrong(),
    },
    () => {},
  );
  if (!result) throw new ZhikeError('Internal');
  const byKey = new Map(articles.map((article) => [rowKey(article), article]));
  return present({ ...result, engine: 'draft' }, (id, locale) => byKey.get(rowKey({ id, locale })));
}

function present(
  { decision, confidence, engine, top }: AnswerDecision,
  find: (id: string, locale: Locale) => Article | undefined,
): TrialShape {
  const first = top[0];
  const best = first && find(first.id, first.locale);
  return {
    decision,
    confidence,
    engine,
    top: top.map(({ id, locale, score }) => ({ id, locale, score, question: find(id, locale)?.question ?? id })),
    article:
      decision === 'answer' && best
        ? { id: best.id, locale: best.locale, version: best.version, answer: best.answer }
        : null,
  };
}

async function explain(deps: EngineDeps, { id, seq }: { id: string; seq: number }) {
  const answers = await deps.store.knowledge.answersBefore(id, seq);
  const conversation = await deps.store.conversations.find(id);
  if (!conversation) throw new ZhikeError('NotFound');
  return { answers: answers.map((logged) => explainOne(deps, logged, conversation.locale)) };
}

function explainOne(deps: EngineDeps, logged: LoggedAnswer, locale: Locale) {
  const knowledge = deps.knowledge();
  const find = (id: string, wanted: Locale) => knowledge.article(id, wanted);
  const today = present(knowledge.decide(logged.question), find);
  const titleOf = (id: string) => (find(id, locale) ?? find(id, locale === 'en' ? 'zh-CN' : 'en'))?.question ?? id;
  const current = logged.articleId === null ? undefined : find(logged.articleId, locale);
  const { question, at, decision, confidence, engine, articleId, articleVersion } = logged;
  return {
    question,
    at,
    decision,
    confidence,
    engine,
    articleId,
    articleVersion,
    isCurrent: current !== undefined && current.version === articleVersion,
    top: logged.top.map(({ id, score }) => ({ id, score, question: titleOf(id) })),
    today,
    same:
      today.decision === decision && (decision !== 'answer' || today.top[0]?.id === (articleId ?? logged.top[0]?.id)),
  };
}

type Rehearsed = {
  expected: string | null;
  decision: Decision;
  confidence: number;
  best: number;
  answer: string | null;
};

/** Every golden question as the live engine decides it; done anew when the base or the questions change. */
function remembered(deps: EngineDeps): () => Promise<Rehearsed[]> {
  let last: { stamp: string; results: Promise<Rehearsed[]> } | null = null;
  return async () => {
    const knowledge = deps.knowledge();
    const stamp = `${await deps.store.knowledge.stamp()} ${knowledge.decide('?').engine}`;
    if (last?.stamp !== stamp) last = { stamp, results: rehearse(deps, knowledge) };
    last.results.catch(() => {
      last = null;
    });
    return last.results;
  };
}

async function rehearse({ store }: EngineDeps, knowledge: LiveKnowledge): Promise<Rehearsed[]> {
  const results: Rehearsed[] = [];
  for (const [at, { text, articleId }] of (await store.knowledge.golden()).entries()) {
    if (at % STEP === STEP - 1) await breathe();
    const { decision, confidence, top } = knowledge.decide(text);
    results.push({ expected: articleId, decision, confidence, best: top[0]?.score ?? 0, answer: top[0]?.id ?? null });
  }
  return results;
}

/** Lets whoever waits for this process have a turn. */
export const breathe = (): Promise<void> => new Promise((resume) => setImmediate(resume));

async function report(deps: EngineDeps, rehearsed: () => Promise<Rehearsed[]>): Promise<EngineReport> {
  const { store, clock } = deps;
  const [policy, targetWrong, results, days] = await Promise.all([
    store.knowledge.policy(),
    deps.targetWrong(),
    rehearsed(),
    store.knowledge.quality(daysBefore(clock(), QUALITY_DAYS)),
  ]);
  return {
    policy: { targetWrong, fourEyes: policy.fourEyes },
    articles: deps.knowledge().size,
    golden: results.length,
    curve: curveOf(results),
    knob: [...new Set([...KNOB, targetWrong])].sort((a, b) => a - b).map((wrong) => costOf(results, wrong)),
    days,
  };
}

const isRight = ({ expected, answer }: Rehearsed): boolean => expected !== null && expected === answer;

/** Reliability (Murphy & Winkler 1977): in each tenth of sureness, the mean of what was said and the share that was right. */
function curveOf(results: readonly Rehearsed[]): EngineReport['curve'] {
  return Array.from({ length: BINS }, (_, bin) => {
    const [from, to] = [bin / BINS, (bin + 1) / BINS];
    const own = results.filter(
      ({ confidence }) => confidence >= from && (confidence < to || (bin === BINS - 1 && confidence <= 1)),
    );
    const mean = (of: (one: Rehearsed) => number) => own.reduce((sum, one) => sum + of(one), 0) / own.length;
    return own.length === 0
      ? null
      : {
          from,
          to,
          said: mean(({ confidence }) => confidence),
          right: mean((one) => Number(isRight(one))),
          n: own.length,
        };
  }).filter((bin) => bin !== null);
}

function costOf(results: readonly Rehearsed[], targetWrong: number): EngineReport['knob'][number] {
  const thresholds = thresholdsFor(targetWrong);
  const decided = results.map((one) => ({ one, decision: decisionAt(one, thresholds) }));
  const share = (holds: (given: (typeof decided)[number]) => boolean) =>
    results.length === 0 ? 0 : decided.filter(holds).length / results.length;
  return {
    targetWrong,
    right: share(({ one, decision }) => decision === 'answer' && isRight(one)),
    wrong: share(({ one, decision }) => decision === 'answer' && !isRight(one)),
    clarified: share(({ decision }) => decision === 'clarify'),
    handedOver: share(({ decision }) => decision === 'abstain'),
  };
}
