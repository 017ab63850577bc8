/**
 * Makes a fresh clone ready, with whatever Node runs it and no packages: installs them when they are not those of
 * package-lock.json, and with `--web` builds the pages in the browser when their sources changed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(root, 'node_modules/.bin/node');
const stamp = join(root, 'dist/web.stamp');
/** What the pages are built from. */
const webSources = ['src/web', 'src/contract', 'src/domain', 'package-lock.json'];
const roomNeeded = 2 * 1024 ** 3;

const started = performance.now();
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;
const say = (line) => process.stdout.write(`setup: ${line}\n`);

class SetupError extends Error {}

/** npm keeps a record of what it installed; it is written last, so a broken install has none. */
function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(node) || !existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(record, 'utf8')).packages;
  const same = ([path, { version }]) => wanted[path]?.version === version;
  const there = ([path, { optional, devOptional }]) => path === '' || optional || devOptional || path in present;
  return Object.entries(present).every(same) && Object.entries(wanted).every(there);
}

/** The npm that runs us, else the one on the PATH; never with the Node inside node_modules, which npm replaces. */
function npmCommand() {
  const { npm_execpath: npm, npm_node_execpath: ownNode } = process.env;
  if (npm?.endsWith('.js') && existsSync(npm)) return [ownNode ?? process.execPath, npm];
  return ['npm'];
}

function install() {
  const since = performance.now();
  say('installing packages (npm ci), a minute or two the first time ...');
  const [command, ...args] = npmCommand();
  const run = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  if (run.error?.code === 'ENOENT') {
    throw new SetupError(
      'npm was not found. Install Node.js 20 or newer with npm (https://nodejs.org) and start again.',
    );
  }
  if (run.signal || run.status === 130) throw new SetupError('stopped while installing. Start again to go on.');
  if (run.status !== 0) {
    process.stderr.write(run.stderr ?? String(run.error));
    throw new SetupError(installAdvice(run.stderr ?? String(run.error)));
  }
  if (!isInstalled()) {
    throw new SetupError(
      'npm ended well, but packages are missing. Look for `ignore-scripts` or `omit` in `npm config ls`, take it out and start again.',
    );
  }
  say(`packages installed in ${seconds(since)}`);
}

function installAdvice(output) {
  const advice = [
    [/ENOSPC|no space left/i, 'the disk is full. Free 2 GB and start again.'],
    [/EACCES|EPERM|EROFS/, `npm may not write to ${root}. Give this user the folder (chown) and start again.`],
    [/E401|E403/, 'the package registry refused us. Check `npm config get registry` and its login, then start again.'],
    [
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network|offline|UNABLE_TO|CERT_/i,
      'the package registry cannot be reached. Check the network, proxy (`npm config get proxy`) and registry (`npm config get registry`), then start again.',
    ],
    [/EUSAGE|in sync/i, 'package.json and package-lock.json do not fit together. Run `npm install` and commit both.'],
  ].find(([pattern]) => pattern.test(output));
  if (advice) return advice[1];
  return freeBytes() < roomNeeded
    ? 'npm ci failed and less than 2 GB are free on the disk. Free some and start again.'
    : 'npm ci failed; its own words are above.';
}

function freeBytes() {
  const { bavail, bsize } = statfsSync(root);
  return bavail * bsize;
}

function filesUnder(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function hashOfWeb() {
  const hash = createHash('sha256');
  const files = webSources.flatMap((path) => (path.endsWith('.json') ? [join(root, path)] : filesUnder(path))).sort();
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function buildWeb(hash) {
  const since = performance.now();
  rmSync(stamp, { force: true });
  say('building the pages ...');
  const run = spawnSync(node, [join(root, 'src/web/build.ts')], { cwd: root, stdio: 'inherit' });
  if (run.signal) throw new SetupError('stopped while building the pages. Start again to go on.');
  if (run.status !== 0) {
    const room = freeBytes() < roomNeeded / 10 ? ' The disk is nearly full; free some.' : '';
    throw new SetupError(`the pages could not be built; the reason is above.${room}`);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  say(`pages built in ${seconds(since)}`);
}

function isBuilt(hash) {
  return existsSync(join(root, 'dist/web')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

function setUp(withWeb) {
  const installed = isInstalled();
  if (!installed) install();
  const hash = withWeb ? hashOfWeb() : '';
  const built = !withWeb || isBuilt(hash);
  if (!built) buildWeb(hash);
  if (installed && built) say(`nothing to do (${seconds(started)})`);
}

try {
  setUp(process.argv.includes('--web'));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = 1;
}
