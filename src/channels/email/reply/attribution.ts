/** The line above a quote that names its writer: "On <date>, <name> wrote:", "名 <a@b> 于<日期>写道：", in some thirty languages. */
import { hasAddress, hasBracketedAddress, hasDay, hasTime } from './evidence.ts';
import { isBlank, LINE_LIMIT, type Line, nextFilled, plainBlanks, previousFilled } from './lines.ts';

export interface Attribution {
  /** The first line that belongs to it. */
  start: number;
  /** The first line after it. */
  end: number;
  /** The customer's words on the first line, in front of it. */
  before: string;
}

const VERBS =
  `wrote writes sent schrieb schreibt geschrieben escribió escribio escreveu scrisse skrev skriver schreef geschreven napisał napisała napisana
  pisze написал написала написав пише пишет написа kirjoitti yazdı viết napsal napsala napísal napísala írta έγραψε menulis tulis escrigué
  napisao napisala kirjutas rašė rakstīja כתב כתבה`
    .split(/\s+/)
    .join('|');
const PHRASES =
  `a écrit|a ecrit|ha scritto|ha escrito|va escriure|het volgende geschreven|a scris|đã viết|şunu yazdı|ezt írta|shared|
  写道|寫道|撰写|撰寫|来信|來信|写到|寫到|編寫|编写|写于|寫於|寫于|のメール|のメッセージ|が書きました|は書きました|が送信|님이 작성|작성|쓴 글|님이 쓴 글|님의 말|เขียนว่า|เขียน|كتب|كتبت|تمت كتابة ما يلي بواسطة`
    .split('|')
    .map((phrase) => phrase.trim())
    .join('|');
const GENDERED = '(?:\\([a-zа-яіў]{1,3}\\)|/[a-zа-я]{1,3})?';
const VERB = new RegExp(`(?:^|[^\\p{L}])(?:${VERBS})(?![\\p{L}])|${PHRASES}`, 'iu');
const ENDS_IN_VERB = new RegExp(`(?:(?:^|[^\\p{L}])(?:${VERBS})|${PHRASES})${GENDERED}\\s?[*_]{0,2}\\s?[:：]$`, 'iu');
/** The same with the colon forgotten. */
const ENDS_BARE = new RegExp(`(?:(?:^|[^\\p{L}])(?:${VERBS})|${PHRASES})${GENDERED}$`, 'iu');
const DASHED = new RegExp(
  `^[-_=–—]{2,}\\s?\\S[\\s\\S]{0,400}(?:${VERBS}|${PHRASES})${GENDERED}\\s?[:：]?\\s?[-_=–—]{2,}$`,
  'iu',
);

/** The little words that open an attribution, followed by a day. */
const DAYWORD = "(?:[\\p{L}\\p{M}]{1,14}['׳]?[.,，]{0,2} {1,2}){0,3}\\d";
const HAN_LEAD = '(?:在|于|於)\\s?(?:星期.[,，]?\\s?|周.[,，]?\\s?|週.[,，]?\\s?)?\\d';
const LATIN_LEADS = `On|At|Am|Le|El|Em|A|Il giorno|Il|Op|Den|På|W dniu|Dnia|Dne|Dňa|No dia|Na|В|Στις|În|La|Pada tanggal|Pada|Vào lúc|Vào|Lúc|U|Ngày|ในวันที่|في|בתאריך|Em dom|Kl`;
const LEAD = new RegExp(`^(?:(?:${LATIN_LEADS}) ${DAYWORD}|${HAN_LEAD})`, 'u');
const LEAD_INSIDE = new RegExp(
  `(?:\\s|[-–—_=]{2,}\\s?|[。！？.!?，,;；)）~])(?:(?=(?:On|At|Am|Le|El|Em|Il|Op|Den|W dniu|В) ${DAYWORD})|(?=${HAN_LEAD}))`,
  'gu',
);
const ONLY_LEAD = new RegExp(
  `^(?:(?:${LATIN_LEADS}|在|于|於)(?: [\\p{L}]{2,12}\\.?,?)?|[^.。!！?？]{1,80}[>)]\\s?(?:在|于|於))$`,
  'u',
);
/** A day at the very beginning, a weekday allowed in front. */
const STARTS_WITH_DAY = /^(?:[\p{L}]{1,13}\.?[,，、]?\s{0,2}(?:(?:den|el|le|the|ngày)\s)?)?\d/u;

