import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildEngine, type EngineEntry } from '../../../src/knowledge/engine.ts';

const zh = (id: string, question: string, ...similar: string[]): EngineEntry => ({
  id,
  locale: 'zh-CN',
  question,
  similar,
});
const en = (id: string, question: string, ...similar: string[]): EngineEntry => ({
  id,
  locale: 'en',
  question,
  similar,
});

const ENTRIES: EngineEntry[] = [
  zh('return', '怎么退货', '我要退货', '商品不想要了怎么退', '退货流程是什么'),
  zh('refund-time', '退款多久到账', '退款什么时候能到', '钱几天退回来', '退款要等几天'),
  zh('change-address', '怎么修改收货地址', '收货地址填错了', '换个地址收货', '地址写错了能改吗'),
  zh('invoice', '怎么开发票', '可以开发票吗', '补开发票', '电子发票在哪里下载'),
  zh('freight', '退货运费谁承担', '退货的邮费谁出', '运费险怎么赔', '寄回去要自己付运费吗'),
  zh('ship-time', '什么时候发货', '付款了怎么还没发货', '几天能发货', '多久出库'),
  en('return', 'How do I return an item?', 'I want to send it back', 'start a return', 'return policy'),
  en('refund-time', 'How long does a refund take?', 'when do I get my money back', 'my refund has not arrived yet'),
  en('change-address', 'Can I change the delivery address?', 'I typed the wrong address', 'ship it to another address'),
  en('invoice', 'How do I get an invoice?', 'send me a receipt', 'I need a VAT invoice'),
  en('ship-time', 'When will my order ship?', 'has my order been dispatched', 'why is it not shipped yet'),
];

const engine = buildEngine(ENTRIES);
const first = (text: string): string => {
  const { top } = engine.decide(text);
  return `${top[0]?.locale} ${top[0]?.id}`;
};

describe('a stored question finds its article', () => {
  const stored = ENTRIES.flatMap((entry) => [entry.question, ...entry.similar].map((text) => ({ entry, text })));

  it('each stored question asked verbatim is answered with its article', () => {
    for (const { entry, text } of stored) {
      const { decision, confidence, top } = engine.decide(text);
      expect([text, decision, top[0]?.id, top[0]?.locale]).toEqual([text, 'answer', entry.id, entry.locale]);
      expect(confidence).toBeGreaterThan(0.98);
    }
  });

  it('politeness, punctuation, width and case around a stored question change nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...stored),
        fc.constantFrom('', '你好，', '请问', '  ', '「'),
        fc.constantFrom('', '？？', '!!!', ' 谢谢', '😀'),
        ({ entry, text }, before, after) => {
          const wide = text.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
          for (const typed of [text, text.toUpperCase(), wide]) {
            const mantle =
              entry.locale === 'en' ? `${typed}${after.replace(' 谢谢', ' thanks')}` : `${before}${typed}${after}`;
            expect(engine.decide(mantle).top[0]).toMatchObject({ id: entry.id, locale: entry.locale });
          }
        },
      ),
    );
  });
});

describe('what customers really type', () => {
  it.each([
    ['zenme tuihuo', 'zh-CN return'],
    ['zenmetuihuo', 'zh-CN return'],
    ['我要tuihuo', 'zh-CN return'],
    ['收获地址填错了', 'zh-CN change-address'],
    ['請問怎麼退貨', 'zh-CN return'],
    ['電子發票在哪裡下載呢', 'zh-CN invoice'],
    ['ｒｅｆｕｎｄ 什么时候到', 'zh-CN refund-time'],
    ['how long does a refnd take', 'en refund-time'],
    ['wrong adress typed', 'en change-address'],
    ['我想 change the delivery address', 'en change-address'],
    ['亲在吗 订单编号:123456789012 我这个退货的邮费是谁出啊', 'zh-CN freight'],
  ])('%s', (text, wanted) => {
    expect(first(text)).toBe(wanted);
  });

  it.each([
    '你好',
    '谢谢',
    '好的',
    '在吗',
    '嗯嗯',
    '傻子',
    '哈哈哈',
    'hello',
    'thank you',
    'ok',
    'you are stupid',
    '😀',
  ])('small talk is not answered as a question: %s', (text) => {
    expect(engine.decide(text).decision).toBe('abstain');
  });

  it.each([
    '今天天气怎么样',
    '帮我写一首诗',
    '这款手机屏幕多大',
    '附近有什么好吃的',
    'who won the football game',
    'recommend a movie',
  ])('a question outside the base is not answered: %s', (text) => {
    expect(engine.decide(text).decision).not.toBe('answer');
  });
});

