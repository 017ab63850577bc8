/** Kills server processes while customers talk: at moments that only the dice know, sometimes while one is still starting. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from './dice.ts';
import { until } from './http.ts';
import type { ServerProcess } from './server-process.ts';

export type KillOptions = {
  servers: readonly ServerProcess[];
  kills: number;
  dice: Dice;
  /** Messages acknowledged so far, and how many there will be. */
  progress: () => number;
  target: number;
  say: (line: string) => void;
};

const LONGEST_DELAY_MS = 40;
/** Share of kills that follow the one before by the clock, within the time that a start takes. */
const WHILE_STARTING = 0.15;
const LONGEST_START_MS = 1_000;
const STANDSTILL_MS = 120_000;

/** Spread over the talk by its progress, so that every kill meets messages on their way. Resolves after the last one. */
export async function killAtRandom({ servers, kills, dice, progress, target, say }: KillOptions): Promise<number> {
  const moments = Array.from({ length: kills }, () => (0.03 + dice.next() * 0.9) * target).sort((a, b) => a - b);
  const started = performance.now();
  let killed = 0;
  for (const moment of moments) {
    if (killed > 0 && dice.chance(WHILE_STARTING)) await pause(dice.below(LONGEST_START_MS));
    else {
      if (!(await until(() => progress() >= moment, STANDSTILL_MS, 5))) break;
      await pause(dice.below(LONGEST_DELAY_MS));
    }
    const index = dice.below(servers.length);
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    killed++;
    say(
      `kill ${killed} of ${kills}: process ${index + 1} (pid ${servers[index]?.pid}) after ${progress()} messages, ${seconds} s`,
    );
    await servers[index]?.kill();
  }
  return killed;
}
