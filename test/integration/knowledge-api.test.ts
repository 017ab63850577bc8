/** An editor's work through the front door: nothing goes live unchecked, nothing is lost, everything can be explained. */
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type {
  ArticleContentShape,
  ArticleDetail,
  CheckShape,
  GapShape,
  ImportReport,
  TrialShape,
  WhyShape,
} from '../../src/contract/knowledge-shapes.ts';
import { type Answer, openServerWorld, type Person, type ServerWorld } from '../support/server-world.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
// A check learns the base twice, in processes of its own.
vi.setConfig({ testTimeout: 180_000 });
let world: ServerWorld;
let writer: Person;
beforeAll(async () => {
  world = await openServerWorld({ overrides: { workers: true } });
  writer = await world.join('supervisor');
});
afterAll(() => world?.close());

const content = (given: Partial<ArticleContentShape> = {}): ArticleContentShape => ({
  question: '可以到门店自提吗？',
  similar: ['支持门店自提吗', '能不能自己去门店取货', '自提点在哪里', '下单后到店取可以吗', '想去店里拿'],
  answer: '目前支持**门店自提**：下单时选择「到店自提」，备货好后会收到取货码。',
  category: 'delivery',
  tags: ['自提'],
  verbatim: false,
  validFrom: null,
  validTo: null,
  ownerId: null,
  ...given,
});
const as = async <T>(person: Person, method: string, path: string, body?: unknown): Promise<Answer & { value: T }> => {
  const answer = await world.call(method, path, { cookie: person.cookie, ...(body === undefined ? {} : { body }) });
  return { ...answer, value: answer.json as T };
};
const at = (key: { id: string; locale: string }) => `/api/v1/articles/${key.locale}/${encodeURIComponent(key.id)}`;

async function checked(
  drafts: { id: string; locale: string; version: number }[],
  person = writer,
): Promise<CheckShape> {
  const started = await as<CheckShape>(person, 'POST', '/api/v1/article-checks', { drafts });
  expect(started.status, started.text).toBe(201);
  return vi.waitUntil(async () => {
    const { value } = await as<CheckShape>(person, 'GET', `/api/v1/article-checks/${started.value.id}`);
    return value.state === 'running' ? false : value;
  }, PATIENCE);
}
const refOf = ({ id, locale, draft }: ArticleDetail) => ({ id, locale, version: draft?.version ?? 0 });
const publish = (check: CheckShape, body: object = {}, person = world.admin) =>
  as<{ revision: number }>(person, 'POST', `/api/v1/article-checks/${check.id}/publish`, body);
const decide = async (text: string) =>
  (await as<TrialShape>(world.admin, 'POST', '/api/v1/knowledge/try', { text })).value;

test('a new article goes from draft by check to customers, and a question that was open is answered by it', async () => {
  expect((await decide('你们能不能去门店自提')).decision).not.toBe('answer');
  const { status, value: made } = await as<ArticleDetail>(writer, 'POST', '/api/v1/articles', {
    locale: 'zh-CN',
    content: content(),
  });
  expect(status).toBe(201);
  const tried = await as<TrialShape>(writer, 'POST', '/api/v1/knowledge/try', {
    text: '你们能不能去门店自提',
    draft: { id: made.id, locale: 'zh-CN', content: content() },
  });
  expect(tried.value).toMatchObject({ decision: 'answer', article: { id: made.id } });

  const check = await checked([refOf(made)]);
  expect(check).toMatchObject({ state: 'done', stale: false, report: { regressions: 0 } });
  expect(check.report?.questions.golden).toBeGreaterThan(900);
  expect((await publish(check, {}, writer)).problem.code).toBe('NotAllowed');
  expect((await publish(check)).status).toBe(200);
  await vi.waitUntil(async () => (await decide('你们能不能去门店自提')).article?.id === made.id, PATIENCE);
  const page = await fetch(`${world.url}/help/zh-CN/${made.id}`);
  expect(await page.text()).toContain('<strong>门店自提</strong>');
  expect((await publish(check)).problem.code).toBe('CheckStale');
});

