import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { visibleReply } from '../../src/channels/email/reply.ts';
import { compact, compareText, type Verdict } from './email-replies/compare.ts';
import { percent, table } from './table.ts';

/** `npm run eval -- email-replies FILE... [--json]`: scores the reply reader on cases of mails with their visible words. */

const file = z.object({ cases: z.array(z.unknown()) });
const entry = z.object({
  id: z.string(),
  kind: z.enum(['text', 'html', 'time']).default('text'),
  input: z.string().optional(),
  inputParts: z.array(z.tuple([z.string(), z.number().int().nonnegative().max(10_000_000)])).optional(),
  expected: z.string().optional(),
  expectedAlt: z.array(z.string()).default([]),
  startsWith: z.string().optional(),
  maxMs: z.number().optional(),
  language: z.string().optional(),
  lang: z.string().optional(),
  client: z.string().optional(),
  family: z.string().optional(),
});
type Case = z.infer<typeof entry>;

interface Result extends Verdict {
  id: string;
  kind: Case['kind'];
  language: string;
  client: string;
  ms: number;
}

interface Score {
  cases: number;
  exact: number;
  loss: number;
  leak: number;
  exactShare: number | null;
  lossShare: number | null;
}

/** Reads the files (or the *.json of folders) and gives a table, or JSON with the ids of every case that failed. */
export function evaluateEmailReplies(arguments_: string[]): string {
  const paths = arguments_.filter((argument) => !argument.startsWith('--')).flatMap(filesOf);
  if (paths.length === 0) throw new Error('Usage: npm run eval -- email-replies FILE... [--json]');
  const results = paths.flatMap(readCases).map(judge);
  const report = {
    overall: scoreOf(results),
    byKind: groups(results, ({ kind }) => kind),
    byLanguage: groups(results, ({ language }) => language),
    byClient: groups(results, ({ client }) => client),
    ms: { median: quantile(results, 0.5), p95: quantile(results, 0.95), max: quantile(results, 1) },
    failed: results
      .filter(({ verdict }) => verdict !== 'exact')
      .map(({ id, kind, verdict, missing, extra }) => ({ id, kind, verdict, missing, extra })),
  };
  return arguments_.includes('--json') ? JSON.stringify(report, null, 2) : human(report);
}

const filesOf = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name))
    : [path];

function readCases(path: string): Case[] {
  const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const cases = Array.isArray(parsed) ? parsed : file.parse(parsed).cases;
  return cases.map((value, at) => {
    const found = entry.safeParse(value);
    if (!found.success)
      throw new Error(`${path}, case ${at + 1}: ${found.error.issues[0]?.message ?? 'not understood'}`);
    return found.data;
  });
}

function judge(one: Case): Result {
  const input = one.inputParts?.map(([text, times]) => text.repeat(times)).join('') ?? one.input ?? '';
  const begun = performance.now();
  const { text } = visibleReply(one.kind === 'html' ? { html: input } : { text: input });
  const ms = performance.now() - begun;
  return {
    id: one.id,
    kind: one.kind,
    language: one.language ?? one.lang ?? '-',
    client: one.client ?? one.family ?? '-',
    ms,
    ...verdictOf(one, text, ms),
  };
}

function verdictOf(one: Case, text: string, ms: number): Verdict {
  if (one.kind === 'time' || one.expected === undefined) {
    const right = text.startsWith(one.startsWith ?? '') && ms <= (one.maxMs ?? 1000);
    return { verdict: right ? 'exact' : 'leak', missing: [], extra: [] };
  }
  const wanted = [one.expected, ...one.expectedAlt];
  return one.kind === 'html' ? compact(text, wanted) : compareText(text, wanted);
}

function scoreOf(results: readonly Result[]): Score {
  const count = (verdict: Verdict['verdict']): number => results.filter((result) => result.verdict === verdict).length;
  const share = (part: number): number | null => (results.length === 0 ? null : part / results.length);
  const [exact, loss, leak] = [count('exact'), count('loss'), count('leak')];
  return { cases: results.length, exact, loss, leak, exactShare: share(exact), lossShare: share(loss) };
}

function groups(results: readonly Result[], key: (result: Result) => string): Record<string, Score> {
  const sorted = [...new Set(results.map(key))].sort();
  return Object.fromEntries(sorted.map((name) => [name, scoreOf(results.filter((result) => key(result) === name))]));
}

function quantile(results: readonly Result[], share: number): number | null {
  const sorted = results.map(({ ms }) => ms).sort((one, other) => one - other);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return found === undefined ? null : Math.round(100 * found) / 100;
}

interface Report {
  overall: Score;
  byKind: Record<string, Score>;
  byLanguage: Record<string, Score>;
  byClient: Record<string, Score>;
  ms: { median: number | null; p95: number | null; max: number | null };
  failed: { id: string; verdict: string }[];
}

function human({ overall, byKind, byLanguage, byClient, ms, failed }: Report): string {
  const row = ([name, score]: [string, Score]): string[] => [
    name,
    String(score.cases),
    percent(score.exactShare),
    percent(score.lossShare),
    String(score.leak),
  ];
  const named = (title: string, scores: Record<string, Score>): string[][] =>
    Object.entries(scores)
      .filter(([name]) => name !== '-')
      .map(([name, score]) => row([`${title} ${name}`, score]));
  const rows = [
    row(['overall', overall]),
    ...named('kind', byKind),
    ...named('language', byLanguage),
    ...named('client', byClient),
  ];
  const failures = failed.map(({ id, verdict }) => `${verdict}  ${id}`);
  return [
    table(['cases', 'n', 'exact', 'lost text', 'leaks'], rows),
    `per mail: median ${ms.median ?? '-'} ms, p95 ${ms.p95 ?? '-'} ms, slowest ${ms.max ?? '-'} ms`,
    ...(failures.length === 0 ? [] : ['', 'not exact:', ...failures]),
  ].join('\n');
}
