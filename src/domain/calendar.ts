/** When people are at the desk. Times are wall-clock times of the calendar's own zone, whatever DST does there. */
export type WorkingHours = { timeZone: string /** Minutes after midnight. */; opens: number; closes: number };

/** Parses `09:00-21:00`; null when it is not such a span. */
export function parseSpan(span: string): { opens: number; closes: number } | null {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(span);
  if (!match) return null;
  const [, h1, m1, h2, m2] = match;
  const opens = Number(h1) * 60 + Number(m1);
  const closes = Number(h2) * 60 + Number(m2);
  return closes > opens && closes <= 24 * 60 ? { opens, closes } : null;
}

/** Minutes after midnight on the wall clock of the zone. */
function wallMinutes(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
}

/** Whether people are there now, and if not, whether they come back today or tomorrow. */
export function presenceAt(
  at: Date,
  hours: WorkingHours,
): { open: true } | { open: false; returns: 'today' | 'tomorrow' } {
  const now = wallMinutes(at, hours.timeZone);
  if (now >= hours.opens && now < hours.closes) return { open: true };
  return { open: false, returns: now < hours.opens ? 'today' : 'tomorrow' };
}

/** `9:00`, for people. */
export function clockText(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
