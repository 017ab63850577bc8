/** Passwords are kept as other programs keep them, and guessing them costs the guesser, not the house. */
import { describe, expect, test } from 'vitest';
import { ZhikeError } from '../../../src/domain/errors.ts';
import { checkPassword, createPasswords } from '../../../src/server/auth/password.ts';

const passwords = createPasswords();
/** From the tests of the reference implementation (P-H-C/phc-winner-argon2). */
const REFERENCE = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

describe('hashes', () => {
  test('a hash of the reference implementation is right, and due to be made anew', async () => {
    expect(await passwords.verify('password', REFERENCE)).toEqual({ ok: true, stale: true });
    expect(await passwords.verify('passwore', REFERENCE)).toEqual({ ok: false, stale: false });
  });

  test('our own are PHC strings with a salt of their own each time', async () => {
    const [one, two] = await Promise.all([passwords.hash('harbour'), passwords.hash('harbour')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(two).not.toBe(one);
    expect(await passwords.verify('harbour', one)).toEqual({ ok: true, stale: false });
  });

  test('one may type the same character in two ways', async () => {
    expect(await passwords.verify('café ①', await passwords.hash('cafe\u0301 1'))).toMatchObject({ ok: true });
  });

  test.each([
    null,
    '',
    '$argon2id$',
    'md5:5f4dcc3b',
    '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  ])('nothing is right for %j', async (phc) => {
    expect(await passwords.verify('password', phc)).toEqual({ ok: false, stale: false });
  });

  test('a crowd waits in a line that has an end', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 80 }, () => passwords.verify('a guess', REFERENCE.replace('65536', '64'))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(80 - 2 - 64);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'Unavailable' });
    expect(await passwords.verify('password', REFERENCE)).toMatchObject({ ok: true });
  });
});

describe('choosing', () => {
  test.each(['correct-horse-9', '春天的风吹过山岗和大海呀', 'x9#mQ2!vLp0@', 'tea-cups in the harbour'])(
    '%s will do',
    (password) => {
      expect(() => checkPassword(password, 'me@shop.test')).not.toThrow();
    },
  );
  test.each([
    '',
    '短密码',
    'eleven char',
    'aaaaaaaaaaaaaaaa',
    'abababababababab',
    'abcdefghijklmnop',
    '0123456789012345',
    'Password!!!!2026',
    '《password》123456',
    'woaini1314520',
    'ME@shop.test.cn',
  ])('%s will not', (password) => {
    expect(() => checkPassword(password, 'me@shop.test.cn')).toThrow(ZhikeError);
  });
});
