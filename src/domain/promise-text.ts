/** Promises in what is said to customers: an act of ours with a time. The same words are the same promise, without a model. */
import type { PromiseAct } from './promise.ts';
import { type SaidTime, saidTime } from './promise-time.ts';

export type FoundPromise = { act: PromiseAct; time: SaidTime; quote: string };

const MAX_TEXT = 4_000;
const MAX_QUOTE = 160;
const MAX_FOUND = 3;

const HAN = /\p{Script=Han}/u;

/** The first that matches names the act; what is most binding comes first. */
const ACTS_ZH: readonly (readonly [PromiseAct, RegExp])[] = [
  ['refund', /退款|退钱|退还|返还|打款|赔付|到账/],
  ['ship', /补发|重发|补寄|寄出|寄给|发货|发出|换新|发给[您你]/],
  ['call', /致电|回电|来电|打(?:个)?电话|电话(?:联系|回复|告知|沟通)/],
  ['reply', /答复|回复|回覆|反馈|回您|回你|告诉[您你]|告知|通知[您你]|联系[您你]|给[您你](?:消息|结果|信儿|说法)/],
  ['handle', /处理|解决|搞定|办理|办好|安排|跟进|核实|核查|查明|上门|修好|升级/],
];
const ACTS_EN: readonly (readonly [PromiseAct, RegExp])[] = [
  ['refund', /\brefund(?:ed)?\b|\breimburse|\bmoney back\b/],
  [
    'ship',
    /\bship(?:ped)?\b|\bdispatch|\bre-?send\b|\bsend (?:you )?(?:a |the |your )?(?:new|replacement|parcel|item|order)|\breplacement\b|\bbe sent\b/,
  ],
  ['call', /\bcall you\b|\bphone you\b|\bring you\b|\bcall back\b|\bgive you a (?:call|ring)\b/],
  [
    'reply',
    /\bget back to\b|\brepl(?:y|ies)\b|\brespond\b|\banswer\b|\bupdate you\b|\blet you know\b|\bfollow(?:ing)? up\b|\bhear (?:back )?from\b|\bcontact you\b|\be-?mail you\b|\bupdate\b/,
  ],
  [
    'handle',
    /\bfix(?:ed)?\b|\bresolve|\bsort(?:ed)?\b|\bprocess|\barrange|\bhandle|\btake care\b|\blook into\b|\binvestigate|\bcheck\b|\brepair|\bdone\b/,
  ],
];

/** Not ours to do, not said as sure, not about the future, or hanging on something that has not happened. */
const NOT_ZH =
  /[?？吗]|是否|能不能|什么时候|(?:不|没|没有|无)(?:能|法|会|保证|一定|办法)|一般|通常|正常情况|平均|往往|建议|如果|若|假如|要是|万一|一旦|已经|已于|已在|昨天|前天|刚才|(?:签收|收货|收到[^，,]{0,8}|寄回[^，,]{0,4}|付款|下单|审核[^，,]{0,4}|入库|质检|确认)(?:以|之)?后|(?:请|麻烦|需要|需|烦请)(?:您|你|在|于)|(?:您|你|顾客|买家)(?:可以?|能|需|要|应|有)|可以?(?:申请|退|换)|支持|无理由|有效|营业|上班后接手/;
const NOT_EN =
  /\?|\b(?:won't|will not|can't|cannot|can not|couldn't|unable|not able|never|usually|normally|typically|generally|on average|may|might|could|if|unless|once|after (?:you|we|it|your)|as soon as|when (?:you|we)|yesterday|please|you (?:can|may|have|need|must|should)|already|has been|have been|was|were)\b/;
const OURS_EN =
  /\b(?:i|we|our \w+|someone|a colleague|my colleague|they)(?:'ll| will| shall| am going to| are going to|'m going to|'re going to| promise| guarantee)\b|\byou(?:'ll| will) (?:get|receive|have|hear|be)\b|\b(?:it|this|that|refund|order|parcel|replacement|money|item|package)(?:'ll| will)(?: be)?\b|\blet me\b/;

/** What a message promises, a sentence at a time, in the order in which it is said. */
export function findPromises(text: string): FoundPromise[] {
  return sentencesOf(text.slice(0, MAX_TEXT)).flatMap(promisesIn).slice(0, MAX_FOUND);
}

/** Clauses with an act and a time of their own are promises of their own; what rules a promise out rules the sentence. */
function promisesIn(quote: string): FoundPromise[] {
  const sentence = quote.normalize('NFKC').replaceAll('’', "'").toLowerCase();
  const isChinese = HAN.test(sentence);
  if ((isChinese ? NOT_ZH : NOT_EN).test(sentence)) return [];
  if (!isChinese && !OURS_EN.test(sentence)) return [];
  const read = (part: string) => promiseIn(part, isChinese, quote);
  const clauses = sentence.split(/,/).flatMap(read);
  return clauses.length > 0 ? clauses : read(sentence);
}

function promiseIn(part: string, isChinese: boolean, quote: string): FoundPromise[] {
  const act = (isChinese ? ACTS_ZH : ACTS_EN).find(([, words]) => words.test(part))?.[0];
  const said = act && saidTime(isChinese ? part.replace(/\s+/g, '') : part);
  return act && said ? [{ act, time: said.time, quote: quote.slice(0, MAX_QUOTE) }] : [];
}

/** The mark stays with its sentence: a question is no promise. A dot within a number or a name ends nothing. */
function sentencesOf(text: string): string[] {
  return (text.match(/[^。！!？?；;\n]+?(?:[。！!？?；;\n]+|\.(?=\s|$)|$)/g) ?? [])
    .map((one) => one.trim())
    .filter(Boolean);
}
