/** What publishing would change, question by question: how far the check is, then what it found. */
import type { CheckShape } from '../../../contract/knowledge-shapes.ts';
import { useTexts } from './texts.ts';

type Report = NonNullable<CheckShape['report']>;
type Changed = Report['changes'][number];

export function CheckProgress({ check }: { check: CheckShape }) {
  const t = useTexts();
  const { phase, done, total } = check.progress;
  return (
    <p className="k-progress" role="status">
      <progress max={Math.max(1, total)} value={done} aria-label={t(`publish.${phase}`)} />
      {t('publish.progress', { phase: t(`publish.${phase}`), done, total })}
    </p>
  );
}

export function CheckReport({ report }: { report: Report }) {
  const t = useTexts();
  const { golden, real } = report.questions;
  return (
    <div className="k-report">
      <p className={report.regressions > 0 ? 'banner is-error' : 'banner'} role="status">
        {report.regressions > 0 ? t('publish.blocked', { n: report.regressions }) : t('publish.clean')}
      </p>
      <p className="k-hint">
        {t('publish.asked', { golden, real, seconds: (report.ms / 1000).toFixed(1) })}{' '}
        {t('publish.touched', { n: report.touched })}
      </p>
      {report.changes.length === 0 ? (
        <p className="muted">{t('publish.noChange')}</p>
      ) : (
        <>
          <p className="k-row">
            {(['newly-wrong', 'lost', 'changed', 'gained', 'mended'] as const)
              .filter((effect) => (report.counts[effect] ?? 0) > 0)
              .map((effect) => (
                <span key={effect} className={`k-effect is-${effect}`}>
                  {t(`effect.${effect}`)} {report.counts[effect]}
                </span>
              ))}
          </p>
          <ul className="k-changes" aria-label={t('publish.changesLabel')}>
            {report.changes.map((change) => (
              <Change key={`${change.kind} ${change.locale} ${change.text}`} change={change} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Change({ change }: { change: Changed }) {
  const t = useTexts();
  const { text, kind, times, effect, before, after, expected, tremor, locale } = change;
  const words = ({ decision, articleId }: Changed['before']) =>
    decision === 'answer' ? (articleId ?? '') : t(`try.${decision}`);
  return (
    <li>
      <span className={`k-effect is-${effect}`}>{t(`effect.${effect}`)}</span>
      <span className="k-asked" lang={locale}>
        {text}
      </span>
      <span className="k-hint">
        {t(`publish.${kind}`)}
        {times > 1 ? ` · ${t('publish.times', { n: times })}` : ''}
        {tremor ? ` · ${t('publish.tremor')}` : ''}
      </span>
      <span className="k-hint">
        {t('publish.before')}: {words(before)} → {t('publish.after')}: {words(after)}
        {kind === 'golden' ? ` · ${t('publish.expected')}: ${expected ?? t('publish.nobody')}` : ''}
      </span>
    </li>
  );
}
