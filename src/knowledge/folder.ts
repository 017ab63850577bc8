/** Reads `knowledge/<topic>/<slug>.<locale>.md` into articles; a file that is not right is named with what to mend. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { LOCALES, type Locale } from '../domain/locale.ts';
import type { Article } from '../ports.ts';

const frontMatterSchema = z.strictObject({
  question: z.string().trim().min(1).max(300),
  similar: z.array(z.string().trim().min(1).max(300)).max(200).default([]),
  category: z.string().trim().min(1).max(80),
  tags: z.array(z.string().trim().min(1).max(40)).max(20).default([]),
  verbatim: z.boolean().default(false),
});

export type SeedArticle = Omit<Article, 'version'> & { tags: string[] };

const FILE = /^(?<slug>[a-z0-9-]+)\.(?<locale>[A-Za-z-]+)\.md$/;

/** Throws one error that lists every faulty file. */
export function readKnowledge(folder: string): SeedArticle[] {
  const faults: string[] = [];
  const articles = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((topic) =>
      readdirSync(join(folder, topic.name)).flatMap((file) => readFile({ folder, topic: topic.name, file }, faults)),
    );
  if (faults.length > 0) throw new Error(`The knowledge folder has faults:\n${faults.join('\n')}`);
  return articles.sort((a, b) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1));
}

function readFile(
  { folder, topic, file }: { folder: string; topic: string; file: string },
  faults: string[],
): SeedArticle[] {
  const named = FILE.exec(file)?.groups;
  if (!named) return [];
  const locale = LOCALES.find((known) => known === named.locale);
  const path = join(topic, file);
  if (!locale) {
    faults.push(`- ${path}: the locale must be one of ${LOCALES.join(', ')}`);
    return [];
  }
  try {
    return [parseArticle(readFileSync(join(folder, path), 'utf8'), { id: `${topic}/${named.slug}`, locale })];
  } catch (error) {
    faults.push(`- ${path}: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`);
    return [];
  }
}

/** One file: front matter between two lines of `---`, then the answer. Throws what is wrong with it. */
export function parseArticle(text: string, { id, locale }: { id: string; locale: Locale }): SeedArticle {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text);
  if (!match) throw new Error('front matter between two lines of --- is missing');
  const { question, similar, category, tags, verbatim } = frontMatterSchema.parse(parse(match[1] ?? ''));
  const answer = (match[2] ?? '').trim();
  if (answer === '') throw new Error('the answer is missing');
  return { id, locale, question, similar, answer, category, tags, verbatim };
}
