import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** Readers of the evaluation's files: JSON lines, parsed and named by line when broken. */

const locale = z.enum(['zh-CN', 'en']);
const entry = z.object({ id: z.string(), locale, question: z.string(), similar: z.array(z.string()).default([]) });
const query = z.object({
  text: z.string(),
  id: z.string().nullish(),
  ids: z.array(z.string()).optional(),
  kind: z.string().optional(),
});
const none = z.object({ text: z.string() });

export type Entry = z.infer<typeof entry>;
export type Query = z.infer<typeof query>;

export const readEntries = (path: string): Entry[] => lines(path, entry);
export const readQueries = (path: string): Query[] => lines(path, query);
export const readNone = (path: string): string[] => lines(path, none).map(({ text }) => text);

function lines<T>(path: string, shape: z.ZodType<T>): T[] {
  const found: T[] = [];
  readFileSync(path, 'utf8')
    .split('\n')
    .forEach((line, at) => {
      if (line.trim() === '') return;
      const parsed = shape.safeParse(parse(line));
      if (!parsed.success) throw new Error(`${path}:${at + 1}: ${parsed.error.issues[0]?.message ?? 'not understood'}`);
      found.push(parsed.data);
    });
  return found;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
