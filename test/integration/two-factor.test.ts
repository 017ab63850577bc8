/** The second step of signing in: asked for where it was set up or is demanded, each code once, and no way around it. */
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeOf, openServerWorld, type Person, type ServerWorld } from '../support/server-world.ts';

let now = Date.UTC(2026, 5, 1, 8);
let world: ServerWorld;
beforeAll(async () => {
  world = await openServerWorld({ overrides: { clock: () => new Date(now) } });
});
afterAll(() => world.close());
beforeEach(async () => {
  // A new hour: earlier tries are of no account.
  now += 31_000;
});

const post = (path: string, cookie: string | undefined, body?: unknown) =>
  world.call('POST', path, { cookie, ...(body === undefined ? {} : { body }) });
const codeAt = (uri: string, at = now) => totpOf(uri).generate({ timestamp: at });
const totpOf = (uri: string) => {
  const given = new URL(uri).searchParams;
  return new TOTP({ secret: given.get('secret') ?? '', digits: 6, period: 30, algorithm: 'SHA1' });
};
const signIn = ({ email, password }: Person, totp?: string) =>
  post('/api/v1/auth/sign-in', undefined, { email, password, ...(totp === undefined ? {} : { totp }) });

async function enrol(person: Person): Promise<{ uri: string; codes: string[] }> {
  const begun = await post('/api/v1/me/two-factor/begin', person.cookie, { password: person.password });
  const uri = String(begun.json.uri);
  const confirmed = await post('/api/v1/me/two-factor/confirm', person.cookie, { code: codeAt(uri) });
  expect(confirmed.status).toBe(200);
  now += 30_000;
  return { uri, codes: confirmed.json.recoveryCodes as string[] };
}

test('once set up, a password alone opens nothing; the code of now does, and only once', async () => {
  const person = await world.join('agent');
  const { uri } = await enrol(person);
  const without = await signIn(person);
  expect([without.status, without.problem.code, without.cookie]).toEqual([401, 'CodeNeeded', undefined]);
  expect((await signIn({ ...person, password: 'a wrong password' }, codeAt(uri))).problem.code).toBe(
    'WrongCredentials',
  );
  const code = codeAt(uri);
  const inside = await signIn(person, `${code.slice(0, 3)} ${code.slice(3)}`);
  expect(inside.status).toBe(200);
  const replay = await signIn(person, code);
  expect([replay.status, replay.problem.code, replay.cookie]).toEqual([401, 'WrongCode', undefined]);
  // Nor one from before the used one, though the clock would allow it.
  expect((await signIn(person, codeAt(uri, now - 30_000))).problem.code).toBe('WrongCode');
});