test('an edit that takes golden questions away from another article is blocked, an administrator may override, and it is kept', async () => {
  const key = { id: 'returns/return-window', locale: 'zh-CN' };
  const list = await as<{ items: ArticleDetail[] }>(writer, 'GET', '/api/v1/articles?category=returns&locale=zh-CN');
  const victim = list.value.items[0] ?? key;
  const before = (await as<ArticleDetail>(writer, 'GET', at(victim))).value;
  const golden = before.golden.map(({ text }) => text);
  expect(golden.length).toBeGreaterThan(2);
  const thief = await as<ArticleDetail>(writer, 'POST', '/api/v1/articles', {
    locale: 'zh-CN',
    content: content({ question: '门店营业时间是几点到几点？', similar: golden, category: 'service' }),
  });
  const check = await checked([refOf(thief.value)]);
  expect(check.report?.regressions).toBeGreaterThan(0);
  expect(check.report?.changes[0]).toMatchObject({ effect: 'newly-wrong', kind: 'golden', expected: victim.id });
  expect((await publish(check)).problem.code).toBe('Regression');
  const forced = await publish(check, { overrideReason: '老板要求' });
  expect(forced.status, forced.text).toBe(200);
  const after = (await as<ArticleDetail>(writer, 'GET', at(thief.value))).value;
  expect(after.events[0]).toMatchObject({ kind: 'published', detail: { reason: '老板要求' } });
  await as(world.admin, 'POST', `${at(after)}/retire`, { version: after.live?.version });
});

test('a check is worth nothing once the draft or the base has changed', async () => {
  const made = await as<ArticleDetail>(writer, 'POST', '/api/v1/articles', {
    locale: 'en',
    content: content({
      question: 'Do you sell gift cards?',
      similar: ['gift card'],
      answer: 'Not yet.',
      category: 'service',
    }),
  });
  const check = await checked([refOf(made.value)]);
  await as(writer, 'PATCH', `${at(made.value)}/draft`, { version: 1, content: content({ question: 'Gift cards?' }) });
  expect((await publish(check)).problem.code).toBe('CheckStale');
});

test('two editors do not overwrite each other, and the second can take the newer text as base', async () => {
  const key = { id: 'invoice/apply-for-invoice', locale: 'en' };
  const { value } = await as<{ items: { id: string; locale: string }[] }>(
    writer,
    'GET',
    '/api/v1/articles?category=invoice&locale=en',
  );
  const article = (await as<ArticleDetail>(writer, 'GET', at(value.items[0] ?? key))).value;
  const mine = { ...article.live?.content, answer: 'Mine' };
  expect((await as(writer, 'PATCH', `${at(article)}/draft`, { version: null, content: mine })).status).toBe(200);
  const late = await as(world.admin, 'PATCH', `${at(article)}/draft`, {
    version: null,
    content: { ...mine, answer: 'Theirs' },
  });
  expect(late.problem.code).toBe('Conflict');
  expect((await as<ArticleDetail>(writer, 'GET', at(article))).value.draft?.content.answer).toBe('Mine');
});

test('with four eyes the writer cannot publish, a colleague can; an incomplete or ended article nobody can', async () => {
  await as(world.admin, 'PATCH', '/api/v1/knowledge/policy', { fourEyes: true });
  const make = async (given: Partial<ArticleContentShape>, person: Person) =>
    (
      await as<ArticleDetail>(person, 'POST', '/api/v1/articles', {
        locale: 'en',
        content: content({ category: 'service', ...given }),
      })
    ).value;
  const own = await make(
    { question: 'Where is your museum of teapots?', answer: 'In Jingdezhen.', similar: [] },
    world.admin,
  );
  expect((await publish(await checked([refOf(own)]))).problem.code).toBe('FourEyes');
  const theirs = await make({ question: 'Do you have a museum of umbrellas?', answer: 'No.', similar: [] }, writer);
  expect((await publish(await checked([refOf(theirs)]))).status).toBe(200);
  await as(world.admin, 'PATCH', '/api/v1/knowledge/policy', { fourEyes: false });
  for (const given of [{ answer: ' ' }, { validTo: '2020-01-01T00:00:00Z' }]) {
    const bad = await make({ question: 'Teapots of clay?', similar: [], ...given }, writer);
    expect((await publish(await checked([refOf(bad)]))).problem.code).toBe('ArticleIncomplete');
  }
});

test('what an administrator rolls back is what customers get again', async () => {
  const { value } = await as<{ items: { id: string; locale: string }[] }>(
    writer,
    'GET',
    '/api/v1/articles?category=repair&locale=en',
  );
  const article = (await as<ArticleDetail>(writer, 'GET', at(value.items[0] ?? { id: 'x', locale: 'en' }))).value;
  const edited = { ...article.live?.content, answer: 'A wrong answer that slipped through.' };
  const saved = await as<ArticleDetail>(writer, 'PATCH', `${at(article)}/draft`, { version: null, content: edited });
  expect((await publish(await checked([refOf(saved.value)]))).status).toBe(200);
  const page = async () => (await fetch(`${world.url}/help/en/${article.id}`)).text();
  expect(await page()).toContain('slipped through');
  const back = await as<ArticleDetail>(world.admin, 'POST', `${at(article)}/roll-back`, { version: 2, to: 1 });
  expect(back.value.live).toMatchObject({ version: 3, content: { answer: article.live?.content.answer } });
  expect(await page()).not.toContain('slipped through');
  expect(back.value.events.map(({ kind }) => kind)).toEqual(['rolled-back', 'published', 'begun']);
});

