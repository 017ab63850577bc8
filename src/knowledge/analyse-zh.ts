import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Jieba } from '@node-rs/jieba';
import type { Emit } from './emit.ts';
import { syllable } from './syllables.ts';
import { synonymsZh } from './synonyms.ts';

/** Chinese text to weighted tokens: jieba words, character 1- to 3-grams, and pinyin pairs that survive homophone typos. */

const WORDS =
  '价保 保价 运费险 退换货 仅退款 七天无理由 无理由 专票 普票 增票 换货 补发 漏发 少发 错发 签收 拒收 自提 催单 包邮 运单号 快递单号 以旧换新 质保 延保 三包 好评返现 优惠券 满减 差价 改价 发货 到货 收货 退货 退款 退差价 货到付款 花呗 白条 客服 人工';

let jieba: Jieba | undefined;

function segmenter(): Jieba {
  if (jieba === undefined) {
    // The package's own dict.js would keep the text of two dictionaries in memory for good.
    jieba = Jieba.withDict(readFileSync(createRequire(import.meta.url).resolve('@node-rs/jieba/dict.txt')));
    jieba.loadDict(
      Buffer.from(
        WORDS.split(' ')
          .map((word) => `${word} 2000 n`)
          .join('\n'),
      ),
    );
  }
  return jieba;
}

/** Weight of each kind of token. */
export const ZH = { word: 1, uni: 1.5, bi: 1, tri: 0.2, sound: 0.4, syn: 1.5 };

/** Emits the tokens of a normalised Chinese (or mixed) text. */
export function analyseZh(text: string, emit: Emit): void {
  for (const word of segmenter().cutForSearch(text, true)) {
    if (/[\p{L}\p{N}]/u.test(word)) emit(`w:${word}`, ZH.word);
  }
  for (const token of synonymsZh(text)) emit(token, ZH.syn);
  for (const run of text.match(/\p{Script=Han}+/gu) ?? []) emitGrams([...run], emit);
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
