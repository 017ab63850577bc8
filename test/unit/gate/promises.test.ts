import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkProject } from '../../support/check-types.ts';
import { plant } from './planted.ts';

const HEAD = `import { TurnContext } from 'botbuilder';\nasync function act(): Promise<void> {}\n`;
const FLOATING: [danger: string, statement: string][] = [
  ['a reply that nobody waits for', `export const f = (context: TurnContext) => { context.sendActivity('x'); };`],
  ['a call of our own', 'export const f = () => { act(); };'],
  ['a then without a way out', 'export const f = () => { act().then(() => 1); };'],
  ['a finally without a way out', 'export const f = () => { act().finally(() => 1); };'],
  ['a list of promises', 'export const f = () => { [1].map(async (n) => n); };'],
  ['a promise that may be there', 'export const f = (g?: () => Promise<void>) => { g?.(); };'],
];
const HANDLED = [
  'let kept: Promise<void> | null = null; export const f = () => { kept ??= act(); return kept; };',
  'export const f = async () => { await act(); };',
  'export const f = () => { act().catch(() => 1); };',
  'export const f = () => { act().then(() => 1, () => 2); };',
  'export const f = () => { act().catch(() => 1).finally(() => 2); };',
  'export const f = () => { void act(); };',
  'export const f = async () => { await Promise.all([1].map(async (n) => n)); };',
];

describe('promises nobody waits for', () => {
  const files = Object.fromEntries([
    ...FLOATING.map(([, text], at) => [`floating-${at}.ts`, HEAD + text]),
    ...HANDLED.map((text, at) => [`handled-${at}.ts`, HEAD + text]),
    ['wrong-type.ts', `export const f: number = 'text';`],
    [
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: { target: 'es2024', module: 'nodenext', types: ['node'], strict: true, skipLibCheck: true },
        include: ['*.ts'],
      }),
    ],
  ]);
  const { root, remove } = plant(files);
  const { findings } = checkProject(join(root, 'tsconfig.json'));
  afterAll(remove);

  it.each(FLOATING.map(([danger], at) => [danger, `floating-${at}.ts`]))('%s is refused', (_danger, file) => {
    expect(findings.filter((finding) => finding.includes(file) && finding.includes('Nobody waits'))).toHaveLength(1);
  });

  it('a promise with a way out passes, and a wrong type does not', () => {
    expect(findings.filter((finding) => finding.includes('handled-'))).toEqual([]);
    expect(findings.filter((finding) => finding.includes('wrong-type.ts'))).toHaveLength(1);
    expect(findings).toHaveLength(FLOATING.length + 1);
  });
});