test('what customers ask in vain is one gap without their numbers; writing the answer closes it; every bot message says why', async () => {
  const ask = async (texts: string[]) => {
    const opened = await world.call('POST', '/api/web/session', { body: { locale: 'zh-CN' } });
    const { conversationId, token } = opened.json as { conversationId: string; token: string };
    const headers = { authorization: `Bearer ${token}` };
    const path = `/v3/directline/conversations/${conversationId}/activities`;
    for (const text of texts) {
      await world.call('POST', path, { headers, body: { type: 'message', from: { id: 'me' }, text } });
      await vi.waitUntil(async () => {
        const { json } = await world.call('GET', path, { headers });
        const said = (json.activities as { type: string; from: { id: string } }[]).filter(
          ({ type }) => type === 'message',
        );
        return said.at(-1)?.from.id !== 'me' && said.length >= 2;
      }, PATIENCE);
    }
    return conversationId;
  };
  const conversation = await ask(['陶艺体验课怎么预约，我电话13812345678']);
  await ask(['陶艺体验课如何预约']);
  await ask(['想预约陶艺体验课']);
  const list = async (show: string) =>
    (await as<{ items: GapShape[] }>(writer, 'GET', `/api/v1/gaps?show=${show}`)).value.items.find(({ question }) =>
      question.includes('陶艺'),
    );
  const gap = await vi.waitUntil(() => list('open'), PATIENCE);
  expect(gap).toMatchObject({ customers: 3, closed: false, locale: 'zh-CN' });
  expect(JSON.stringify(gap)).not.toContain('13812345678');

  const rows = await as<{ items: { seq: number; author: { kind: string }; type: string }[] }>(
    writer,
    'GET',
    `/api/v1/conversations/${conversation}/activities`,
  );
  const seq = rows.value.items.filter(({ author, type }) => author.kind === 'bot' && type === 'message').at(-1)?.seq;
  const why = await as<WhyShape>(writer, 'GET', `/api/v1/conversations/${conversation}/activities/${seq}/why`);
  expect(why.value.answers[0]).toMatchObject({ articleId: null, same: true, isCurrent: false });

  const made = await as<ArticleDetail>(writer, 'POST', '/api/v1/articles', {
    locale: 'zh-CN',
    content: content({
      question: '陶艺体验课怎么预约？',
      similar: ['如何预约陶艺体验课', '想约陶艺课', '陶艺课预约', '体验课在哪约'],
      answer: '在「我的 → 体验课」里选择日期预约。',
      category: 'service',
    }),
  });
  // What the tests before it published may make golden questions slide; here it is the gap that counts.
  const released = await publish(await checked([refOf(made.value)]), { overrideReason: 'the gap counts' });
  expect(released.status, released.text).toBe(200);
  await vi.waitUntil(async () => (await list('closed')) !== undefined, PATIENCE);
  const today = await as<WhyShape>(writer, 'GET', `/api/v1/conversations/${conversation}/activities/${seq}/why`);
  expect(today.value.answers[0]).toMatchObject({
    same: false,
    today: { decision: 'answer', article: { id: made.value.id } },
  });
});

const HEAD = 'id,locale,question,similar,answer,category,tags,verbatim,valid from,valid to';
const upload = (files: Record<string, string | Uint8Array>) =>
  as<ImportReport>(writer, 'POST', '/api/v1/knowledge/imports', {
    locale: 'en',
    files: Object.entries(files).map(([name, data]) => ({ name, data: Buffer.from(data).toString('base64') })),
  });

