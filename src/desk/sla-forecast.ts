/** How many waits will be too long soon: the queue played forward with the arrivals and the hands of now. */

export type FloorNow = {
  /** Milliseconds from now until each waiting customer has waited too long; negative: has already. */
  dueIn: readonly number[];
  arrivalsPerMinute: number;
  /** People who answer, one customer at a time. */
  agents: number;
  /** How long an answer takes them. */
  serviceMs: number;
  limitMs: number;
  horizonMs: number;
};

/** Misses within the horizon; those that are late already are not forecast any more. Arrivals come evenly. */
export function forecastMisses(floor: FloorNow): number {
  const { agents, serviceMs, horizonMs } = floor;
  const free = Array.from({ length: Math.max(0, agents) }, () => 0);
  let missed = 0;
  for (const { from, due } of waitsOf(floor)) {
    const [first = Number.POSITIVE_INFINITY] = free.sort((a, b) => a - b);
    const answered = Math.max(first, from) + serviceMs;
    if (free.length > 0) free[0] = answered;
    if (answered > due && due > 0 && due <= horizonMs) missed++;
  }
  return missed;
}

/** Those who wait now and those who will come, in the order in which they must be answered. */
function waitsOf({ dueIn, arrivalsPerMinute, limitMs, horizonMs }: FloorNow): { from: number; due: number }[] {
  const coming = Math.floor((arrivalsPerMinute * horizonMs) / 60_000);
  const pause = coming > 0 ? horizonMs / coming : 0;
  const arrivals = Array.from({ length: coming }, (_, n) => ({
    from: (n + 0.5) * pause,
    due: (n + 0.5) * pause + limitMs,
  }));
  return [...dueIn.map((due) => ({ from: 0, due })), ...arrivals].sort((a, b) => a.due - b.due);
}
