import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from '../eval/metrics.ts';
import { type Entry, type Query, readEntries, readQueries } from '../eval/read.ts';
import { percent, table } from '../eval/table.ts';
import { PEERS, type Peer } from './answers/peers.ts';
import { inChild } from './answers/scale.ts';

/**
 * `bench answers`: how well and how fast questions are found, beside MiniSearch, Orama, NLP.js and plain BM25 on the same
 * files. `--sets DIR` names a folder of folders with `kb.jsonl` and `queries.jsonl`; without it only time and memory at
 * 1,000, 10,000 and 100,000 entries are measured.
 */
export async function benchAnswers(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      sets: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      peer: { type: 'string', multiple: true, default: [] },
      entries: { type: 'string', multiple: true, default: [] },
    },
  });
  const peers = PEERS.filter(({ name }) => values.peer.length === 0 || values.peer.includes(name));
  const sizes =
    values.entries.length > 0 ? values.entries.map(Number) : values.set.length > 0 ? [] : [1000, 10_000, 100_000];
  const quality: Quality[] = [];
  for (const name of values.sets === undefined ? [] : values.set) {
    for (const peer of peers) quality.push(...(await judge(join(values.sets ?? '', name), { name, peer })));
  }
  const cost: Cost[] = [];
  for (const entries of sizes) {
    for (const peer of peers)
      if (entries <= peer.largest) cost.push({ peer: peer.name, entries, ...inChild(peer.name, entries) });
  }
  process.stdout.write(
    `${values.json ? JSON.stringify({ quality, cost }) : [qualityTable(quality), costTable(cost)].filter(Boolean).join('\n\n')}\n`,
  );
}

type Quality = {
  set: string;
  peer: string;
  acc: number;
  r3: number;
  auroc: number | null;
  at90: number | null;
  resolvedAtP90: number;
  rightAtWrong5: number;
};
type Cost = {
  peer: string;
  entries: number;
  indexMs: number;
  cpuMsEach: number;
  p50Ms: number;
  p99Ms: number;
  memoryMb: number;
};

async function judge(folder: string, by: { name: string; peer: Peer }): Promise<Quality[]> {
  if (!existsSync(join(folder, 'kb.jsonl'))) throw new Error(`${folder} has no kb.jsonl`);
  const entries: Entry[] = readEntries(join(folder, 'kb.jsonl'));
  const queries: Query[] = readQueries(join(folder, 'queries.jsonl'));
  if (entries.length > by.peer.largest) return [];
  const answer = await by.peer.build(entries);
  const results = [];
  for (const { text } of queries) results.push(await answer(text));
  const metrics = measure(queries, results);
  if (metrics === undefined) return [];
  const { acc, r3, auroc, at90, resolvedAtP90, rightAtWrong5 } = metrics;
  return [{ set: by.name, peer: by.peer.name, acc, r3, auroc: auroc.all ?? null, at90, resolvedAtP90, rightAtWrong5 }];
}

const qualityTable = (rows: readonly Quality[]): string =>
  rows.length === 0
    ? ''
    : table(
        ['set / system', 'acc', 'R@3', 'AUROC', 'at 90', 'resolved@P90', 'right at 5 % wrong'],
        rows.map((row) => [
          `${row.set} ${row.peer}`,
          percent(row.acc),
          percent(row.r3),
          row.auroc === null ? '-' : row.auroc.toFixed(3),
          percent(row.at90),
          percent(row.resolvedAtP90),
          percent(row.rightAtWrong5),
        ]),
      );

const costTable = (rows: readonly Cost[]): string =>
  rows.length === 0
    ? ''
    : table(
        ['entries / system', 'index (CPU)', 'query (CPU)', 'p50', 'p99', 'memory'],
        rows.map((row) => [
          `${row.entries} ${row.peer}`,
          `${row.indexMs.toFixed(0)} ms`,
          `${row.cpuMsEach.toFixed(2)} ms`,
          `${row.p50Ms.toFixed(2)} ms`,
          `${row.p99Ms.toFixed(2)} ms`,
          `${row.memoryMb.toFixed(0)} MB`,
        ]),
      );
