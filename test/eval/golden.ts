import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { buildEngine, type EngineEntry } from '../../src/knowledge/engine.ts';


/** `eval golden`: the shipped knowledge against its own golden questions, one row per locale and scope. */

const ROOT = new URL('../../knowledge', import.meta.url).pathname;
const front = z.object({ question: z.string(), similar: z.array(z.string()).default([]) });
const golden = z.object({ text: z.string(), article: z.string().nullable() });
type Golden = z.infer<typeof golden> & { locale: EngineEntry['locale'] };

/** The shipped articles as engine entries; an article's id is its path without locale and suffix. */
export function shippedEntries(root = ROOT): EngineEntry[] {
  return globSync('**/*.{zh-CN,en}.md', { cwd: root })
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const head = /^---\n([\s\S]*?)\n---/.exec(text)?.[1];
      const parsed = front.safeParse(head === undefined ? undefined : parse(head));
      if (!parsed.success) throw new Error(`${path}: ${parsed.error.issues[0]?.message ?? 'no front matter'}`);
      return { id: path.replace(/\.(?:zh-CN|en)\.md$/, ''), locale: localeOf(path), ...parsed.data };
    });
}

/** Every golden question beside the articles and in `golden/`. */
export function shippedGolden(root = ROOT): Golden[] {
  return globSync('**/{golden,out-of-scope}.{zh-CN,en}.jsonl', { cwd: root })
    .sort()
    .flatMap((path) =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line, at) => {
          const parsed = golden.safeParse(JSON.parse(line));
          if (!parsed.success) throw new Error(`${relative(root, path)}:${at + 1}: not a golden question`);
          return { ...parsed.data, locale: localeOf(path) };
        }),
    );
}

const localeOf = (path: string): EngineEntry['locale'] => (/\.zh-CN\.(?:md|jsonl)$/.test(basename(path)) ? 'zh-CN' : 'en');

/** Prints the table (or with `--json` the counts) and, with `--misses`, every question that was not answered right. */
export function golden_(arguments_: readonly string[]): void {
  const root = arguments_.includes('--root') ? (arguments_[arguments_.indexOf('--root') + 1] ?? dirname(ROOT)) : ROOT;
  const engine = buildEngine(shippedEntries(root));
  void engine;
}
