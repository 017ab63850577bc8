import { json } from 'node:stream/consumers';
import { openEngine } from '../knowledge/engine.ts';
import {
  decideAll,
  type ReplayProgress,
  type ReplayRequest,
  type ReplayResult,
  strictOf,
} from '../knowledge/rehearse.ts';
import { ordersOf } from '../knowledge/room.ts';
import { createCompiler } from './compiler.ts';

/** The process in which a replay runs: the request on standard input, a line of JSON for each progress and for the results. */

export type ReplayLine = { progress: ReplayProgress } | { results: ReplayResult[] };

const BATCH = 500;
const [, , folder = ''] = process.argv;
const say = (line: ReplayLine): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

const request = (await json(process.stdin)) as ReplayRequest;
const orders = ordersOf(request.articles, request);
const compile = createCompiler(folder, (error) => process.stderr.write(`${String(error)}\n`));
let learnt = 0;
const rooms = await Promise.all(
  orders.map(async (order) => {
    const room = await compile(order);
    learnt += 1;
    say({ progress: { phase: 'learning', done: learnt, total: orders.length } });
    return room;
  }),
);
const engine = openEngine(rooms, { targetWrong: request.targetWrong, strict: strictOf(request.articles) });
const { questions } = request;
for (let from = 0; from < questions.length; from += BATCH) {
  const results = decideAll(engine, questions.slice(from, from + BATCH));
  say({ results });
  say({ progress: { phase: 'answering', done: from + results.length, total: questions.length } });
}
