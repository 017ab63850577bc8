import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import type { LiveEvent } from '../../src/ports.ts';
import { type App, wire } from '../../src/wire.ts';
import { newAgent, newWorld, type World } from '../support/desk-world.ts';
import { silentLog } from '../support/engines.ts';
import { createTestDatabase, postgresUrl, redisUrl } from '../support/services.ts';

const buses = [
  { name: 'with Redis', redis: redisUrl() },
  { name: 'without Redis', redis: null },
].filter(({ name, redis }) => name === 'without Redis' || redis !== null);

/** Resolves with the first event that fits; hints may come twice, or late, but they come. */
function heard(app: App, fits: (event: LiveEvent) => boolean): Promise<LiveEvent> {
  return new Promise((resolve) => {
    const stop = app.live.subscribe((event) => {
      if (!fits(event)) return;
      stop();
      resolve(event);
    });
  });
}

describe.each(postgresUrl() === null ? [] : buses)('two processes on PostgreSQL $name', ({ redis }) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhike-'));
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let apps: App[] = [];
  const start = async () => {
    const env = {
      PORT: '0',
      DATA_DIR: dataDir,
      BURST_WINDOW_MS: '0',
      DATABASE_URL: database.url,
      ...(redis ? { REDIS_URL: redis } : {}),
    };
    const app = await wire(readConfig(env), { log: silentLog });
    await app.listen();
    return app;
  };
  beforeAll(async () => {
    database = await createTestDatabase();
    apps = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const pair = () => {
    const [one, two] = apps;
    if (!one || !two) throw new Error('two processes are needed');
    return { one, two };
  };
  const answered = async (world: World) => (await world.texts()).filter((line) => line.includes(' bot: ')).length;

  it('answer each of two hundred messages once, whichever took it in', async () => {
    const { one, two } = pair();
    const worlds = await Promise.all(Array.from({ length: 20 }, (_, n) => newWorld(n % 2 ? one.store : two.store)));
    for (let round = 0; round < 10; round++) {
      const answers = worlds.map(async (world, n) => {
        const app = n % 2 ? one : two;
        const reply = heard(
          app,
          (event) => event.kind === 'conversation' && event.id === world.conversationId && event.seq >= 2 * round + 2,
        );
        const { committed } = await world.say('怎么退货？', `${world.conversationId}:${round}`);
        if (committed) app.live.publish({ kind: 'conversation', id: world.conversationId, ...committed });
        await reply;
      });
      await Promise.all(answers);
    }
    for (const world of worlds) expect(await answered(world)).toBe(10);
  });

  it('tell each other what an agent did', async () => {
    const { one, two } = pair();
    const world = await newWorld(one.store);
    const agent = await newAgent(two.store, '小李');
    const seen = heard(
      one,
      (event) => event.kind === 'conversation' && event.id === world.conversationId && event.ownerId === agent.id,
    );
    await two.desk.takeOver({ id: agent.id, name: agent.name, role: 'agent' }, world.conversationId, false);
    expect(await seen).toMatchObject({ status: 'human' });
  });

  it('let one of two agents at two processes take a conversation, and tell the other whose it is', async () => {
    const { one, two } = pair();
    const world = await newWorld(one.store);
    const people = await Promise.all([newAgent(one.store, '小李'), newAgent(two.store, '小吴')]);
    const taken = await Promise.allSettled(
      [one, two].map((app, n) => {
        const agent = people[n];
        if (!agent) throw new Error('no agent');
        return app.desk.takeOver({ id: agent.id, name: agent.name, role: 'agent' }, world.conversationId, false);
      }),
    );
    const winner = people[taken.findIndex(({ status }) => status === 'fulfilled')];
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(taken.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'TakenByColleague', detail: { owner: { id: winner?.id, name: winner?.name } } },
    });
  });

  it('keep a reply once when both are sent it with the same client id', async () => {
    const { one, two } = pair();
    const world = await newWorld(one.store);
    const agent = await newAgent(one.store, '小李');
    const actor = { id: agent.id, name: agent.name, role: 'agent' as const };
    await one.desk.takeOver(actor, world.conversationId, false);
    const words = { text: '您好', clientId: v7() };
    const sent = await Promise.all(
      [one, two, one, two].map((app) => app.desk.reply(actor, world.conversationId, words)),
    );
    expect(new Set(sent.map(({ seq }) => seq)).size).toBe(1);
    expect((await world.texts()).filter((line) => line.endsWith('agent: 您好'))).toHaveLength(1);
  });
});
