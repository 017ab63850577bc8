/** What would a customer get? Asked of what is live, and of the base with this draft in it. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ArticleContentShape, ArticleDetail, TrialShape } from '../../../contract/knowledge-shapes.ts';
import { api } from '../../ui/api.ts';
import { usePercent } from './frame.tsx';
import { Rendered } from './rendered.tsx';
import { useTexts } from './texts.ts';

const LIVE_PAUSE_MS = 300;
/** The base is learnt anew for it: only when the person has really paused. */
const DRAFT_PAUSE_MS = 900;

function usePaused<T>(value: T, ms: number): T {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return paused;
}

export function TryBox({ detail, content }: { detail: ArticleDetail; content: ArticleContentShape }) {
  const t = useTexts();
  const [text, setText] = useState('');
  const asked = usePaused(text.trim(), LIVE_PAUSE_MS);
  const drafted = usePaused(JSON.stringify({ text: text.trim(), content }), DRAFT_PAUSE_MS);
  const live = useQuery({
    queryKey: ['knowledge', 'try', asked],
    queryFn: ({ signal }) => api('POST /api/v1/knowledge/try', { body: { text: asked }, signal }),
    enabled: asked !== '',
    staleTime: 0,
  });
  const isChanged = JSON.stringify(content) !== JSON.stringify(detail.live?.content ?? null);
  const given = JSON.parse(drafted) as { text: string; content: ArticleContentShape };
  const draft = useQuery({
    queryKey: ['knowledge', 'try', 'draft', detail.locale, detail.id, drafted],
    queryFn: ({ signal }) =>
      api('POST /api/v1/knowledge/try', {
        body: { text: given.text, draft: { id: detail.id, locale: detail.locale, content: given.content } },
        signal,
      }),
    enabled: given.text !== '' && isChanged,
    staleTime: 60_000,
  });
  return (
    <section className="panel k-form k-try">
      <h2>{t('try.title')}</h2>
      <input
        className="k-input"
        aria-label={t('try.hint')}
        placeholder={t('try.placeholder')}
        value={text}
        maxLength={2_000}
        onChange={(event) => setText(event.target.value)}
      />
      {asked === '' ? <p className="k-hint">{t('try.hint')}</p> : null}
      {asked === '' ? null : <Trial title={t('try.live')} trial={live.data} failed={live.isError} />}
      {asked !== '' && isChanged ? <Trial title={t('try.draft')} trial={draft.data} failed={draft.isError} /> : null}
    </section>
  );
}

export function Trial({ title, trial, failed }: { title: string; trial: TrialShape | undefined; failed: boolean }) {
  const t = useTexts();
  const percent = usePercent();
  return (
    <div className="k-trial" aria-live="polite">
      <h3>{title}</h3>
      {failed ? <p className="k-warn">{t('try.failed')}</p> : null}
      {!trial && !failed ? <p className="muted">{t('try.asking')}</p> : null}
      {trial ? (
        <>
          <p>
            <b className={`k-decision is-${trial.decision}`}>{t(`try.${trial.decision}`)}</b>{' '}
            <span className="k-hint">{t('try.sure', { n: Math.round(trial.confidence * 100) })}</span>
          </p>
          {trial.article ? <Rendered source={trial.article.answer} /> : null}
          <ol className="k-top" aria-label={t('try.candidates')}>
            {trial.top.slice(0, 3).map(({ id, locale, question, score }) => (
              <li key={`${locale} ${id}`}>
                <span>{question}</span> <span className="k-hint">{percent(score)}</span>
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </div>
  );
}
