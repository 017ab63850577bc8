/** Builds every face of the house into `dist/web`, packs it for the wire, and prints what it weighs. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build, type InlineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const root = path.join(here, '../..');
const dist = path.join(root, 'dist/web');
/** Old WebViews of WeChat read no newer syntax; it costs next to nothing. */
const OLD = { target: 'es2019', cssTarget: ['chrome78', 'safari13'] };

type Face = {
  name: string;
  /** Folders and files whose content decides whether it must be built again. */
  sources: string[];
  /** A face without this file does not exist (yet). */
  entry: string;
  /** What it leaves in `dist/web`. */
  output: string;
  config: InlineConfig;
};

/** The launcher runs in pages of any charset: nothing beyond ASCII may be in it. */
const asciiOnly: Plugin = {
  name: 'ascii-only',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk')
        chunk.code = chunk.code.replace(
          /[^\0-\x7f]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
  },
};

const FACES: Face[] = [
  {
    name: 'widget',
    sources: ['widget'],
    entry: 'main.ts',
    output: 'widget.js',
    config: {
      root: path.join(here, 'widget/launcher'),
      plugins: [asciiOnly],
      build: {
        ...OLD,
        outDir: dist,
        emptyOutDir: false,
        lib: { entry: 'main.ts', formats: ['iife'], name: 'zhike', fileName: () => 'widget.js' },
      },
    },
  },
  {
    name: 'chat',
    sources: ['widget'],
    entry: 'index.html',
    output: 'chat',
    config: {
      root: path.join(here, 'widget/chat'),
      base: '/chat/',
      oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
      build: { ...OLD, outDir: path.join(dist, 'chat'), emptyOutDir: true, modulePreload: false, assetsInlineLimit: 0 },
    },
  },
  {
    name: 'shop',
    sources: ['shop'],
    entry: 'index.html',
    output: 'shop',
    config: {
      root: path.join(here, 'shop'),
      publicDir: 'public',
      base: '/shop/',
      build: { ...OLD, outDir: path.join(dist, 'shop'), emptyOutDir: true, modulePreload: false, assetsInlineLimit: 0 },
    },
  },
  {
    name: 'console',
    sources: ['console', 'ui', '../contract'],
    entry: 'index.html',
    output: 'console',
    config: {
      root: path.join(here, 'console'),
      base: '/console/',
      configFile: path.join(here, 'console/vite.config.ts'),
      html: { cspNonce: '__NONCE__' },
      build: { outDir: path.join(dist, 'console'), emptyOutDir: true },
    },
  },
];

async function filesBelow(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

async function stampOf(face: Face): Promise<string> {
  const hash = createHash('sha256');
  const sources = (await Promise.all(face.sources.map((each) => filesBelow(path.join(here, each))))).flat();
  for (const file of [...sources, import.meta.filename, path.join(root, 'package-lock.json')])
    hash.update(file).update(await readFile(file));
  return hash.digest('hex');
}

const pack = { br: promisify(brotliCompress), gz: promisify(gzip) };

/** Writes `.br` and `.gz` beside a text file. */
async function compress(file: string): Promise<void> {
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const [br, gz] = await Promise.all([pack.br(bytes, { params }), pack.gz(bytes, { level: 9 })]);
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
}

async function outputsOf(face: Face): Promise<string[]> {
  const target = path.join(dist, face.output);
  const files = face.output.endsWith('.js') ? [target] : await filesBelow(target);
  return files.filter((file) => /\.(js|css|html|svg|json|txt)$/.test(file));
}

/** True when it was built, false when the last build still holds. */
async function buildFace(face: Face): Promise<boolean> {
  const stampFile = path.join(root, 'dist/.web', face.name);
  const stamp = await stampOf(face);
  const current = existsSync(path.join(dist, face.output)) ? await readFile(stampFile, 'utf8').catch(() => '') : '';
  if (current === stamp) return false;
  await rm(stampFile, { force: true });
  await build({ configFile: false, logLevel: 'warn', publicDir: false, ...face.config });
  await Promise.all((await outputsOf(face)).map(compress));
  await mkdir(path.dirname(stampFile), { recursive: true });
  await writeFile(stampFile, stamp);
  return true;
}

async function print(face: Face, built: boolean): Promise<void> {
  const kilo = (bytes: number): string => (bytes / 1024).toFixed(1).padStart(9);
  const files = await outputsOf(face);
  const sum = { raw: 0, gz: 0, br: 0 };
  for (const file of files) {
    const [raw, gz, br] = await Promise.all(
      [file, `${file}.gz`, `${file}.br`].map(async (each) => (await readFile(each)).length),
    );
    sum.raw += raw ?? 0;
    sum.gz += gz ?? 0;
    sum.br += br ?? 0;
  }
  const state = built ? 'built' : 'unchanged';
  console.log(
    `${face.name.padEnd(9)}${String(files.length).padStart(6)}${kilo(sum.raw)}${kilo(sum.gz)}${kilo(sum.br)}  ${state}`,
  );
}

/** Builds the faces whose sources are there and have changed, side by side; `only` names the wanted ones, none means all. */
export async function buildWeb(only: string[]): Promise<void> {
  const wanted = FACES.filter((face) => only.length === 0 || only.includes(face.name));
  const faces = wanted.filter((face) => existsSync(path.join(String(face.config.root), face.entry)));
  await mkdir(dist, { recursive: true });
  const results = await Promise.allSettled(faces.map(buildFace));
  console.log(`${'face'.padEnd(9)} files   raw kB    gz kB    br kB`);
  for (const [index, face] of faces.entries()) {
    const result = results[index];
    if (result?.status === 'fulfilled') await print(face, result.value);
    else console.error(`${face.name.padEnd(9)} failed`, result?.reason);
  }
  if (results.some((result) => result.status === 'rejected')) process.exitCode = 1;
}

if (import.meta.main) await buildWeb(process.argv.slice(2));
