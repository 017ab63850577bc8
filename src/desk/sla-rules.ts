/** Which calendar and which target hold for a clock: the rules that administrators keep, ready to be asked. */
import { type Calendar, everyDay, type WorkingHours } from '../domain/calendar.ts';
import { type CalendarPlan, compileCalendar } from '../domain/calendar-plan.ts';
import {
  type ClockTarget,
  type Goal,
  HUMAN_REPLY_PRESET,
  type HumanReply,
  type Priority,
  type SlaPolicy,
  WARNING_LEVELS,
} from '../domain/sla.ts';
import { CHINA_DATES, chinaDay } from './china-days.ts';

export type KeptRules = {
  calendars: readonly { id: string; plan: CalendarPlan; isDefault: boolean }[];
  inboxes: readonly { inboxId: string; calendarId: string | null; humanReply: HumanReply }[];
  /** In the order in which they are tried. */
  policies: readonly (SlaPolicy & { id: string })[];
};
export type ClockKind = 'reply' | 'resolution' | 'human';
export type ClockSubject = { kind: ClockKind; first: boolean; inboxId: string; priority: Priority };
export type Aim = { goal: Goal; policyId: string | null; target: ClockTarget | null };

export type Rules = {
  calendarOf(inboxId: string): Calendar;
  /** `target` is null where nothing is promised. */
  aimOf(subject: ClockSubject): Aim;
};

/** Without a default calendar of its own the desk keeps the hours of the configuration. */
export function compileRules(kept: KeptRules, hours: WorkingHours): Rules {
  const compiled = new Map(
    kept.calendars.map(({ id, plan }) => [id, compileCalendar(plan, { dates: CHINA_DATES, kind: chinaDay })]),
  );
  const preset = kept.calendars.find(({ isDefault }) => isDefault);
  const usual = (preset && compiled.get(preset.id)) ?? everyDay(hours);
  const inboxes = new Map(kept.inboxes.map((inbox) => [inbox.inboxId, inbox]));
  const calendarOf = (inboxId: string) => compiled.get(inboxes.get(inboxId)?.calendarId ?? '') ?? usual;
  const human = ({ inboxId }: ClockSubject): Aim => {
    const rule = inboxes.get(inboxId)?.humanReply ?? HUMAN_REPLY_PRESET;
    const { timeZone } = calendarOf(inboxId);
    const calendar = rule.window ? everyDay({ timeZone, ...rule.window }) : calendarOf(inboxId);
    // Its countdown is short and on every screen; only a miss is worth a line in the log.
    const target = rule.enabled ? { calendar, minutes: rule.seconds / 60, levels: [100] } : null;
    return { goal: 'humanReply', policyId: null, target };
  };
  return {
    calendarOf,
    aimOf: (subject) => {
      if (subject.kind === 'human') return human(subject);
      const goal = subject.kind === 'resolution' ? 'resolution' : subject.first ? 'firstReply' : 'nextReply';
      const policy = kept.policies.find(
        ({ enabled, inboxIds }) => enabled && (inboxIds.length === 0 || inboxIds.includes(subject.inboxId)),
      );
      const minutes = policy?.targets[subject.priority][goal] ?? null;
      const target =
        minutes === null ? null : { calendar: calendarOf(subject.inboxId), minutes, levels: WARNING_LEVELS };
      return { goal, policyId: policy?.id ?? null, target };
    },
  };
}
