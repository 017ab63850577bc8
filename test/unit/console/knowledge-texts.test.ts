/** The knowledge pages say the same in both languages, and every text is used. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import en from '../../../src/web/console/knowledge/texts.en.json' with { type: 'json' };
import zhCN from '../../../src/web/console/knowledge/texts.zh-CN.json' with { type: 'json' };

type Texts = { [key: string]: string | Texts };

const flatten = (texts: Texts, prefix = ''): [string, string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flatten(value, `${prefix}${key}.`),
  );
const placeholders = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test('both languages have the same keys and placeholders, and no text is empty', () => {
  const [chinese, english] = [new Map(flatten(zhCN)), new Map(flatten(en))];
  expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  for (const [key, text] of chinese) {
    expect(placeholders(english.get(key)), key).toEqual(placeholders(text));
    expect(text.trim() && english.get(key)?.trim(), key).toBeTruthy();
  }
});

test('every text is used', async () => {
  const folder = path.join(import.meta.dirname, '../../../src/web/console/knowledge');
  const names = (await readdir(folder)).filter((name) => /\.tsx?$/.test(name));
  const code = (await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))).join('\n');
  const dynamic = [...code.matchAll(/`([a-z][A-Za-z.]*)\.?\$\{/g)].map(([, prefix]) => `${prefix}`);
  const unused = flatten(zhCN)
    .map(([key]) => key)
    .filter((key) => !code.includes(`'${key}'`) && !dynamic.some((prefix) => key.startsWith(prefix)));
  expect(unused).toEqual([]);
});
