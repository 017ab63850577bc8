/** A real Dovecot and a real Postfix of the caller's own on loopback; null where they are not installed, and in CI they must be. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../chaos/server-process.ts';

export type MailServer = {
  imapPort: number;
  lmtpPort: number;
  smtpPort: number;
  /** Closes all connections of the mailbox at once, without a word. */
  kick(): void;
  /** All mails get new numbers; to be called while nobody is connected. */
  resetUidValidity(): void;
  stopImap(): void;
  startImap(): void;
  stop(): void;
};

export const MAILBOX = 'support@example.test';
export const ALICE = 'alice@example.test';
export const PASSWORD = 'secret';

const script = (name: string) => join(import.meta.dirname, '../mail', name);
const required = Boolean(process.env.ZHIKE_REQUIRE_SERVICES) || process.env.CI === 'true';

function isInstalled(): boolean {
  if (['/usr/sbin/dovecot', '/usr/sbin/postfix'].every((path) => existsSync(path)) && process.getuid?.() === 0)
    return true;
  if (required) throw new Error('Dovecot and Postfix are required here, with the rights to start them');
  return false;
}

export async function openMailServer(): Promise<MailServer | null> {
  if (!isInstalled()) return null;
  const home = mkdtempSync(join(tmpdir(), 'zhike-mail-'));
  execFileSync('chmod', ['755', home]);
  const dovecot = join(home, 'dovecot');
  const postfix = join(home, 'postfix');
  const [imapPort, lmtpPort, imapsPort, smtpPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const run = (command: string, given: readonly (string | number)[]) =>
    execFileSync(command, given.map(String), { stdio: 'ignore' });
  const config = join(dovecot, 'dovecot.conf');
  const startImap = () => run('bash', [script('dovecot.sh'), dovecot, imapPort, lmtpPort, imapsPort]);
  const stopImap = () => run('doveadm', ['-c', config, 'stop']);
  startImap();
  run('bash', [script('postfix.sh'), postfix, smtpPort, lmtpPort]);
  return {
    imapPort,
    lmtpPort,
    smtpPort,
    kick: () => {
      // Says no when nobody is there to be kicked.
      spawnSync('doveadm', ['-c', config, 'kick', MAILBOX], { stdio: 'ignore' });
    },
    resetUidValidity: () => {
      const mailbox = join(dovecot, 'mail', MAILBOX, 'Maildir');
      run('bash', [
        '-c',
        `cd "${mailbox}" && rm -f dovecot-uidlist dovecot.index* dovecot-uidvalidity* dovecot.list.index*`,
      ]);
    },
    startImap,
    stopImap,
    stop: () => {
      // May have been stopped before.
      spawnSync('postfix', ['-c', join(postfix, 'conf'), 'stop'], { stdio: 'ignore' });
      const pid = join(dovecot, 'run', 'master.pid');
      if (existsSync(pid)) process.kill(Number(readFileSync(pid, 'utf8')), 'SIGTERM');
      rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
