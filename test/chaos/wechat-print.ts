/** The ledger of a run on WeChat, for people or as one JSON object. */
import type { WeChatChaosReport } from './wechat.ts';

/** True when nothing was lost, doubled, out of order or beyond the count, and no server fell over. */
export function printWeChat(report: WeChatChaosReport, asJson: boolean): boolean {
  const { lost, doubled, outOfOrder, crashes, quotaExceeded, apiErrors, outcomes, complaints, answerMs, ...rest } =
    report;
  const faults = {
    lost: lost.length,
    doubled: doubled.length,
    outOfOrder: outOfOrder.length,
    quotaExceeded,
    crashes: crashes.length,
  };
  const examples = Object.fromEntries(
    Object.entries({ lost, doubled, outOfOrder, crashes })
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name, list.slice(0, 10)]),
  );
  if (asJson)
    process.stdout.write(
      `${JSON.stringify({ ...rest, answerMs, outcomes, apiErrors, complaints, ...faults, examples })}\n`,
    );
  else {
    console.table({
      ...rest,
      'answer p50 ms': answerMs.p50,
      'answer p99 ms': answerMs.p99,
      'answer max ms': answerMs.max,
    });
    console.table(faults);
    console.table(outcomes);
    for (const [code, count] of Object.entries(apiErrors)) process.stdout.write(`errcode ${code}: ${count} times\n`);
    for (const [name, list] of Object.entries(examples))
      for (const words of list) process.stdout.write(`${name}: ${words}\n`);
    for (const [words, count] of Object.entries(complaints))
      process.stdout.write(`the servers said ${count} times: ${words}\n`);
  }
  return Object.values(faults).every((count) => count === 0);
}