/** A writer who is the customer or the reader: a sentence of the customer's own. */
const SELF =
  /(?:^|[^\p{L}.])(?:I|we|you|they|he|she|ich|wir|sie|je|j'ai|nous|vous|yo|ik|wij|jag|jeg|я|мы|вы)\s(?:(?:have|had|also|already|just|ai|avons|avez|habe|haben)\s)?(?:wrote|sent|writes|schr|geschr|écri|a écrit|escri|skrev|schreef|напис|пис)|(?:wrote|schrieb|skrev|schreef|sent)\s(?:ich|ik|jag|jeg|wir|wij|vi|me|us|you|to|in|that|an e-?mail|a mail|back)(?:$|[^\p{L}])|^(?:我|您|你|之前|上次|刚才|客服在|请)|[里中裡]\s?(?:写道|寫道|写到|寫到)|(?:我|您|你)(?:们|們)?[^<>]{0,12}(?:写道|寫道|写到|寫到)|的(?:邮件|郵件|信|消息|短信|来信|來信)/iu;
const ASIDE = /\s(?:told|asked|me|us|my|our|your|that|because)\s/;
const SENTENCE = /[。！？]|[!?](?:\s|$)|[.] [A-Z]\p{L}+ \p{L}+ \p{L}+ \p{L}+ \p{L}+ \p{L}+ \p{L}+/u;

/** `Anna Berg wrote:`: nothing but capitalised names in front of the verb. */
const NAMES_ONLY = new RegExp(`^"?(?:\\p{Lu}[\\p{L}.'-]{0,20}"?,? ){1,4}(?:${VERBS}|${PHRASES})${GENDERED}\\s?:$`, 'u');
/** Year, month and day together. */
const FULL_DAY =
  /\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}\.? (?:de )?\p{L}{3,12}\.?,? (?:de )?\d{4}|\p{L}{3,12}\.? \d{1,2},? \d{4}|\d{4}년/u;

const DAY_WORDS =
  /\p{N}|(?:年|月|日|号|周|週|星期|礼拜|[一二三四五六天]|上午|下午|晚上|凌晨|中午|早上|傍晚|在|于|於)|\b(?:on|at|am|pm|um|le|el|em|den|op|kl|gmt|utc|cst|mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|january|february|march|april|june|july|august|september|october|november|december)\b/giu;
const VERBS_ALL = new RegExp(VERB.source, 'giu');

/** Horde and its kin, GroupWise. */
const QUOTING =
  /^(?:quoting|zitat von|zitiere|citando a|citation de|citando|quotando|citerar|citerer)\s.{2,120}[:：]$/i;
const GROUPWISE = /^.{2,160}\d{1,2}[:.]\d{2}\s?(?:[AP]M)?\s?>>>$/i;

const MAX_LINES = 6;

