/** Drawings of the engine page, each with its numbers as a table beside it. */
import type { EngineReport } from '../../../contract/knowledge-shapes.ts';
import { usePercent } from './frame.tsx';
import { useTexts } from './texts.ts';

const SIZE = 240;
const EDGE = 36;

/** Said against seen: on the diagonal the engine is as sure as it is right. */
export function Curve({ report: { curve } }: { report: EngineReport }) {
  const t = useTexts();
  const percent = usePercent();
  const place = (share: number) => EDGE + share * SIZE;
  const high = (share: number) => SIZE + 10 - share * SIZE;
  const most = Math.max(1, ...curve.map(({ n }) => n));
  const path = curve.map(({ said, right }, at) => `${at === 0 ? 'M' : 'L'}${place(said)} ${high(right)}`).join(' ');
  return (
    <section className="panel k-form">
      <h2>{t('engine.curveTitle')}</h2>
      <p className="k-hint">{t('engine.curveText')}</p>
      <div className="k-chart">
        <svg
          viewBox={`0 0 ${SIZE + EDGE + 16} ${SIZE + 46}`}
          className="k-curve"
          role="img"
          aria-label={t('engine.curveTitle')}
        >
          <path d={`M${EDGE} 10V${SIZE + 10}H${SIZE + EDGE}`} className="k-axis" />
          {[0, 0.5, 1].map((tick) => (
            <g key={tick}>
              <text x={place(tick)} y={SIZE + 26} textAnchor="middle">
                {percent(tick)}
              </text>
              <text x={EDGE - 6} y={high(tick) + 4} textAnchor="end">
                {percent(tick)}
              </text>
            </g>
          ))}
          <text x={place(0.5)} y={SIZE + 42} textAnchor="middle">
            {t('engine.said')}
          </text>
          <path d={`M${place(0)} ${high(0)}L${place(1)} ${high(1)}`} className="k-diagonal" />
          <path d={path} className="k-line" />
          {curve.map(({ from, said, right, n }) => (
            <circle key={from} cx={place(said)} cy={high(right)} r={3 + 6 * Math.sqrt(n / most)} className="k-dot" />
          ))}
        </svg>
        <table className="k-numbers">
          <thead>
            <tr>
              <th scope="col">{t('engine.said')}</th>
              <th scope="col">{t('engine.seen')}</th>
              <th scope="col">{t('engine.share')}</th>
            </tr>
          </thead>
          <tbody>
            {curve.map(({ from, said, right, n }) => (
              <tr key={from}>
                <td>{percent(said)}</td>
                <td>{percent(right)}</td>
                <td>{t('engine.questions', { n })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const KINDS = ['answer', 'clarify', 'abstain'] as const;

/** One column a day, as high as it was busy. */
export function Days({ report: { days } }: { report: EngineReport }) {
  const t = useTexts();
  const names = { answer: t('engine.answered'), clarify: t('engine.choices'), abstain: t('engine.none') };
  const most = Math.max(1, ...days.map(({ answer, clarify, abstain }) => answer + clarify + abstain));
  return (
    <section className="panel k-form">
      <h2>{t('engine.qualityTitle')}</h2>
      {days.length === 0 ? <p className="muted">{t('engine.noDays')}</p> : null}
      {days.length > 0 ? (
        <>
          <div className="k-days" aria-hidden="true">
            {days.map((day) => (
              <span key={day.day} className="k-day" title={day.day}>
                {KINDS.map((kind) => (
                  <i key={kind} className={`is-${kind}`} style={{ height: `${(100 * day[kind]) / most}%` }} />
                ))}
              </span>
            ))}
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <section className="k-scroll" tabIndex={0} aria-label={t('engine.qualityTitle')}>
            <table className="k-numbers">
              <thead>
                <tr>
                  <th scope="col">{t('engine.day')}</th>
                  {KINDS.map((kind) => (
                    <th key={kind} scope="col" className={`is-${kind}`}>
                      {names[kind]}
                    </th>
                  ))}
                  <th scope="col">{t('engine.helpful')}</th>
                  <th scope="col">{t('engine.unhelpful')}</th>
                </tr>
              </thead>
              <tbody>
                {[...days].reverse().map((day) => (
                  <tr key={day.day}>
                    <th scope="row">{day.day}</th>
                    <td>{day.answer}</td>
                    <td>{day.clarify}</td>
                    <td>{day.abstain}</td>
                    <td>{day.helpful}</td>
                    <td>{day.unhelpful}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </>
      ) : null}
    </section>
  );
}
