/** Edits of a base that is being asked: live at once, nothing else disturbed, and in the end as if it had always been so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createReplay } from '../../../src/compiler/replay.ts';
import { costOf } from '../../../src/knowledge/cost.ts';
import { buildEngine } from '../../../src/knowledge/engine.ts';
import { buildLibrary } from '../../../src/knowledge/library.ts';
import { decideWith, type ReplayProgress, strictOf } from '../../../src/knowledge/rehearse.ts';
import { compileRoom, ordersOf, type RoomOrder } from '../../../src/knowledge/room.ts';
import type { Article } from '../../../src/ports.ts';

const article = (id: string, question: string, ...similar: string[]): Article => ({
  id,
  locale: 'zh-CN',
  question,
  similar,
  answer: question,
  category: 'a',
  verbatim: false,
  version: 1,
});
const BASE = [
  article('return', '怎么退货', '我要退货', '不想要了怎么退掉'),
  article('exchange', '怎么换货', '想换个尺码', '大小不合适能换吗'),
  article('invoice', '怎么开发票', '可以开票吗', '电子发票在哪里下载'),
  article('refund', '退款多久到账', '钱什么时候退', '退款几天能收到'),
  article('track', '快递到哪里了', '怎么查物流', '包裹现在在什么地方'),
  article('address', '怎么修改收货地址', '地址填错了', '能换个地址送吗'),
  article('warranty', '保修期多长', '质保几年', '还在保修期吗'),
  article('coupon', '优惠券为什么用不了', '券不能用', '满减没有生效'),
];
const PARK = article('park', '门店可以停车吗', '附近有没有停车场', '开车过来停在哪里');

/** A compiler whose work is done only when `release` is called: what is live before that was amended. */
function heldCompiler() {
  let open = (): void => {};
  let gate: Promise<void> | undefined;
  return {
    compile: async (order: RoomOrder) => {
      await gate;
      return compileRoom(order);
    },
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open(),
  };
}

