/** Numbers in a text with what they are about: amounts, deadlines, shares; 七天 = 7天 = 一周. */
import type { Locale } from '../domain/locale.ts';

export type FactKind = 'duration' | 'workdays' | 'money' | 'percent' | 'times';
export type Fact = {
  kind: FactKind;
  /** In the smallest unit of its kind: hours, working days, yuan, per cent, times; a range has both ends. */
  low: number;
  high: number;
  /** `max`: within, at most; `min`: from, at least; `at`: neither said. */
  bound: 'max' | 'min' | 'at';
  /** The clause it stands in, without markup. */
  text: string;
  /** Words of that clause beside the number. */
  about: Set<string>;
};

const DAY = 24;
type Unit = { kind: FactKind; factor: number };
const UNITS: Record<string, Unit> = {
  小时: { kind: 'duration', factor: 1 },
  分钟: { kind: 'duration', factor: 1 / 60 },
  天: { kind: 'duration', factor: DAY },
  日: { kind: 'duration', factor: DAY },
  个自然日: { kind: 'duration', factor: DAY },
  自然日: { kind: 'duration', factor: DAY },
  周: { kind: 'duration', factor: 7 * DAY },
  星期: { kind: 'duration', factor: 7 * DAY },
  个月: { kind: 'duration', factor: 30 * DAY },
  年: { kind: 'duration', factor: 365 * DAY },
  工作日: { kind: 'workdays', factor: 1 },
  个工作日: { kind: 'workdays', factor: 1 },
  元: { kind: 'money', factor: 1 },
  块: { kind: 'money', factor: 1 },
  yuan: { kind: 'money', factor: 1 },
  '%': { kind: 'percent', factor: 1 },
  次: { kind: 'times', factor: 1 },
  minute: { kind: 'duration', factor: 1 / 60 },
  hour: { kind: 'duration', factor: 1 },
  day: { kind: 'duration', factor: DAY },
  week: { kind: 'duration', factor: 7 * DAY },
  month: { kind: 'duration', factor: 30 * DAY },
  year: { kind: 'duration', factor: 365 * DAY },
  'working day': { kind: 'workdays', factor: 1 },
  'business day': { kind: 'workdays', factor: 1 },
  time: { kind: 'times', factor: 1 },
};

const NUMBER = '(?:\\d+(?:\\.\\d+)?|[一二两三四五六七八九十百]{1,4}|半)';
const RANGE = `(?<low>${NUMBER})(?:\\s*(?:-|–|—|~|至|到|to)\\s*(?<high>${NUMBER}))?`;
const ZH = new RegExp(
  `${RANGE}\\s*(?<unit>个工作日|工作日|个自然日|自然日|小时|分钟|个月|星期|周|天|日(?!期|常|用|后再)|年|元|块|%|次)`,
  'gu',
);
const EN = new RegExp(
  `(?:(?<sign>[¥$€£])\\s?)?${RANGE}\\s*-?(?<unit>working day|business day|minute|hour|day|week|month|year|yuan|time|%)?s?\\b|${RANGE.replaceAll('low', 'low2').replaceAll('high', 'high2')}\\s*(?<unit2>%)`,
  'giu',
);

const DIGITS: Record<string, number> = { 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };

/** 七, 十五, 三十, 一百二十: up to 999. */
function amountOf(text: string): number {
  if (text === '半') return 0.5;
  if (/^\d/.test(text)) return Number(text);
  let sum = 0;
  let digit = 0;
  for (const sign of text) {
    if (sign === '十') {
      sum += (digit || 1) * 10;
      digit = 0;
    } else if (sign === '百') {
      sum += (digit || 1) * 100;
      digit = 0;
    } else digit = DIGITS[sign] ?? 0;
  }
  return sum + digit;
}

const MARKUP = /[*_`#>]|\[(?=[^\]]*\]\()|\]\([^)]*\)/g;
const CLAUSE_END = /[。！？；\n]|[.!?;](?:\s|$)/u;
const CLAUSE_PART: Record<Locale, RegExp> = { 'zh-CN': /[,，:：]/u, en: /,\s/u };

/** Every number with a unit, clause by clause. */
export function factsOf(text: string, locale: Locale): Fact[] {
  const plain = text.normalize('NFKC').replace(MARKUP, '');
  return plain.split(CLAUSE_END).flatMap((sentence) => {
    const facts = sentence.split(CLAUSE_PART[locale]).flatMap((clause) => factsIn(clause.trim(), locale));
    // A number that is alone in its sentence is what the whole sentence is about.
    return facts.length === 1 ? facts.map((fact) => ({ ...fact, about: aboutOf(sentence, locale) })) : facts;
  });
}

function factsIn(clause: string, locale: Locale): Fact[] {
  const found = [...clause.matchAll(locale === 'zh-CN' ? ZH : EN)];
  return found.flatMap((match, at) => {
    const groups = match.groups ?? {};
    const unit = UNITS[(groups.unit ?? groups.unit2 ?? (groups.sign ? 'yuan' : '')).toLowerCase()];
    const first = groups.low ?? groups.low2;
    if (!unit || first === undefined) return [];
    const last = groups.high ?? groups.high2 ?? first;
    return [
      {
        kind: unit.kind,
        low: amountOf(first) * unit.factor,
        high: amountOf(last) * unit.factor,
        bound: boundOf(clause, match),
        text: clause,
        about: aboutOf(partOf(clause, found, at), locale),
      },
    ];
  });
}

/** Where a clause has several numbers, each is about the words that lead to it; the last also about those that follow. */
function partOf(clause: string, found: readonly RegExpExecArray[], at: number): string {
  const [previous, own] = [found[at - 1], found[at]];
  const from = previous ? previous.index + previous[0].length : 0;
  const to = at === found.length - 1 || !own ? clause.length : own.index + own[0].length;
  return clause.slice(from, to);
}

const WITHIN = /以?内|之内|不超过|最多|至多|最长|within|up to|no more than|at most|under/i;
const FROM = /以上|满|至少|起|超过|不少于|最少|at least|over|more than|from|minimum/i;

/** Looks a few signs to both sides of the number. */
function boundOf(clause: string, match: RegExpExecArray): Fact['bound'] {
  const at = match.index;
  const around = clause.slice(Math.max(0, at - 12), at + match[0].length + 5);
  if (WITHIN.test(around)) return 'max';
  return FROM.test(around) ? 'min' : 'at';
}

const STOP_ZH = /[的了是在会可以请您我们您的就都也和与及或为由到把被给个会将]/gu;
const STOP_EN = new Set(
  'a an the of in on at to for from by with and or is are was be been it its this that you your we our can will may within after before if as up than more most least not no days day hours working business'.split(
    ' ',
  ),
);

/** Pairs of characters, or words, beside numbers and units. */
function aboutOf(clause: string, locale: Locale): Set<string> {
  if (locale === 'en')
    return new Set((clause.toLowerCase().match(/[a-z]{3,}/g) ?? []).map(stemOf).filter((word) => !STOP_EN.has(word)));
  const han = clause.replace(ZH, ' ').replace(STOP_ZH, ' ');
  const pairs = (han.match(/\p{Script=Han}{2,}/gu) ?? []).flatMap((run) =>
    Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2)),
  );
  return new Set(pairs);
}

const stemOf = (word: string): string => word.replace(/(?:ing|ed|s)$/, '');
