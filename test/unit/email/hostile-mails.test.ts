import { describe, expect, it } from 'vitest';
import { readMail } from '../../../src/channels/email/read/read-mail.ts';
import { judgeSamples } from '../../eval/email-kinds.ts';
import { SAMPLES } from '../../support/mails/automatic.ts';
import { GIANTS, SEVEN } from '../../support/mails/bombs.ts';
import { mangledMails } from '../../support/mails/fuzz.ts';

/** Mails that stopped other programs are read or given up with a reason; machines are told from people whatever wrote the mail. */

const OWN = {
  addresses: ['support@zhike.example'],
  marks: { key: 'k'.repeat(64), inboxId: 'inbox-1', address: 'support@zhike.example' },
};

describe('hostile mails', () => {
  it.each([...SEVEN, ...GIANTS.filter(({ name }) => !name.startsWith('24 MiB') && !name.startsWith('35 MiB'))])(
    'ends with words or a reason: $name',
    async ({ raw }) => {
      const mail = await readMail(raw(), OWN);
      expect('unparsed' in mail ? mail.unparsed : mail.classification.kind).toMatch(/^(?:too-deep|too-large|human)$/);
    },
  );

  it('cuts a text that no parser could bear, and says so', async () => {
    const giant = GIANTS.find(({ name }) => name === '24 MiB of one line');
    const mail = await readMail(giant?.raw() ?? Buffer.alloc(0), OWN);
    expect(mail).toMatchObject({ flags: ['text-cut'] });
    expect('unparsed' in mail ? 0 : mail.text.length).toBe(1_000_000);
  });

  it('outlives mangled mails of every kind', async () => {
    const source = mangledMails(7);
    for (let count = 0; count < 300; count += 1) {
      const mail = await readMail(source.next().value, OWN);
      expect('unparsed' in mail ? mail.headers : mail.headers.concat(), `mail ${count}`).toBeInstanceOf(Array);
      if ('unparsed' in mail) expect(mail.unparsed).toMatch(/^(?:too-deep|broken)$/);
    }
  });
});

describe('mails of machines and of people', () => {
  it('are told apart, and a bounce names who could not be reached', async () => {
    const wrong = (await judgeSamples(SAMPLES)).filter(({ right, named }) => !(right && named));
    expect(wrong.map(({ sample, found }) => `${sample.name}: ${found}`)).toEqual([]);
  });
});
