/** `npm run bench -- wechat-fuzz [--count 200000] [--seed N] [--json]`: mangled WeChat callbacks; exits with 1 on a crash, a forgery, a second spent on one, or memory that grows. */
import { parseArgs } from 'node:util';
import { fuzzCallbacks } from '../support/wechat-fuzz.ts';

const MEGABYTE = 1024 * 1024;
/** What garbage of a whole run may add to the resident memory. */
const MAX_GROWTH = 128 * MEGABYTE;

export async function benchWeChatFuzz(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      count: { type: 'string', default: '200000' },
      seed: { type: 'string', default: '20261122' },
      json: { type: 'boolean', default: false },
    },
  });
  // The first calls compile; what they take says nothing about the input.
  fuzzCallbacks({ count: 2_000, seed: 1 });
  const since = performance.now();
  const report = fuzzCallbacks({ count: Number(values.count), seed: Number(values.seed) });
  const seconds = Math.round((performance.now() - since) / 100) / 10;
  const grownMb = Math.round(report.grown / MEGABYTE);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, grownMb, seconds })}\n`);
  else {
    console.table(report.verdicts);
    const { count, crashes, forged, slowest } = report;
    process.stdout.write(
      `${count} callbacks in ${seconds} s: ${crashes.length} crashes, ${forged} forged, slowest ${slowest.ms} ms (${slowest.mutation}), memory +${grownMb} MB\n`,
    );
    for (const crash of crashes) process.stdout.write(`${crash}\n`);
  }
  const good =
    report.crashes.length === 0 && report.forged === 0 && report.slowest.ms < 1_000 && report.grown < MAX_GROWTH;
  process.exitCode = good ? 0 : 1;
}
