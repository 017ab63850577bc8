import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Entry } from '../../eval/read.ts';
import { PEERS } from './peers.ts';

/** CPU time and memory of one peer at one size, in a process of its own so that peers do not share a heap. */

/** `indexMs` and `cpuMsEach` are CPU time of the thread, the percentiles are wall time of a query. */
const figures = z.object({
  indexMs: z.number(),
  cpuMsEach: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  memoryMb: z.number(),
});
export type Figures = z.infer<typeof figures>;

const QUERIES = 300;

/** Runs this file as a child. Throws with the child's words when it fails. */
export function inChild(peer: string, entries: number): Figures {
  const child = spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), peer, String(entries)], {
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`${peer} at ${entries}: ${child.stderr}`);
  return figures.parse(JSON.parse(child.stdout));
}

const ACTS = [
  '怎么退',
  '怎么换',
  '怎么修',
  '怎么查询',
  '能不能取消',
  '可以修改',
  '什么时候到账',
  '多久发货',
  '为什么没有收到',
  '如何申请',
];
const THINGS = [
  '运费险',
  '发票',
  '订单',
  '优惠券',
  '快递',
  '地址',
  '赠品',
  '保修卡',
  '积分',
  '会员',
  '包裹',
  '定金',
  '尾款',
  '配件',
  '礼盒',
];
const CHARS = [
  ...'春江花月夜山水云雨风雪松竹梅兰菊荷桃李杏梨橙柚橘枣栗茶酒米面油盐糖醋瓷铜银玉石木棉麻丝绸纸墨笔砚琴棋书画灯扇伞钟镜梳盘碗',
];

/** Entries of one question each: an act, a thing and the name of a product, all different. */
function inventEntries(count: number): Entry[] {
  return Array.from({ length: count }, (_, at) => {
    const name = [at, Math.floor(at / CHARS.length), Math.floor(at / CHARS.length ** 2)]
      .map((part, place) => CHARS[(part * (7 + place * 6)) % CHARS.length])
      .join('');
    const act = ACTS[at % ACTS.length] ?? '';
    const thing = THINGS[Math.floor(at / ACTS.length) % THINGS.length] ?? '';
    return { id: `entry-${at}`, locale: 'zh-CN', question: `${name}的${thing}${act}`, similar: [] };
  });
}

/** CPU time of this thread, which other work on the machine does not lengthen. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function measureCost(name: string, count: number): Promise<Figures> {
  const peer = PEERS.find((one) => one.name === name);
  if (peer === undefined) throw new Error(`no peer is called ${name}`);
  const entries = inventEntries(count);
  const warm = await peer.build(inventEntries(20));
  await warm('怎么退货');
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const from = cpuMs();
  const answer = await peer.build(entries);
  const indexMs = cpuMs() - from;
  const spent: number[] = [];
  const cpuFrom = cpuMs();
  for (let at = 0; at < QUERIES; at += 1) {
    const entry = entries[Math.floor((at * entries.length) / QUERIES)];
    const start = performance.now();
    await answer(`请问一下${entry?.question ?? ''}呢 我等了三天了`);
    spent.push(performance.now() - start);
  }
  const cpuMsEach = (cpuMs() - cpuFrom) / QUERIES;
  const memoryMb = (process.memoryUsage.rss() - before) / 2 ** 20;
  spent.sort((a, b) => a - b);
  return {
    indexMs,
    cpuMsEach,
    p50Ms: spent[QUERIES / 2] ?? 0,
    p99Ms: spent[Math.floor(QUERIES * 0.99)] ?? 0,
    memoryMb,
  };
}

if (import.meta.main) {
  const [name = '', count = '1000'] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await measureCost(name, Number(count))));
}
