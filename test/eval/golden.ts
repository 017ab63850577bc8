import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import * as z from 'zod';
import { type AnswerDecision, buildEngine, type EngineEntry } from '../../src/knowledge/engine.ts';
import { strictOf } from '../../src/knowledge/rehearse.ts';
import { percent, table } from './table.ts';

/** `eval golden`: the shipped knowledge against its own golden questions, one row per locale and scope. */

const ROOT = fileURLToPath(new URL('../../knowledge', import.meta.url));
const LOCALES = ['zh-CN', 'en'] as const;
const front = z.object({
  question: z.string(),
  similar: z.array(z.string()).default([]),
  verbatim: z.boolean().default(false),
});
const golden = z.object({ text: z.string(), article: z.string().nullable() });

export type Golden = z.infer<typeof golden> & { locale: EngineEntry['locale'] };

/** The articles under `root` as engine entries; an article's id is its path without locale and suffix. */
function shippedEntries(root = ROOT): (EngineEntry & { verbatim: boolean })[] {
  return filesOf(root, 'md').map(({ path, locale, text }) => {
    const head = /^---\n([\s\S]*?)\n---/.exec(text)?.[1];
    const parsed = front.safeParse(head === undefined ? undefined : parse(head));
    if (!parsed.success)
      throw new Error(`${path}: ${parsed.error.issues[0]?.message ?? 'front matter not understood'}`);
    return { id: path.replace(/\.[^/]*$/, '').replace(/\.(?:zh-CN|en)$/, ''), locale, ...parsed.data };
  });
}

/** Every golden question under `root`, beside the articles and in `golden/`. */
function shippedGolden(root = ROOT): Golden[] {
  return filesOf(root, 'jsonl').flatMap(({ path, locale, text }) =>
    text.split('\n').flatMap((line, at) => {
      if (line.trim() === '') return [];
      const parsed = golden.safeParse(JSON.parse(line));
      if (!parsed.success) throw new Error(`${path}:${at + 1}: not a golden question`);
      return [{ ...parsed.data, locale }];
    }),
  );
}

function filesOf(root: string, suffix: string): { path: string; locale: EngineEntry['locale']; text: string }[] {
  return LOCALES.flatMap((locale) =>
    globSync(`**/*.${locale}.${suffix}`, { cwd: root })
      .map((path) => path.replaceAll('\\', '/'))
      .sort()
      .map((path) => ({ path, locale, text: readFileSync(join(root, path), 'utf8') })),
  );
}

type Row = {
  locale: string;
  scope: 'in' | 'out';
  questions: number;
  right: number;
  wrong: number;
  clarified: number;
  abstained: number;
};

/** Gives the table, or with `--json` its rows; `--misses` adds every question that was not answered right. */
export function evaluateGolden(arguments_: string[]): string {
  const { values } = parseArgs({
    args: arguments_,
    options: {
      root: { type: 'string' },
      'target-wrong': { type: 'string' },
      misses: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const entries = shippedEntries(values.root);
  const targetWrong = Number(values['target-wrong'] ?? 0.05);
  const engine = buildEngine(entries, { targetWrong, strict: strictOf(entries) });
  const judged = shippedGolden(values.root).map((question) => ({ question, result: engine.decide(question.text) }));
  const rows = LOCALES.flatMap((locale) =>
    (['in', 'out'] as const).map((scope) => ({
      locale,
      scope,
      ...count(
        judged.filter(({ question }) => question.locale === locale && (question.article !== null) === (scope === 'in')),
      ),
    })),
  );
  if (values.json) return JSON.stringify({ engine: engine.revision, rows });
  return values.misses ? `${render(rows)}\n\n${missesOf(judged)}` : render(rows);
}

type Judged = { question: Golden; result: AnswerDecision };

const firstIsRight = ({ question, result }: Judged): boolean => result.top[0]?.id === question.article;
const offered = ({ question, result }: Judged): boolean =>
  result.top.slice(0, 3).some(({ id }) => id === question.article);

function count(judged: readonly Judged[]): Omit<Row, 'locale' | 'scope'> {
  const share = (holds: (one: Judged) => boolean): number =>
    judged.length === 0 ? 0 : judged.filter(holds).length / judged.length;
  const decided = (one: Judged, decision: AnswerDecision['decision']): boolean => one.result.decision === decision;
  return {
    questions: judged.length,
    right: share((one) => decided(one, 'answer') && firstIsRight(one)),
    wrong: share((one) => decided(one, 'answer') && !firstIsRight(one)),
    clarified: share((one) => decided(one, 'clarify') && (one.question.article === null || offered(one))),
    abstained: share((one) => decided(one, 'abstain')),
  };
}

const render = (rows: readonly Row[]): string =>
  table(
    ['locale / scope', 'questions', 'answered right', 'answered wrong', 'right one offered', 'handed over'],
    rows.map((row) => [
      `${row.locale} ${row.scope}`,
      String(row.questions),
      row.scope === 'in' ? percent(row.right) : '-',
      percent(row.wrong),
      row.scope === 'in' ? percent(row.clarified) : '-',
      percent(row.abstained),
    ]),
  );

const missesOf = (judged: readonly Judged[]): string =>
  judged
    .filter((one) =>
      one.question.article === null
        ? one.result.decision === 'answer'
        : one.result.decision !== 'answer' || !firstIsRight(one),
    )
    .map(({ question, result }) => {
      const got = result.top.slice(0, 3).map(({ id }) => id);
      return `${result.decision} ${result.confidence.toFixed(2)}  ${question.text}  wanted ${question.article ?? 'none'}, got ${got.join(', ')}`;
    })
    .join('\n');
