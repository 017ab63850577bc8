import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of what was compiled, the newest few; a fault costs a compilation and nothing else. */
export type Shelf = {
  read(revision: string): Promise<Uint8Array | undefined>;
  write(revision: string, bytes: Uint8Array): Promise<void>;
};

const KEPT = 6;
const FILE = /^answers-[0-9a-f]+\.bin$/;

export function openShelf(folder: string, onFault: (error: unknown) => void): Shelf {
  const pathOf = (revision: string): string => join(folder, `answers-${revision}.bin`);
  return {
    read: (revision) => readFile(pathOf(revision)).catch(() => undefined),
    write: async (revision, bytes) => {
      const half = `${pathOf(revision)}.${process.pid}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(half, bytes);
        await rename(half, pathOf(revision));
        await forgetOld(folder);
      } catch (error) {
        await rm(half, { force: true }).catch(() => {});
        onFault(error);
      }
    },
  };
}

async function forgetOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name));
  const aged = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), at: (await stat(join(folder, name))).mtimeMs })),
  );
  aged.sort((a, b) => b.at - a.at);
  await Promise.all(aged.slice(KEPT).map(({ path }) => rm(path, { force: true })));
}
