/** The audit log: nothing is left out of it, nothing in it can be changed unseen, and it never tells of what did not happen. */
import fc from 'fast-check';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../src/domain/audit.ts';
import type { Store } from '../../src/store/store.ts';
import { newWorld } from '../support/desk-world.ts';
import { engines, type Home } from '../support/engines.ts';
import { openServerWorld, PASSWORD, type ServerWorld } from '../support/server-world.ts';

const entry = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  at: new Date('2026-11-22T08:00:00.123Z'),
  actor: { kind: 'agent', id: v7(), name: '王小明' },
  action: 'agent.changed',
  object: { kind: 'agent', id: v7(), name: 'O’Brien, "Pat"\n' },
  ip: '2001:db8::1',
  detail: { before: { role: 'agent' }, 中文: [1, 2.5, null, '"\\'] },
  ...over,
});

describe.each(engines)('on $name', ({ name, home }) => {
  let place: Home;
  let store: Store;
  let other: Store;
  beforeAll(async () => {
    place = await home();
    store = await place.open();
    other = name === 'postgres' ? await place.open() : store;
  });
  afterAll(async () => {
    if (other !== store) await other.close();
    await store.close();
    await place.remove();
  });
  /** As somebody with all rights on the database would. */
  const tamper = async (sql: string) => {
    await store.db.query('alter table audit_entry disable trigger all');
    await store.db.query(sql);
    await store.db.query('alter table audit_entry enable trigger all');
  };

  test('entries written at once by many processes form one chain without a gap', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, n) => (n % 2 ? store : other).audit.record(entry())));
    const report = await store.audit.verify();
    expect(report).toMatchObject({ entries: 60, broken: null });
    expect(report.head).toMatch(/^[0-9a-f]{64}$/);
  });

  test('whatever a name, an address or a detail holds, the entry holds', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 }).map((s) => s.replaceAll('\0', ''));
    await fc.assert(
      fc.asyncProperty(text, text, fc.option(text), fc.dictionary(text, fc.jsonValue()), async (a, b, ip, given) => {
        const detail = JSON.parse(JSON.stringify(given).replaceAll('\\u0000', '')) as Record<string, unknown>;
        await store.audit.record(
          entry({ actor: { kind: 'key', id: a, name: b }, object: { kind: b, id: null, name: a }, ip, detail }),
        );
        expect((await store.audit.verify()).broken).toBeNull();
      }),
      { numRuns: 30 },
    );
  });

  test('an act and its entry come together or not at all', async () => {
    const before = (await store.audit.verify()).entries;
    const agent = { id: v7(), email: `${v7()}@shop.test`, name: 'A', role: 'agent', locale: 'en' } as const;
    await store.recording(entry({ action: 'agent.invited' })).agents.create(agent);
    expect((await store.audit.verify()).entries).toBe(before + 1);
    // Refused by a constraint, by nobody being there, by the entry itself.
    await expect(store.recording(entry()).agents.create({ ...agent, id: v7() })).rejects.toMatchObject({
      code: 'EmailTaken',
    });
    expect(await store.recording(entry()).agents.update(v7(), { name: 'X' })).toBeNull();
    expect((await store.audit.verify()).entries).toBe(before + 1);
    const broken = entry({ actor: { kind: 'stranger' as 'agent', id: null, name: null } });
    await expect(store.recording(broken).agents.update(agent.id, { name: 'X' })).rejects.toThrow();
    expect((await store.agents.find(agent.id))?.name).toBe('A');
  });

  test('the database itself refuses to change, delete or empty the log', async () => {
    for (const sql of [
      `update audit_entry set action = 'signIn.out' where seq = 3`,
      'delete from audit_entry where seq = 3',
      'truncate audit_entry',
    ])
      await expect(store.db.query(sql)).rejects.toThrow(/only written to/);
  });

  test('pages follow each other without a gap, newest first, through every filter', async () => {
    const actor = { kind: 'agent' as const, id: v7(), name: 'Pages' };
    for (let n = 0; n < 7; n++)
      await store.audit.record(
        entry({ actor, at: new Date(Date.UTC(2027, 0, 1 + n)), action: n % 2 ? 'inbox.changed' : 'inbox.created' }),
      );
    const seen: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await store.audit.list({ actor: actor.id, limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ at }) => new Date(at).getUTCDate()));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    const days = async (over: object) =>
      (await store.audit.list({ actor: actor.id, limit: 50, ...over })).items.map(({ at }) =>
        new Date(at).getUTCDate(),
      );
    expect(await days({ action: 'inbox.created' })).toEqual([7, 5, 3, 1]);
    expect(await days({ action: 'inbox' })).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(await days({ action: 'in' })).toEqual([]);
    expect(await days({ from: '2027-01-03T00:00:00Z', to: '2027-01-05T00:00:00Z' })).toEqual([4, 3]);
    await expect(store.audit.list({ limit: 1, cursor: "1' or 1=1" })).rejects.toMatchObject({ code: 'InvalidRange' });
  });

  test('the first entry that was touched is named, however it was touched', async () => {
    const whole = await store.audit.verify();
    const [kept] = await store.db.query<{ at: string; detail: string }>(
      'select at, detail::text as detail from audit_entry where seq = 20',
    );
    await tamper(`update audit_entry set actor_name = 'somebody else' where seq = 40`);
    expect((await store.audit.verify()).broken).toEqual({ seq: 40, fault: 'changed' });
    await tamper(`update audit_entry set at = at + interval '1 second' where seq = 20`);
    expect((await store.audit.verify()).broken).toEqual({ seq: 20, fault: 'changed' });
    await tamper(`update audit_entry set at = '${kept?.at}', detail = '{}' where seq = 20`);
    expect((await store.audit.verify()).broken).toEqual({ seq: 20, fault: 'changed' });
    await tamper(`update audit_entry set hash = repeat('a', 64) where seq = 10`);
    expect((await store.audit.verify()).broken).toEqual({ seq: 10, fault: 'changed' });
    await tamper(`update audit_entry set prev_hash = repeat('a', 64) where seq = 9`);
    expect((await store.audit.verify()).broken).toEqual({ seq: 9, fault: 'unlinked' });
    await tamper('delete from audit_entry where seq = 5');
    expect((await store.audit.verify()).broken).toEqual({ seq: 5, fault: 'missing' });
    expect(whole.broken).toBeNull();
  });

  test('a log that was written anew, or cut off, is found out by a head that was noted down before', async () => {
    await tamper('delete from audit_entry');
    for (let n = 0; n < 3; n++) await store.audit.record(entry());
    const { entries: seq, head } = await store.audit.verify();
    const anchor = { seq, hash: String(head) };
    expect((await store.audit.verify(anchor)).broken).toBeNull();
    await tamper('delete from audit_entry where seq = 3');
    expect((await store.audit.verify()).broken).toBeNull();
    expect((await store.audit.verify(anchor)).broken).toEqual({ seq: 3, fault: 'missing' });
    await store.audit.record(entry());
    await store.audit.record(entry());
    expect((await store.audit.verify(anchor)).broken).toEqual({ seq: 3, fault: 'rewritten' });
  });
});

