/** What may be sent to a customer is counted once, whoever sends and however often a process dies. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SendGrant } from '../../src/domain/change.ts';
import { fileReference } from '../../src/domain/file-reference.ts';
import type { Store } from '../../src/store/store.ts';
import { botSays } from '../support/desk-world.ts';
import { engines, type Home } from '../support/engines.ts';

const HOUR = 3_600_000;

describe.each(engines)('the ledger of sends on $name', ({ home }) => {
  let place: Home;
  let stores: Store[];
  let store: Store;
  let inboxId: string;
  beforeAll(async () => {
    place = await home();
    store = await place.open({ usesOutbox: () => true });
    stores = [store];
    if (place.config.databaseUrl) stores.push(await place.open({ usesOutbox: () => true }));
    inboxId = (await store.ensureInbox('wechat', 'shop')).id;
  });
  afterAll(async () => {
    await Promise.all(stores.map((one) => one.close()));
    await place.remove();
  });

  const granted = (given: Partial<SendGrant> = {}): SendGrant => ({
    trigger: 'message',
    quota: 5,
    grantedAt: new Date(Math.floor(Date.now() / 1000) * 1000),
    expiresAt: new Date(Date.now() + 48 * HOUR),
    ...given,
  });
  const hears = (address: string, grant: SendGrant | undefined, key = v7()) =>
    store.conversations.accept({
      inboxId,
      address,
      externalKey: key,
      author: 'customer',
      body: { type: 'message', text: '在吗' },
      locale: null,
      receivedAt: new Date(),
      ...(grant ? { grant } : {}),
    });
  const remaining = async (address: string) => (await store.ledger.window(inboxId, address))?.remaining;

  it('never lets more go out than was granted, however many send at once, and keeps one for a person', async () => {
    const address = v7();
    await hears(address, granted());
    const key = v7();
    await store.ledger.plan(
      key,
      Array.from({ length: 20 }, (_, n) => ({ n })),
    );
    const book = (n: number, by: 'bot' | 'person') =>
      (stores[n % stores.length] ?? store).ledger.reserve({ key, n, inboxId, address }, by);
    const byBot = await Promise.all(Array.from({ length: 10 }, (_, n) => book(n, 'bot')));
    expect(byBot.filter((one) => one === 'reserved')).toHaveLength(4);
    expect(new Set(byBot)).toEqual(new Set(['reserved', 'used']));
    expect(await store.ledger.window(inboxId, address)).toMatchObject({ remaining: 1, forBot: 0 });
    const byPerson = await Promise.all(Array.from({ length: 10 }, (_, n) => book(n + 10, 'person')));
    expect(byPerson.filter((one) => one === 'reserved')).toHaveLength(1);
    expect(await remaining(address)).toBe(0);
  });

  it('lets a part leave once, and gives back what was certainly not sent', async () => {
    const address = v7();
    await hears(address, granted());
    const key = v7();
    const part = { key, n: 0, inboxId, address };
    await store.ledger.plan(key, ['a', 'b']);
    await store.ledger.plan(key, ['another plan']);
    expect((await store.ledger.parts(key)).map(({ payload }) => payload)).toEqual(['a', 'b']);
    const asked = await Promise.all(
      stores.flatMap(({ ledger }) => [ledger.reserve(part, 'bot'), ledger.reserve(part, 'bot')]),
    );
    expect(asked.filter((one) => one === 'reserved')).toHaveLength(1);
    expect(asked.filter((one) => one === 'taken')).toHaveLength(asked.length - 1);
    await store.ledger.settle(part, { state: 'pending', reason: 'busy' });
    expect(await remaining(address)).toBe(5);
    expect(await store.ledger.reserve(part, 'bot')).toBe('reserved');
    await store.ledger.settle(part, { state: 'unknown', reason: 'timeout' });
    expect(await remaining(address)).toBe(4);
    expect(await store.ledger.reserve(part, 'bot')).toBe('taken');
    await store.ledger.settle(part, { state: 'sent' });
    expect((await store.ledger.parts(key))[0]).toMatchObject({ state: 'unknown' });
    await store.ledger.replan(key, 1, ['c', 'd']);
    expect((await store.ledger.parts(key)).map(({ payload }) => payload)).toEqual(['a', 'c', 'd']);
  });

  it('refills with a new message, not with a repeated or an older one, and counts what was sent since it was written', async () => {
    const address = v7();
    const spoke = new Date(Math.floor(Date.now() / 1000) * 1000);
    await hears(address, granted({ grantedAt: new Date(spoke.getTime() - 60_000) }));
    const key = v7();
    await store.ledger.plan(key, [1, 2, 3]);
    for (const n of [0, 1]) {
      await store.ledger.reserve({ key, n, inboxId, address }, 'bot');
      if (n === 0) await store.ledger.settle({ key, n, inboxId, address }, { state: 'sent' });
    }
    expect(await remaining(address)).toBe(3);
    // Written before both were sent, delivered to us after: WeChat counted them already.
    await hears(address, granted({ grantedAt: spoke }), 'late');
    expect(await remaining(address)).toBe(3);
    await hears(address, granted({ grantedAt: spoke }), 'late');
    await hears(address, granted({ grantedAt: new Date(spoke.getTime() - 30_000) }));
    expect(await remaining(address)).toBe(3);
    // Written after the first was settled; the second is still on its way.
    await hears(address, granted({ grantedAt: new Date(Date.now() + 2_000) }));
    expect(await remaining(address)).toBe(4);
  });

  it('spends the window that ends first, and takes the word of the other side that it is over', async () => {
    const address = v7();
    await hears(address, granted());
    await hears(address, granted({ trigger: 'click', quota: 3, expiresAt: new Date(Date.now() + 60_000) }));
    const key = v7();
    await store.ledger.plan(
      key,
      Array.from({ length: 9 }, () => 'x'),
    );
    for (const n of [0, 1, 2]) expect(await store.ledger.reserve({ key, n, inboxId, address }, 'bot')).toBe('reserved');
    expect(await store.ledger.window(inboxId, address)).toMatchObject({ remaining: 5, forBot: 4 });
    await store.ledger.exhaust(inboxId, address);
    expect(await store.ledger.reserve({ key, n: 3, inboxId, address }, 'person')).toBe('used');
    await store.ledger.close(inboxId, address);
    expect(await store.ledger.reserve({ key, n: 3, inboxId, address }, 'person')).toBe('closed');
    expect(await store.ledger.window(inboxId, v7())).toBeNull();
  });

  it('lets held messages go in order when the customer writes again, and a person’s words before the bot’s', async () => {
    const address = v7();
    const { conversationId } = await hears(address, undefined);
    const turn = (await store.turns.claimTurns(64, 30_000)).find(
      ({ conversation }) => conversation.id === conversationId,
    );
    if (!turn) throw new Error('no turn');
    await store.turns.commitTurn(turn, { activities: [botSays('一'), botSays('二')] });
    const claim = async () =>
      (await store.outbox.claimDeliveries(64, 30_000)).filter(
        ({ activity }) => activity.conversationId === conversationId,
      );
    const [first] = await claim();
    if (!first) throw new Error('nothing to send');
    expect(await store.outbox.settleDelivery(first, { kind: 'held', reason: 'WindowClosed' })).toEqual({
      state: 'held',
      reason: 'WindowClosed',
    });
    expect(await claim()).toEqual([]);
    const snapshot = await store.desk.snapshot(conversationId, null);
    if (!snapshot) throw new Error('no snapshot');
    await store.desk.commit(snapshot, {
      activities: [
        {
          author: { kind: 'agent', id: v7(), name: '小王' },
          visibility: 'customer',
          body: { type: 'message', text: '我来' },
        },
      ],
    });
    expect((await claim()).map(({ activity }) => activity.body.text)).toEqual(['我来']);
    await hears(address, granted());
    expect((await claim()).map(({ activity }) => activity.body.text)).toEqual(['一']);
  });

  it('sends a failed message again when a person wants it, one that may have arrived only when they insist', async () => {
    const address = v7();
    const { conversationId } = await hears(address, granted());
    const turn = (await store.turns.claimTurns(64, 30_000)).find(
      ({ conversation }) => conversation.id === conversationId,
    );
    if (!turn) throw new Error('no turn');
    await store.turns.commitTurn(turn, { activities: [botSays('一')] });
    const [item] = (await store.outbox.claimDeliveries(64, 30_000)).filter(
      ({ activity }) => activity.conversationId === conversationId,
    );
    if (!item) throw new Error('nothing to send');
    const seq = item.activity.seq;
    expect(await store.outbox.retryDelivery(conversationId, seq, true)).toBeNull();
    const part = { key: item.idempotencyKey, n: 0, inboxId, address };
    await store.ledger.plan(item.idempotencyKey, ['一']);
    await store.ledger.reserve(part, 'bot');
    await store.ledger.settle(part, { state: 'unknown', reason: 'timeout' });
    await store.outbox.settleDelivery(item, { kind: 'unknown', reason: 'timeout' });
    expect(await store.outbox.retryDelivery(conversationId, seq, false)).toBe('asked');
    expect(await store.outbox.retryDelivery(conversationId, seq, true)).toEqual({ state: 'pending' });
    expect((await store.ledger.parts(item.idempotencyKey))[0]).toMatchObject({ state: 'pending' });
    expect(await store.outbox.cancelDeliveries(inboxId, address, 'Unsubscribed')).toMatchObject([
      { conversationId, seq, delivery: { state: 'failed', reason: 'Unsubscribed' } },
    ]);
  });

  it('keeps the files to fetch with their message, once, and says in it what became of them', async () => {
    const address = v7();
    const fileId = v7();
    const file = { contentType: 'image/jpeg', name: '图片', contentUrl: fileReference(fileId) };
    const accept = () =>
      store.conversations.accept({
        inboxId,
        address,
        externalKey: 'photo',
        author: 'customer',
        body: { type: 'message', attachments: [file] },
        locale: null,
        receivedAt: new Date(),
        files: [{ fileId, source: { mediaId: 'm' }, expiresAt: new Date(Date.now() + HOUR) }],
      });
    expect((await accept()).duplicate).toBe(false);
    expect((await accept()).duplicate).toBe(true);
    const jobs = await store.fileJobs.claim('wechat', 10, 30_000);
    expect(jobs).toMatchObject([{ fileId, source: { mediaId: 'm' }, attempts: 1 }]);
    expect(await store.fileJobs.claim('wechat', 10, 30_000)).toEqual([]);
    const [job] = jobs;
    if (!job) throw new Error('no job');
    const row = await store.fileJobs.lost(job, 'Expired');
    expect(row?.body.attachments).toEqual([{ contentType: 'image/jpeg', name: '图片', content: { lost: 'Expired' } }]);
    expect(await store.fileJobs.done(job, { contentType: 'image/png', name: 'a.png' })).toBeNull();
  });

  it('joins two addresses of one person on record, gives them back on demand, and does not join them again', async () => {
    const [a, b] = [v7(), v7()];
    await hears(a, undefined);
    const { conversationId } = await hears(b, undefined);
    const who = async (address: string) => (await store.contacts.find(inboxId, address))?.customerId ?? '';
    const [first, second] = [await who(a), await who(b)];
    const union = v7();
    expect(await store.contacts.join(inboxId, a, union)).toBeNull();
    const merge = await store.contacts.join(inboxId, b, union);
    expect([merge?.fromId, merge?.intoId].sort()).toEqual([first, second].sort());
    expect(await who(a)).toBe(await who(b));
    expect((await store.conversations.find(conversationId))?.customerId).toBe(await who(a));
    expect(await store.contacts.mergesOf(merge?.intoId ?? '')).toHaveLength(1);
    const undone = await Promise.all([
      store.contacts.undoMerge(merge?.id ?? '', v7()),
      store.contacts.undoMerge(merge?.id ?? '', v7()),
    ]);
    expect(undone.filter((one) => one !== null)).toHaveLength(1);
    expect([await who(a), await who(b)]).toEqual([first, second]);
    expect(await store.contacts.join(inboxId, b, union)).toBeNull();
    expect(await who(b)).toBe(second);
  });
});
