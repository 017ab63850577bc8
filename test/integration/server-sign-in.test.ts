/** Getting in: links once, passwords guarded, sessions that end when they should. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, openServerWorld, PASSWORD, type Person, type ServerWorld } from '../support/server-world.ts';

const HOUR = 3_600_000;
let now = Date.UTC(2026, 5, 1, 8);
let world: ServerWorld;
let person: Person;
beforeAll(async () => {
  world = await openServerWorld({ overrides: { clock: () => new Date(now) } });
  person = await world.join('agent');
});
afterAll(() => world.close());

const me = (cookie: string | undefined) => world.call('GET', '/api/v1/me', { cookie });
const signIn = (body: unknown, headers: Record<string, string> = {}) =>
  world.call('POST', '/api/v1/auth/sign-in', { body, headers });
const redeem = (code: unknown) => world.call('POST', '/api/v1/auth/link', { body: { code } });
async function newLink(): Promise<string> {
  const { json } = await world.call('POST', `/api/v1/agents/${person.id}/link`, { cookie: world.admin.cookie });
  return codeOf(String(json.url));
}

describe('one-time links', () => {
  test('a link signs in once, asks for a password, and is then used up', async () => {
    const code = await newLink();
    const first = await redeem(code);
    expect(first.json).toMatchObject({ agent: { id: person.id }, needsPassword: true });
    expect((await me(first.cookie)).status).toBe(200);
    const second = await redeem(code);
    expect([second.status, second.problem.code, second.cookie]).toEqual([404, 'LinkInvalid', undefined]);
  });

  test('used by ten at once, a link lets one in', async () => {
    const code = await newLink();
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeem(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('a new link kills the earlier one', async () => {
    const [old, fresh] = [await newLink(), await newLink()];
    expect((await redeem(old)).problem.code).toBe('LinkInvalid');
    expect((await redeem(fresh)).status).toBe(200);
  });

  test('a link ends after 72 hours', async () => {
    const code = await newLink();
    now += 73 * HOUR;
    expect((await redeem(code)).problem.code).toBe('LinkInvalid');
    world.admin.cookie = await world.signIn(world.admin);
  });

  test.each([[''], [' '], [null], [['x'.repeat(43)]], ['x'.repeat(43)], ['x'.repeat(10_000)], [{ $ne: '' }]])(
    '%j opens nothing',
    async (code) => {
      const answer = await redeem(code);
      expect([400, 404]).toContain(answer.status);
      expect(answer.cookie).toBeUndefined();
    },
  );

  test('whoever forgot the password comes by a link and chooses a new one without the old', async () => {
    const { cookie } = await redeem(await newLink());
    const newPassword = 'another harbour, other cups';
    const changed = await world.call('PATCH', '/api/v1/me', { cookie, body: { newPassword } });
    expect(changed.json).toMatchObject({ needsPassword: false });
    expect((await me(cookie)).status).toBe(401);
    expect((await signIn({ email: person.email, password: PASSWORD })).problem.code).toBe('WrongCredentials');
    expect((await signIn({ email: person.email.toUpperCase(), password: newPassword })).status).toBe(200);
    person.password = newPassword;
  });

  test('once an administrator has a password, starting offers no first link', async () => {
    expect(await world.app.firstAdminLink()).toBeNull();
  });
});

describe('sessions', () => {
  test('the cookie is out of reach of scripts and of other sites, and signing in makes a new one each time', async () => {
    const body = { email: person.email, password: person.password };
    const first = await signIn(body);
    const line = first.headers.getSetCookie()[0] ?? '';
    expect(line).toMatch(/^zhike=p[\w-]{43}; /);
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(line).toContain(part);
    const second = await world.call('POST', '/api/v1/auth/sign-in', { body, cookie: first.cookie });
    expect(second.cookie).not.toBe(first.cookie);
    // Session fixation: the id from before signing in is dead.
    expect((await me(first.cookie)).status).toBe(401);
    expect((await me(second.cookie)).status).toBe(200);
  });

  test('signing out ends the session at once', async () => {
    const cookie = await world.signIn(person);
    await world.call('POST', '/api/v1/auth/sign-out', { cookie });
    expect((await me(cookie)).status).toBe(401);
  });

  test('a session ends 12 hours after it began, however busy', async () => {
    const cookie = await world.signIn(person);
    for (let hour = 0; hour < 11; hour++) {
      now += HOUR;
      expect((await me(cookie)).status).toBe(200);
    }
    now += HOUR;
    expect((await me(cookie)).status).toBe(401);
    world.admin.cookie = await world.signIn(world.admin);
  });

  test('a session that nobody used for 8 hours is over', async () => {
    const cookie = await world.signIn(person);
    now += 8 * HOUR + 1;
    expect((await me(cookie)).status).toBe(401);
    world.admin.cookie = await world.signIn(world.admin);
  });

  test('a change of password needs the old one and ends all other sessions', async () => {
    const [here, elsewhere] = [await world.signIn(person), await world.signIn(person)];
    const change = (body: unknown) => world.call('PATCH', '/api/v1/me', { cookie: here, body });
    const newPassword = 'cups of the third harbour';
    for (const currentPassword of [undefined, '', 'wrong password']) {
      const refused = await change({ newPassword, ...(currentPassword === undefined ? {} : { currentPassword }) });
      expect([400, 401]).toContain(refused.status);
    }
    const changed = await change({ currentPassword: person.password, newPassword });
    expect(changed.status).toBe(200);
    expect(
      await Promise.all([here, elsewhere, changed.cookie].map(async (cookie) => (await me(cookie)).status)),
    ).toEqual([401, 401, 200]);
    person.password = newPassword;
  });

  test('a change of role ends the sessions that had the old one', async () => {
    const cookie = await world.signIn(person);
    const path = `/api/v1/agents/${person.id}`;
    expect((await world.call('PATCH', path, { cookie: world.admin.cookie, body: { role: 'supervisor' } })).status).toBe(
      200,
    );
    expect((await me(cookie)).status).toBe(401);
    await world.call('PATCH', path, { cookie: world.admin.cookie, body: { role: 'agent' } });
  });

  test('the last administrator can be neither disabled nor demoted', async () => {
    for (const body of [{ disabled: true }, { role: 'agent' }]) {
      const { problem } = await world.call('PATCH', `/api/v1/agents/${world.admin.id}`, {
        cookie: world.admin.cookie,
        body,
      });
      expect(problem.code).toBe('LastAdmin');
    }
    expect((await me(world.admin.cookie)).status).toBe(200);
  });

  test('a disabled account signs in neither by password nor by link', async () => {
    const leaver = await world.join('agent');
    const { json } = await world.call('POST', `/api/v1/agents/${leaver.id}/link`, { cookie: world.admin.cookie });
    await world.call('PATCH', `/api/v1/agents/${leaver.id}`, { cookie: world.admin.cookie, body: { disabled: true } });
    expect((await me(leaver.cookie)).status).toBe(401);
    expect((await redeem(codeOf(String(json.url)))).problem.code).toBe('LinkInvalid');
    expect((await signIn({ email: leaver.email, password: PASSWORD })).problem.code).toBe('WrongCredentials');
    const renewed = await world.call('POST', `/api/v1/agents/${leaver.id}/link`, { cookie: world.admin.cookie });
    expect(renewed.status).toBe(409);
  });
});

describe('passwords', () => {
  const choose = async (newPassword: unknown) => {
    const { cookie } = await redeem(await newLink());
    return world.call('PATCH', '/api/v1/me', { cookie, body: { newPassword } });
  };
  test.each([
    'short',
    'password1234',
    '123456789012',
    'qwertyuiop123',
    'aaaaaaaaaaaa',
    'abcdefghijkl',
    'Administrator2026!',
    '１２３４５６７８９０１２',
  ])('%s is refused as weak', async (password) => {
    expect((await choose(password)).problem.code).toBe('WeakPassword');
  });
  test("one's own address is no password", async () => {
    expect((await choose(person.email)).problem.code).toBe('WeakPassword');
  });

  test('an unknown address, a wrong password and an account without one get the very same answer', async () => {
    await world.call('POST', '/api/v1/agents', {
      cookie: world.admin.cookie,
      body: { email: 'fresh@shop.test', name: 'Fresh', role: 'agent' },
    });
    const answers = [];
    for (const email of ['nobody@shop.test', person.email, 'fresh@shop.test']) {
      const { status, json, headers } = await signIn({ email, password: 'wrong password' });
      const { requestId: _, ...rest } = json;
      answers.push({ status, rest, cookie: headers.getSetCookie() });
    }
    expect(answers[0]).toMatchObject({ status: 401, rest: { code: 'WrongCredentials' }, cookie: [] });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('an address is invited once, whatever its case', async () => {
    const body = { email: person.email.toUpperCase(), name: 'Twin', role: 'agent' };
    expect((await world.call('POST', '/api/v1/agents', { cookie: world.admin.cookie, body })).problem.code).toBe(
      'EmailTaken',
    );
  });

  test('links of invitations have the configured address, whatever the Host header says', async () => {
    const headers = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https', forwarded: 'host=evil.test' };
    const { json } = await world.call('POST', `/api/v1/agents/${person.id}/link`, {
      cookie: world.admin.cookie,
      headers,
    });
    expect(String(json.url)).toMatch(new RegExp(`^${world.url}/console/sign-in#code=[\\w-]{43}$`));
  });

  test('the list of common passwords is lower-case, since it is asked so', () => {
    const list = JSON.parse(
      readFileSync(new URL('../../src/server/auth/common-passwords.json', import.meta.url), 'utf8'),
    ) as string[];
    expect(list.length).toBeGreaterThan(200);
    expect(list.filter((word) => word !== word.toLowerCase())).toEqual([]);
  });
});
