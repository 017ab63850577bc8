/** Every clock of a conversation: what runs, what stands still, what was kept and what was missed. */
import { useTranslation } from 'react-i18next';
import type { ClockShape } from '../../../contract/clocks.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { fullTime } from '../kit/format.ts';
import { SlaChip } from './sla-chip.tsx';

export function SideClocks({ clocks }: { clocks: readonly ClockShape[] }) {
  const { t } = useTranslation();
  if (clocks.length === 0) return <p className="muted">{t('clock.none')}</p>;
  return (
    <ul className="side-clocks">
      {clocks.map((clock) => (
        <li key={clock.id}>
          <span>{t(`clock.goal.${clock.goal}`)}</span>
          <State clock={clock} />
        </li>
      ))}
    </ul>
  );
}

function State({ clock }: { clock: ClockShape }) {
  const { t } = useTranslation();
  const locale = currentLocale();
  if (clock.stoppedAt === null) {
    const { goal, dueAt, paused, left, missedAt } = clock;
    const chip = (
      <SlaChip short clock={{ goal, dueAt: paused ? null : dueAt, pausedLeft: left, missed: missedAt !== null }} />
    );
    return dueAt === null || paused ? (
      chip
    ) : (
      <span title={t('clock.dueAt', { at: fullTime(dueAt, locale) })}>{chip}</span>
    );
  }
  return (
    <span className={`sla is-${clock.missedAt === null ? 'kept' : 'red'}`} title={fullTime(clock.stoppedAt, locale)}>
      {t(clock.missedAt === null ? 'clock.kept' : 'clock.missed')}
    </span>
  );
}
