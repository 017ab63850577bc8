/** A clock as a chip: what is due, how long it still has or how late it is, in words and colour. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { ConversationShape } from '../../../contract/shapes.ts';
import { duration } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { serverNow, useSecond } from '../state/clock.ts';
import '../styles/clocks.css';

type Nearest = NonNullable<ConversationShape['clock']>;

const MINUTE = 60_000;
const DAY = 86_400_000;
/** From when on the countdown shows amber and red; the guard of human replies is over in minutes. */
const NEAR = {
  humanReply: { amber: MINUTE, red: MINUTE / 2 },
  other: { amber: 10 * MINUTE, red: 3 * MINUTE },
} as const;

/** `2 d 3 h`, or a clock below a day. */
export function spanWords(t: TFunction, ms: number): string {
  if (ms < DAY) return duration(ms);
  return t('clock.days', { d: Math.floor(ms / DAY), h: Math.floor((ms % DAY) / (60 * MINUTE)) });
}

export function SlaChip({ clock, short = false }: { clock: Nearest; short?: boolean }) {
  const { t } = useTranslation();
  useSecond();
  const goal = t(`clock.goal.${clock.goal}`);
  if (clock.dueAt === null) {
    const left = clock.pausedLeft === null ? '' : spanWords(t, Math.max(0, clock.pausedLeft) * MINUTE);
    return (
      <span className="sla is-paused" title={goal}>
        <Icon name="clock" size={13} />
        {short ? null : `${goal} `}
        {t('clock.paused', { left })}
      </span>
    );
  }
  const left = Date.parse(clock.dueAt) - serverNow();
  const { amber, red } = clock.goal === 'humanReply' ? NEAR.humanReply : NEAR.other;
  const tone = left <= red ? 'red' : left <= amber ? 'amber' : 'calm';
  const words =
    left >= 0 ? t('clock.left', { time: spanWords(t, left) }) : t('clock.late', { time: spanWords(t, -left) });
  return (
    <span className={`sla is-${tone}`} title={`${goal}: ${words}`}>
      <Icon name={left < 0 ? 'alert' : 'clock'} size={13} />
      {short ? <span className="only-spoken">{goal}</span> : `${goal} `}
      <span>{words}</span>
    </span>
  );
}
