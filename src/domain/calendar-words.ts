/** Instants of a calendar as people say them: `明天 9:00`, `on Friday, 9 October at 9:00`. */
import { DAY_MS, wallTime } from './calendar-zone.ts';
import type { Locale } from './locale.ts';

const DAYS: Record<Locale, readonly [today: string, tomorrow: string]> = {
  'zh-CN': ['今天', '明天'],
  en: ['today', 'tomorrow'],
};

/** When, seen from `now`, on the wall clock of the zone. English names the zone, since its readers may be elsewhere. */
export function whenText(locale: Locale, at: Date, { now, timeZone }: { now: Date; timeZone: string }): string {
  const wall = new Date(wallTime(timeZone, at.getTime()));
  const clock = `${wall.getUTCHours()}:${String(wall.getUTCMinutes()).padStart(2, '0')}`;
  const ahead = dayOf(wall.getTime()) - dayOf(wallTime(timeZone, now.getTime()));
  const near = DAYS[locale][ahead];
  if (locale === 'zh-CN') return `${near ?? dateText(locale, wall)} ${clock}`;
  return `${near ?? `on ${dateText(locale, wall)}`} at ${clock} (${offsetName(timeZone, at)})`;
}

function dayOf(wall: number): number {
  return Math.floor(wall / DAY_MS);
}

function dateText(locale: Locale, wall: Date): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeZone: 'UTC',
    month: 'long',
    day: 'numeric',
    weekday: 'long',
  }).format(wall);
}

function offsetName(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}
