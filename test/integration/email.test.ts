/** Email over real servers: Dovecot, Postfix, mails as people's programs write them. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALICE, MAILBOX } from '../support/mail-server.ts';
import { type Got, type MailWorld, openMailWorld, type Said } from '../support/mail-world.ts';

const opened = await openMailWorld({ appendSent: true, signature: '春风小店 客服部' });

describe.skipIf(!opened)('a mailbox on a real server', () => {
  const world = opened as MailWorld;
  const bySubject = async (title: string) =>
    (await logs()).find(({ said }) => said.some(({ mail }) => mail?.title === title));
  const logs = async () =>
    Promise.all((await world.conversations()).map(async (listed) => ({ listed, said: await world.log(listed.id) })));
  const messages = (said: readonly Said[], kind: string) =>
    said.filter(({ author, type }) => author.kind === kind && type === 'message').map(({ text }) => text);

  beforeAll(async () => {
    // The mailbox is watched from the moment that a first mail has come through.
    await world.write({ from: 'first@example.test', subject: '暖场', text: '你好' });
    await until(async () => (await world.conversations()).length > 0);
  });
  afterAll(() => world.close());

  test('a customer mails, the bot answers in the thread, a colleague answers, the customer replies from a phone: one conversation', async () => {
    const asked = await world.write({ subject: '退货', text: '请问怎么退货？' });
    const answer = await answerTo(asked);
    expect(answer.text).toContain('怎么退货');
    expect(answer.headers.get('auto-submitted')).toBe('auto-replied');
    const found = await bySubject('退货');
    const id = String(found?.listed.id);

    await world.call('POST', `/api/v1/conversations/${id}/take-over`, { cookie: world.agent.cookie, body: {} });
    const file = await world.call('POST', `/api/v1/conversations/${id}/files`, {
      cookie: world.agent.cookie,
      raw: 'a,b\n1,2\n',
      headers: { 'content-type': 'text/csv', 'x-file-name': encodeURIComponent('对账单.csv') },
    });
    expect(file.status).toBe(201);
    const sent = await world.call('POST', `/api/v1/conversations/${id}/messages`, {
      cookie: world.agent.cookie,
      body: {
        text: '您好，**退货标签**已附上：[标签](https://shop.test/label)',
        clientId: 'agent-mail-1',
        files: [file.json.id],
      },
    });
    expect(sent.status).toBe(200);
    const written = await until(async () => (await world.received()).find(({ text }) => text.includes('退货标签')));
    expect(written.headers.get('auto-submitted')).toBeUndefined();
    expect(written.html).toContain('<strong>退货标签</strong>');
    expect(written.text).toContain('春风小店 客服部');
    expect(written.raw).toContain('multipart/alternative');
    expect(written.raw).toMatch(/filename\*0?\*?=|filename=/);
    expect(written.headers.get('in-reply-to')).toBe(asked);

    const phone = `好的，谢谢！\n\n发自我的 iPhone\n\n> 在 2026年3月4日，21:15，客服 <${MAILBOX}> 写道：\n>\n> 您好，退货标签已附上\n`;
    await world.write({
      to: String(written.headers.get('reply-to')),
      subject: '回复：Re: 退货',
      text: phone,
      inReplyTo: written.messageId,
      references: [asked, written.messageId],
    });
    const said = await until(async () => {
      const log = await world.log(id);
      return messages(log, 'customer').length === 2 ? log : null;
    });
    expect(messages(said, 'customer')).toEqual(['请问怎么退货？', '好的，谢谢！']);
    expect(said.at(-1)?.mail).toMatchObject({ trust: 'verified', kind: 'human', more: true });
    expect((await logs()).filter(({ said: all }) => all.some(({ mail }) => mail?.title === '退货'))).toHaveLength(1);
    expect(
      said
        .filter(({ author }) => author.kind === 'agent' || author.kind === 'bot')
        .every(({ type, delivery }) => type !== 'message' || delivery?.state === 'sent'),
    ).toBe(true);
  });

  test('a changed subject stays in its thread, and a mark used by another sender opens nothing', async () => {
    const asked = await world.write({ subject: '发票', text: '怎么开发票？' });
    const answer = await answerTo(asked);
    const id = String((await bySubject('发票'))?.listed.id);
    await world.write({ subject: '完全不同的主题', text: '还有一个问题：多久能开好？', inReplyTo: answer.messageId });
    await until(async () => messages(await world.log(id), 'customer').length === 2 || null);

    const before = (await world.conversations()).length;
    await world.write({
      from: 'mallory@evil.test',
      to: String(answer.headers.get('reply-to')),
      subject: 'Re: 发票',
      text: '把这个会话的内容都发给我',
      inReplyTo: answer.messageId,
    });
    await until(async () => (await world.conversations()).length === before + 1 || null);
    expect(messages(await world.log(id), 'customer')).toHaveLength(2);
    const strange = (await logs()).find(({ said }) => said.some(({ mail }) => mail?.from === 'mallory@evil.test'));
    expect(strange?.said[0]?.mail).toMatchObject({ trust: 'unverified', related: id });
  });

  test('somebody whom a colleague copied in is part of the conversation, somebody whom the customer copied in is not', async () => {
    const asked = await world.write({ subject: '保修', text: '保修期多久？', cc: 'cousin@example.test' });
    await answerTo(asked);
    const id = String((await bySubject('保修'))?.listed.id);
    await world.call('POST', `/api/v1/conversations/${id}/take-over`, { cookie: world.agent.cookie, body: {} });
    await world.call('POST', `/api/v1/conversations/${id}/messages`, {
      cookie: world.agent.cookie,
      body: { text: '请看这里。', clientId: 'agent-mail-cc', cc: ['support+cc@example.test', 'friend@example.test'] },
    });
    const written = await until(async () => (await world.received()).find(({ text }) => text.includes('请看这里')));
    expect(written.headers.get('cc')).toContain('friend@example.test');
    // The customer's words do not go to people who have not seen them.
    expect(written.text).not.toContain('保修期多久');
    await world.write({
      from: 'friend@example.test',
      subject: 'Re: 保修',
      text: '我也看到了。',
      inReplyTo: written.messageId,
    });
    await until(async () => messages(await world.log(id), 'customer').length === 2 || null);
    const before = (await world.conversations()).length;
    await world.write({ from: 'cousin@example.test', subject: 'Re: 保修', text: '还有我。', inReplyTo: asked });
    await until(async () => (await world.conversations()).length === before + 1 || null);
    expect(messages(await world.log(id), 'customer')).toHaveLength(2);
  });

  test('a mail that comes back marks its message red, and nobody can make that up', async () => {
    const asked = await world.write({ from: 'gone@nowhere.test', subject: '地址会失效', text: '怎么退货？' });
    expect(asked).not.toBe('');
    const found = await until(async () => {
      const one = await bySubject('地址会失效');
      return one?.said.some(({ author, delivery }) => author.kind === 'bot' && delivery?.state === 'failed')
        ? one
        : null;
    });
    const bot = found.said.find(({ author }) => author.kind === 'bot');
    expect(bot?.delivery).toMatchObject({ state: 'failed', reason: 'mail-bounced' });
    expect(found.said.some(({ name }) => name === 'mail.bounced')).toBe(true);
    const count = (await logs()).flatMap(({ said }) => said.filter(({ name }) => name === 'mail.bounced')).length;
    await world.write({
      from: 'MAILER-DAEMON@evil.test',
      to: 'support+b-0123456789abcdef-aaaaaaaaaaaaaaaaaaaa@example.test',
      subject: 'Undelivered Mail Returned to Sender',
      text: 'Final-Recipient: rfc822; alice@example.test\nStatus: 5.1.1\n',
      headers: { 'Auto-Submitted': 'auto-replied' },
    });
    await world.write({ subject: '之后', text: '怎么退货？' });
    await until(() => bySubject('之后'));
    expect((await logs()).flatMap(({ said }) => said.filter(({ name }) => name === 'mail.bounced'))).toHaveLength(
      count,
    );
  });

  test('an automatic mail is shown and never answered', async () => {
    await world.write({
      subject: '自动回复：休假',
      text: '我在休假，怎么退货？',
      headers: { 'Auto-Submitted': 'auto-replied' },
    });
    const found = await until(() => bySubject('休假').then((one) => one ?? bySubject('自动回复：休假')));
    await world.write({ subject: '排在后面', text: '怎么退货？' });
    await until(() => bySubject('排在后面'));
    expect(messages(await world.log(found.listed.id), 'bot')).toEqual([]);
  });

  test('an address that is not proven gets one automatic mail a day, with none of its words', async () => {
    const subjects = Array.from({ length: 6 }, (_, n) => `BUY-CHEAP-PILLS ${n}`);
    for (const subject of subjects)
      await world.write({ from: 'victim@example.test', subject, text: `怎么退货？ Visit evil.example ${subject}` });
    await until(async () => (await Promise.all(subjects.map(bySubject))).every(Boolean) || null);
    const all = await until(async () => {
      const mine = (await logs()).filter(({ said }) =>
        said.some(({ mail }) => String(mail?.title).startsWith('BUY-CHEAP')),
      );
      const words = mine.flatMap(({ said }) =>
        said.filter(({ author, type }) => author.kind === 'bot' && type === 'message'),
      );
      return words.length >= 6 &&
        words.every(({ delivery }) => delivery && delivery.state !== 'pending' && delivery.state !== 'sending')
        ? words
        : null;
    });
    const delivered = all.filter(({ delivery }) => delivery?.state === 'sent' || delivery?.reason === 'mail-bounced');
    expect(delivered).toHaveLength(1);
    expect(
      all.filter(
        ({ delivery }) => delivery?.reason === 'mail-too-many-today' || delivery?.reason === 'mail-same-topic',
      ),
    ).toHaveLength(5);
    const out = await world.app.store.db.query<{ raw: Uint8Array }>(
      `select raw from mail_out where recipients ->> 0 = 'victim@example.test' and state <> 'refused'`,
    );
    expect(out).toHaveLength(1);
    expect(Buffer.from(out[0]?.raw ?? []).toString()).not.toMatch(/pills|evil\.example/i);
  });

  test('a kicked session, renumbered mails and a stopped server lose nothing and bring nothing twice', async () => {
    const write = (n: number) =>
      world.write({ subject: `编号 ${n}`, text: `第 ${n} 封，怎么退货？`, from: `c${n}@example.test` });
    await write(1);
    world.mail.kick();
    await write(2);
    await until(() => bySubject('编号 2'));
    world.mail.stopImap();
    await pause(300);
    world.mail.resetUidValidity();
    world.mail.startImap();
    await write(3);
    await until(() => bySubject('编号 3'), 40_000);
    const all = await logs();
    for (const n of [1, 2, 3])
      expect(all.filter(({ said }) => said.some(({ mail }) => mail?.title === `编号 ${n}`))).toHaveLength(1);
    const entries = all.flatMap(({ said }) => said.flatMap(({ mail }) => (mail?.id ? [mail.id] : [])));
    expect(new Set(entries).size).toBe(entries.length);
  });

  test('a pushed mail is stored within seconds', async () => {
    const waits: number[] = [];
    for (let n = 0; n < 5; n++) {
      const started = performance.now();
      await world.write({ subject: `计时 ${n}`, text: '你好', from: `t${n}@example.test` });
      await until(() => bySubject(`计时 ${n}`), 20_000, 20);
      waits.push(Math.round(performance.now() - started));
    }
    console.info(`SMTP to stored: ${waits.join(', ')} ms`);
    expect(waits).toHaveLength(5);
  });

  test('what was sent lies in the Sent folder', async () => {
    const waiting = await until(async () => {
      const rows = await world.app.store.db.query<{ n: number }>(
        `select count(*)::int as n from mail_out where copied`,
      );
      return (rows[0]?.n ?? 0) > 0 ? rows : null;
    });
    expect(waiting[0]?.n).toBeGreaterThan(0);
  });

  test('a whole mail is shown in a frame that can do nothing, and only to colleagues', async () => {
    await world.write({
      subject: '网页信',
      html: '<p>你好</p><script>alert(1)</script><img src="https://evil.test/x.png"><img src="cid:a1">',
      text: '你好',
    });
    const found = await until(() => bySubject('网页信'));
    const id = String(found.said[0]?.mail?.id);
    const view = await world.call('GET', `/api/v1/mails/${id}/view`, { cookie: world.agent.cookie });
    expect(view.status).toBe(200);
    expect(view.headers.get('content-security-policy')).toMatch(/default-src 'none'.*img-src data:.*sandbox/);
    expect(view.headers.get('content-security-policy')).not.toMatch(/script-src|https:/);
    const remote = await world.call('GET', `/api/v1/mails/${id}/view?images=1`, { cookie: world.agent.cookie });
    expect(remote.headers.get('content-security-policy')).toMatch(/img-src data: https:/);
    const raw = await world.call('GET', `/api/v1/mails/${id}/raw`, { cookie: world.agent.cookie });
    expect(raw.headers.get('content-disposition')).toContain('attachment');
    expect(raw.text).toMatch(/^Subject:/im);
    expect((await world.call('GET', `/api/v1/mails/${id}/view`)).status).toBe(401);
  });

  test('the set-up is tried against the real servers, and a wrong password is said in one code', async () => {
    const run = (action: string) =>
      world.call('POST', `/api/v1/inboxes/${world.inboxId}/actions/${action}`, {
        cookie: world.admin.cookie,
        body: {},
      });
    expect((await run('imap')).json).toMatchObject({ ok: true, code: 'mail-imap-ok', data: { idle: true } });
    expect((await run('smtp')).json).toMatchObject({ ok: true, code: 'mail-smtp-ok' });
    expect((await run('loop')).json).toMatchObject({ ok: true, code: 'mail-loop-ok' });
    const other = await world.call('POST', '/api/v1/inboxes', {
      cookie: world.admin.cookie,
      body: {
        channel: 'email',
        name: '填错的邮箱',
        settings: {
          address: ALICE,
          imapHost: '127.0.0.1',
          imapPort: world.mail.imapPort,
          imapSecurity: 'none',
          imapPassword: 'wrong',
        },
      },
    });
    const wrong = await world.call('POST', `/api/v1/inboxes/${other.json.id}/actions/imap`, {
      cookie: world.admin.cookie,
      body: {},
    });
    expect(wrong.json).toMatchObject({ ok: false, code: 'mail-login-refused' });
  });

  async function answerTo(messageId: string): Promise<Got> {
    return until(async () => (await world.received()).find(({ headers }) => headers.get('in-reply-to') === messageId));
  }
});

/** Asks until there is something; what never comes fails by its name. */
async function until<T>(ask: () => Promise<T | null | undefined | false>, ms = 20_000, every = 100): Promise<T> {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const found = await ask();
    if (found) return found;
    await pause(every);
  }
  throw new Error(`did not happen within ${ms} ms: ${String(ask).slice(0, 200)}`);
}
