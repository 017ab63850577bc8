/** One process per data directory: PGlite has no lock of its own, and a second opener would destroy the first one's rows. */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export class DirectoryInUse extends Error {
  constructor(directory: string, pid: number) {
    super(
      `The data directory ${directory} is in use by process ${pid}. Stop that server first, ` +
        'give this one another DATA_DIR, or use PostgreSQL (DATABASE_URL) for several processes.',
    );
    this.name = 'DirectoryInUse';
  }
}

/** When the process started, in kernel ticks, so that a reused pid is not taken for the old owner; '' where unknown. */
function startedAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startedAt(pid);
  return now === '' || started === '' || now === started;
}

/** Takes the lock or throws {@link DirectoryInUse}; a lock whose owner is dead is taken over. The result releases it. */
export function lockDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'zhike.lock');
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, `${process.pid} ${startedAt(process.pid)}\n`);
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const [pid = '0', started = ''] = readFileSync(path, 'utf8').trim().split(' ');
      if (Number(pid) > 0 && isAlive(Number(pid), started)) throw new DirectoryInUse(directory, Number(pid));
      rmSync(path, { force: true });
    }
  }
  throw new Error(`Could not lock ${directory}: other processes keep taking it.`);
}
