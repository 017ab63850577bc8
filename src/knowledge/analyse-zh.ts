import { isKnown } from './background.ts';
import type { Emit } from './emit.ts';
import { syllable } from './syllables.ts';
import { synonymsZh } from './synonyms.ts';

/** Chinese text to weighted tokens: words, character 1- to 3-grams, and pinyin pairs that survive homophone typos. */

const WORDS =
  '价保 保价 运费险 退换货 仅退款 七天无理由 无理由 专票 普票 增票 换货 补发 漏发 少发 错发 签收 拒收 自提 催单 包邮 运单号 快递单号 以旧换新 质保 延保 三包 好评返现 优惠券 满减 差价 改价 发货 到货 收货 退货 退款 退差价 货到付款 花呗 白条 客服 人工';

const OWN = new Set(WORDS.split(' '));
/** Longest word that is looked for. */
const LONGEST = 5;

const isWord = (text: string): boolean => OWN.has(text) || isKnown('zh', `w:${text}`);

/**
 * Words by maximum matching from the end, against the words whose frequency we have anyway; of a longer word also the pairs
 * that are words. On our question sets as good as jieba, whose dictionary takes 25 MB.
 */
function emitWords(run: string, emit: Emit): void {
  for (let end = run.length; end > 0; ) {
    let size = Math.min(LONGEST, end);
    while (size > 1 && !isWord(run.slice(end - size, end))) size -= 1;
    const from = end - size;
    emit(`w:${run.slice(from, end)}`, ZH.word);
    for (let at = from; size > 2 && at + 2 <= end; at += 1) {
      const pair = run.slice(at, at + 2);
      if (isWord(pair)) emit(`w:${pair}`, ZH.word);
    }
    end = from;
  }
}

/** Weight of each kind of token. */
export const ZH = { word: 1, uni: 1.5, bi: 1, tri: 0.2, sound: 0.4, syn: 1.5 };

/** Emits the tokens of a normalised Chinese (or mixed) text. */
export function analyseZh(text: string, emit: Emit): void {
  for (const other of text.match(/[a-z0-9]+/g) ?? []) emit(`w:${other}`, ZH.word);
  for (const token of synonymsZh(text)) emit(token, ZH.syn);
  for (const run of text.match(/\p{Script=Han}+/gu) ?? []) {
    emitWords(run, emit);
    emitGrams([...run], emit);
  }
}

function emitGrams(chars: string[], emit: Emit): void {
  for (let at = 0; at < chars.length; at += 1) {
    const one = chars[at] ?? '';
    emit(`c:${one}`, ZH.uni);
    const two = chars[at + 1];
    if (two === undefined) continue;
    emit(`c:${one}${two}`, ZH.bi);
    emit(`p:${syllable(one)} ${syllable(two)}`, ZH.sound);
    const three = chars[at + 2];
    if (three !== undefined) emit(`c:${one}${two}${three}`, ZH.tri);
  }
}
