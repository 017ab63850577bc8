import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Files, plant } from './planted.ts';

const CLEAN: Files = {
  'src/config.ts': 'export const port = process.env.PORT;\n',
  'src/server/app.ts':
    'export const boot = () => [new Date(), Math.random(), crypto.randomUUID(), setTimeout(boot, 1)];\nexport const [{ pid }, list] = [process, [process.pid]];\n',
  'src/bot/turn.ts':
    "import { createHash } from 'node:crypto';\n\nexport const turn = (now: Date) => [createHash('sha256'), new Date(now.getTime() + 1), Date.UTC(2026, 1)];\n",
  'dialogs/refund/index.ts': "export const refund = (say: (text: string) => void) => say('');\n",
  'test/support/env.ts': 'export const url = process.env.TEST_DATABASE_URL;\n',
};

/** Each line alone breaks the rule named before it. */
const PLANTS: [rule: string, path: string, text: string][] = [
  ['noProcessEnv', 'src/server/env.ts', 'export const bad = process.env.PORT;\n'],
  ['noProcessEnv', 'dialogs/refund/env.ts', 'export const bad = process.env.PORT;\n'],
  [
    'noRestrictedImports',
    'src/server/env-import.ts',
    "import { env } from 'node:process';\n\nexport const bad = env;\n",
  ],
  ['one-reader-of-env', 'src/server/env-taken-apart.ts', 'const { env } = process;\nexport const bad = env;\n'],
  ['one-reader-of-env', 'src/server/env-alias.ts', 'const host = process;\nexport const bad = host;\n'],
  ['one-reader-of-env', 'src/server/env-by-name.ts', "export const bad = (name: 'env') => process[name];\n"],
  ['injected', 'src/desk/now.ts', 'export const bad = () => Date.now();\n'],
  ['injected', 'src/knowledge/date.ts', 'export const bad = () => new Date();\n'],
  ['injected', 'src/domain/date.ts', 'export const bad = () => new Date();\n'],
  ['injected', 'dialogs/refund/random.ts', 'export const bad = () => Math.random();\n'],
  ['noRestrictedGlobals', 'src/bot/timer.ts', 'export const bad = () => setTimeout(bad, 1);\n'],
  ['noRestrictedGlobals', 'src/bot/timer-global.ts', 'export const bad = () => globalThis.setTimeout(bad, 1);\n'],
  ['noRestrictedGlobals', 'src/aftersales/id.ts', 'export const bad = () => crypto.randomUUID();\n'],
  ['noRestrictedGlobals', 'src/desk/fetch.ts', "export const bad = () => fetch('https://example.com');\n"],
  [
    'noRestrictedImports',
    'src/desk/id.ts',
    "import { randomUUID } from 'node:crypto';\n\nexport const bad = () => randomUUID();\n",
  ],
  ['noExplicitAny', 'src/store/any.ts', 'export const bad = (row: any) => row;\n'],
  ['useImportType', 'src/store/import.ts', "import { Pool } from 'pg';\n\nexport type Bad = Pool;\n"],
  ['useMaxParams', 'src/store/params.ts', 'export const bad = (a: 1, b: 2, c: 3, d: 4) => [a, b, c, d];\n'],
  ['noBarrelFile', 'src/store/barrel.ts', "export { bad } from './params.ts';\n"],
  ['noReExportAll', 'src/store/barrel-all.ts', "export * from './params.ts';\n"],
  ['noDefaultExport', 'src/store/default.ts', 'export default 1;\n'],
  ['noExcessiveLinesPerFile', 'src/store/long.ts', `export const bad = [\n${"  'line',\n".repeat(400)}];\n`],
  [
    'noExcessiveLinesPerFunction',
    'src/store/long-function.ts',
    `export function bad(f: () => void) {\n${'  f();\n'.repeat(70)}}\n`,
  ],
  ['format', 'src/store/quotes.ts', 'export const bad = "double";\n'],
];

type Report = { diagnostics: { category: string; message: string; location: { path: string | { file: string } } }[] };

/** The planted files that Biome complains of, as `rule path`; a rule of ours begins its message with its name. */
function complaints(root: string): string[] {
  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'check', '--error-on-warnings', '--max-diagnostics=none', '--reporter=json'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  const report = JSON.parse(stdout) as Report;
  return report.diagnostics.map(({ category, message, location }) => {
    const rule = category === 'plugin' ? message.split(': ')[0] : category.split('/').at(-1);
    const path = typeof location.path === 'string' ? location.path : location.path.file;
    return `${rule} ${path.replace(/^\.\//, '')}`;
  });
}

describe('style rules', () => {
  const planted = plant({ ...CLEAN, ...Object.fromEntries(PLANTS.map(([, path, text]) => [path, text])) });
  const found = complaints(planted.root);
  afterAll(planted.remove);

  it('code that keeps the rules passes', () => {
    expect(found.filter((complaint) => Object.keys(CLEAN).some((path) => complaint.endsWith(` ${path}`)))).toEqual([]);
  });

  it.each(PLANTS)('%s: %s is refused', (rule, path) => {
    expect(found).toContain(`${rule} ${path}`);
  });
});
