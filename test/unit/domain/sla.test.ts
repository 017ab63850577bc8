/** What a clock shows, against a counter that walks over every minute of its life. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHINA_DATES, CHINA_LAST_YEAR, chinaDay } from '../../../src/desk/china-days.ts';
import { forecastMisses } from '../../../src/desk/sla-forecast.ts';
import { compileRules } from '../../../src/desk/sla-rules.ts';
import { type Calendar, isOpen, nextOpening } from '../../../src/domain/calendar.ts';
import { calendarPlanSchema, compileCalendar } from '../../../src/domain/calendar-plan.ts';
import { readClock } from '../../../src/domain/sla.ts';
import { readSpans, spansText } from '../../../src/web/console/settings/rules.ts';

const MINUTE = 60_000;
const WORK: Calendar = {
  timeZone: 'America/New_York',
  week: [0, 1, 2, 3, 4, 5, 6].map((day) =>
    day < 5
      ? [
          { opens: 540, closes: 720 },
          { opens: 780, closes: 1020 },
        ]
      : [],
  ),
  days: new Map([['2026-03-10', []]]),
};
/** The Friday before the clocks change in New York. */
const START = Date.parse('2026-03-06T14:30:00Z');
const at = (minute: number) => new Date(START + minute * MINUTE);

describe('a clock', () => {
  it('adds up the running stretches alone, whatever the pauses, weekends and changes of the wall clock', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 7 * 1440 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 1_500 }),
        fc.integer({ min: 0, max: 2 }),
        (instants, minutes, ending) => {
          const marks = instants.sort((a, b) => a - b);
          const pauses = Array.from({ length: Math.floor(marks.length / 2) }, (_, n) => ({
            from: at(marks[2 * n] ?? 0),
            to: at(marks[2 * n + 1] ?? 0),
          }));
          const end = ending === 0 ? null : at((marks.at(-1) ?? 0) + 300);
          const facts = {
            startedAt: at(0),
            pauses,
            warned: 0,
            pausedAt: ending === 1 ? end : null,
            stoppedAt: ending === 2 ? end : null,
          };
          const reading = readClock(facts, { calendar: WORK, minutes, levels: [50, 100] });
          let used = 0;
          let due: number | null = null;
          for (let n = 0; n < 40 * 1440 && due === null && (end === null || at(n) < end); n++) {
            const paused = pauses.some(({ from, to }) => at(n) >= from && at(n) < to);
            if (!paused && isOpen(WORK, at(n))) used++;
            if (used === minutes) due = n + 1;
          }
          const missed = due !== null && end !== null && at(due) < end;
          if (end === null) expect(reading.dueAt).toEqual(due === null ? null : at(due));
          else expect(reading.missedAt).toEqual(missed && due !== null ? at(due) : null);
          if (end !== null && !missed) expect(reading.leftMinutes).toBe(minutes - used);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('names the next share only, and none once all are warned of', () => {
    const facts = { startedAt: at(0), pauses: [], pausedAt: null, stoppedAt: null };
    const target = { calendar: WORK, minutes: 60, levels: [50, 80, 100] };
    expect(readClock({ ...facts, warned: 50 }, target)).toMatchObject({ nextLevel: 80, nextAt: at(48), dueAt: at(60) });
    expect(readClock({ ...facts, warned: 100 }, target)).toMatchObject({ nextLevel: null, nextAt: null });
  });
});

describe('rules', () => {
  const targets = { firstReply: 10, nextReply: null, resolution: 480 };
  const policy = {
    enabled: true,
    inboxIds: [],
    targets: { low: targets, normal: targets, high: targets, urgent: targets },
  };
  it('take the first policy that fits the inbox, and promise nothing where none does', () => {
    const mail = {
      ...policy,
      id: 'a',
      name: 'mail',
      inboxIds: ['mail'],
      targets: { ...policy.targets, normal: { ...targets, firstReply: 240 } },
    };
    const rules = compileRules(
      {
        calendars: [],
        inboxes: [],
        policies: [{ ...policy, id: 'x', name: 'off', enabled: false }, mail, { ...policy, id: 'b', name: 'all' }],
      },
      { timeZone: 'UTC', opens: 0, closes: 1440 },
    );
    const aim = (inboxId: string, first: boolean) => rules.aimOf({ kind: 'reply', first, inboxId, priority: 'normal' });
    expect([aim('mail', true).target?.minutes, aim('web', true).target?.minutes]).toEqual([240, 10]);
    expect(aim('web', false)).toMatchObject({ goal: 'nextReply', target: null });
  });
});

