/** `npm run bench -- wechat-fuzz [--count 200000] [--seed N] [--json]`: mangled WeChat callbacks; exits with 1 on a crash, a forgery, a second spent on one, or memory that grows. */
import { parseArgs } from 'node:util';
import { fuzzCallbacks } from '../support/wechat-fuzz.ts';

const MEGABYTE = 1024 * 1024;
/** What a whole run may add to what is held by a process that has seen a tenth as much. */
const MAX_GROWTH = 16 * MEGABYTE;

export async function benchWeChatFuzz(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '20261122' },
      json: { type: 'boolean', default: false },
    },
  });
  const count = Number(values.count);
  // The first ones compile: what they take says nothing about the input.
  const before = fuzzCallbacks({ count: Math.ceil(count / 10), seed: 1 }).held;
  const since = performance.now();
  const report = fuzzCallbacks({ count, seed: Number(values.seed) });
  const seconds = Math.round((performance.now() - since) / 100) / 10;
  const grown = report.held - before;
  const grownMb = Math.round(grown / MEGABYTE);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, grownMb, seconds })}\n`);
  else {
    console.table(report.verdicts);
    const { crashes, forged, slowest } = report;
    process.stdout.write(
      `${count} callbacks in ${seconds} s: ${crashes.length} crashes, ${forged} forged, slowest ${slowest.ms} ms (${slowest.mutation}), held memory +${grownMb} MB\n`,
    );
    for (const crash of crashes) process.stdout.write(`${crash}\n`);
  }
  const good = report.crashes.length === 0 && report.forged === 0 && report.slowest.ms < 1_000 && grown < MAX_GROWTH;
  process.exitCode = good ? 0 : 1;
}
