import { parseArgs } from 'node:util';
import { readMail } from '../../src/channels/email/read/read-mail.ts';
import { SAMPLES, type Sample } from '../support/mails/automatic.ts';
import { percent, table } from './table.ts';

/** `npm run eval -- email-kinds [--json]`: how many mails of machines are known as such, and how many of people are taken for theirs. */

const OWN = {
  addresses: ['support@zhike.example'],
  marks: { key: 'k'.repeat(64), inboxId: 'inbox', address: 'support@zhike.example' },
};
const AUTOMATIC = ['auto-reply', 'out-of-office'];

type Judged = { sample: Sample; right: boolean; named: boolean; found: string };

/** Each sample as it is read by the channel. */
export async function judgeSamples(samples: readonly Sample[]): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const sample of samples) {
    const mail = await readMail(Buffer.from(`${sample.headers}\n\n${sample.body}`.replaceAll('\n', '\r\n')), OWN);
    const found = 'unparsed' in mail ? mail.unparsed : mail.classification.kind;
    const report = 'unparsed' in mail ? undefined : mail.classification.report;
    const right = sample.kind === 'automatic' ? AUTOMATIC.includes(found) : found === sample.kind;
    const named = sample.failed === undefined || report?.recipient === sample.failed;
    judged.push({ sample, right, named, found });
  }
  return judged;
}

export async function evaluateEmailKinds(args: string[]): Promise<string> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const judged = await judgeSamples(SAMPLES);
  const kinds = [...new Set(SAMPLES.map(({ kind }) => kind))].map((kind) => {
    const all = judged.filter(({ sample }) => sample.kind === kind);
    const right = all.filter((one) => one.right).length;
    return { kind, mails: all.length, right, share: right / all.length, named: all.filter((one) => one.named).length };
  });
  const wrong = judged
    .filter(({ right, named }) => !(right && named))
    .map(({ sample, found, named }) => `${sample.name}: ${found}${named ? '' : ', nobody named'}`);
  if (values.json) return JSON.stringify({ kinds, wrong });
  const rows = kinds.map(({ kind, mails, right, share, named }) => [
    kind,
    `${mails}`,
    `${right}`,
    percent(share),
    `${named}`,
  ]);
  return [table(['kind', 'mails', 'right', 'share', 'address named'], rows), ...wrong].join('\n');
}