describe("China's year", () => {
  const plan = calendarPlanSchema.parse({
    timeZone: 'Asia/Shanghai',
    week: [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [{ opens: 540, closes: 1080 }] : [])),
    holidays: 'china',
    days: [{ date: '2026-10-01', name: '值班', spans: [{ opens: 600, closes: 720 }] }],
  });
  const calendar = compileCalendar(plan, { dates: CHINA_DATES, kind: chinaDay });
  it.each([
    ['2026-02-17T10:00:00+08:00', false, 'Spring Festival, a Tuesday'],
    ['2026-02-14T10:00:00+08:00', true, 'a Saturday that is worked for it'],
    ['2026-02-21T10:00:00+08:00', false, 'a Saturday within it'],
    ['2026-02-28T10:00:00+08:00', true, 'another make-up Saturday'],
    ['2026-10-01T11:00:00+08:00', true, 'own hours win'],
    ['2026-10-01T13:00:00+08:00', false, 'and end'],
    ['2026-10-10T10:00:00+08:00', true, 'a make-up Saturday'],
  ])('%s: open is %s (%s)', (instant, open) => {
    expect(isOpen(calendar, new Date(instant))).toBe(open);
  });
  it('opens again after the holidays', () => {
    expect(nextOpening(calendar, new Date('2026-10-01T12:00:00+08:00'))?.toISOString()).toBe(
      '2026-10-08T01:00:00.000Z',
    );
    expect(CHINA_LAST_YEAR).toBeGreaterThanOrEqual(2026);
  });
  it('refuses what never opens, overlaps or is in no zone', () => {
    for (const bad of [
      { ...plan, week: plan.week.map(() => []) },
      {
        ...plan,
        week: plan.week.map(() => [
          { opens: 540, closes: 720 },
          { opens: 700, closes: 800 },
        ]),
      },
      { ...plan, timeZone: 'Mars/Olympus' },
      { ...plan, days: [{ date: '2026-02-30', name: '', spans: [] }] },
    ])
      expect(calendarPlanSchema.safeParse(bad).success).toBe(false);
  });
});

describe('the forecast', () => {
  const floor = {
    dueIn: [],
    arrivalsPerMinute: 0,
    agents: 1,
    serviceMs: 60_000,
    limitMs: 180_000,
    horizonMs: 1_800_000,
  };
  it('is nothing on a quiet floor, and everybody where nobody answers', () => {
    expect(forecastMisses(floor)).toBe(0);
    expect(forecastMisses({ ...floor, dueIn: [60_000, 120_000, -5], agents: 0 })).toBe(2);
  });
  it('falls with every hand and rises with every arrival', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 8 }), (arrivals, agents) => {
        const misses = (a: number, n: number) => forecastMisses({ ...floor, arrivalsPerMinute: a / 10, agents: n });
        expect(misses(arrivals, agents + 1)).toBeLessThanOrEqual(misses(arrivals, agents));
        expect(misses(arrivals + 5, agents)).toBeGreaterThanOrEqual(misses(arrivals, agents));
      }),
    );
  });
});

describe('hours as people write them', () => {
  it('are read back as they are shown', () => {
    expect(readSpans('13:00-18:00， 9：00～12：00')).toEqual([
      { opens: 540, closes: 720 },
      { opens: 780, closes: 1080 },
    ]);
    expect(
      readSpans(
        spansText([
          { opens: 0, closes: 95 },
          { opens: 600, closes: 1440 },
        ]),
      ),
    ).toEqual([
      { opens: 0, closes: 95 },
      { opens: 600, closes: 1440 },
    ]);
    expect(readSpans('')).toEqual([]);
    for (const bad of ['9', '18:00-9:00', '9:00-12:00, 11:00-13:00', '9:00-25:00', '9:70-10:00'])
      expect(readSpans(bad)).toBeNull();
  });
});