test('a code used by ten at once lets one in', async () => {
  const person = await world.join('agent');
  const { uri } = await enrol(person);
  const code = codeAt(uri);
  const answers = await Promise.all(Array.from({ length: 10 }, () => signIn(person, code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('a clock one step off is borne, two are not', async () => {
  const person = await world.join('agent');
  const { uri } = await enrol(person);
  expect((await signIn(person, codeAt(uri, now + 60_000))).problem.code).toBe('WrongCode');
  expect((await signIn(person, codeAt(uri, now - 90_000))).problem.code).toBe('WrongCode');
  expect((await signIn(person, codeAt(uri, now + 30_000))).status).toBe(200);
});

test('a recovery code works once, however it is typed, and for its owner only', async () => {
  const [person, other] = [await world.join('agent'), await world.join('agent')];
  const { codes } = await enrol(person);
  const others = await enrol(other);
  expect(new Set(codes).size).toBe(10);
  expect((await signIn(person, others.codes[0])).problem.code).toBe('WrongCode');
  expect((await signIn(person, codes[0]?.toLowerCase().replaceAll('-', ' '))).status).toBe(200);
  expect((await signIn(person, codes[0])).problem.code).toBe('WrongCode');
  const { cookie } = await signIn(person, codes[1]);
  const status = await world.call('GET', '/api/v1/me/two-factor', { cookie });
  expect(status.json).toEqual({ enabled: true, demanded: false, recoveryLeft: 8 });
});

test('after twenty wrong codes even the right one has to wait, and a guesser never gets on', async () => {
  const person = await world.join('agent');
  const { uri } = await enrol(person);
  const codes = [];
  for (let n = 0; n < 19; n++) codes.push((await signIn(person, '000000')).problem.code);
  expect(new Set(codes)).toEqual(new Set(['WrongCode']));
  expect((await signIn(person, codeAt(uri))).problem.code).toBe('Throttled');
});

test('a link in place of a forgotten password does not go around the second step, and is not used up by trying', async () => {
  const person = await world.join('agent');
  const { uri } = await enrol(person);
  const link = await post(`/api/v1/agents/${person.id}/link`, world.admin.cookie);
  const code = codeOf(String(link.json.url));
  expect((await post('/api/v1/auth/link', undefined, { code })).problem.code).toBe('CodeNeeded');
  expect((await post('/api/v1/auth/link', undefined, { code, totp: '123456' })).problem.code).toBe('WrongCode');
  expect((await post('/api/v1/auth/link', undefined, { code, totp: codeAt(uri) })).status).toBe(200);
});

test('turning it on needs the password and ends the other sessions; an unconfirmed secret asks for nothing', async () => {
  const person = await world.join('agent');
  const elsewhere = await world.signIn(person);
  const refused = await post('/api/v1/me/two-factor/begin', person.cookie, { password: 'not the password' });
  expect([refused.status, refused.problem.code]).toEqual([401, 'WrongCredentials']);
  await post('/api/v1/me/two-factor/begin', person.cookie, { password: person.password });
  expect((await signIn(person)).status).toBe(200);
  await enrol(person);
  expect((await world.call('GET', '/api/v1/me', { cookie: elsewhere })).status).toBe(401);
  expect((await world.call('GET', '/api/v1/me', { cookie: person.cookie })).status).toBe(200);
  expect((await post('/api/v1/me/two-factor/begin', person.cookie, { password: person.password })).status).toBe(409);
});

test('another administrator takes it off, which is in the log and ends the sessions; nobody takes off their own', async () => {
  const person = await world.join('admin');
  await enrol(person);
  const own = await post(`/api/v1/agents/${person.id}/two-factor/reset`, person.cookie);
  expect(own.problem.code).toBe('IllegalMove');
  const reset = await post(`/api/v1/agents/${person.id}/two-factor/reset`, world.admin.cookie);
  expect(reset.json).toMatchObject({ id: person.id, twoFactor: false });
  expect((await world.call('GET', '/api/v1/me', { cookie: person.cookie })).status).toBe(401);
  expect((await signIn(person)).status).toBe(200);
  const { json } = await world.call('GET', '/api/v1/audit?action=twoFactor', { cookie: world.admin.cookie });
  expect((json.items as object[])[0]).toMatchObject({ action: 'twoFactor.reset', object: { id: person.id } });
});

test('where the desk demands it, nothing but the own account is open until it is set up, and then it stays', async () => {
  const admin = await world.join('admin');
  const rule = (twoFactorFor: string) =>
    world.call('PATCH', '/api/v1/security', { cookie: world.admin.cookie, body: { twoFactorFor } });
  expect((await rule('admins')).json).toEqual({ twoFactorFor: 'admins', fixed: false });
  const me = await world.call('GET', '/api/v1/me', { cookie: admin.cookie });
  expect(me.json).toMatchObject({ needsTwoFactor: true });
  for (const path of ['/api/v1/agents', '/api/v1/conversations', '/api/v1/audit'])
    expect((await world.call('GET', path, { cookie: admin.cookie })).problem.code).toBe('SecondFactorNeeded');
  const agent = await world.join('agent').catch(() => null);
  expect(agent?.cookie ?? '').toBe('');
  const { uri } = await enrol(admin);
  expect((await world.call('GET', '/api/v1/agents', { cookie: admin.cookie })).status).toBe(200);
  expect((await post('/api/v1/me/two-factor/disable', admin.cookie, { code: codeAt(uri) })).problem.code).toBe(
    'SecondFactorNeeded',
  );
  await world.call('PATCH', '/api/v1/security', { cookie: admin.cookie, body: { twoFactorFor: 'nobody' } });
  const off = await post('/api/v1/me/two-factor/disable', admin.cookie, { code: codeAt(uri) });
  expect(off.json).toMatchObject({ enabled: false });
});

test('one sees where one is signed in, and ends it there; nobody else’s', async () => {
  const [person, other] = [await world.join('agent'), await world.join('agent')];
  const elsewhere = (
    await world.call('POST', '/api/v1/auth/sign-in', {
      body: { email: person.email, password: person.password },
      headers: { 'user-agent': 'Mozilla/5.0 (iPhone) Safari' },
    })
  ).cookie;
  const list = async (cookie: string) =>
    (await world.call('GET', '/api/v1/me/sessions', { cookie })).json.items as {
      id: string;
      device: string;
      ip: string;
      current: boolean;
    }[];
  const mine = await list(person.cookie);
  expect(mine).toHaveLength(2);
  expect(mine.filter(({ current }) => current)).toHaveLength(1);
  const phone = mine.find(({ current }) => !current);
  expect(phone).toMatchObject({ device: 'Mozilla/5.0 (iPhone) Safari', ip: expect.stringContaining('127.0.0.1') });
  expect((await post(`/api/v1/me/sessions/${phone?.id}/end`, other.cookie)).status).toBe(404);
  expect((await world.call('GET', '/api/v1/me', { cookie: elsewhere })).status).toBe(200);
  expect((await post(`/api/v1/me/sessions/${phone?.id}/end`, person.cookie)).status).toBe(200);
  expect((await world.call('GET', '/api/v1/me', { cookie: elsewhere })).status).toBe(401);
  const third = await world.signIn(person);
  await post('/api/v1/me/sessions/end-others', person.cookie);
  expect((await world.call('GET', '/api/v1/me', { cookie: third })).status).toBe(401);
  expect(await list(person.cookie)).toHaveLength(1);
  expect(await list(other.cookie)).toHaveLength(1);
});
