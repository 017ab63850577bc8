/** Forged mails and machines that answer machines: what leaves the house stays within bounds, whoever writes. */
import { createHmac } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '../chaos/server-process.ts';
import { openServerWorld, type ServerWorld } from '../support/server-world.ts';

const SECRET = 'a secret of the webhook';
/** `FORGED=10000` takes some minutes. */
const FORGED = Number(process.env.FORGED || 200);
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

type Caught = { from: string; to: string; raw: string };

async function openSink(onMail: (mail: Caught) => void = () => {}) {
  const mails: Caught[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onData: (stream, { envelope }, done) => {
      buffer(stream).then((bytes) => {
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        const mail = { from, to: envelope.rcptTo[0]?.address ?? '', raw: bytes.toString('utf8') };
        mails.push(mail);
        onMail(mail);
        done(null, 'queued as x');
      }, done);
    },
  });
  server.on('error', () => {});
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  open.push({ close: () => new Promise((resolve) => server.close(() => resolve())) });
  return { port, mails };
}

async function openShop(address: string, smtpPort: number) {
  const world = await openServerWorld({
    env: { MAIL_ALLOW: '127.0.0.1', BURST_WINDOW_MS: '0' },
    overrides: { workers: true },
  });
  open.push(world);
  const settings = {
    address,
    receive: 'push',
    webhookSecret: SECRET,
    smtpHost: '127.0.0.1',
    smtpPort,
    smtpSecurity: 'none',
    plusAddressing: true,
  };
  const made = await world.call('POST', '/api/v1/inboxes', {
    cookie: world.admin.cookie,
    body: { channel: 'email', name: address, settings },
  });
  const { id, version } = made.json as { id: string; version: number };
  await world.call('PATCH', `/api/v1/inboxes/${id}`, { cookie: world.admin.cookie, body: { version, enabled: true } });
  return { world, push: (raw: string) => push(world, id, raw) };
}

async function push({ url }: ServerWorld, id: string, raw: string, secret = SECRET): Promise<number> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(raw).digest('hex');
  const response = await fetch(`${url}/webhooks/email/${id}`, {
    method: 'POST',
    headers: {
      'content-type': 'message/rfc822',
      'x-zhike-timestamp': timestamp,
      'x-zhike-signature': `sha256=${signature}`,
    },
    body: raw,
  });
  return response.status;
}

let count = 0;
const mail = (
  from: string,
  to: string,
  { subject, text, headers = [] }: { subject: string; text: string; headers?: string[] },
) =>
  [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <flood-${++count}@outside.test>`,
    'Content-Type: text/plain; charset=utf-8',
    ...headers,
    '',
    text,
    '',
  ].join('\r\n');

/** Nothing is left to be read, thought about or sent. */
async function quiet({ app }: ServerWorld, mails: number): Promise<void> {
  const sql = `select (select count(*) from mail_in)::int as taken, (select count(*) from mail_in where state = 'kept')::int
    + (select count(*) from conversation where due_seq > done_seq)::int
    + (select count(*) from outbox where state in ('pending', 'sending'))::int as open`;
  for (const end = Date.now() + 600_000; Date.now() < end; await pause(200)) {
    const [row] = await app.store.db.query<{ taken: number; open: number }>(sql);
    if (row && row.taken >= mails && row.open === 0) return;
  }
  throw new Error('it never became quiet');
}

test(`${FORGED} forged requests cause at most one automatic mail for each victim, with none of the attacker's words`, async () => {
  const sink = await openSink();
  const { world, push: post } = await openShop('shop@shop.test', sink.port);
  const victims = Array.from({ length: 20 }, (_, n) => `victim${n}@bank.test`);
  const asks = ['怎么退货？', '退款多久到账？', '怎么开发票？', '转人工', 'BUY-PILLS 是什么？', '投诉！'];
  const forged = Array.from({ length: FORGED }, (_, n) => {
    const text = `${asks[n % asks.length]} BUY-PILLS at evil.example ${n}`;
    return mail(`"BUY-PILLS ${n}" <${victims[n % victims.length]}>`, 'shop@shop.test', {
      subject: `BUY-PILLS evil.example ${n}`,
      text,
    });
  });
  for (let at = 0; at < forged.length; at += 10) {
    const statuses = await Promise.all(forged.slice(at, at + 10).map(post));
    expect(new Set(statuses)).toEqual(new Set([200]));
  }
  await quiet(world, FORGED);
  const perVictim = Map.groupBy(sink.mails, ({ to }) => to);
  console.info(`${FORGED} forged, ${sink.mails.length} automatic mails to ${perVictim.size} victims`);
  expect(sink.mails.length).toBeGreaterThan(0);
  for (const [victim, got] of perVictim) expect(got, victim).toHaveLength(1);
  for (const { raw } of sink.mails) {
    const { subject, text, html, headerLines } = await simpleParser(raw);
    expect(`${subject} ${text} ${html} ${JSON.stringify(headerLines)}`).not.toMatch(/pills|evil/i);
  }
}, 900_000);

