import { describe, expect, test } from 'vitest';
import { runWeChatChaos, type WeChatChaosOptions } from '../chaos/wechat.ts';
import { postgresUrl } from '../support/services.ts';

const MINUTES = 60_000;
const databaseUrl = postgresUrl();
const options: WeChatChaosOptions = {
  kills: 2,
  messages: 60,
  seed: 20_261_122,
  processes: 1,
  databaseUrl: null,
  redisUrl: null,
  say: () => {},
};

/** Everything that must be empty, with what is in it: a failure names the messages. */
const faultsOf = async (given: Partial<WeChatChaosOptions>) => {
  const report = await runWeChatChaos({ ...options, ...given });
  const { lost, doubled, outOfOrder, quotaExceeded, crashes, kills, answered, unknown, givenUp, messages } = report;
  return {
    faults: { lost, doubled, outOfOrder, quotaExceeded, crashes },
    kills,
    accounted: answered + unknown + givenUp >= messages,
    mostAnswered: answered > messages / 2,
  };
};
const GOOD = {
  faults: { lost: [], doubled: [], outOfOrder: [], quotaExceeded: 0, crashes: [] },
  kills: 2,
  accounted: true,
  mostAnswered: true,
};

describe('customers on WeChat whose pushes repeat while servers are killed', () => {
  test('are answered once, in order, within the count, on the embedded engine', { timeout: 4 * MINUTES }, async () => {
    expect(await faultsOf({})).toEqual(GOOD);
  });

  test.runIf(databaseUrl !== null)(
    'are answered once by two processes that share one token',
    { timeout: 4 * MINUTES },
    async () => {
      expect(await faultsOf({ databaseUrl, processes: 2 })).toEqual(GOOD);
    },
  );
});
