/** Where an article stands and what is wrong with it, in words. */
import type { ArticleStateShape, HealthMarkShape } from '../../../contract/knowledge-shapes.ts';
import { useTexts } from './texts.ts';

export function StateChip({ state }: { state: ArticleStateShape }) {
  const t = useTexts();
  return <span className={`chip k-state is-${state}`}>{t(`state.${state}`)}</span>;
}

export function HealthMarks({ marks }: { marks: readonly HealthMarkShape[] }) {
  const t = useTexts();
  if (marks.length === 0) return null;
  return (
    <span className="k-marks">
      {marks.map((mark) => (
        <span key={mark} className={`k-mark is-${mark}`}>
          {t(`mark.${mark}`)}
        </span>
      ))}
    </span>
  );
}