test('a push with a wrong signature, an old one or none is refused and nothing is kept', async () => {
  const sink = await openSink();
  const { world } = await openShop('shop@shop.test', sink.port);
  const [inbox] = (await world.app.store.inboxes.list()).filter(({ channel }) => channel === 'email');
  const id = String(inbox?.id);
  const raw = mail('lan@customer.test', 'shop@shop.test', { subject: 'x', text: 'y' });
  expect(await push(world, id, raw, 'another secret of nobody')).toBe(401);
  const bare = await fetch(`${world.url}/webhooks/email/${id}`, { method: 'POST', body: raw });
  expect(bare.status).toBe(401);
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`zhike:${password}`).toString('base64')}`,
  });
  const postmark = (password: string) =>
    fetch(`${world.url}/webhooks/email/${id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...basic(password) },
      body: JSON.stringify({ RawEmail: raw, MailboxHash: '' }),
    });
  expect((await postmark('wrong')).status).toBe(401);
  expect(await world.app.store.db.query('select 1 from mail_in')).toHaveLength(0);
  expect((await postmark(SECRET)).status).toBe(200);
  const form = new FormData();
  form.set('email', raw);
  form.set('envelope', JSON.stringify({ from: 'lan@customer.test', to: ['shop@shop.test'] }));
  const sendgrid = await fetch(`${world.url}/webhooks/email/${id}`, {
    method: 'POST',
    headers: basic(SECRET),
    body: form,
  });
  expect(sendgrid.status).toBe(200);
  await quiet(world, 1);
  expect(await world.app.store.db.query('select 1 from mail_in')).toHaveLength(1);
  const mailgun = new FormData();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const other = mail('lan@customer.test', 'shop@shop.test', { subject: 'z', text: '你好' });
  const fields = {
    timestamp,
    token: 'once',
    signature: createHmac('sha256', SECRET).update(`${timestamp}once`).digest('hex'),
    'body-mime': other,
  };
  for (const [name, value] of Object.entries(fields)) mailgun.set(name, value);
  expect((await fetch(`${world.url}/webhooks/email/${id}`, { method: 'POST', body: mailgun })).status).toBe(200);
  await quiet(world, 2);
});

test('two shops, a vacation responder and a mailbox that bounces stop within a few mails', async () => {
  const route = new Map<string, (raw: string) => Promise<number>>();
  const sink = await openSink(({ to, raw }) => {
    const plain = to.replace(/\+[^@]*/, '');
    if (plain.startsWith('away')) void answerAway(to, raw);
    else void route.get(plain)?.(`Delivered-To: ${to}\r\n${raw}`);
  });
  const answerAway = async (from: string, raw: string) => {
    const parsed = await simpleParser(raw);
    const reply = parsed.replyTo?.value[0]?.address ?? 'one@shop.test';
    const headers = [`In-Reply-To: ${parsed.messageId}`, `Delivered-To: ${reply}`];
    // One of those that do not say what they are.
    await route.get('one@shop.test')?.(
      mail(from, reply, { subject: parsed.subject ?? '', text: '我在外地，怎么退货的事回来再说。', headers }),
    );
  };
  const one = await openShop('one@shop.test', sink.port);
  const two = await openShop('two@shop.test', sink.port);
  route.set('one@shop.test', one.push).set('two@shop.test', two.push);
  await one.push(mail('two@shop.test', 'one@shop.test', { subject: '问候', text: '怎么退货？' }));
  await one.push(mail('away@customer.test', 'one@shop.test', { subject: '退货', text: '怎么退货？' }));
  // Until nothing has left for a while.
  for (let still = 0, before = -1; still < 8; await pause(500)) {
    still = sink.mails.length === before ? still + 1 : 0;
    before = sink.mails.length;
  }
  console.info(`loops: ${sink.mails.map(({ to }) => to.replace(/\+[^@]*/, '')).join(', ')}`);
  expect(sink.mails.length).toBeGreaterThan(0);
  expect(sink.mails.filter(({ to }) => to.startsWith('away')).length).toBeLessThan(5);
  expect(sink.mails.filter(({ to }) => !to.startsWith('away')).length).toBeLessThan(5);
}, 120_000);
