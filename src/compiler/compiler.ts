import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { unpack } from '../knowledge/pack.ts';
import { type CompiledRoom, type RoomOrder, revisionOf } from '../knowledge/room.ts';
import { openShelf, type Shelf } from './shelf.ts';

/** Compiles rooms in processes of their own, and keeps them from one start to the next. */

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));

/** `folder` is where what was compiled is kept; `onFault` hears why something could not be. */
export function createCompiler(folder: string, onFault: (error: unknown) => void) {
  const shelf = openShelf(folder, onFault);
  return (order: RoomOrder): Promise<CompiledRoom> => obtain(order, shelf);
}

async function obtain(order: RoomOrder, shelf: Shelf): Promise<CompiledRoom> {
  const revision = revisionOf(order);
  const kept = await shelf.read(revision);
  const known = kept && read(kept, revision);
  if (known) return known;
  const bytes = await compile(order);
  const compiled = read(bytes, revision);
  if (compiled === undefined) throw new Error(`What was compiled for ${order.locale} cannot be read`);
  await shelf.write(revision, bytes);
  return compiled;
}

/** Bytes that are whole and say that they are of this revision have the shape that this revision packs. */
function read(bytes: Uint8Array, revision: string): CompiledRoom | undefined {
  const value = unpack(bytes) as CompiledRoom | undefined;
  return value?.revision === revision ? value : undefined;
}

/** By way of a file: thousands of chunks off a pipe would leave the memory of this process in holes. */
async function compile(order: RoomOrder): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'zhike-'));
  try {
    const path = join(folder, 'room');
    const child = spawn(process.execPath, [CHILD, path], { stdio: ['pipe', 'ignore', 'pipe'] });
    child.stdin.on('error', () => {}); // a child that died early says why below
    child.stdin.end(JSON.stringify(order));
    const [complaint, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    if (code !== 0) throw new Error(`Compiling the answers for ${order.locale} failed: ${complaint}`);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
