import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createCompiler } from '../../../src/compiler/compiler.ts';
import { openShelf } from '../../../src/compiler/shelf.ts';
import { buildEngine } from '../../../src/knowledge/engine.ts';
import { buildLibrary } from '../../../src/knowledge/library.ts';
import { pack, unpack } from '../../../src/knowledge/pack.ts';
import type { Article } from '../../../src/ports.ts';

const article = (id: string, locale: Article['locale'], question: string, ...similar: string[]): Article => ({
  id,
  locale,
  question,
  similar,
  answer: question,
  category: 'orders',
  verbatim: false,
  version: 1,
});
const ARTICLES = [
  article('return', 'zh-CN', '怎么退货', '我要退货', '商品不想要了怎么退'),
  article('invoice', 'zh-CN', '怎么开发票', '可以开发票吗', '电子发票在哪里下载'),
  article('return', 'en', 'How do I return an item?', 'I want to send it back'),
  article('invoice', 'en', 'How do I get an invoice?', 'send me a receipt'),
];
const ASKED = [
  '怎么退货',
  '东西想退掉',
  'zenme tuihuo',
  '發票在哪裡',
  'I need a reciept',
  'send this back',
  '你好',
  '',
];

const folders: string[] = [];
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zhike-test-'));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The library of `articles` over a compiler that keeps its work in `folder`, and what went wrong with keeping. */
async function open(folder: string, articles = ARTICLES) {
  const faults: unknown[] = [];
  const compile = createCompiler(folder, (error) => faults.push(error));
  return { faults, library: await buildLibrary(articles, { targetWrong: 0.05, compile }) };
}
/** Inode numbers of what is kept: a file written anew has another. */
const kept = (folder: string): number[] => readdirSync(folder).map((name) => statSync(join(folder, name)).ino);

describe('the library', () => {
  it('decides with what another process compiled as an engine that compiled itself', async () => {
    const { library } = await open(makeFolder());
    const engine = buildEngine(ARTICLES);
    for (const text of ASKED) expect(library.decide(text)).toEqual(engine.decide(text));
    expect(library.article('invoice', 'en')?.question).toBe('How do I get an invoice?');
  });

  it('compiles nothing at a second start, and only the language that changed after an edit', async () => {
    const folder = makeFolder();
    const first = await open(folder);
    const before = kept(folder);
    expect(before).toHaveLength(2);
    const second = await open(folder);
    expect(kept(folder)).toEqual(before);
    for (const text of ASKED) expect(second.library.decide(text)).toEqual(first.library.decide(text));
    await open(folder, [...ARTICLES, article('repair', 'en', 'How do I get it repaired?')]);
    expect(kept(folder)).toHaveLength(3);
    expect(kept(folder)).toEqual(expect.arrayContaining(before));
  });

  it('compiles anew when what was kept is damaged', async () => {
    const folder = makeFolder();
    const first = await open(folder);
    const whole = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name));
      bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
      writeFileSync(join(folder, name), bytes);
    }
    const second = await open(folder);
    expect(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toEqual(whole);
    for (const text of ASKED) expect(second.library.decide(text)).toEqual(first.library.decide(text));
  });

  it('works without a place to keep anything, and says so', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'file'), '');
    const { library, faults } = await open(join(folder, 'file', 'below'), ARTICLES.slice(0, 2));
    expect(library.decide('怎么退货').decision).toBe('answer');
    expect(faults).toHaveLength(1);
  });

  it('keeps only the newest few of what was compiled', async () => {
    const folder = makeFolder();
    const shelf = openShelf(folder, () => {});
    for (let at = 0; at < 9; at += 1) await shelf.write(`${at}a`, Uint8Array.of(at));
    expect(readdirSync(folder)).toHaveLength(6);
    expect(await shelf.read('8a')).toEqual(Buffer.of(8));
  });
});

describe('packed values', () => {
  const value = { a: Int32Array.of(1, -2, 3), b: ['x', { c: Float32Array.of(0.5), d: new Uint8Array(0) }], e: 'é' };

  it('come back as they were', () => {
    expect(unpack(pack(value))).toEqual(value);
  });

  it('are refused when cut or changed anywhere', () => {
    const bytes = pack(value);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ by;
        expect(unpack(changed)).toBeUndefined();
        expect(unpack(bytes.slice(0, at))).toBeUndefined();
      }),
    );
  });
});
