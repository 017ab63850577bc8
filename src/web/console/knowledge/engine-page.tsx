/** The engine in plain words: how wrong it may be and what that costs, how honest its sureness is, how it went. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EngineReport } from '../../../contract/knowledge-shapes.ts';
import { api } from '../../ui/api.ts';
import { FailedNotice } from '../kit/notice.tsx';
import { LoadingPage } from '../kit/pages.tsx';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { Curve, Days } from './charts.tsx';
import { KnowledgeFrame, usePercent } from './frame.tsx';
import { engineQuery, readAgain } from './queries.ts';
import { useTexts } from './texts.ts';

export function EnginePage() {
  const t = useTexts();
  const query = useQuery(engineQuery);
  return (
    <KnowledgeFrame>
      {query.isPending ? <LoadingPage /> : null}
      {query.isError && !query.data ? (
        <FailedNotice title={t('engine.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data ? (
        <>
          <p className="k-hint">{t('engine.facts', { articles: query.data.articles, golden: query.data.golden })}</p>
          <Knob key={query.data.policy.targetWrong} report={query.data} />
          <Curve report={query.data} />
          <Days report={query.data} />
        </>
      ) : null}
    </KnowledgeFrame>
  );
}

function Knob({ report }: { report: EngineReport }) {
  const t = useTexts();
  const common = useTranslation().t;
  const { message } = App.useApp();
  const mayTurn = may(useMe(), 'knowledge.publish');
  const { policy, knob } = report;
  const [at, setAt] = useState(
    Math.max(
      0,
      knob.findIndex(({ targetWrong }) => targetWrong === policy.targetWrong),
    ),
  );
  const change = useMutation({
    mutationFn: (body: { targetWrong?: number; fourEyes?: boolean }) => api('PATCH /api/v1/knowledge/policy', { body }),
    onSuccess: () => {
      void message.success(t('engine.saved'));
      readAgain('engine');
    },
    onError: (error) => void message.error(errorWords(common, error)),
  });
  const chosen = knob[at];
  if (!chosen) return null;
  const words = t('engine.of', { n: Math.round(chosen.targetWrong * 1000) / 10 });
  return (
    <section className="panel k-form">
      <h2>{t('engine.knobTitle')}</h2>
      <label className="k-knob">
        <span>
          {t('engine.knob')} <b>{words}</b>
        </span>
        <input
          type="range"
          min={0}
          max={knob.length - 1}
          step={1}
          value={at}
          disabled={!mayTurn}
          aria-valuetext={words}
          onChange={({ target }) => setAt(Number(target.value))}
        />
      </label>
      <p className="k-hint">{t('engine.cost')}</p>
      <Cost cost={chosen} />
      {mayTurn ? (
        <span className="k-row">
          <button
            type="button"
            className="btn primary"
            disabled={change.isPending || chosen.targetWrong === policy.targetWrong}
            onClick={() => change.mutate({ targetWrong: chosen.targetWrong })}
          >
            {t('engine.save')}
          </button>
          <label className="k-check">
            <input
              type="checkbox"
              checked={policy.fourEyes}
              disabled={change.isPending}
              onChange={({ target }) => change.mutate({ fourEyes: target.checked })}
            />
            <span>{t('engine.fourEyes')}</span>
          </label>
        </span>
      ) : null}
    </section>
  );
}

const PARTS = ['right', 'clarified', 'handedOver', 'wrong'] as const;

function Cost({ cost }: { cost: EngineReport['knob'][number] }) {
  const t = useTexts();
  const percent = usePercent();
  return (
    <dl className="k-cost">
      {PARTS.map((part) => (
        <div key={part} className={`is-${part}`} style={{ flexGrow: Math.max(0.02, cost[part]) }}>
          <dt>{t(`engine.${part}`)}</dt>
          <dd>{percent(cost[part])}</dd>
        </div>
      ))}
    </dl>
  );
}
