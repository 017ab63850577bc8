/** The desk's clocks on both engines: facts in the commit, instants by the calendar, each warning once. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../src/desk/actions.ts';
import { createClockWork } from '../../src/desk/sla.ts';
import { compileRules } from '../../src/desk/sla-rules.ts';
import type { Store } from '../../src/store/store.ts';
import { botSays, newAgent, newWorld, type World } from '../support/desk-world.ts';
import { engines, type Home } from '../support/engines.ts';

const HOURS = { timeZone: 'Asia/Shanghai', opens: 9 * 60, closes: 18 * 60 };
type Row = {
  goal: string;
  due_at: string | null;
  stopped_at: string | null;
  paused_at: string | null;
  pauses: unknown[];
  missed_at: string | null;
  warned: number;
  left_minutes: number | null;
};

describe.each(engines)('the clocks on $name', ({ home }) => {
  let place: Home;
  let store: Store;
  let now = new Date();
  let desk: Desk;
  const at = (text: string) => {
    now = new Date(text);
  };
  beforeAll(async () => {
    place = await home();
    store = await place.open({ clock: () => now });
    desk = createDesk({
      store: store.desk,
      findTicket: (id) => store.views.findTicket(id),
      newId: v7,
      promised: async (answer) => answer,
      announce: () => {},
    });
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });
  const workOf = (one: Store) =>
    createClockWork({ store: one.clocks, desk: one.desk, clock: () => now, announce: () => {} });
  const settle = async () => {
    while ((await workOf(store).settle(async () => compileRules(await store.rules.rules(), HOURS))).length > 0);
  };
  const rounds = async () => {
    do await settle();
    while ((await workOf(store).warn()) > 0);
  };
  const clocksOf = async (world: World): Promise<Record<string, Row>> => {
    const rows = await store.db.query<Row>(
      'select goal, due_at, stopped_at, paused_at, pauses, missed_at, warned, left_minutes from sla_clock where conversation_id = $1 order by id',
      [world.conversationId],
    );
    return Object.fromEntries(rows.map((row) => [row.goal, row]));
  };
  const eventsOf = async (world: World) => {
    const { rows } = await store.conversations.activitiesAfter(world.conversationId, 0, {
      limit: 500,
      audience: 'all',
    });
    return rows
      .filter(({ body }) => body.name === 'sla.warned')
      .map(({ body }) => body.value as { goal: string; level: number });
  };
  const say = (world: World, text: string) =>
    store.conversations.accept({
      inboxId: world.inboxId,
      address: 'x',
      externalKey: null,
      author: 'customer',
      body: { type: 'message', text },
      locale: null,
      receivedAt: now,
      conversationId: world.conversationId,
    });
  /** A customer who was handed to the queue at this instant. */
  const queued = async (text = '转人工'): Promise<World> => {
    const world = await newWorld(store);
    await store.db.query('update conversation set last_at = $2 where id = $1', [
      world.conversationId,
      now.toISOString(),
    ]);
    await say(world, text);
    const turns = await store.turns.claimTurns(64, 30_000);
    const turn = turns.find(({ conversation }) => conversation.id === world.conversationId);
    if (!turn) throw new Error('no turn');
    const number = await store.turns.nextTicketNumber();
    await store.turns.commitTurn(turn, {
      activities: [botSays('已为您转接')],
      status: 'waiting',
      openTicket: { id: v7(), number, reason: 'asked', subject: text, assigneeId: null, sourceSeq: turn.throughSeq },
    });
    await settle();
    return world;
  };
  const openTicket = async (world: World) => {
    const [row] = await store.db.query<{ id: string; status: string }>(
      'select id, status from ticket where conversation_id = $1',
      [world.conversationId],
    );
    if (!row) throw new Error('no ticket');
    return row;
  };

  it('starts with the hand-off and promises working time: what comes in the evening is due next morning', async () => {
    at('2026-03-02T17:50:00+08:00');
    const world = await queued();
    const clocks = await clocksOf(world);
    expect(clocks.firstReply?.due_at).toBe('2026-03-03T01:05:00.000Z');
    expect(clocks.resolution?.due_at).toBe('2026-03-05T06:50:00.000Z');
    const listed = await store.views.detail(world.conversationId, v7());
    expect(listed?.riskAt).toBe('2026-03-02T09:53:00.000Z');
  });

  it('stops the reply clocks with the very answer of a person, and not with words of the bot', async () => {
    at('2026-03-02T10:00:00+08:00');
    const world = await queued();
    const agent = await newAgent(store, '小林');
    at('2026-03-02T10:01:00+08:00');
    await desk.takeOver(agent, world.conversationId, false);
    await desk.note(agent, world.conversationId, { text: '看一下', clientId: v7() });
    await settle();
    expect((await clocksOf(world)).firstReply?.stopped_at).toBeNull();
    at('2026-03-02T10:02:00+08:00');
    await desk.reply(agent, world.conversationId, { text: '您好', clientId: v7() });
    await settle();
    const clocks = await clocksOf(world);
    expect(clocks.firstReply?.stopped_at).toBe('2026-03-02T02:02:00.000Z');
    expect(clocks.humanReply?.stopped_at).toBe('2026-03-02T02:02:00.000Z');
    expect(clocks.resolution?.stopped_at).toBeNull();
    at('2026-03-02T10:05:00+08:00');
    await say(world, '在吗');
    await settle();
    expect((await clocksOf(world)).nextReply?.due_at).toBe('2026-03-02T02:35:00.000Z');
  });

  it('stands still while the ticket waits for the customer, and goes on with the rest when they write', async () => {
    at('2026-03-02T10:00:00+08:00');
    const world = await queued();
    const agent = await newAgent(store, '小陈');
    await desk.takeOver(agent, world.conversationId, false);
    await desk.reply(agent, world.conversationId, { text: '请发照片', clientId: v7() });
    const { id } = await openTicket(world);
    at('2026-03-02T11:00:00+08:00');
    await desk.moveTicket(agent, id, 'pending');
    await settle();
    expect((await clocksOf(world)).resolution).toMatchObject({ due_at: null, left_minutes: 1380 });
    at('2026-03-04T10:00:00+08:00');
    await say(world, '照片来了');
    await settle();
    const { resolution } = await clocksOf(world);
    expect((await openTicket(world)).status).toBe('open');
    expect(resolution).toMatchObject({
      paused_at: null,
      pauses: [expect.any(Array)],
      due_at: '2026-03-06T07:00:00.000Z',
    });
    at('2026-03-05T10:00:00+08:00');
    await desk.resolve(agent, world.conversationId);
    await settle();
    expect((await clocksOf(world)).resolution).toMatchObject({
      stopped_at: '2026-03-05T02:00:00.000Z',
      missed_at: null,
    });
    at('2026-03-09T10:00:00+08:00');
    await desk.moveTicket(agent, id, 'open');
    await settle();
    expect((await clocksOf(world)).resolution?.due_at).toBe('2026-03-10T07:00:00.000Z');
  });

  it('warns of each share once, however many processes sweep and wherever one is killed', async () => {
    at('2026-03-02T10:00:00+08:00');
    const world = await queued();
    at('2026-03-02T10:07:30+08:00');
    await Promise.all([workOf(store).warn(), workOf(store).warn(), workOf(store).warn()]);
    // Killed between the commit and the next reading: the same instants are due again.
    await rounds();
    const said = (await eventsOf(world)).filter(({ goal }) => goal === 'firstReply');
    expect(said.map(({ level }) => level)).toEqual([50]);
    at('2026-03-02T10:12:00+08:00');
    await rounds();
    at('2026-03-02T10:15:00+08:00');
    await rounds();
    await rounds();
    const all = (await eventsOf(world)).filter(({ goal }) => goal === 'firstReply');
    expect(all.map(({ level }) => level)).toEqual([50, 80, 100]);
    expect((await eventsOf(world)).filter(({ goal }) => goal === 'humanReply')).toEqual([
      expect.objectContaining({ level: 100 }),
    ]);
    expect((await clocksOf(world)).firstReply?.missed_at).toBe('2026-03-02T02:15:00.000Z');
  });

  it('says only that it is late when nobody was there to warn before', async () => {
    at('2026-03-02T10:00:00+08:00');
    const world = await queued();
    at('2026-03-02T12:00:00+08:00');
    await rounds();
    expect((await eventsOf(world)).filter(({ goal }) => goal === 'firstReply').map(({ level }) => level)).toEqual([
      100,
    ]);
  });

  it('knows a miss exactly although no sweep ran before the answer', async () => {
    at('2026-03-02T10:00:00+08:00');
    const world = await queued();
    const agent = await newAgent(store, '小王');
    at('2026-03-02T10:20:00+08:00');
    await desk.takeOver(agent, world.conversationId, false);
    await desk.reply(agent, world.conversationId, { text: '来了', clientId: v7() });
    await rounds();
    expect((await clocksOf(world)).firstReply).toMatchObject({
      missed_at: '2026-03-02T02:15:00.000Z',
      left_minutes: -5,
    });
  });

  it('lists who waits by the risk of a breach, not by arrival', async () => {
    at('2026-03-03T10:00:00+08:00');
    const early = await queued();
    at('2026-03-03T10:01:00+08:00');
    const late = await queued();
    await store.db.query(`update ticket set priority = 'urgent' where conversation_id = $1`, [late.conversationId]);
    await store.db.query(`update sla_clock set stale = true, revision = revision + 1 where conversation_id = $1`, [
      late.conversationId,
    ]);
    await store.db.query(
      `update sla_clock set stopped_at = started_at, stale = true, revision = revision + 1 where kind = 'human'
      and conversation_id = any($1::uuid[])`,
      [[early.conversationId, late.conversationId]],
    );
    await settle();
    const { items } = await store.views.list({ view: 'waiting', agentId: v7(), cursor: null, limit: 100 });
    const order = items.map(({ id }) => id).filter((id) => id === early.conversationId || id === late.conversationId);
    expect(order).toEqual([late.conversationId, early.conversationId]);
    const pages: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await store.views.list({ view: 'waiting', agentId: v7(), cursor, limit: 2 });
      pages.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(pages).toEqual(items.map(({ id }) => id));
  });

  it('counts running clocks again when an administrator changes the calendar or the policy', async () => {
    at('2026-10-09T17:55:00+08:00');
    const world = await queued();
    const week = Array.from({ length: 7 }, (_, day) =>
      day < 5
        ? [
            { opens: 540, closes: 720 },
            { opens: 780, closes: 1080 },
          ]
        : [],
    );
    await store.rules.saveCalendar(
      {
        id: v7(),
        name: '工作日',
        plan: { timeZone: 'Asia/Shanghai', week, holidays: 'china', days: [] },
        isDefault: true,
      },
      null,
    );
    await settle();
    // 10 October 2026 is a Saturday that is worked for the National Day.
    expect((await clocksOf(world)).firstReply?.due_at).toBe('2026-10-10T01:10:00.000Z');
    const [calendar] = await store.rules.calendars();
    await store.rules.removeCalendar(String(calendar?.id));
  });
});
