/** Articles as people write them, on every engine: nothing is overwritten unseen, nothing goes live half. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArticleContent } from '../../src/domain/article.ts';
import type { Store } from '../../src/store/store.ts';
import { engines, type Home } from '../support/engines.ts';

const content = (given: Partial<ArticleContent> = {}): ArticleContent => ({
  question: '怎么退货？',
  similar: ['想退货'],
  answer: '七天内可退。',
  category: 'returns',
  tags: ['退货'],
  verbatim: false,
  validFrom: null,
  validTo: null,
  ownerId: null,
  ...given,
});
const seed = (given: object = {}) => ({
  id: 'returns/seeded',
  locale: 'zh-CN' as const,
  question: '种子',
  similar: ['种子问法'],
  answer: '种子答案',
  category: 'returns',
  verbatim: false,
  tags: [],
  ...given,
});
const NOW = new Date('2026-11-22T08:00:00Z');
const act = { actorId: null, now: NOW };
const plain = { ...act, note: null, detail: {} };
const soon = new Date(NOW.getTime() + 3_600_000);

describe.each(engines)('on $name', ({ home }) => {
  let place: Home;
  let store: Store;
  let n = 0;
  const fresh = () => ({ id: `returns/a-${++n}`, locale: 'zh-CN' as const });
  const publish = async (key: ReturnType<typeof fresh>, given: Partial<ArticleContent> = {}) => {
    await store.knowledge.save(key, { version: null, content: content(given) }, act);
    return store.knowledge.publish([{ ...key, version: 1 }], plain);
  };
  beforeAll(async () => {
    place = await home();
    store = await place.open();
  });
  afterAll(async () => {
    await store?.close();
    await place?.remove();
  });

  test('of two editors who save the same draft, the second is told and the first one’s words stay', async () => {
    const key = fresh();
    await store.knowledge.save(key, { version: null, content: content() }, act);
    await store.knowledge.save(key, { version: 1, content: content({ answer: '甲' }) }, act);
    await expect(store.knowledge.save(key, { version: 1, content: content({ answer: '乙' }) }, act)).rejects.toThrow(
      expect.objectContaining({ code: 'Conflict' }),
    );
    await expect(store.knowledge.save(key, { version: null, content: content() }, act)).rejects.toThrow(
      expect.objectContaining({ code: 'Conflict' }),
    );
    expect((await store.knowledge.find(key))?.draft).toMatchObject({ version: 2, content: { answer: '甲' } });
  });

  test('a draft is live only once it is published, with its version kept and the draft gone', async () => {
    const key = fresh();
    await store.knowledge.save(key, { version: null, content: content() }, act);
    expect(await store.articles.find(key.id, 'zh-CN')).toBeNull();
    const before = await store.knowledge.revision();
    const { published, revision } = await store.knowledge.publish([{ ...key, version: 1 }], plain);
    expect(published).toEqual([{ ...key, version: 1 }]);
    expect(revision).toBeGreaterThan(before);
    expect(await store.articles.find(key.id, 'zh-CN')).toMatchObject({ version: 1, similar: ['想退货'] });
    const found = await store.knowledge.find(key);
    expect(found).toMatchObject({ draft: null, live: { seeded: false, content: content() } });
    expect(found?.versions.map(({ version }) => version)).toEqual([1]);
    expect(found?.events.map(({ kind }) => kind)).toEqual(['published', 'begun']);
  });

  test('of many drafts all are published or none', async () => {
    const [one, two] = [fresh(), fresh()];
    const drafts = await store.knowledge.saveMany(
      [
        { ...one, content: content() },
        { ...two, content: content() },
      ],
      act,
    );
    await store.knowledge.save(two, { version: 1, content: content({ answer: '改' }) }, act);
    await expect(store.knowledge.publish(drafts, plain)).rejects.toThrow(expect.objectContaining({ code: 'Conflict' }));
    expect(await store.articles.find(one.id, 'zh-CN')).toBeNull();
  });

  test('a draft that was begun on a version that is live no more is not published over the newer one', async () => {
    const key = fresh();
    await publish(key);
    await store.knowledge.save(key, { version: null, content: content({ answer: '新' }) }, act);
    await store.db.query(`update article set version = 2 where id = $1`, [key.id]);
    await expect(store.knowledge.publish([{ ...key, version: 1 }], plain)).rejects.toThrow(
      expect.objectContaining({ code: 'Conflict' }),
    );
    await store.knowledge.save(key, { version: 1, content: content({ answer: '新' }), rebase: true }, act);
    await store.knowledge.publish([{ ...key, version: 2 }], plain);
  });

  test('what is in review is not edited, and goes back only by a move that exists', async () => {
    const key = fresh();
    await store.knowledge.save(key, { version: null, content: content() }, act);
    await store.knowledge.move(key, { version: 1, to: 'review' }, act);
    await expect(store.knowledge.save(key, { version: 2, content: content() }, act)).rejects.toThrow(
      expect.objectContaining({ code: 'IllegalMove' }),
    );
    await expect(store.knowledge.move(key, { version: 2, to: 'review' }, act)).rejects.toThrow(
      expect.objectContaining({ code: 'IllegalMove' }),
    );
    await store.knowledge.move(key, { version: 2, to: 'draft', note: '数字不对' }, act);
    await expect(store.db.query(`update article_draft set state = 'live' where id = $1`, [key.id])).rejects.toThrow();
  });

  test('a scheduled text goes live at its hour and not before, once on two processes, and leaves at its end', async () => {
    const key = fresh();
    const end = new Date(soon.getTime() + 3_600_000);
    const { scheduled } = await publish(key, { validFrom: soon.toISOString(), validTo: end.toISOString() });
    expect(scheduled).toEqual([key]);
    expect(await store.knowledge.runDue(new Date(soon.getTime() - 1))).toBeNull();
    const ran = await Promise.all([store.knowledge.runDue(soon), store.knowledge.runDue(soon)]);
    expect(ran.filter((one) => one !== null)).toHaveLength(1);
    expect((await store.knowledge.find(key))?.live).toMatchObject({ status: 'published', version: 1 });
    await store.knowledge.runDue(end);
    expect((await store.knowledge.find(key))?.live?.status).toBe('retired');
    expect(await store.articles.find(key.id, 'zh-CN')).toBeNull();
  });

  test('a former version comes back by one act, whole, as the newest one', async () => {
    const key = fresh();
    await publish(key, { answer: '旧', tags: ['甲'] });
    await publish(key, { answer: '新', tags: [] });
    await expect(store.knowledge.rollBack(key, 1, { ...act, seen: 1, note: null })).rejects.toThrow(
      expect.objectContaining({ code: 'Conflict' }),
    );
    const { published } = await store.knowledge.rollBack(key, 1, { ...act, seen: 2, note: '写错了' });
    expect(published).toEqual([{ ...key, version: 3 }]);
    expect((await store.knowledge.find(key))?.live).toMatchObject({
      version: 3,
      content: { answer: '旧', tags: ['甲'] },
    });
    expect(await store.knowledge.version(key, 2)).toMatchObject({ answer: '新' });
  });

  test('a restart overwrites no article that a person has edited or retired, and brings others up to date', async () => {
    const others = [seed({ id: 'returns/other' }), seed({ id: 'returns/gone' })];
    await store.articles.seed([seed(), ...others]);
    const key = { id: 'returns/seeded', locale: 'zh-CN' as const };
    await publish(key, { answer: '人写的' });
    await store.knowledge.retire({ id: 'returns/gone', locale: 'zh-CN' }, 1, { ...act, note: null });
    await store.articles.seed([seed({ answer: '第二版' }), ...others.map((one) => ({ ...one, answer: '第二版' }))]);
    expect(await store.articles.find(key.id, 'zh-CN')).toMatchObject({ answer: '人写的', version: 2 });
    expect(await store.articles.find('returns/other', 'zh-CN')).toMatchObject({ answer: '第二版', version: 2 });
    expect(await store.articles.find('returns/gone', 'zh-CN')).toBeNull();
  });

  test('a golden question that a person removed does not come back with the next start', async () => {
    const golden = { locale: 'zh-CN' as const, text: '退货怎么弄', articleId: 'returns/a-1' };
    await store.knowledge.seedGolden([golden], v7, NOW);
    await store.knowledge.seedGolden([golden], v7, NOW);
    const [kept] = await store.knowledge.golden({ id: 'returns/a-1', locale: 'zh-CN' });
    expect(kept).toMatchObject(golden);
    expect(await store.knowledge.removeGolden(kept?.id ?? '', act)).toBe(true);
    await store.knowledge.seedGolden([golden], v7, NOW);
    expect(await store.knowledge.golden({ id: 'returns/a-1', locale: 'zh-CN' })).toEqual([]);
  });

  test('an import is applied once, a mark replaced, a policy kept', async () => {
    const id = v7();
    const agent = v7();
    await store.agents.create({ id: agent, email: `${agent}@shop.test`, name: '甲', role: 'admin', locale: 'en' });
    const row = { ...fresh(), content: content(), row: 2, change: 'new' as const };
    await store.knowledge.keepImport({ id, byId: agent, rows: [row] }, NOW);
    expect((await store.knowledge.takeImport(id, NOW))?.rows).toEqual([row]);
    expect(await store.knowledge.takeImport(id, NOW)).toBeNull();
    await store.knowledge.mark(['a', 'b'], { locale: 'en', mark: 'not-ours', articleId: null }, act);
    await store.knowledge.mark(['a'], { locale: 'en', mark: null, articleId: null }, act);
    expect((await store.knowledge.marks()).map(({ key }) => key)).toEqual(['b']);
    await store.knowledge.setPolicy({ targetWrong: 0.02, fourEyes: true });
    expect(await store.knowledge.policy()).toEqual({ targetWrong: 0.02, fourEyes: true });
    expect(await store.knowledge.unanswered(new Date(0), 10)).toEqual([]);
    expect(await store.knowledge.usage(new Date(0))).toEqual([]);
    expect(await store.knowledge.quality(new Date(0))).toEqual([]);
    expect(await store.knowledge.recentQuestions(10)).toEqual([]);
  });
});
