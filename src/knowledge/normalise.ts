import { createRequire } from 'node:module';

/** The one way a text becomes comparable: the same function for stored questions and for what a customer typed. */

/** Longest part of a message that is looked at; a question never needs more, and hostile input stays cheap. */
const MAX_CHARS = 600;

/** `text` is cleaned and stripped of greetings and order cards, never to nothing; `key` compares whole questions. */
export type Normalised = { text: string; key: string };

type Convert = (text: string) => string;

let converter: Convert | undefined;

/** Loaded when the first traditional text comes: the dictionaries take 18 MB that a shop may never need. */
function toSimplified(text: string): string {
  if (!hasTraditional(text)) return text;
  converter ??= loadConverter();
  return converter(text);
}

function loadConverter(): Convert {
  const opencc: typeof import('opencc-js/t2cn') = createRequire(import.meta.url)('opencc-js/t2cn');
  return opencc.Converter({ from: 'tw', to: 'cn' });
}

/** Traditional characters that GB 2312, the set of simplified ones, has too. */
const IN_BOTH = '乾吒夥後徵拚捱摺於榘菸著薹袷醣麴麽';

let simplified: Set<string> | undefined;

/** Whether a Han character stands outside GB 2312; a wholly simplified text must not be converted (打坏 is no 打坯). */
function hasTraditional(text: string): boolean {
  simplified ??= readGb2312();
  for (const char of text) if (char >= '\u3400' && HAN.test(char) && !simplified.has(char)) return true;
  return false;
}

/** Rows 16 to 87 of the set, every character two bytes from 0xA1 on. */
function readGb2312(): Set<string> {
  const bytes = Uint8Array.from({ length: 72 * 94 * 2 }, (_, at) =>
    at % 2 === 0 ? 0xb0 + Math.floor(at / 188) : 0xa1 + (Math.floor(at / 2) % 94),
  );
  const chars = new Set(new TextDecoder('gb2312').decode(bytes));
  for (const char of IN_BOTH) chars.delete(char);
  return chars;
}

const HAN = /\p{Script=Han}/u;
const NUMERAL: Record<string, string> = {
  一: '1',
  二: '2',
  两: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
  十: '10',
};
const NUMERAL_BEFORE_UNIT =
  /(?<![一二三四五六七八九十百千半\d])([一二两三四五六七八九十])(?=(?:天|日|个月|个工作日|小时|分钟|年|件|元|折))/gu;
const BOILERPLATE = [
  /https?:\/\/\S+|www\.\S+/g,
  /(?:咨询)?(?:订单|运单|快递单|售后单)(?:编?号)?\s*:\s*[a-z0-9_-]*/g,
  /(?:订单金额|实付金额|商品金额|商品价格)\s*:\s*[¥￥]?\s*[\d.,]*元?/g,
  /(?:下单|付款|创建)时间\s*:\s*[\d\s:./年月日-]*/g,
  /(?:商品|货品|sku)\s*(?:id|编号|编码)\s*:?\s*\d*/g,
  /(?:订单业务|商品信息|发票|售后|商品)咨询(?=\s|$)/g,
  /\[(?:图片|表情|语音|视频|动画表情|链接|[^\]\s]{1,4})\]/g,
  /\d{8,}/g,
];
const FILLERS = [
  /(?:你们?好|您好|哈喽|嗨|早上好|上午好|下午好|晚上好|亲亲?|在吗|在么|在不在|在不|有人吗|有人在吗)(?=[\s,。.!?~、:;啊呀哈吧]|$|我|请|想|这|麻烦)/g,
  /(?:请问|请教|问)(?:一下子?|下|你们?|您|各位)?(?=\S)/g,
  /(?:不好意思|打扰了?|打扰(?:一下|下)|麻烦(?:你们?|您)?(?:了|帮忙|一下|下)?|拜托|谢谢(?:你们?|您|啦|了|啊)?|多谢|感谢|辛苦(?:你们?|您)?了?)/g,
  /(?:我|我就|我是)?(?:想|要)(?:请?问|咨询|了解|知道)(?:你们?|您)?(?:一下|下)?/g,
  /\b(?:hi|hello|hey|good (?:morning|afternoon|evening)|dear (?:sir|team|customer service)|excuse me|thanks?(?: you)?(?: (?:so|very) much)?(?: in advance)?|please|pls|plz|kindly)\b/g,
  /\b(?:(?:could|can|would|will) you (?:please )?(?:tell me|let me know|help me(?: with)?)|i (?:would|'d) like to (?:know|ask)|i (?:want|wanted|need) to (?:know|ask)|may i (?:know|ask)|just wondering|i was wondering)\b/g,
];

/** Share of Han characters among Han characters and Latin words, 0..1; 0 for a text with neither. */
export function hanShare(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = text.match(/[a-z]+/giu)?.length ?? 0;
  return han + latin === 0 ? 0 : han / (han + latin);
}

/** Folds width, case, traditional characters and numerals, and strips what carries no question. Total for any string. */
export function normalise(raw: string): Normalised {
  const clean = fold(raw);
  const key = keyOf(clean);
  const text = strip(clean);
  return { text: /[\p{L}\p{N}]/u.test(text) ? text : clean, key };
}

/** The comparison key of a text that is already normalised: letters and digits only, words one space apart. */
export function keyOf(text: string): string {
  const spaced = text
    .replace(/'/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return HAN.test(spaced) ? spaced.replace(/ (?=\p{Script=Han})|(?<=\p{Script=Han}) /gu, '') : spaced;
}

function fold(raw: string): string {
  const bounded = raw.length > 4 * MAX_CHARS ? raw.slice(0, 4 * MAX_CHARS) : raw;
  const plain = bounded
    .toWellFormed()
    .normalize('NFKC')
    .replace(/\p{C}|\p{Extended_Pictographic}|\p{Variation_Selector}|\uFFFD/gu, ' ')
    .replace(/[’‘`´]/g, "'")
    .toLowerCase();
  const simple = HAN.test(plain) ? toSimplified(plain) : plain;
  return simple
    .replace(/(.)\1{3,}/gu, '$1$1')
    .replace(NUMERAL_BEFORE_UNIT, (_: string, digit: string) => NUMERAL[digit] ?? digit)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_CHARS);
}

function strip(clean: string): string {
  let text = clean;
  for (const pattern of BOILERPLATE) text = text.replace(pattern, ' ');
  const bare = text.replace(/\s+/g, ' ').trim();
  for (const pattern of FILLERS) text = text.replace(pattern, ' ');
  text = text.replace(/\s+/g, ' ').trim();
  return /[\p{L}\p{N}]/u.test(text) ? text : bare;
}
