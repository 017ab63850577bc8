/** Times as they are promised in Chinese and English, and the instant at which each has passed. */
import { type Calendar, lastOpenBefore, workdayEnd } from './calendar.ts';
import { DAY_MS, instantOfWall, wallTime } from './calendar-zone.ts';

const MINUTE_MS = 60_000;

/** `day`: so many days after today, by `until` minutes after its midnight; null: by the end of work. */
export type SaidTime =
  | { unit: 'minutes'; n: number }
  | { unit: 'workdays'; n: number }
  | { unit: 'day'; ahead: number; until: number | null }
  /** Monday is 0; `next`: of next week. */
  | { unit: 'weekday'; weekday: number; next: boolean };

const DIGITS = '零一二三四五六七八九';
const NUMBER = '(\\d{1,3}|[一二两三四五六七八九十半]{1,3})';
const PART = '(凌晨|早上|早|上午|中午|下午|晚上|晚|下班前)?';
const UNTIL: Record<string, number> = {
  凌晨: 360,
  早上: 600,
  早: 600,
  上午: 720,
  中午: 780,
  下午: 1080,
  晚上: 1440,
  晚: 1440,
};
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const NAMES = '(mon|tues|wednes|thurs|fri|satur|sun)day';
const WORDS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  'twenty-four': 24,
  'forty-eight': 48,
};
const COUNT = `(\\d{1,3}|${Object.keys(WORDS).join('|')})`;

type Reader = { pattern: RegExp; read: (match: RegExpExecArray) => SaidTime | null };

const READERS: readonly Reader[] = [
  { pattern: /半个?(?:小时|钟头)/, read: () => ({ unit: 'minutes', n: 30 }) },
  { pattern: new RegExp(`${NUMBER}个?工作日`), read: ([, n]) => ({ unit: 'workdays', n: zhNumber(n) }) },
  { pattern: new RegExp(`${NUMBER}个?(?:小时|钟头)`), read: ([, n]) => ({ unit: 'minutes', n: zhNumber(n) * 60 }) },
  { pattern: new RegExp(`${NUMBER}分钟`), read: ([, n]) => ({ unit: 'minutes', n: zhNumber(n) }) },
  {
    pattern: new RegExp(`(?<!第)${NUMBER}(?:天|日)(?=之?内|以内|后|左右|，|就|会|将)`),
    read: ([, n]) => day(zhNumber(n)),
  },
  {
    pattern: /(?<![\d一二两三四五六七八九十])(一|两|三|1|2|3)个?(?:周|星期)(?=之?内|以内|后)/,
    read: ([, n]) => day(zhNumber(n) * 7),
  },
  { pattern: new RegExp(`(今|明|后)(?:天|日|早|晚)?${PART}(?:(\\d{1,2})[点时:：](半|\\d{2})?)?`), read: readZhDay },
  { pattern: /(本|这|下)?个?(?:周|星期|礼拜)([一二三四五六日天])/, read: readZhWeekday },
  { pattern: /(?:本周|这周)(?:之?内)/, read: () => ({ unit: 'weekday', weekday: 6, next: false }) },
  {
    pattern: new RegExp(`\\b${COUNT}\\s+(?:business|working)\\s+days?\\b`),
    read: ([, n]) => ({ unit: 'workdays', n: enNumber(n) }),
  },
  { pattern: /\bhalf an hour\b/, read: () => ({ unit: 'minutes', n: 30 }) },
  {
    pattern: new RegExp(`\\b${COUNT}\\s*(?:hours?|hrs?)\\b`),
    read: ([, n]) => ({ unit: 'minutes', n: enNumber(n) * 60 }),
  },
  {
    pattern: new RegExp(`\\b${COUNT}\\s*(?:minutes?|mins?)\\b`),
    read: ([, n]) => ({ unit: 'minutes', n: enNumber(n) }),
  },
  {
    pattern: new RegExp(`\\b(?:within|in)\\s+(?:the\\s+next\\s+)?${COUNT}\\s+days?\\b`),
    read: ([, n]) => day(enNumber(n)),
  },
  {
    pattern: new RegExp(`\\b(?:within|in)\\s+(?:the\\s+next\\s+)?${COUNT}\\s+weeks?\\b`),
    read: ([, n]) => day(enNumber(n) * 7),
  },
  { pattern: /\bday after tomorrow\b/, read: () => day(2) },
  { pattern: /\btomorrow(?:\s+(morning|noon|afternoon|evening))?/, read: ([, part]) => enDay(1, part) },
  { pattern: /\btonight\b/, read: () => ({ unit: 'day', ahead: 0, until: 1440 }) },
  { pattern: /\b(?:this (morning|afternoon|evening))\b/, read: ([, part]) => enDay(0, part) },
  { pattern: /\b(?:today|(?:by )?(?:the )?end of (?:the )?day)\b/, read: () => day(0) },
  {
    pattern: new RegExp(`\\b(next\\s+)?${NAMES}\\b`),
    read: ([, next, name]) => ({
      unit: 'weekday',
      weekday: WEEKDAYS.indexOf((name ?? '').slice(0, 3)),
      next: next !== undefined,
    }),
  },
];