/** How sure a joined text is: 2 stands by itself, 1 needs a quote below, 0 is none. */
function weigh(joined: string): { sure: 0 | 1 | 2; dated: boolean } {
  const none = { sure: 0, dated: false } as const;
  const text = joined.replace(/^[\s>|*_·-]{1,20}/, '').replace(/[*_\s]{1,6}$/, '');
  if (text.length < 6 || text.length > LINE_LIMIT) return none;
  const bare = text.replace(/<[^<>]{0,200}>/g, '<>');
  const dashed = DASHED.test(joined);
  const colon = /[:：]$/.test(text);
  if (SENTENCE.test(bare)) return none;
  const day = hasDay(text);
  const dated = day && hasTime(text);
  const address = hasBracketedAddress(text);
  if (dashed && isOwnSentence(text)) return none;
  if (dashed) return { sure: day || address || text.length < 80 ? 2 : 0, dated: day };
  if (GROUPWISE.test(text)) return { sure: day ? 2 : 0, dated: day };
  if (!colon && LEAD.test(text) && dated && ENDS_BARE.test(text)) return { sure: isOwnSentence(text) ? 0 : 1, dated };
  if (QUOTING.test(text)) return { sure: address ? 2 : 1, dated: day };
  if (!colon) return { sure: day && /^\d/.test(text) && /[>)]$/.test(text) && address ? 1 : 0, dated: day };
  if (VERB.test(text)) return { sure: withVerb(text, { day, dated, address }), dated: day };
  const byAddress = day && STARTS_WITH_DAY.test(text) && /@[^\s@]{1,200}[>)\]]?["”]?\s?[:：]$/.test(text);
  const foreign =
    dated && address && text.length <= 200 && !isOwnSentence(text) && (STARTS_WITH_DAY.test(text) || LEAD.test(text));
  return { sure: byAddress ? 2 : foreign ? 1 : 0, dated: day };
}

interface Seen {
  day: boolean;
  dated: boolean;
  address: boolean;
}