describe('at the front door', () => {
  let world: ServerWorld;
  beforeAll(async () => {
    world = await openServerWorld();
  });
  afterAll(() => world.close());
  const log = async (query = '') => {
    const { json } = await world.call('GET', `/api/v1/audit?limit=100${query}`, { cookie: world.admin.cookie });
    return json.items as { action: string; actor: { id: string; name: string }; object: { id: string }; ip: string }[];
  };

  test('signing in, failing to, and out are in the log, with the address', async () => {
    const person = await world.join('agent');
    await world.call('POST', '/api/v1/auth/sign-in', { body: { email: person.email, password: 'wrong password' } });
    await world.call('POST', '/api/v1/auth/sign-in', { body: { email: 'nobody@shop.test', password: PASSWORD } });
    const cookie = await world.signIn(person);
    await world.call('POST', '/api/v1/auth/sign-out', { cookie });
    const [out, signedIn, unknown, wrong] = await log('&action=signIn');
    expect([out, signedIn].map((one) => [one?.action, one?.actor.id])).toEqual([
      ['signIn.out', person.id],
      ['signIn.succeeded', person.id],
    ]);
    expect(unknown).toMatchObject({
      action: 'signIn.failed',
      actor: { id: null, name: 'nobody@shop.test' },
      object: null,
    });
    expect(wrong).toMatchObject({ action: 'signIn.failed', object: { id: person.id } });
    expect(out?.ip).toMatch(/127\.0\.0\.1$/);
  });

  test('roles, links, inboxes and a conversation taken by force are in the log; secrets are not', async () => {
    const { cookie } = world.admin;
    const [person, supervisor] = [await world.join('agent'), await world.join('supervisor')];
    const { conversationId } = await newWorld(world.app.store);
    const take = (by: string, force: boolean) =>
      world.call('POST', `/api/v1/conversations/${conversationId}/take-over`, { cookie: by, body: { force } });
    expect((await take(person.cookie, false)).status).toBe(200);
    expect((await take(supervisor.cookie, true)).status).toBe(200);
    await world.call('PATCH', `/api/v1/agents/${person.id}`, { cookie, body: { role: 'supervisor' } });
    await world.call('POST', `/api/v1/agents/${person.id}/link`, { cookie });
    const [link, changed, taken] = await log();
    expect([link, changed].map((one) => [one?.action, one?.actor.id, one?.object.id])).toEqual([
      ['agent.link', world.admin.id, person.id],
      ['agent.changed', world.admin.id, person.id],
    ]);
    expect(taken).toMatchObject({
      action: 'conversation.takenByForce',
      actor: { id: supervisor.id },
      object: { id: conversationId },
      detail: { from: { id: person.id } },
    });
    const all = JSON.stringify(await log());
    expect(all).not.toContain(PASSWORD);
    expect(all).not.toMatch(/argon2|code=/);
    const verified = await world.call('GET', '/api/v1/audit/verification', { cookie });
    expect(verified.json).toMatchObject({ broken: null });
  });
});