/** The first time that a sentence (lower case, full-width forms folded) names; null when it names none. */
export function saidTime(sentence: string): { time: SaidTime } | null {
  for (const { pattern, read } of READERS) {
    const match = pattern.exec(sentence);
    const time = match && read(match);
    if (time) return { time };
  }
  return null;
}

/**
 * When it has passed, never later than what the customer understood: where the desk is closed at that instant, the last
 * working moment before it, if there is one.
 */
export function dueOf(time: SaidTime, at: Date, calendar: Calendar): Date {
  if (time.unit === 'workdays') return workdayEnd(calendar, at, time.n) ?? new Date(at.getTime() + time.n * DAY_MS);
  const said = literal(time, at, calendar.timeZone);
  return lastOpenBefore(calendar, at, said) ?? said;
}

function literal(time: Exclude<SaidTime, { unit: 'workdays' }>, at: Date, timeZone: string): Date {
  if (time.unit === 'minutes') return new Date(at.getTime() + time.n * MINUTE_MS);
  const today = Math.floor(wallTime(timeZone, at.getTime()) / DAY_MS);
  const ahead = time.unit === 'day' ? time.ahead : daysTo(time, (((today + 3) % 7) + 7) % 7);
  const until = time.unit === 'day' ? (time.until ?? 1440) : 1440;
  const instant = instantOfWall(timeZone, (today + ahead) * DAY_MS + until * MINUTE_MS);
  // "By ten" at eleven is a slip of the tongue: the day itself still holds.
  return new Date(instant > at.getTime() ? instant : instantOfWall(timeZone, (today + ahead + 1) * DAY_MS));
}

function daysTo({ weekday, next }: { weekday: number; next: boolean }, today: number): number {
  if (next) return 7 - today + weekday;
  return weekday >= today ? weekday - today : 7 - today + weekday;
}

function day(ahead: number): SaidTime {
  return { unit: 'day', ahead, until: null };
}

function readZhDay([text, which = '今', part, hour, minute]: RegExpExecArray): SaidTime {
  const ahead = { 今: 0, 明: 1, 后: 2 }[which] ?? 0;
  const named =
    part ?? (text.startsWith('今晚') || text.startsWith('明晚') ? '晚' : text.startsWith('明早') ? '早' : undefined);
  if (hour === undefined) return { unit: 'day', ahead, until: UNTIL[named ?? ''] ?? null };
  const late = named !== undefined && ['下午', '晚上', '晚'].includes(named) && Number(hour) < 12;
  const minutes = minute === '半' ? 30 : Number(minute ?? 0);
  return { unit: 'day', ahead, until: Math.min(1440, (Number(hour) + (late ? 12 : 0)) * 60 + minutes) };
}

function readZhWeekday([, which, name = '日']: RegExpExecArray): SaidTime {
  return { unit: 'weekday', weekday: '一二三四五六日'.indexOf(name === '天' ? '日' : name), next: which === '下' };
}

function enDay(ahead: number, part: string | undefined): SaidTime {
  const until = { morning: 720, noon: 780, afternoon: 1080, evening: 1440 }[part ?? ''] ?? null;
  return { unit: 'day', ahead, until };
}

function enNumber(text = '1'): number {
  return WORDS[text] ?? Number(text);
}

/** Up to 99: 三, 十二, 二十四, and digits. */
function zhNumber(text = '1'): number {
  if (/^\d+$/.test(text)) return Number(text);
  const [tens, ones] = text.includes('十') ? text.split('十') : ['', text];
  const digit = (one: string | undefined, empty: number) => (one ? DIGITS.indexOf(one === '两' ? '二' : one) : empty);
  return (text.includes('十') ? digit(tens, 1) * 10 : 0) + digit(ones, 0);
}
