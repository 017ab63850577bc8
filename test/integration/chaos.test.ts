import { describe, expect, test } from 'vitest';
import { type ChaosOptions, runChaos } from '../chaos/run.ts';
import { postgresUrl } from '../support/services.ts';

const MINUTES = 60_000;
const databaseUrl = postgresUrl();
const options: ChaosOptions = {
  kills: 2,
  messages: 200,
  seed: 20_260_302,
  conversations: 12,
  microsoft: 0,
  processes: 1,
  databaseUrl: null,
  redisUrl: null,
  planted: false,
  say: () => {},
};

/** Everything that must be empty, with what is in it: a failure names the messages. */
const faultsOf = async (given: Partial<ChaosOptions>) => {
  const { lost, doubled, outOfOrder, stuck, crashes, acknowledged, kills } = await runChaos({ ...options, ...given });
  return { faults: { lost, doubled, outOfOrder, stuck, crashes }, acknowledged, kills };
};
const NONE = { lost: [], doubled: [], outOfOrder: [], stuck: [], crashes: [] };

describe.concurrent('servers that are killed while customers and colleagues talk', () => {
  test("lose, double, mix up and forget nothing on the embedded engine, with Microsoft's client among ours", {
    timeout: 3 * MINUTES,
  }, async () => {
    expect(await faultsOf({ microsoft: 1 })).toEqual({ faults: NONE, acknowledged: 200, kills: 2 });
  });

  test.runIf(databaseUrl !== null)(
    'lose, double, mix up and forget nothing as two processes on PostgreSQL',
    { timeout: 3 * MINUTES },
    async () => {
      expect(await faultsOf({ databaseUrl, processes: 2 })).toEqual({ faults: NONE, acknowledged: 200, kills: 2 });
    },
  );

  test('are found out when they acknowledge before they write', { timeout: 3 * MINUTES }, async () => {
    const { faults, acknowledged } = await faultsOf({ planted: true, conversations: 20 });
    expect(acknowledged).toBe(200);
    expect(faults.lost.filter((words) => words.startsWith("the customer's"))).not.toEqual([]);
  });
});
