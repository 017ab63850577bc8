import { parseArgs } from 'node:util';
import { type AnswerDecision, buildEngine } from '../../src/knowledge/engine.ts';
import { type Metrics, measure } from './metrics.ts';
import { readEntries, readNone, readQueries } from './read.ts';
import { percent, table } from './table.ts';

/** `eval answers`: the product's own path over any knowledge base and query file, with the shipped thresholds. */

type Cost = { indexMs: number; queryMs: { p50: number; p99: number }; peakMb: number };

/** Gives one JSON object (`--json`) or a table. Throws with file and line when an input is not understood. */
export function evaluateAnswers(arguments_: string[]): string {
  const { values } = parseArgs({
    args: arguments_,
    options: {
      kb: { type: 'string' },
      queries: { type: 'string' },
      none: { type: 'string' },
      'target-wrong': { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.kb === undefined || values.queries === undefined) throw new Error('needs --kb FILE and --queries FILE');
  const targetWrong = values['target-wrong'] === undefined ? 0.05 : Number(values['target-wrong']);
  if (!(targetWrong >= 0 && targetWrong <= 1)) throw new Error('--target-wrong must be a share between 0 and 1');
  const entries = readEntries(values.kb);
  const queries = readQueries(values.queries);
  const none = values.none === undefined ? [] : readNone(values.none);

  const from = performance.now();
  const engine = buildEngine(entries, { targetWrong, none });
  const indexMs = performance.now() - from;
  const spent: number[] = [];
  const results = queries.map(({ text }) => {
    const start = performance.now();
    const result = engine.decide(text);
    spent.push(performance.now() - start);
    return result;
  });
  const metrics = measure(queries, results);
  if (values.json) return JSON.stringify({ results: results.map(lean), metrics: metrics ?? {} });
  return render(metrics, costOf(indexMs, spent), engine.revision);
}

const lean = ({ top, confidence, decision }: AnswerDecision) => ({
  top: top.map(({ id, score }) => ({ id, score: round(score) })),
  confidence: round(confidence),
  decision,
});

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

function costOf(indexMs: number, spent: number[]): Cost {
  const sorted = [...spent].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { indexMs, queryMs: { p50: at(0.5), p99: at(0.99) }, peakMb: process.resourceUsage().maxRSS / 1024 };
}

function render(metrics: Metrics | undefined, cost: Cost, revision: string): string {
  const costs = [
    ['index', `${cost.indexMs.toFixed(0)} ms`],
    ['query p50 / p99', `${cost.queryMs.p50.toFixed(2)} / ${cost.queryMs.p99.toFixed(2)} ms`],
    ['peak memory', `${cost.peakMb.toFixed(0)} MB`],
    ['engine', revision],
  ];
  if (metrics === undefined) return table(['measure', 'value'], costs);
  const { atThreshold } = metrics;
  return table(
    ['measure', 'value'],
    [
      ['messages / in scope', `${metrics.messages} / ${metrics.inScope}`],
      ['acc (first is right)', percent(metrics.acc)],
      ['R@3', percent(metrics.r3)],
      ...Object.entries(metrics.auroc).map(([kind, value]) => [`AUROC ${kind}`, value.toFixed(3)]),
      ['right at 90 % out of scope caught', percent(metrics.at90)],
      ['resolved@P90', percent(metrics.resolvedAtP90)],
      ['calibration error', percent(metrics.calibrationError)],
      ['answered, of all', percent(atThreshold.answered)],
      ['answered wrong, of all', percent(atThreshold.wrongOfAll)],
      ['answered right, of in scope', percent(atThreshold.resolvedOfInScope)],
      ['clarified with the right one, of in scope', percent(atThreshold.clarifiedRightOfInScope)],
      ['abstained, of in scope', percent(atThreshold.abstainedOfInScope)],
      ['answered, of out of scope', percent(atThreshold.answeredOfOutOfScope)],
      ...costs,
    ],
  );
}
