/** When people are at the desk: spans of wall-clock time in a zone's own days, counted exactly whatever DST does there. */
import { DAY_MS, instantOfWall, wallTime, zonePieces } from './calendar-zone.ts';

/** Minutes after midnight on the wall clock; `closes` may be 1440, the end of the day. */
export type Span = { opens: number; closes: number };

/** The same hours every day: what the configuration gives. */
export type WorkingHours = { timeZone: string } & Span;

/** `YYYY-MM-DD` of the zone's own calendar. */
export type DateKey = string;

export type Calendar = {
  /** IANA name. */
  timeZone: string;
  /** Seven days from Monday on; a day without spans is off. */
  week: readonly (readonly Span[])[];
  /** Dates that are unlike their weekday: public holidays (no spans), make-up working days, own exceptions. */
  days: ReadonlyMap<DateKey, readonly Span[]>;
};

/** Longer than this nobody stays away: a calendar that does not open within it never opens. In days. */
const HORIZON_DAYS = 3_660;
const MINUTE_MS = 60_000;

/** Parses `09:00-21:00`; null when it is not such a span. */
export function parseSpan(span: string): Span | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(span);
  if (!match) return null;
  const [, h1, m1, h2, m2] = match;
  const opens = Number(h1) * 60 + Number(m1);
  const closes = Number(h2) * 60 + Number(m2);
  return closes > opens && closes <= 24 * 60 ? { opens, closes } : null;
}

export function everyDay({ timeZone, opens, closes }: WorkingHours): Calendar {
  return { timeZone, week: Array.from({ length: 7 }, () => [{ opens, closes }]), days: new Map() };
}

/** Half-open: the instant at which a span closes is not at work any more. */
export function isOpen(calendar: Calendar, at: Date): boolean {
  const [first] = openTimes(calendar, at.getTime());
  return first !== undefined && first.from <= at.getTime();
}

/** The next instant at work, `at` itself when that is; null when the calendar never opens. */
export function nextOpening(calendar: Calendar, at: Date): Date | null {
  for (const { from } of openTimes(calendar, at.getTime())) return new Date(Math.max(from, at.getTime()));
  return null;
}

/**
 * The instant by which so many minutes at work have passed since `start`; fractions count. Ends at the close of a span
 * rather than at the opening of the next. null when the calendar never has as many.
 */
export function addBusinessTime(calendar: Calendar, start: Date, minutes: number): Date | null {
  let left = Math.max(0, minutes) * MINUTE_MS;
  for (const { from, to } of openTimes(calendar, start.getTime())) {
    if (left <= to - from) return new Date(Math.round(from + left));
    left -= to - from;
  }
  return null;
}

/** Minutes at work between two instants, with their fraction; 0 when `end` is not after `start`. */
export function businessMinutesBetween(calendar: Calendar, start: Date, end: Date): number {
  let sum = 0;
  for (const { from, to } of openTimes(calendar, start.getTime(), end.getTime())) sum += to - from;
  return sum / MINUTE_MS;
}

/** The last close at or before `end`, `end` itself when it is at work; null when nobody is at work after `start` until then. */
export function lastOpenBefore(calendar: Calendar, start: Date, end: Date): Date | null {
  let last: Date | null = null;
  for (const { to } of openTimes(calendar, start.getTime(), end.getTime())) last = new Date(to);
  return last;
}

/** The close of the n-th working day after the day of `start`; null when there is none. */
export function workdayEnd(calendar: Calendar, start: Date, n: number): Date | null {
  const today = Math.floor(wallTime(calendar.timeZone, start.getTime()) / DAY_MS);
  let left = n;
  for (let date = today + 1; date <= today + HORIZON_DAYS; date++) {
    const closes = spansOn(calendar, date).at(-1)?.closes;
    if (closes === undefined || --left > 0) continue;
    return new Date(instantOfWall(calendar.timeZone, date * DAY_MS + closes * MINUTE_MS));
  }
  return null;
}

/** Times at work from an instant on, ascending, cut at both ends; within one stretch of the zone's offset each. */
function* openTimes(
  calendar: Calendar,
  start: number,
  end = Number.POSITIVE_INFINITY,
): Generator<{ from: number; to: number }> {
  for (let day = Math.floor(start / DAY_MS), last = day + HORIZON_DAYS; day <= last && day * DAY_MS < end; day++)
    for (const piece of zonePieces(calendar.timeZone, day)) yield* openIn(calendar, piece, { start, end });
}

/** With one offset, wall time and instants run alike: spans of each wall date, moved by the offset, cut by the piece. */
function* openIn(
  calendar: Calendar,
  piece: { from: number; to: number; offset: number },
  { start, end }: { start: number; end: number },
): Generator<{ from: number; to: number }> {
  const lower = Math.max(piece.from, start);
  const upper = Math.min(piece.to, end);
  if (lower >= upper) return;
  const lastDate = Math.floor((upper - 1 + piece.offset) / DAY_MS);
  for (let date = Math.floor((lower + piece.offset) / DAY_MS); date <= lastDate; date++)
    for (const { opens, closes } of spansOn(calendar, date)) {
      const midnight = date * DAY_MS - piece.offset;
      const from = Math.max(lower, midnight + opens * MINUTE_MS);
      const to = Math.min(upper, midnight + closes * MINUTE_MS);
      if (from < to) yield { from, to };
    }
}

/** The spans of a wall date, given as days since 1970-01-01 (a Thursday). */
function spansOn({ week, days }: Calendar, date: number): readonly Span[] {
  const special = days.size > 0 ? days.get(new Date(date * DAY_MS).toISOString().slice(0, 10)) : undefined;
  return special ?? week[(((date + 3) % 7) + 7) % 7] ?? [];
}
