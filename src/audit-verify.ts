/** `npm run audit:verify [-- SEQ:HASH]`: recomputes the chain of the audit log and names the first link that does not hold. */
import { randomUUID } from 'node:crypto';
import { ConfigError, configFromEnvironment, loadEnvFile } from './config.ts';
import { createLog } from './server/log.ts';
import type { Anchor, AuditReport } from './store/audit.ts';
import { DirectoryInUse } from './store/directory-lock.ts';
import { openStore } from './store/open.ts';

const FAULTS: Record<NonNullable<AuditReport['broken']>['fault'], string> = {
  missing: 'is missing: it was deleted, or the log was cut off after it was noted down',
  changed: 'was changed after it was written',
  unlinked: 'is not linked to the entry before it',
  rewritten: 'does not have the hash that was noted down for it: the log was written anew',
};

function anchorOf(given: string | undefined): Anchor | undefined {
  if (given === undefined) return undefined;
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(given) ?? [];
  if (seq === undefined || hash === undefined) throw new ConfigError(['An earlier head is given as SEQ:HASH.']);
  return { seq: Number(seq), hash };
}

async function main(): Promise<boolean> {
  loadEnvFile();
  const anchor = anchorOf(process.argv[2]);
  const { databaseUrl, dataDir } = configFromEnvironment();
  const store = await openStore({
    databaseUrl,
    dataDir,
    templateDir: null,
    burstWindowMs: 0,
    usesOutbox: () => false,
    clock: () => new Date(),
    newId: randomUUID,
    random: Math.random,
    log: createLog({ level: 'warn' }),
  });
  try {
    const { entries, head, broken } = await store.audit.verify(anchor);
    process.stdout.write(
      broken
        ? `Entry ${broken.seq} ${FAULTS[broken.fault]}. ${entries} entries before it hold.\n`
        : `All ${entries} entries hold.${head === null ? '' : ` Note down the head: ${entries}:${head}`}\n`,
    );
    return broken === null;
  } finally {
    await store.close();
  }
}

main().then(
  (holds) => process.exit(holds ? 0 : 1),
  (error: unknown) => {
    const isExpected = error instanceof ConfigError || error instanceof DirectoryInUse;
    const words = error instanceof Error ? (isExpected ? error.message : error.stack) : String(error);
    process.stderr.write(`The audit log could not be read.\n${words}\n`);
    process.exit(2);
  },
);
