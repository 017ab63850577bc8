/** What a zone's clocks show: stretches of time with one offset from UTC each, so that DST is never guessed. */

export const DAY_MS = 86_400_000;

/** From `from` (inclusive) to `to`, wall time is UTC plus `offset`; all in milliseconds. */
export type Piece = { from: number; to: number; offset: number };

/** Days kept per process; a working desk asks for some months of some zones. */
const MAX_KEPT = 20_000;
const kept = new Map<string, readonly Piece[]>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** The stretches of one UTC day (days since 1970-01-01), ascending: one on nearly all days, two on days of a change. */
export function zonePieces(timeZone: string, day: number): readonly Piece[] {
  const key = `${timeZone} ${day}`;
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const pieces = cut(timeZone, { from: day * DAY_MS, to: (day + 1) * DAY_MS });
  kept.set(key, pieces);
  return pieces;
}

/** No zone changes its clocks twice within a day and back to where they were: equal ends are one stretch. */
function cut(timeZone: string, { from, to }: { from: number; to: number }): Piece[] {
  const offset = offsetAt(timeZone, from);
  if (offsetAt(timeZone, to - 1) === offset) return [{ from, to, offset }];
  let before = from;
  let after = to - 1;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(timeZone, middle) === offset) before = middle;
    else after = middle;
  }
  return [{ from, to: after, offset }, ...cut(timeZone, { from: after, to })];
}

/** What the zone's wall clock shows at an instant, as the instant at which UTC shows the same. Throws for an unknown zone. */
export function wallTime(timeZone: string, at: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000);
}

/** The first instant at which the wall clock shows this time (given as by {@link wallTime}), or has jumped over it. */
export function instantOfWall(timeZone: string, wall: number): number {
  const day = Math.floor(wall / DAY_MS);
  for (const piece of [day - 1, day, day + 1].flatMap((one) => zonePieces(timeZone, one)))
    if (wall - piece.offset < piece.to) return Math.max(wall - piece.offset, piece.from);
  return wall;
}

function offsetAt(timeZone: string, at: number): number {
  return wallTime(timeZone, at) - at;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  });
  formats.set(timeZone, made);
  return made;
}
