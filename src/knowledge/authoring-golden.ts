/** Reads the golden questions of `knowledge/`: `golden.<locale>.jsonl` of each topic, and those that no article may answer. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { LOCALES, type Locale } from '../domain/locale.ts';

const lineSchema = z.object({ text: z.string().trim().min(1).max(2_000), article: z.string().nullable() });

export type SeedGolden = { locale: Locale; text: string; articleId: string | null };

/** Throws with file and line where one is not understood. */
export function readGolden(folder: string): SeedGolden[] {
  return LOCALES.flatMap((locale) =>
    globSync(`*/*.${locale}.jsonl`, { cwd: folder })
      .sort()
      .flatMap((file) => readLines(readFileSync(join(folder, file), 'utf8'), { file, locale })),
  );
}

function readLines(text: string, { file, locale }: { file: string; locale: Locale }): SeedGolden[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const parsed = lineSchema.safeParse(JSON.parse(line));
    if (!parsed.success) throw new Error(`${file}:${at + 1}: not a golden question`);
    return [{ locale, text: parsed.data.text, articleId: parsed.data.article }];
  });
}
