/** One server process on a port of its own: it is killed without a word and started again at once on the same port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export type ServerProcess = {
  /** Scheme, host and port. */
  readonly base: string;
  /** Printed by the first start of an empty house; null later. */
  readonly firstLink: string | null;
  /** Ends that nobody asked for, with the last words. */
  readonly crashes: string[];
  /** Warnings and errors of the log, counted by their words. */
  readonly complaints: Map<string, number>;
  readonly pid: number | undefined;
  /** SIGKILL, and a new process in its place; resolves when the old one is gone and the new one on its way. */
  kill(): Promise<void>;
  /** Resolves when the process that runs now says that it is ready. */
  ready(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
};

export type ServerOptions = { entry: string; port: number; cwd: string; env: Record<string, string> };

const START_MS = 60_000;
const LAST_WORDS = 2_000;

export function startServer({ entry, port, cwd, env }: ServerOptions): ServerProcess {
  const crashes: string[] = [];
  const complaints = new Map<string, number>();
  let firstLink: string | null = null;
  let expected = false;
  let child: ChildProcess;
  let readiness: Promise<void>;

  const launch = () => {
    expected = false;
    const mine = spawn(process.execPath, ['--disable-warning=DEP0040', entry], {
      cwd,
      env: { PATH: String(process.env.PATH), ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = mine;
    let words = '';
    let isReady = () => {};
    readiness = new Promise((resolve) => {
      isReady = resolve;
    });
    const hear = (chunk: Buffer) => {
      const text = String(chunk);
      words = (words + text).slice(-LAST_WORDS);
      firstLink = /First sign-in\s+(\S+)/.exec(words)?.[1] ?? firstLink;
      if (/is ready\.[\s\S]*Ctrl-C/.test(words)) isReady();
      for (const line of text.split('\n')) note(line, complaints);
    };
    mine.stdout.on('data', hear);
    mine.stderr.on('data', hear);
    mine.once('exit', (code, signal) => {
      if (child !== mine || expected) return;
      crashes.push(`exit ${code ?? signal}: ${words.trim().slice(-LAST_WORDS)}`);
      void pause(500).then(() => child === mine && !expected && launch());
    });
  };
  launch();
  const end = async (signal: NodeJS.Signals) => {
    expected = true;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  return {
    base: `http://127.0.0.1:${port}`,
    get firstLink() {
      return firstLink;
    },
    get pid() {
      return child.pid;
    },
    crashes,
    complaints,
    kill: async () => {
      await end('SIGKILL');
      launch();
    },
    ready: async () => {
      const late = pause(START_MS, 'late', { ref: false });
      const current = readiness;
      if ((await Promise.race([current, late])) === 'late')
        throw new Error(`a server did not start: ${crashes.at(-1) ?? 'no words'}`);
    },
    stop: async () => {
      process.off('exit', killAtExit);
      return end('SIGTERM');
    },
  };
}

/** Log lines are JSON; at the level of these runs only warnings and worse are written. */
function note(line: string, complaints: Map<string, number>): void {
  if (!line.startsWith('{')) return;
  const words = /"msg":"([^"]*)"/.exec(line)?.[1];
  if (words) complaints.set(words, (complaints.get(words) ?? 0) + 1);
}

/** Below the range from which the system takes ports for connections: nobody takes ours while the server is down. */
const LOWEST_PORT = 20_000;
const PORTS = 10_000;

export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('no free port was found');
}
