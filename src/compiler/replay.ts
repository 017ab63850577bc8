import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Replay, ReplayResult } from '../knowledge/rehearse.ts';
import type { ReplayLine } from './replay-child.ts';

/** Replays questions against a base in a process of its own, so that no customer waits for it. */

const CHILD = fileURLToPath(new URL('./replay-child.ts', import.meta.url));

/** `folder` is where compiled bases are kept: a language that a draft does not touch is not learnt again. */
export function createReplay(folder: string): Replay {
  return async (request, onProgress) => {
    const child = spawn(process.execPath, [CHILD, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => {}); // a child that died early says why below
    child.stdin.end(JSON.stringify(request));
    const closed = once(child, 'close');
    const complaint = text(child.stderr);
    const results: ReplayResult[] = [];
    for await (const row of createInterface({ input: child.stdout })) {
      const line = JSON.parse(row) as ReplayLine;
      if ('results' in line) results.push(...line.results);
      else onProgress(line.progress);
    }
    const [code] = await closed;
    if (code !== 0 || results.length !== request.questions.length)
      throw new Error(`The replay failed: ${await complaint}`);
    return results;
  };
}
