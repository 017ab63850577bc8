/** SLA: what is promised to whom in working time, and what a clock of it shows: exact instants out of a ledger of facts. */
import * as z from 'zod';
import { addBusinessTime, businessMinutesBetween, type Calendar } from './calendar.ts';

export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** `humanReply` is the guard: how soon a person answers, whatever the bot says meanwhile. */
export const GOALS = ['firstReply', 'nextReply', 'resolution', 'humanReply'] as const;
export type Goal = (typeof GOALS)[number];

/** 90 days around the clock; in working minutes. */
const minutes = z.int().min(1).max(129_600).nullable();
const targetsSchema = z.object({ firstReply: minutes, nextReply: minutes, resolution: minutes });

export const slaPolicySchema = z.object({
  name: z.string().trim().min(1).max(80),
  enabled: z.boolean(),
  /** Empty: all inboxes. */
  inboxIds: z.array(z.uuid()).max(100),
  /** Working minutes by priority; null: not promised. */
  targets: z.object({ low: targetsSchema, normal: targetsSchema, high: targetsSchema, urgent: targetsSchema }),
});
export type SlaPolicy = z.output<typeof slaPolicySchema>;

export const humanReplySchema = z.object({
  enabled: z.boolean(),
  seconds: z.int().min(10).max(3_600),
  /** Minutes after midnight, each day, in the zone of the inbox's calendar; null: the calendar's own hours. */
  window: z
    .object({ opens: z.int().min(0).max(1439), closes: z.int().min(1).max(1440) })
    .refine(({ opens, closes }) => opens < closes, { message: 'closes before it opens' })
    .nullable(),
});
export type HumanReply = z.output<typeof humanReplySchema>;

/** The marketplaces' rule of three minutes. */
export const HUMAN_REPLY_PRESET: HumanReply = { enabled: true, seconds: 180, window: null };

/** What happened, as it was committed; all else about a clock follows from it. */
export type ClockFacts = {
  startedAt: Date;
  stoppedAt: Date | null;
  /** Since when it stands still: the ticket waits for the customer. */
  pausedAt: Date | null;
  /** The ledger of past pauses, oldest first. */
  pauses: readonly { from: Date; to: Date }[];
  /** The highest share, in per cent, that somebody was warned of. */
  warned: number;
};

/** `minutes` of the calendar's working time. */
export type ClockTarget = { calendar: Calendar; minutes: number; levels: readonly number[] };

export type ClockReading = {
  /** null while it stands still, unless it was missed before. */
  dueAt: Date | null;
  /** When the next share is used up; null when there is none, or it stands still. */
  nextAt: Date | null;
  nextLevel: number | null;
  /** Working minutes left while it stands still or when it stopped; negative when it was late; null while it runs. */
  leftMinutes: number | null;
  /** When it was missed, for a clock that stands still or has stopped. */
  missedAt: Date | null;
};

export const WARNING_LEVELS = [50, 80, 100] as const;

/** Reads a clock: adds the working time of its running stretches, and finds in them where each share ends. */
export function readClock(facts: ClockFacts, { calendar, minutes: target, levels }: ClockTarget): ClockReading {
  const stretches = stretchesOf(facts);
  const dueAt = instantOf(calendar, stretches, target);
  const nextLevel = levels.find((level) => level > facts.warned) ?? null;
  const end = facts.stoppedAt ?? facts.pausedAt;
  if (end === null) {
    const nextAt = nextLevel === null ? null : instantOf(calendar, stretches, (target * nextLevel) / 100);
    return { dueAt, nextAt, nextLevel, leftMinutes: null, missedAt: null };
  }
  const used = stretches.reduce((sum, { from, to }) => sum + businessMinutesBetween(calendar, from, to ?? end), 0);
  const missedAt = dueAt !== null && dueAt < end ? dueAt : null;
  return { dueAt: missedAt, nextAt: null, nextLevel, leftMinutes: target - used, missedAt };
}

type Stretch = { from: Date; to: Date | null };

/** Between the pauses; the last has no end while the clock runs. */
function stretchesOf({ startedAt, stoppedAt, pausedAt, pauses }: ClockFacts): Stretch[] {
  const starts = [startedAt, ...pauses.map(({ to }) => to)];
  const ends = [...pauses.map(({ from }) => from), stoppedAt ?? pausedAt];
  return starts.map((from, n) => ({ from, to: ends[n] ?? null }));
}

/** The instant at which so many working minutes are used up; null when the stretches end before. */
function instantOf(calendar: Calendar, stretches: readonly Stretch[], target: number): Date | null {
  let left = target;
  for (const { from, to } of stretches) {
    if (to === null) return addBusinessTime(calendar, from, left);
    const used = businessMinutesBetween(calendar, from, to);
    if (left <= used) return addBusinessTime(calendar, from, left);
    left -= used;
  }
  return null;
}
