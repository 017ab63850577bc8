/** A tiny house of its own in a temporary folder, with the project's packages and rules, to plant violations in. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export type Files = Record<string, string>;

/** Gives the folder and the way to remove it. */
export function plant(files: Files): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'zhike-planted-'));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  for (const shared of ['package.json', 'biome.json', 'test/support/rules', '.gitignore']) {
    cpSync(resolve(shared), join(root, shared), { recursive: true });
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