describe('decisions', () => {
  it('offer at least three choices whatever was decided', () => {
    for (const text of ['', '你好', '怎么退货', 'hello', '发票', 'zzzz']) {
      expect(engine.decide(text).top.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('keep scores and confidence within 0 and 1, best first', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const { confidence, top } = engine.decide(text);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        const scores = top.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('answer less under a smaller budget of wrong answers', () => {
    const asked = ['我的钱什么时候退', '能给我开个票吗', 'money back when', '寄到别的地址', '要退', '还不发货'];
    const answered = (targetWrong: number): string[] => {
      const strict = buildEngine(ENTRIES, { targetWrong });
      return asked.filter((text) => strict.decide(text).decision === 'answer');
    };
    const [careful, usual, bold] = [answered(0.001), answered(0.05), answered(0.5)];
    expect(bold).toEqual(expect.arrayContaining(usual));
    expect(usual).toEqual(expect.arrayContaining(careful));
    expect(bold.length).toBeGreaterThan(careful.length);
  });

  it('learn from messages that people called unanswerable', () => {
    const text = '退货的时候保价怎么算';
    const none = [text, '退货以后保价还算吗', '退货了保价退不退'];
    expect(buildEngine(ENTRIES, { none }).decide('退货后保价怎么算呢').confidence).toBeLessThan(
      engine.decide('退货后保价怎么算呢').confidence,
    );
  });

  it('name the engine that decided, the same for the same base and another for another', () => {
    expect(buildEngine(ENTRIES).revision).toBe(engine.revision);
    expect(engine.decide('退货').engine).toBe(engine.revision);
    expect(buildEngine(ENTRIES.slice(1)).revision).not.toBe(engine.revision);
    expect(buildEngine(ENTRIES, { targetWrong: 0.01 }).revision).not.toBe(engine.revision);
    expect(buildEngine(ENTRIES).decide('钱啥时候退')).toEqual(engine.decide('钱啥时候退'));
  });
});

describe('unusual bases', () => {
  it('an empty base abstains', () => {
    expect(buildEngine([]).decide('怎么退货')).toMatchObject({ decision: 'abstain', confidence: 0, top: [] });
  });

  it('a base of one entry, of empty texts, or of one language alone still decides', () => {
    expect(buildEngine([zh('a', '怎么退货')]).decide('怎么退货').top[0]?.id).toBe('a');
    expect(buildEngine([zh('a', ''), zh('b', '？？', '')]).decide('怎么退货').decision).toBe('abstain');
    expect(buildEngine(ENTRIES.filter(({ locale }) => locale === 'zh-CN')).decide('hello world').decision).toBe(
      'abstain',
    );
  });

  it('a base of one question per entry finds paraphrases', () => {
    const bare = buildEngine(ENTRIES.map((entry) => ({ ...entry, similar: [] })));
    expect(bare.decide('退款几天到账').top[0]?.id).toBe('refund-time');
  });

  it('a base of thousands of entries goes through the large index', () => {
    const places = Array.from({ length: 3000 }, (_, at) => zh(`shop-${at}`, `第${at}号门店在哪条街`));
    const large = buildEngine([...places, ...ENTRIES]);
    expect(large.decide('第2718号门店在哪条街啊').top[0]?.id).toBe('shop-2718');
    expect(large.decide('怎么修改收货的地址').top[0]?.id).toBe('change-address');
    expect(large.decide('qqqq').top.length).toBeGreaterThanOrEqual(3);
  });
});

describe('hostile input', () => {
  const hostile = [
    '退'.repeat(100_000),
    'a'.repeat(100_000),
    'aaaa '.repeat(20_000),
    '\u0000\u0001\u001b[31m退货\u202e',
    '\ud800\udfff\ud800退货\udc00',
    '😀'.repeat(50_000),
    '订单编号:'.repeat(10_000),
    `${'('.repeat(50_000)}请问${')'.repeat(50_000)}`,
    '请问'.repeat(30_000),
    'tui'.repeat(30_000),
    '\u0301'.repeat(100_000),
    '__proto__ constructor toString',
    '{"decision":"answer"}',
  ];

  it.each(hostile.map((text) => [text.slice(0, 12), text]))('%j is read only so far and decided', (_, text) => {
    const { decision, confidence } = engine.decide(text);
    expect(['answer', 'clarify', 'abstain']).toContain(decision);
    expect(Number.isFinite(confidence)).toBe(true);
  });

  it('what lies beyond the bound does not change the decision', () => {
    const filler = '零一二三四五六七八九'.repeat(500);
    expect(engine.decide(`${filler}怎么退货`)).toEqual(engine.decide(`${filler}怎么开发票`));
  });
});
