/** China's public holidays and make-up working days (调休), as the State Council announces them year by year (kept by `chinese-days`). */
import announced from 'chinese-days/dist/chinese-days.json' with { type: 'json' };
import type { DateKey } from '../domain/calendar.ts';

const holidays: Readonly<Record<DateKey, string>> = announced.holidays;
const workdays: Readonly<Record<DateKey, string>> = announced.workdays;

/** Whether the date is off by announcement, or worked although it is a weekend; null for a day like its weekday. */
export function chinaDay(date: DateKey): 'off' | 'worked' | null {
  if (Object.hasOwn(workdays, date)) return 'worked';
  return Object.hasOwn(holidays, date) ? 'off' : null;
}

/** All announced dates, ascending. */
export const CHINA_DATES: readonly DateKey[] = [...Object.keys(holidays), ...Object.keys(workdays)].sort();

/** The last year that is announced; later ones are announced each November. */
export const CHINA_LAST_YEAR = Number((CHINA_DATES.at(-1) ?? '2004').slice(0, 4));
