/** Both languages say the same things: same keys, same placeholders, and the words of every error as the server says them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type ErrorCode, errorText } from '../../../src/domain/errors.ts';
import en from '../../../src/web/console/i18n/en.json' with { type: 'json' };
import zhCN from '../../../src/web/console/i18n/zh-CN.json' with { type: 'json' };

type Texts = { [key: string]: string | Texts };

function flatten(texts: Texts, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' ? [[prefix + key, value] as const] : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}
const placeholders = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test('both languages have the same keys and placeholders, and no text is empty', () => {
  const [chinese, english] = [flatten(zhCN), flatten(en)];
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  for (const [key, text] of chinese) {
    expect(placeholders(english.get(key)), key).toEqual(placeholders(text));
    expect(text.trim() && english.get(key)?.trim(), key).toBeTruthy();
  }
});

test('every text is used, and no component holds words of its own', async () => {
  const root = path.join(import.meta.dirname, '../../../src/web/console');
  const names = (await readdir(root, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
  const sources = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(root, name), 'utf8')] as const),
  );
  const code = sources.map(([, source]) => source).join('\n');
  const dynamic = [...code.matchAll(/`([a-z][A-Za-z]*(?:\.[A-Za-z]+)*)\.\$\{/g)].map(([, prefix]) => `${prefix}.`);
  const unused = [...flatten(zhCN).keys()].filter(
    (key) => !code.includes(`'${key}'`) && !dynamic.some((prefix) => key.startsWith(prefix)),
  );
  expect(unused).toEqual([]);
  for (const [name, source] of sources) {
    const words = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect([...words.matchAll(/\p{Script=Han}+/gu)].map(String), name).toEqual([]);
  }
});

test('an error reads the same in the console and in the server’s answer', () => {
  for (const [code, text] of Object.entries(zhCN.errors))
    if (code !== 'Network') expect(errorText(code as ErrorCode, 'zh-CN'), code).toBe(text);
  for (const [code, text] of Object.entries(en.errors))
    if (code !== 'Network') expect(errorText(code as ErrorCode, 'en'), code).toBe(text);
});
