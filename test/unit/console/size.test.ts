/** What a colleague's browser loads before the first row: from the build's manifest, gzipped. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = path.join(import.meta.dirname, '../../../dist/web/console');
const LIMIT_KB = 350;

type Chunk = { file: string; imports?: string[]; css?: string[] };
type Manifest = Record<string, Chunk>;

/** All files of a chunk and of what it imports statically. */
function filesOf(manifest: Manifest, name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`the build has no ${name}`);
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const imported of chunk.imports ?? []) filesOf(manifest, imported, seen);
  return seen;
}

test(`the inbox opens with less than ${LIMIT_KB} kB`, async () => {
  const manifest = JSON.parse(await readFile(path.join(DIST, '.vite/manifest.json'), 'utf8')) as Manifest;
  const entries = ['index.html', 'shell/shell.tsx', 'inbox/inbox-page.tsx', 'side/side-panel.tsx', 'i18n/zh-CN.json'];
  const files = new Set(entries.flatMap((entry) => [...filesOf(manifest, entry)]));
  const sizes = await Promise.all(
    [...files].map(async (file) => (await promisify(gzip)(await readFile(path.join(DIST, file)), { level: 9 })).length),
  );
  const kb = sizes.reduce((sum, size) => sum + size, 0) / 1024;
  expect(files.size).toBeGreaterThan(5);
  expect(kb).toBeLessThan(LIMIT_KB);
});