function withVerb(text: string, { day, dated, address }: Seen): 0 | 1 | 2 {
  const ends = ENDS_IN_VERB.test(text);
  if (isOwnSentence(text)) return /you wrote\s?:$/i.test(text) ? 1 : 0;
  if (!named(text)) return 0;
  if (dated && /^.{1,40}?(?:写于|寫於|寫于)\s?\d/.test(text)) return 2;
  const leads = LEAD.test(text);
  const starts = leads || STARTS_WITH_DAY.test(text);
  // logs say "sent" too
  if (!leads && !address && /(?:^|\W)sent\s?[:：]$/i.test(text)) return 0;
  const nameFirst = /^[^<(（[，]{1,60}[<(（[]/.test(text);
  if (day && starts && (dated || address || hasAddress(text))) return 2;
  if (day && address && nameFirst && (dated || ends)) return 2;
  if (dated && ends && /^.{1,40}?(?:于|於|在)\s?\d/.test(text)) return 2;
  if (dated && /^[\p{L}.' -]{2,40}\s(?:wrote|schrieb|skrev|schreef|kirjoitti)\s(?:on|am|den|op)?\s?/u.test(text))
    return 2;
  if (address && ends && nameFirst) return 2;
  if (address || (day && starts)) return ends && text.length <= 120 && !/^[<(]/.test(text) ? 1 : 0;
  return ends && NAMES_ONLY.test(text) ? 1 : 0;
}

const isOwnSentence = (text: string): boolean => SELF.test(text) || ASIDE.test(text);

/** Whether a writer is left when day and verb are taken away. */
const named = (text: string): boolean => {
  if (hasAddress(text)) return true;
  return /\p{L}/u.test(text.replace(VERBS_ALL, ' ').replace(DAY_WORDS, ' '));
};

/** The attribution that ends on line `at`, or undefined. */
export function attributionEndingAt(lines: readonly Line[], at: number): Attribution | undefined {
  const last = lines[at] as Line;

  if (last.mark !== 'attribution' && !mayEnd(last.text)) return undefined;
  if (last.mark === 'attribution') return { start: at, end: at + 1, before: before(last, splitInside(last.text)) };
  const quoteBelow = quotesFollow(lines, at + 1);
  let undated: Attribution | undefined;
  let [joined, spaced] = ['', ''];
  let skipped = 0;
  for (let start = at; start >= 0 && start > at - MAX_LINES - skipped; start -= 1) {
    const line = lines[start] as Line;
    if (isBlank(line)) {
      if (skipped > 0 || start === at) break;
      skipped += 1;
      continue;
    }
    joined = line.text + joined;
    spaced = spaced === '' ? line.text : `${line.text} ${spaced}`;
    if (spaced.length > 2 * LINE_LIMIT) break;
    const found = tryBoth(joined, spaced, start === at ? 0 : skipped);
    if (found === undefined || (found.sure === 1 && (!quoteBelow || undated !== undefined))) continue;
    const hit = { start, end: at + 1, before: before(line, found) };
    if (found.dated) return widened(lines, hit);
    if (undated === undefined) undated = hit;
  }
  return undated;
}

/** A quick look at the end of a line, so that few lines are looked at twice. */
const mayEnd = (text: string): boolean =>
  /(?:[:：][*_]{0,3}|[-_=–—]{2}|[>)])$/.test(text) || ENDS_BARE.test(text.slice(-40));

interface Found {
  sure: 1 | 2;
  dated: boolean;
  /** How the attribution begins when own words stand in front of it on the line. */
  opening?: string;
}

/** The line as shown up to where the attribution begins. */
function before(line: Line, found: Found | undefined): string {
  if (found?.opening === undefined) return '';
  const at = plainBlanks(line.shown).lastIndexOf(found.opening);
  return at === -1 ? line.shown : line.shown.slice(0, at).replace(/[-–—_=\s]{1,80}$/, '');
}

/** Wrapping may have cut a word or stood at a blank: both ways of joining are tried, and a start inside the line first. */
function tryBoth(joined: string, spaced: string, skipped: number): Found | undefined {
  let best: Found | undefined;
  for (const text of joined === spaced ? [joined] : [spaced, joined]) {
    const inside = splitInside(text);
    if (inside !== undefined) return inside;
    const { sure, dated } = weigh(text);
    if (sure > (best?.sure ?? 0) && sure !== 0 && (skipped === 0 || LEAD.test(text))) best = { sure, dated };
  }
  return best;
}

function splitInside(text: string): Found | undefined {
  const tail = text.slice(-LINE_LIMIT);
  const starts = [...tail.matchAll(LEAD_INSIDE), ...tail.matchAll(/[。！？]\s?/g)].slice(-6).reverse();
  for (const start of starts) {
    const from = start.index + start[0].length;
    if (!/[\p{L}\p{N}]/u.test(tail.slice(0, from))) continue;
    const { sure, dated } = weigh(tail.slice(from));
    if (sure === 2) return { sure, dated, opening: tail.slice(from, from + 10) };
  }
  return undefined;
}

/** What wrapping left on the line above: the lonely first word, or the beginning of an address. */
function widened(lines: readonly Line[], hit: Attribution): Attribution {
  const above = lines[hit.start - 1];
  if (above === undefined || isBlank(above) || hit.before !== '' || above.text.length > 200) return hit;
  const first = (lines[hit.start] as Line).text;
  const joined = lines
    .slice(hit.start, hit.end)
    .map(({ text }) => text)
    .join(' ');
  return isBeginning(above.text, first, joined) ? { ...hit, start: hit.start - 1 } : hit;
}

/** Whether a line is the beginning that an attribution found below it still lacks. */
function isBeginning(above: string, first: string, joined: string): boolean {
  if (/<[^<>]{0,100}$/.test(above) && /^[^<>]{0,100}>/.test(first)) return true;
  if (LEAD.test(first)) return false;
  if (ONLY_LEAD.test(above)) return true;
  if (hasBracketedAddress(above) && above.length <= 120) return !hasAddress(joined) && !isOwnSentence(above);
  if (!(LEAD.test(above) || STARTS_WITH_DAY.test(above)) || above.length > 45 || FULL_DAY.test(joined)) return false;
  return !hasTime(above) && !/[!?。！？:：;]$/.test(above) && !isOwnSentence(above) && !/\sI\s/.test(above);
}

/** Whether marked old text stands right below. */
function quotesFollow(lines: readonly Line[], from: number): boolean {
  const next = nextFilled(lines, from);
  const line = lines[next];
  return line !== undefined && line.quoting !== 'none' && previousFilled(lines, from) >= 0;
}
