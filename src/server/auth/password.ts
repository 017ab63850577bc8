/** Passwords: argon2id (RFC 9106) by Node itself, kept as PHC strings, never more than two at once. */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ZhikeError } from '../../domain/errors.ts';
import common from './common-passwords.json' with { type: 'json' };

/** OWASP's first choice: 19 MiB, two passes; about 50 ms of one core. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 };
const TAG_BYTES = 32;
const AT_ONCE = 2;
/** Whoever comes after them waits less than with a timeout: the answer is "try again". */
const MAX_QUEUE = 64;
const MIN_LENGTH = 12;

const derive = promisify(argon2);
const COMMON: ReadonlySet<string> = new Set(common);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** Throws `WeakPassword`: too short, common, a common one between digits and signs, or hardly varied. */
export function checkPassword(password: string, email: string): void {
  const plain = password.normalize('NFKC').toLowerCase();
  const core = plain.replace(/^[\d\p{P}\p{S}\s]+|[\d\p{P}\p{S}\s]+$/gu, '');
  const weak =
    [...password].length < MIN_LENGTH ||
    new Set(plain).size < 5 ||
    COMMON.has(plain) ||
    (core !== '' && COMMON.has(core)) ||
    isRun(plain) ||
    plain === email.toLowerCase();
  if (weak) throw new ZhikeError('WeakPassword');
}

/** `abcdefghijkl`, `987654321098`: every character next to the one before it, around the end as well. */
function isRun(text: string): boolean {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  return [1, -1].some((step) =>
    codes.every(
      (code, i) => i === 0 || code - (codes[i - 1] ?? 0) === step || Math.abs(code - (codes[i - 1] ?? 0)) === 9,
    ),
  );
}

export type Passwords = {
  hash(password: string): Promise<string>;
  /** The same work whether there is a hash or not. `stale`: right, but made with other costs than today's. */
  verify(password: string, phc: string | null): Promise<{ ok: boolean; stale: boolean }>;
};

export function createPasswords(): Passwords {
  let running = 0;
  const waiting: (() => void)[] = [];
  const work = async (password: string, parameters: Omit<Argon2Parameters, 'message'>): Promise<Buffer> => {
    if (running >= AT_ONCE) {
      if (waiting.length >= MAX_QUEUE) throw new ZhikeError('Unavailable');
      await new Promise<void>((resume) => waiting.push(resume));
    } else running++;
    try {
      return await derive('argon2id', { message: password.normalize('NFKC'), ...parameters });
    } finally {
      // The place goes to the next in the queue, or becomes free.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
  const nobody = { ...COST, nonce: randomBytes(16), tag: randomBytes(TAG_BYTES) };
  return {
    hash: async (password) => {
      const nonce = randomBytes(16);
      const tag = await work(password, { ...COST, nonce, tagLength: TAG_BYTES });
      return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(nonce)}$${base64(tag)}`;
    },
    verify: async (password, phc) => {
      const known = phc === null ? null : parsePhc(phc);
      const { tag, ...cost } = known ?? nobody;
      const found = await work(password, { ...cost, tagLength: tag.length });
      const ok = timingSafeEqual(found, tag) && known !== null;
      return {
        ok,
        stale:
          ok && (cost.memory !== COST.memory || cost.passes !== COST.passes || cost.parallelism !== COST.parallelism),
      };
    },
  };
}

type Parsed = { memory: number; passes: number; parallelism: number; nonce: Buffer; tag: Buffer };

/** Null for what is no argon2id string of a bearable cost. */
function parsePhc(phc: string): Parsed | null {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,171})$/.exec(
      phc,
    );
  if (!match) return null;
  const [, m, t, p, salt = '', tag = ''] = match;
  return {
    memory: Number(m),
    passes: Number(t),
    parallelism: Number(p),
    nonce: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}
