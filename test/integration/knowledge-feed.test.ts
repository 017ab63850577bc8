/** What one process publishes, every process answers: by hint, without a hint, and when numbers commit out of order. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArticleContent } from '../../src/domain/article.ts';
import type { LibraryChange } from '../../src/knowledge/library.ts';
import { createMemoryLive } from '../../src/live/memory.ts';
import { createKnowledgeFeed, seeArticles } from '../../src/server/knowledge-feed.ts';
import type { ChangedArticle, Store } from '../../src/store/store.ts';
import { engines, type Home, silentLog } from '../support/engines.ts';

const content: ArticleContent = {
  question: '怎么退货？',
  similar: ['想退货'],
  answer: '七天内可退。',
  category: 'returns',
  tags: [],
  verbatim: false,
  validFrom: null,
  validTo: null,
  ownerId: null,
};
const act = { actorId: null, now: new Date('2026-11-22T08:00:00Z') };

/** A library that keeps what it was told; `next` resolves with the next change that is not empty. */
function newLibrary() {
  const waiting: ((change: LibraryChange) => void)[] = [];
  return {
    update: async (change: LibraryChange) => {
      if (change.changed.length + change.removed.length > 0) waiting.shift()?.(change);
    },
    next: () => new Promise<LibraryChange>((resolve) => waiting.push(resolve)),
  };
}

async function follow(store: Pick<Store, 'articles' | 'knowledge'>, periodMs: number | null, log = silentLog) {
  const library = newLibrary();
  const live = createMemoryLive(silentLog);
  const seen = await seeArticles(store.articles, await store.knowledge.revision());
  const feed = createKnowledgeFeed({ articles: store.articles, library, live, log, seen, periodMs });
  feed.start();
  return { library, live, feed };
}

describe.each(engines)('the knowledge feed on $name', ({ home }) => {
  let place: Home;
  let store: Store;
  beforeAll(async () => {
    place = await home();
    store = await place.open();
  });
  afterAll(async () => {
    await store?.close();
    await place?.remove();
  });
  const publish = async (id: string) => {
    const key = { id: `returns/${id}`, locale: 'zh-CN' as const };
    await store.knowledge.save(key, { version: null, content }, act);
    return store.knowledge.publish([{ ...key, version: 1 }], { ...act, note: null, detail: {} });
  };

  test('a hint brings what was published, and takes what was retired', async () => {
    const { library, live, feed } = await follow(store, null);
    const published = library.next();
    const { revision } = await publish('hinted');
    live.publish({ kind: 'knowledge', revision });
    expect((await published).changed).toMatchObject([{ id: 'returns/hinted', question: '怎么退货？', version: 1 }]);
    const retired = library.next();
    const newest = await store.knowledge.retire({ id: 'returns/hinted', locale: 'zh-CN' }, 1, { ...act, note: null });
    live.publish({ kind: 'knowledge', revision: newest });
    expect(await retired).toMatchObject({ changed: [], removed: [{ id: 'returns/hinted', locale: 'zh-CN' }] });
    await feed.stop();
  });

  test('without any hint the next look finds it', async () => {
    const { library, feed } = await follow(store, 10);
    const published = library.next();
    await publish('unhinted');
    expect((await published).changed).toMatchObject([{ id: 'returns/unhinted' }]);
    await feed.stop();
  });

  test('what was there at the start is not learnt again', async () => {
    await publish('before');
    const { library, live, feed } = await follow(store, null);
    const next = library.next();
    const { revision } = await publish('after');
    live.publish({ kind: 'knowledge', revision });
    expect((await next).changed.map(({ id }) => id)).toEqual(['returns/after']);
    await feed.stop();
  });
});

describe('the knowledge feed', () => {
  const row = (id: string, revision: number): ChangedArticle => ({
    id,
    revision,
    locale: 'zh-CN',
    version: 1,
    question: id,
    similar: [],
    answer: id,
    category: 'a',
    verbatim: false,
    live: true,
  });
  /** A table in memory; `rows` may be added to at any time. */
  const tableOf = (rows: ChangedArticle[]) => ({
    articles: {
      changed: async (after: number, known: (head: ChangedArticle) => boolean) =>
        rows.filter((one) => one.revision > after && !known(one)),
    } as unknown as Store['articles'],
    knowledge: {
      revision: async () => Math.max(0, ...rows.map(({ revision }) => revision)),
    } as unknown as Store['knowledge'],
  });

  test('a lower number that commits after a higher one is not missed', async () => {
    const rows = [row('a', 7)];
    const { library, live, feed } = await follow(tableOf(rows), null);
    const higher = library.next();
    rows.push(row('b', 9));
    live.publish({ kind: 'knowledge', revision: 9 });
    expect((await higher).changed.map(({ id }) => id)).toEqual(['b']);
    const lower = library.next();
    rows.push(row('c', 8));
    live.publish({ kind: 'knowledge', revision: 8 });
    expect((await lower).changed.map(({ id }) => id)).toEqual(['c']);
    await feed.stop();
  });

  test('a look that failed is made again at the next hint', async () => {
    const rows = [row('a', 1)];
    const table = tableOf(rows);
    const { changed } = table.articles;
    let fail = (): void => {};
    const failed = new Promise<void>((resolve) => {
      fail = resolve;
    });
    const { library, live, feed } = await follow(table, null, { ...silentLog, warn: fail });
    table.articles.changed = async () => {
      throw new Error('the database is away');
    };
    rows.push(row('b', 2));
    live.publish({ kind: 'knowledge', revision: 2 });
    await failed;
    table.articles.changed = changed;
    const next = library.next();
    live.publish({ kind: 'knowledge', revision: 2 });
    expect((await next).changed.map(({ id }) => id)).toEqual(['b']);
    await feed.stop();
  });
});
