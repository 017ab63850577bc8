/** Reads the configuration, wires, listens, tells where to look, and drains when asked to stop. */
import { ConfigError, configFromEnvironment, loadEnvFile } from './config.ts';
import { DirectoryInUse } from './store/directory-lock.ts';
import { wire } from './wire.ts';

/** Longer than any turn should need; after it the process ends, and what was open is taken up by the next start. */
const DRAIN_MS = 15_000;

async function main(): Promise<void> {
  loadEnvFile();
  const config = configFromEnvironment();
  const app = await wire(config);
  const url = await app.listen();
  const link = await app.firstAdminLink();
  announce({
    url,
    link,
    articles: app.articles,
    secret: app.freshSecret,
    engine: app.store.db.engine,
    dataDir: config.dataDir,
  });

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    process.stderr.write('\nStopping: finishing what is open …\n');
    setTimeout(() => process.exit(1), DRAIN_MS).unref();
    void app.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

type Announcement = {
  url: string;
  link: string | null;
  articles: number;
  secret: string | null;
  engine: string;
  dataDir: string;
};

function announce({ url, link, articles, secret, engine, dataDir }: Announcement): void {
  const lines = [
    '',
    '  Zhike 知客 is ready.',
    '',
    `  Demo shop      ${url}/`,
    `  Agent console  ${url}/console`,
    ...(isHome(url) ? [`  Demo mailbox   ${url}/demo/mail`] : []),
    ...(link ? [`  First sign-in  ${link}`, '                 (one time, valid for 24 hours)'] : []),
    ...(secret
      ? [
          `  Direct Line    secret ${secret}`,
          '                 (shown once; for servers that make tokens, never for a page)',
        ]
      : []),
    '',
    `  ${articles} articles, ${engine === 'pglite' ? `embedded database in ${dataDir}` : 'PostgreSQL'}. Ctrl-C stops.`,
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Where the demo mailbox is served. */
function isHome(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(URL.parse(url)?.hostname ?? '');
}

function fail(error: unknown): never {
  const expected = error instanceof ConfigError || error instanceof DirectoryInUse || isPortTaken(error);
  const text = error instanceof Error ? (expected ? wordsOf(error) : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`\nZhike could not start or stop properly.\n${text}\n`);
  process.exit(1);
}

function isPortTaken(error: unknown): error is NodeJS.ErrnoException & { port?: number } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function wordsOf(error: Error): string {
  return isPortTaken(error)
    ? `Port ${error.port ?? ''} is taken by another program. Stop it, or start with another PORT.`
    : error.message;
}

main().catch(fail);
