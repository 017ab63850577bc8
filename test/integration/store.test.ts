import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import type { Store } from '../../src/store/store.ts';
import { botSays, newAgent, newWorld } from '../support/desk-world.ts';
import { engines, type Home } from '../support/engines.ts';

describe.each(engines)('the store on $name', ({ name, home }) => {
  let place: Home;
  let store: Store;
  beforeAll(async () => {
    place = await home();
    store = await place.open();
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });
  const claim = async (conversationId: string) => {
    const turns = await store.turns.claimTurns(64, 30_000);
    return turns.find(({ conversation }) => conversation.id === conversationId);
  };

  it('numbers what is said without gaps, in the order of arrival, however it is grouped', async () => {
    const world = await newWorld(store);
    await Promise.all(Array.from({ length: 150 }, (_, n) => world.say(`m${n}`, `k${n}`)));
    expect(await world.texts()).toEqual(Array.from({ length: 150 }, (_, n) => `${n + 1} customer: m${n}`));
  });

  it('keeps one message when the same key arrives fifty times at once, and answers all with its place', async () => {
    const world = await newWorld(store);
    const accepted = await Promise.all(Array.from({ length: 50 }, () => world.say('怎么退货', 'same')));
    expect(new Set(accepted.map(({ seq }) => seq))).toEqual(new Set([1]));
    expect(accepted.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(await world.texts()).toEqual(['1 customer: 怎么退货']);
  });

  it('makes timestamps strictly increase even when the clock stands still', async () => {
    const frozen = await place.config;
    const stopped = new Date('2026-01-01T00:00:00.000Z');
    const world = await newWorld(store);
    for (const text of ['a', 'b', 'c']) {
      await store.conversations.accept({
        inboxId: world.inboxId,
        address: 'x',
        externalKey: null,
        author: 'customer',
        body: { type: 'message', text },
        locale: null,
        receivedAt: stopped,
        conversationId: world.conversationId,
      });
    }
    const { rows } = await store.conversations.activitiesAfter(world.conversationId, 0, {
      limit: 10,
      audience: 'customer',
    });
    const times = rows.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(frozen).toBeDefined();
  });

  it('merges a burst into one turn, leases it to one worker, and commits once', async () => {
    const world = await newWorld(store);
    await Promise.all([world.say('我买的耳机'), world.say('左边没声音'), world.say('怎么退')]);
    const turn = await claim(world.conversationId);
    expect(turn?.activities.map(({ body }) => body.text)).toEqual(['我买的耳机', '左边没声音', '怎么退']);
    expect(await claim(world.conversationId)).toBeUndefined();
    if (!turn) throw new Error('no turn');
    expect(await store.turns.commitTurn(turn, { activities: [botSays('这样退')] })).toMatchObject({
      seq: 4,
      due: false,
    });
    expect(await store.turns.commitTurn(turn, { activities: [botSays('又一次')] })).toBeNull();
    expect((await world.texts()).at(-1)).toBe('4 bot: 这样退');
    expect(await claim(world.conversationId)).toBeUndefined();
  });

  it('leaves a message that arrives during a turn to the next turn', async () => {
    const world = await newWorld(store);
    await world.say('one');
    const turn = await claim(world.conversationId);
    await world.say('two');
    if (!turn) throw new Error('no turn');
    expect(await store.turns.commitTurn(turn, { activities: [botSays('re one')] })).toMatchObject({ due: true });
    expect((await claim(world.conversationId))?.activities.map(({ body }) => body.text)).toEqual(['two']);
    expect(await world.texts()).toEqual(['1 customer: one', '2 customer: two', '3 bot: re one']);
  });

  it('gives an expired lease to somebody else, and refuses the late commit of the first', async () => {
    const world = await newWorld(store);
    await world.say('hello');
    const [slow] = (await store.turns.claimTurns(64, 0)).filter(
      ({ conversation }) => conversation.id === world.conversationId,
    );
    const fast = await claim(world.conversationId);
    if (!slow || !fast) throw new Error('no turn');
    expect(fast.epoch).toBeGreaterThan(slow.epoch);
    expect(await store.turns.commitTurn(slow, { activities: [botSays('late')] })).toBeNull();
    expect(await store.turns.commitTurn(fast, { activities: [botSays('right')] })).not.toBeNull();
    expect(await world.texts()).toEqual(['1 customer: hello', '2 bot: right']);
  });

  it('drops the late reply of the bot when a person took over meanwhile', async () => {
    const world = await newWorld(store);
    const agent = await newAgent(store, '小李');
    await world.say('hello');
    const turn = await claim(world.conversationId);
    const snapshot = await store.desk.snapshot(world.conversationId, null);
    if (!turn || !snapshot) throw new Error('nothing to act on');
    expect(await store.desk.commit(snapshot, { activities: [], status: 'human', ownerId: agent.id })).not.toBeNull();
    expect(await store.turns.commitTurn(turn, { activities: [botSays('late')] })).toBeNull();
    await world.say('still there?');
    expect(await claim(world.conversationId)).toBeUndefined();
    expect(await world.texts()).toEqual(['1 customer: hello', '2 customer: still there?']);
  });

  it('lets exactly one of ten simultaneous acts on the same version win', async () => {
    const world = await newWorld(store);
    await world.say('help');
    const agents = await Promise.all(Array.from({ length: 10 }, (_, n) => newAgent(store, `a${n}`)));
    const snapshots = await Promise.all(agents.map(() => store.desk.snapshot(world.conversationId, null)));
    const results = await Promise.all(
      snapshots.map(
        (snapshot, n) =>
          snapshot && store.desk.commit(snapshot, { activities: [], status: 'human', ownerId: agents[n]?.id ?? null }),
      ),
    );
    expect(results.filter((result) => result !== null)).toHaveLength(1);
  });

  it('commits words, state, ticket, answer log and score of a turn together', async () => {
    const world = await newWorld(store);
    const agent = await newAgent(store, 'list');
    await world.say('转人工');
    const turn = await claim(world.conversationId);
    if (!turn) throw new Error('no turn');
    const number = await store.turns.nextTicketNumber();
    const change: Change = {
      activities: [botSays('正在转接')],
      status: 'waiting',
      locale: 'en',
      state: { ...turn.conversation.state, misses: 1 },
      openTicket: { id: v7(), number, reason: 'asked', subject: '转人工', assigneeId: null, sourceSeq: 1 },
      answers: [
        {
          question: 'q',
          decision: 'abstain',
          confidence: 0.1,
          articleId: null,
          articleVersion: null,
          top: [],
          engine: 'e',
        },
      ],
      csat: { score: 4, resolved: null },
    };
    await store.turns.commitTurn(turn, change);
    const detail = await store.views.detail(world.conversationId, agent.id);
    expect(detail).toMatchObject({ status: 'waiting', locale: 'en', unread: 1, csat: { score: 4, resolved: null } });
    expect(detail?.tickets).toMatchObject([{ number, status: 'open', reason: 'asked' }]);
    const { items } = await store.views.list({ view: 'waiting', agentId: agent.id, cursor: null, limit: 100 });
    expect(items.map(({ id }) => id)).toContain(world.conversationId);
    expect((await store.desk.snapshot(world.conversationId, null))?.conversation.state.misses).toBe(1);
  });

  it('keeps the answer log of two turns that said nothing, when the second message came while the first was thought about', async () => {
    const world = await newWorld(store);
    const silence = (question: string): Change => ({
      activities: [],
      answers: [
        { question, decision: 'abstain', confidence: 0.1, articleId: null, articleVersion: null, top: [], engine: 'e' },
      ],
    });
    await world.say('first');
    const first = await claim(world.conversationId);
    await world.say('second');
    if (!first) throw new Error('no turn');
    await store.turns.commitTurn(first, silence('first'));
    const second = await claim(world.conversationId);
    if (!second) throw new Error('no second turn');
    await store.turns.commitTurn(second, silence('second'));
    const logged = await store.db.query(
      `select seq, question from answer_log where conversation_id = $1 order by seq`,
      [world.conversationId],
    );
    expect(logged).toEqual([
      { seq: 1, question: 'first' },
      { seq: 2, question: 'second' },
    ]);
  });

  it('writes nothing of a change that breaks a rule of the schema, and does not harm its neighbours in the group', async () => {
    const [good, bad] = [await newWorld(store), await newWorld(store)];
    await Promise.all([good.say('a'), bad.say('b')]);
    const turns = await store.turns.claimTurns(64, 30_000);
    const goodTurn = turns.find(({ conversation }) => conversation.id === good.conversationId);
    const badTurn = turns.find(({ conversation }) => conversation.id === bad.conversationId);
    if (!goodTurn || !badTurn) throw new Error('no turns');
    const [kept, broken] = await Promise.allSettled([
      store.turns.commitTurn(goodTurn, { activities: [botSays('fine')] }),
      store.turns.commitTurn(badTurn, { activities: [botSays('half')], status: 'human' }),
    ]);
    expect(kept.status).toBe('fulfilled');
    expect(broken.status).toBe('rejected');
    expect(await good.texts()).toEqual(['1 customer: a', '2 bot: fine']);
    expect(await bad.texts()).toEqual(['1 customer: b']);
  });

  it('makes one customer and one conversation of fifty parallel first messages of a new address', async () => {
    const inbox = await store.ensureInbox('web', 'default');
    const address = `new-${v7()}`;
    const accepted = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        store.conversations.accept({
          inboxId: inbox.id,
          address,
          externalKey: `${address}-${n}`,
          author: 'customer',
          body: { type: 'message', text: `m${n}` },
          locale: 'zh-CN',
          receivedAt: new Date(),
        }),
      ),
    );
    expect(new Set(accepted.map(({ conversationId }) => conversationId)).size).toBe(1);
    expect(new Set(accepted.map(({ seq }) => seq)).size).toBe(50);
  });

  it('pages a view without losing or repeating a row, and refuses a forged cursor', async () => {
    const agent = await newAgent(store, 'pager');
    for (let n = 0; n < 7; n++) await (await newWorld(store)).say(`p${n}`);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { id: string }[]; nextCursor: string | null } = await store.views.list({
        view: 'all',
        agentId: agent.id,
        cursor,
        limit: 3,
      });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen.length).toBeGreaterThanOrEqual(7);
    expect(new Set(seen).size).toBe(seen.length);
    await expect(
      store.views.list({ view: 'all', agentId: agent.id, cursor: 'forged', limit: 3 }),
    ).rejects.toMatchObject({ code: 'InvalidRange' });
  });

  it('uses a one-time link up once when two browsers race for it', async () => {
    const agent = await newAgent(store, 'link');
    const codeHash = v7().replaceAll('-', '').padEnd(64, '0');
    await store.sessions.createLink({ codeHash, agentId: agent.id, expiresAt: new Date(Date.now() + 60_000) });
    const redeemed = await Promise.all([
      store.sessions.redeemLink(codeHash, new Date()),
      store.sessions.redeemLink(codeHash, new Date()),
    ]);
    expect(redeemed.filter(Boolean)).toHaveLength(1);
  });

  it('never leaves the desk without an administrator', async () => {
    const admin = await newAgent(store, 'admin', 'admin');
    await expect(store.agents.update(admin.id, { role: 'agent' })).rejects.toMatchObject({ code: 'LastAdmin' });
    expect((await store.agents.find(admin.id))?.role).toBe('admin');
  });

  it('gives back bytes of a file as they came, and int8, times and json alike on both engines', async () => {
    const world = await newWorld(store);
    const id = v7();
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n);
    await store.files.put({
      id,
      conversationId: world.conversationId,
      name: '发票.pdf',
      contentType: 'application/pdf',
      bytes,
    });
    expect(Buffer.from((await store.files.get(id))?.bytes ?? [])).toEqual(Buffer.from(bytes));
    const [row] = await store.db.query<Record<string, unknown>>(
      `select 9007199254740991::int8 as n, '2026-01-02T03:04:05.678Z'::timestamptz as t, '{"a":[1]}'::jsonb as j`,
    );
    expect(row).toEqual({ n: 9007199254740991, t: '2026-01-02T03:04:05.678Z', j: { a: [1] } });
  });

  it('seeds articles once, raises the version when the words change, and retires what is gone', async () => {
    const article = {
      id: `t/${v7()}`,
      locale: 'en' as const,
      question: 'q?',
      similar: ['q1'],
      answer: 'a',
      category: 'c',
      verbatim: false,
    };
    const other = { ...article, id: `t/${v7()}` };
    await store.articles.seed([article, other]);
    expect(await store.articles.seed([article, other])).toEqual({ added: 0, changed: 0, retired: 0 });
    expect(await store.articles.seed([{ ...article, answer: 'b' }])).toEqual({ added: 0, changed: 1, retired: 1 });
    expect(await store.articles.find(article.id, 'en')).toMatchObject({ version: 2, answer: 'b' });
    expect(await store.articles.find(other.id, 'en')).toBeNull();
  });

  it.runIf(name === 'pglite')('refuses a second process on the same data directory with words that help', async () => {
    await expect(place.open()).rejects.toThrow(/in use by process \d+/);
  });

  it.runIf(name === 'pglite')('gives a turn that died with its process to the next start at once', async () => {
    const fresh = await home();
    const before = await fresh.open();
    const world = await newWorld(before);
    await world.say('怎么退货');
    expect(await before.turns.claimTurns(1, 3_600_000)).toHaveLength(1);
    await before.close();
    const after = await fresh.open();
    expect((await after.turns.claimTurns(1, 30_000)).map(({ conversation }) => conversation.id)).toEqual([
      world.conversationId,
    ]);
    await after.close();
    await fresh.remove();
  });

  it.runIf(name === 'pglite')('lets a timer fire while the database is busy', async () => {
    const world = await newWorld(store);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    for (let n = 0; n < 100; n++) await world.say(`busy ${n}`);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it.runIf(name === 'postgres')('starts four processes at once on an empty database', async () => {
    const fresh = await home();
    const stores = await Promise.all(Array.from({ length: 4 }, () => fresh.open()));
    expect(await Promise.all(stores.map((one) => one.ensureInbox('web', 'default').then(({ id }) => id)))).toHaveLength(
      4,
    );
    await Promise.all(stores.map((one) => one.close()));
    await fresh.remove();
  });

  it.runIf(name === 'postgres')(
    'never leases one conversation to two of three processes, and answers every message once',
    async () => {
      const others = [store, await place.open(), await place.open()];
      const worlds = await Promise.all(Array.from({ length: 10 }, () => newWorld(store)));
      const thinking = new Set<string>();
      let overlaps = 0;
      const said = worlds.flatMap((world) => Array.from({ length: 8 }, (_, n) => ({ world, n })));
      await Promise.all(said.map(({ world, n }) => world.say(`q${n}`, `${world.conversationId}:${n}`)));
      const work = async (one: Store) => {
        for (let idle = 0; idle < 5; ) {
          const turns = await one.turns.claimTurns(4, 30_000);
          if (turns.length === 0) idle++;
          for (const turn of turns) {
            if (thinking.has(turn.conversation.id)) overlaps++;
            thinking.add(turn.conversation.id);
            await new Promise((resume) => setImmediate(resume));
            thinking.delete(turn.conversation.id);
            await one.turns.commitTurn(turn, {
              activities: turn.activities.map(({ body }) => botSays(`re ${body.text}`)),
            });
          }
        }
      };
      await Promise.all(others.map(work));
      expect(overlaps).toBe(0);
      for (const world of worlds) {
        const replies = (await world.texts())
          .filter((line) => line.includes(' bot: '))
          .map((line) => line.split(' bot: ')[1]);
        expect(replies).toEqual(Array.from({ length: 8 }, (_, n) => `re q${n}`));
      }
      await Promise.all(others.slice(1).map((one) => one.close()));
    },
  );

  it('hands messages of a conversation to a channel in order, one at a time, and fences a slow deliverer', async () => {
    const place2 = await home();
    const outbound = await place2.open({ usesOutbox: () => true });
    const world = await newWorld(outbound);
    await world.say('hi');
    const [turn] = await outbound.turns.claimTurns(1, 30_000);
    if (!turn) throw new Error('no turn');
    await outbound.turns.commitTurn(turn, { activities: [botSays('one'), botSays('two')] });
    const [first, none] = await outbound.outbox.claimDeliveries(10, 0);
    expect(none).toBeUndefined();
    const [again] = await outbound.outbox.claimDeliveries(10, 30_000);
    if (!first || !again) throw new Error('nothing to deliver');
    expect(again).toMatchObject({ idempotencyKey: first.idempotencyKey, attempts: 2 });
    expect(await outbound.outbox.settleDelivery(first, { kind: 'sent', externalId: null })).toBeNull();
    expect(await outbound.outbox.settleDelivery(again, { kind: 'failed', reason: 'blocked' })).toEqual({
      state: 'failed',
      reason: 'blocked',
    });
    expect((await outbound.outbox.claimDeliveries(10, 30_000)).map(({ activity }) => activity.body.text)).toEqual([
      'two',
    ]);
    await outbound.close();
    await place2.remove();
  });
});
