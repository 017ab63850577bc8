/** Every zone and every change of its clocks 2024-2030 against a counter of minutes; some zones each run, all with `ZONES=all`. */
import { describe, expect, it } from 'vitest';
import {
  addBusinessTime,
  businessMinutesBetween,
  type Calendar,
  isOpen,
  nextOpening,
} from '../../../src/domain/calendar.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Rules that bite: half an hour, at midnight, backwards in winter, in Ramadan, over the date line, odd offsets. */
const HARD = [
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'America/Santiago',
  'Europe/Dublin',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'Pacific/Apia',
  'Asia/Shanghai',
  'America/Nuuk',
  'America/Asuncion',
  'Asia/Gaza',
  'Antarctica/Troll',
  'Atlantic/Azores',
  'America/New_York',
];
const ALL = Intl.supportedValuesOf('timeZone');
const zones = process.env.ZONES === 'all' ? ALL : [...HARD, ...ALL.filter((_, n) => n % 40 === 7)];

/** A night shift over both midnights, a lunch break, odd minutes; open or not at every hour at which clocks change. */
const WEEK = [0, 1, 2, 3, 4, 5, 6].map((day) => [
  { opens: 0, closes: 95 },
  ...(day % 2 === 0 ? [{ opens: 130, closes: 11 * 60 + 37 }] : [{ opens: 150, closes: 165 }]),
  { opens: 13 * 60, closes: 18 * 60 + 30 },
  { opens: 22 * 60 + 15, closes: 1440 },
]);

/** The brute force: what the wall shows in this very minute, straight from Intl, and nothing else. */
function counter(calendar: Calendar): (minute: number) => boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: calendar.timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const wall = Number(parts.hour) * 60 + Number(parts.minute);
    const spans = calendar.week[days.indexOf(String(parts.weekday))] ?? [];
    return spans.some(({ opens, closes }) => wall >= opens && wall < closes);
  };
}

/** The hours in which the zone's distance from UTC changes, found by looking at each hour. */
function changes(timeZone: string): number[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const offset = (at: number) => format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value;
  const found: number[] = [];
  const step = 24 * HOUR;
  for (let at = Date.UTC(2024, 0, 1), end = Date.UTC(2031, 0, 1); at < end; at += step) {
    if (offset(at) === offset(at + step)) continue;
    let hour = at;
    while (offset(hour) === offset(hour + HOUR)) hour += HOUR;
    found.push(hour);
  }
  return found.length > 0 ? found : [Date.UTC(2026, 2, 29)];
}

function check(calendar: Calendar, around: number): void {
  const open = counter(calendar);
  const start = around - 14 * HOUR;
  const minutes = 30 * 60;
  const worked = [0];
  for (let n = 0; n < minutes; n++) worked.push((worked[n] ?? 0) + (open(start + n * MINUTE) ? 1 : 0));
  const at = (n: number) => new Date(start + n * MINUTE);
  for (let n = 0; n < minutes; n += 7) {
    const isWork = (worked[n + 1] ?? 0) > (worked[n] ?? 0);
    if (isOpen(calendar, at(n)) !== isWork)
      throw new Error(`${calendar.timeZone} ${at(n).toISOString()}: open is ${!isWork}`);
    const counted = (worked[minutes] ?? 0) - (worked[n] ?? 0);
    expect(businessMinutesBetween(calendar, at(n), at(minutes))).toBe(counted);
    if (counted === 0) continue;
    const some = (n * 31) % counted;
    const due = addBusinessTime(calendar, at(n), some + 1);
    let last = n;
    while ((worked[last + 1] ?? 0) - (worked[n] ?? 0) < some + 1) last++;
    expect(due, `${calendar.timeZone} from ${at(n).toISOString()} plus ${some + 1}`).toEqual(at(last + 1));
    let next = n;
    while ((worked[next + 1] ?? 0) === (worked[n] ?? 0)) next++;
    expect(nextOpening(calendar, at(n))).toEqual(at(next));
  }
}

describe('the calendar counts as a counter of minutes does', () => {
  it.each(zones)('in %s, over each change of its clocks from 2024 to 2030', (timeZone) => {
    const calendar: Calendar = { timeZone, week: WEEK, days: new Map() };
    for (const change of changes(timeZone)) check(calendar, change);
  });
});
