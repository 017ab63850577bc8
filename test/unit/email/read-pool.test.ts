import { afterEach, describe, expect, it } from 'vitest';
import { createMailPool, type MailPool, type PoolOptions } from '../../../src/channels/email/read/pool.ts';

/** Mails are read beside the main loop; one that breaks its budget takes its thread along, not the others. */

const OWN = {
  addresses: ['support@zhike.example'],
  marks: { key: 'k'.repeat(64), inboxId: 'inbox-1', address: 'support@zhike.example' },
};
const mail = (body: string, type = 'text/plain'): Buffer =>
  Buffer.from(`From: a@b.example\r\nMessage-ID: <m@b.example>\r\nContent-Type: ${type}\r\n\r\n${body}`);
const pools: MailPool[] = [];
function pool(options: Partial<PoolOptions> = {}): MailPool {
  const made = createMailPool({ budget: { ms: 30_000, perMiB: 0 }, ...options });
  pools.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((one) => one.close()));
});

describe('the pool', () => {
  it('reads mails that come at once, each its own', async () => {
    const { read } = pool({ threads: 2 });
    const mails = await Promise.all(Array.from({ length: 20 }, (_, index) => read(mail(`mail ${index}`), OWN)));
    expect(mails.map((one) => ('unparsed' in one ? one.unparsed : one.visible))).toEqual(
      Array.from({ length: 20 }, (_, index) => `mail ${index}`),
    );
  });

  it('hands over files', async () => {
    const read = await pool().read(
      mail(
        '--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nhello\r\n--b--',
        'multipart/mixed; boundary=b',
      ),
      OWN,
    );
    expect('unparsed' in read ? read.unparsed : Buffer.from(read.attachments[0]?.bytes ?? []).toString()).toBe('hello');
  });

  it('gives up a mail that takes too long, and reads the next one', async () => {
    const { read } = pool({ budget: { ms: 0, perMiB: 30_000 } });
    // no time for a small mail, half a minute for each megabyte
    const slow = await read(mail('x'), OWN);
    const large = await read(mail('y '.repeat(1024 * 512)), OWN);
    expect(slow).toMatchObject({ unparsed: 'too-slow' });
    expect('unparsed' in slow && slow.headers.find(({ name }) => name === 'message-id')?.value).toBe('<m@b.example>');
    expect('unparsed' in large).toBe(false);
  });

  it('gives up a mail that takes too much memory, and reads the next one', async () => {
    const { read } = pool({ memoryMb: 48 });
    const bomb = mail(`<div>${'<p>a<p>'.repeat(2_500_000)}`, 'text/html');
    const [first, second] = await Promise.all([read(bomb, OWN), read(mail('fine'), OWN)]);
    expect(first).toMatchObject({ unparsed: 'too-much-memory' });
    expect('unparsed' in second ? second.unparsed : second.visible).toBe('fine');
  });

  it('answers what is waiting when it closes', async () => {
    const one = pool();
    const waiting = one.read(mail('x'), OWN);
    await one.close();
    expect(await waiting).toMatchObject({ unparsed: 'broken' });
  });
});