describe('an edit', () => {
  test('is live before the whole is learnt again, and then the engine is the one of a fresh start', async () => {
    const { compile, hold, release } = heldCompiler();
    const library = await buildLibrary(BASE, { targetWrong: 0.05, compile });
    hold();
    await library.update({ changed: [PARK], removed: [] });
    expect(library.decide('开车来停哪').top[0]?.id).toBe('park');
    expect(library.decide('门店可以停车吗')).toMatchObject({ decision: 'answer' });
    expect(library.decide('我要退货').top[0]?.id).toBe('return');
    expect(library.article('park', 'zh-CN')).toEqual(PARK);
    release();
    await library.settled();
    const fresh = await buildLibrary([...BASE, PARK], { targetWrong: 0.05, compile: async (o) => compileRoom(o) });
    expect(library.revision).toBe(fresh.revision);
    for (const text of ['开车来停哪', '券用不了', '物流']) expect(library.decide(text)).toEqual(fresh.decide(text));
  });

  test('that rewrites an article forgets the questions it had', async () => {
    const { compile, hold } = heldCompiler();
    const library = await buildLibrary([...BASE, PARK], { targetWrong: 0.05, compile });
    hold();
    await library.update({
      changed: [{ ...PARK, question: '门店有充电桩吗', similar: ['电动车能充电不'] }],
      removed: [],
    });
    expect(library.decide('电动车能充电不')).toMatchObject({
      decision: 'answer',
      top: [{ id: 'park' }, {}, {}, {}, {}],
    });
    expect(library.decide('附近有没有停车场').confidence).toBeLessThan(0.9);
  });

  test('that retires an article ends its answers at once', async () => {
    const { compile, hold } = heldCompiler();
    const library = await buildLibrary([...BASE, PARK], { targetWrong: 0.05, compile });
    hold();
    await library.update({ changed: [], removed: [PARK] });
    const { top, decision } = library.decide('门店可以停车吗');
    expect(top.map(({ id }) => id)).not.toContain('park');
    expect(decision).not.toBe('answer');
    expect(library.article('park', 'zh-CN')).toBeUndefined();
    expect(library.size).toBe(BASE.length);
  });

  test('brings the first article of a language, and takes the last', async () => {
    const library = await buildLibrary(BASE, { targetWrong: 0.05, compile: async (order) => compileRoom(order) });
    const english = { ...article('return', 'How do I return an item?', 'send it back'), locale: 'en' as const };
    await library.update({ changed: [english], removed: [] });
    expect(library.decide('how do i return an item').top[0]).toMatchObject({ id: 'return', locale: 'en' });
    await library.update({ changed: [], removed: [english] });
    expect(library.decide('how do i return an item').decision).toBe('abstain');
  });

  test('that cannot be learnt whole stays live as amended, and is said', async () => {
    const warnings: string[] = [];
    let broken = false;
    const library = await buildLibrary(BASE, {
      targetWrong: 0.05,
      compile: async (order) => {
        if (broken) throw new Error('no memory');
        return compileRoom(order);
      },
      log: { warn: (_, message) => warnings.push(message) },
    });
    broken = true;
    await library.update({ changed: [PARK], removed: [] });
    await library.settled();
    expect(library.decide('附近有没有停车场').decision).toBe('answer');
    expect(warnings).toHaveLength(1);
  });

  test('after any edits, every article answers its own question and no other is shown', async () => {
    const pool = [...BASE, PARK, article('gift', '可以包装成礼物吗', '要送人帮我包一下')];
    const edit = fc.record({
      of: fc.nat(pool.length - 1),
      away: fc.boolean(),
      extra: fc.constantFrom('', '急', '谢谢'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        const { compile, hold } = heldCompiler();
        const library = await buildLibrary(BASE, { targetWrong: 0.05, compile });
        hold();
        const now = new Map(BASE.map((one) => [one.id, one]));
        for (const { of, away, extra } of edits) {
          const chosen = pool[of] as Article;
          const written = { ...chosen, question: `${chosen.question}${extra}` };
          if (away && now.size <= 6) continue;
          if (away) now.delete(chosen.id);
          else now.set(chosen.id, written);
          await library.update(away ? { changed: [], removed: [chosen] } : { changed: [written], removed: [] });
        }
        for (const one of now.values()) {
          const { top } = library.decide(one.question);
          expect(top[0]?.id).toBe(one.id);
          expect(top.every(({ id }) => now.has(id))).toBe(true);
        }
      }),
      { numRuns: 15 },
    );
  });

  test('of a base of thousands goes through the large index', async () => {
    const many = Array.from({ length: 1500 }, (_, at) => article(`shop-${at}`, `第${at}号门店在哪条街`));
    const { compile, hold } = heldCompiler();
    const library = await buildLibrary(many, { targetWrong: 0.05, compile });
    hold();
    await library.update({ changed: [PARK], removed: [many[7] as Article] });
    expect(library.decide('附近有没有停车场吗').top[0]?.id).toBe('park');
    expect(library.decide('第1234号门店在哪条街啊').top[0]?.id).toBe('shop-1234');
    expect(library.decide('第7号门店在哪条街').top.map(({ id }) => id)).not.toContain('shop-7');
  });
});