test('an import says row by row what it would do, writes nothing before it is told to, and drafts all or nothing', async () => {
  const rows = [
    HEAD,
    'import/one,en,How do I import tea?,tea|import tea,By ship.,import,a;b,no,,',
    ',en,,no question,Answer,import,,no,,',
    ',fr,Question?,,Answer,import,,no,,',
    'Bad Id,en,Question two?,,Answer,import,,no,,',
    ',en,Question three?,,Answer,import,,maybe,,',
    ',en,Question four?,,Answer,import,,no,soon,',
    'import/one,en,Twice?,,Answer,import,,no,,',
    `,en,"=HYPERLINK(""http://evil.test"")",,"Line one\nline two",import,,no,2030-01-01,2031-01-01`,
  ];
  const { value, status, text } = await upload({ 'tea.csv': rows.join('\n') });
  expect(status, text).toBe(201);
  expect(value.counts).toEqual({ new: 2, changed: 0, same: 0, faulty: 6 });
  expect(value.errors.map(({ row, field, code }) => [row, field, code])).toEqual([
    [3, 'question', 'missing'],
    [4, 'locale', 'locale'],
    [5, 'id', 'id'],
    [6, 'verbatim', 'yes-no'],
    [7, 'validFrom', 'date'],
    [8, 'question', 'twice'],
  ]);
  expect((await as(writer, 'GET', at({ id: 'import/one', locale: 'en' }))).status).toBe(404);
  const applied = await as<{ drafts: object[] }>(writer, 'POST', `/api/v1/knowledge/imports/${value.id}/apply`);
  expect(applied.value.drafts).toHaveLength(2);
  expect((await as(writer, 'POST', `/api/v1/knowledge/imports/${value.id}/apply`)).status).toBe(404);
  expect((await as<ArticleDetail>(writer, 'GET', at({ id: 'import/one', locale: 'en' }))).value).toMatchObject({
    live: null,
    draft: { content: { similar: ['tea', 'import tea'], tags: ['a', 'b'] } },
  });
});

test.each(['csv', 'xlsx', 'json', 'zip'] as const)(
  'what is exported as %s changes nothing when it is imported, and runs no formula',
  async (format) => {
    const made = await upload({
      'f.json': JSON.stringify([
        { ...content({ question: `=1+1 ${format}`, category: 'service' }), locale: 'en', ownerId: undefined },
      ]),
    });
    const { value } = await as<{ drafts: { id: string; locale: string; version: number }[] }>(
      writer,
      'POST',
      `/api/v1/knowledge/imports/${made.value.id}/apply`,
    );
    const check = await checked(value.drafts);
    expect((await publish(check, { overrideReason: 'a test' })).status).toBe(200);

    const answer = await fetch(`${world.url}/api/v1/knowledge/export?format=${format}`, {
      headers: { cookie: writer.cookie },
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (format === 'csv') expect(Buffer.from(bytes).toString()).toContain(`'=1+1 ${format}`);
    if (format === 'xlsx')
      expect(
        Object.values(unzipSync(bytes))
          .map((file) => Buffer.from(file).toString())
          .join(),
      ).not.toContain('<f>');
    const again = await upload({ [`all.${format}`]: bytes });
    expect(again.value.errors).toEqual([]);
    expect(again.value.counts).toMatchObject({ new: 0, changed: 0, faulty: 0 });
    expect(again.value.counts.same).toBeGreaterThan(150);
  },
);

test('files that are no files of ours are refused with a word, and an archive that would burst is not opened', async () => {
  expect(
    (await upload({ 'a.exe': 'MZ', 'b.json': '{', 'c.csv': 'a,b\n1,2', 'd.md': 'no front' })).value.errors.map(
      ({ file }) => file,
    ),
  ).toEqual(['a.exe', 'b.json', 'c.csv', 'd.md']);
  const { zipSync } = await import('fflate');
  const bomb = zipSync({ 'a.csv': new Uint8Array(80 * 1024 * 1024) });
  expect((await upload({ 'bomb.zip': bomb })).problem.code).toBe('TooLarge');
  expect((await upload({ 'broken.zip': 'PK broken' })).problem.code).toBe('UnreadableFile');
});

test('the knob says what it costs, and turning it changes what customers get', async () => {
  const report = await as<{
    knob: { targetWrong: number; right: number; wrong: number; clarified: number; handedOver: number }[];
    curve: object[];
  }>(world.admin, 'GET', '/api/v1/knowledge/engine');
  const { knob, curve } = report.value;
  expect(curve.length).toBeGreaterThan(3);
  for (const { right, wrong, clarified, handedOver } of knob)
    expect(right + wrong + clarified + handedOver).toBeCloseTo(1);
  expect(knob.map(({ wrong }) => wrong)).toEqual([...knob.map(({ wrong }) => wrong)].sort((a, b) => a - b));
  const { engine } = await decide('怎么退货');
  expect((await as(world.admin, 'PATCH', '/api/v1/knowledge/policy', { targetWrong: 0.01 })).status).toBe(200);
  await vi.waitUntil(async () => (await decide('怎么退货')).engine !== engine, PATIENCE);
});
