/** A business calendar as an administrator writes it, and how it becomes one that counts. */
import * as z from 'zod';
import type { Calendar, DateKey, Span } from './calendar.ts';
import { wallTime } from './calendar-zone.ts';

const MAX_SPANS = 6;
const MAX_DAYS = 400;

const spanSchema = z
  .object({ opens: z.int().min(0).max(1439), closes: z.int().min(1).max(1440) })
  .refine(({ opens, closes }) => opens < closes, { message: 'closes before it opens' });

const spansSchema = z
  .array(spanSchema)
  .max(MAX_SPANS)
  .transform((spans) => spans.toSorted((a, b) => a.opens - b.opens))
  .refine((spans) => spans.every(({ opens }, n) => n === 0 || opens >= (spans[n - 1]?.closes ?? 0)), {
    message: 'spans overlap',
  });

export const calendarPlanSchema = z.object({
  timeZone: z.string().max(60).refine(isZone, { message: 'unknown time zone' }),
  /** Monday first. At least one day has a span: a desk that never opens could keep no promise. */
  week: z
    .array(spansSchema)
    .length(7)
    .refine((week) => week.some((spans) => spans.length > 0), { message: 'never open' }),
  holidays: z.enum(['none', 'china']),
  /** Own exceptions; they win over announced holidays. */
  days: z
    .array(z.object({ date: z.iso.date(), name: z.string().trim().max(60), spans: spansSchema }))
    .max(MAX_DAYS)
    .refine((days) => new Set(days.map(({ date }) => date)).size === days.length, { message: 'a date twice' }),
});
export type CalendarPlan = z.output<typeof calendarPlanSchema>;

export type Announced = { dates: readonly DateKey[]; kind(date: DateKey): 'off' | 'worked' | null };

/** A make-up working day has the hours of its own weekday where it has some, and of the first working weekday otherwise. */
export function compileCalendar(plan: CalendarPlan, china: Announced): Calendar {
  const days = new Map<DateKey, readonly Span[]>();
  const usual = plan.week.find((spans) => spans.length > 0) ?? [];
  for (const date of plan.holidays === 'china' ? china.dates : []) {
    if (china.kind(date) === 'off') days.set(date, []);
    else if (spansOf(plan, date).length === 0) days.set(date, usual);
  }
  for (const { date, spans } of plan.days) days.set(date, spans);
  return { timeZone: plan.timeZone, week: plan.week, days };
}

function spansOf({ week }: CalendarPlan, date: DateKey): readonly Span[] {
  return week[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7] ?? [];
}

function isZone(name: string): boolean {
  try {
    return Number.isFinite(wallTime(name, 0));
  } catch {
    return false;
  }
}