describe('a merchant', () => {
  test('teaches words of the trade by a group, for stored questions and for messages', async () => {
    const asked = '能不能给个小票';
    const plain = buildEngine(BASE);
    const taught = buildEngine(BASE, { synonyms: [['小票', '发票', '凭据']] });
    expect(taught.decide(asked).top[0]?.id).toBe('invoice');
    expect(taught.decide(asked).confidence).toBeGreaterThan(plain.decide(asked).confidence);
    expect(buildEngine(BASE, { synonyms: [['小票'], ['', '发票']] }).decide(asked).confidence).toBe(
      plain.decide(asked).confidence,
    );
  });

  test('changes the groups of a running library', async () => {
    const library = await buildLibrary(BASE, { targetWrong: 0.05, compile: async (order) => compileRoom(order) });
    const before = library.decide('能不能给个小票').confidence;
    await library.tune({ synonyms: [['小票', '发票']] });
    expect(library.decide('能不能给个小票').confidence).toBeGreaterThan(before);
  });

  test('gets surer answers where an article’s words are binding', () => {
    const asked = BASE.flatMap(({ question, similar }) =>
      [question, ...similar].flatMap((text) => [text.slice(1), text.slice(2), text.slice(0, -1), text.slice(0, -2)]),
    );
    const answered = (verbatim: boolean): number => {
      const articles = BASE.map((one) => ({ ...one, verbatim }));
      const results = decideWith(
        articles,
        asked.map((text, at) => ({ id: String(at), text, locale: 'zh-CN' as const })),
        { targetWrong: 0.1 },
      );
      return results.filter(({ decision }) => decision === 'answer').length;
    };
    expect(answered(true)).toBeLessThan(answered(false));
    const strict = strictOf([{ id: 'a', locale: 'en', verbatim: true }]);
    expect([strict('a', 'en'), strict('a', 'zh-CN')]).toEqual([true, false]);
  });
});

describe('the cost of the knob', () => {
  const topics = Array.from(
    { length: 24 },
    (_, at) => `${'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥金木'[at]}号产品`,
  );
  const articles = topics.map((topic, at) =>
    article(
      `t-${at}`,
      `${topic}怎么用`,
      ...'坏了 在哪买 多少钱 能退吗 怎么修 保修 说明书 配件 颜色 尺寸 重量 材质 电池 充电 清洗 安装 拆开 丢了 发货 开票'
        .split(' ')
        .flatMap((what) => [`${topic}${what}`, `${what}的${topic}`]),
    ),
  );

  test('shows more answers and more wrong ones the larger the budget, and shares that add up', () => {
    const rooms = ordersOf(articles).map(compileRoom);
    const cost = costOf(rooms.flatMap(({ learnt }) => ('trials' in learnt ? (learnt.trials ?? []) : [])));
    if (cost === undefined) throw new Error('a base of this size rehearses');
    for (const [at, point] of cost.points.entries()) {
      const before = cost.points[at - 1];
      expect(point.answered).toBeGreaterThanOrEqual(before?.answered ?? 0);
      expect(point.wrong).toBeGreaterThanOrEqual(before?.wrong ?? 0);
      expect(point.answered + point.clarified + point.handedOver).toBeCloseTo(1);
    }
    expect(cost.reliability.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  test('is not told for a base too small to rehearse', async () => {
    const library = await buildLibrary(BASE, { targetWrong: 0.05, compile: async (order) => compileRoom(order) });
    expect(library.cost()).toBeUndefined();
  });
});

describe('a replay', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zhike-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const questions = Array.from({ length: 1200 }, (_, at) => ({
    id: `q-${at}`,
    text: `${BASE[at % BASE.length]?.question}${at % 7}`,
    locale: 'zh-CN' as const,
  }));

  test('in a process of its own decides as the engine here, in order, and tells how far it is', async () => {
    const progress: ReplayProgress[] = [];
    const request = { articles: BASE, questions, synonyms: [['小票', '发票']], targetWrong: 0.1 };
    const results = await createReplay(folder)(request, (one) => progress.push(one));
    expect(results).toEqual(decideWith(BASE, questions, request));
    expect(progress.at(-1)).toEqual({ phase: 'answering', done: 1200, total: 1200 });
  });

  test('of a request that cannot be read fails with the reason', async () => {
    const broken = { articles: [null], questions, synonyms: [] } as unknown as Parameters<
      ReturnType<typeof createReplay>
    >[0];
    await expect(createReplay(folder)(broken, () => {})).rejects.toThrow('The replay failed');
  });
});
