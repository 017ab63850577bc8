/** A private Redis on a free port, for tests that stop and start it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

export type PrivateRedis = { url: string; start(): Promise<void>; stop(): Promise<void> };

/** Whether tests with Redis can run here; CI must have it, so that they are never left out there unseen. */
export const hasRedis = process.env.CI !== undefined || spawnSync('redis-server', ['--version']).error === undefined;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when it takes connections. */
async function launch(port: number): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no'];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child, 'spawn');
  for await (const chunk of child.stdout) if (String(chunk).includes('eady to accept connections')) break;
  return child;
}

export async function openPrivateRedis(): Promise<PrivateRedis> {
  const port = await freePort();
  let child: ChildProcess | null = await launch(port);
  return {
    url: `redis://127.0.0.1:${port}`,
    start: async () => {
      child ??= await launch(port);
    },
    stop: async () => {
      if (!child) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      child = null;
    },
  };
}
