/** One token for all processes: refreshed once, never in a loop, and never seen in a log. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApi } from '../../../src/channels/wechat/api.ts';
import { request } from '../../../src/channels/wechat/request.ts';
import { createTokens } from '../../../src/channels/wechat/token.ts';
import type { Log, SharedState } from '../../../src/ports.ts';

const ACCOUNT = { inboxId: 'inbox', appId: 'wx1', secret: 'hush' };

type Said = { status?: number; text: string } | 'reset';
let server: Server;
let base = '';
let now = 0;
let asked: { force_refresh: boolean }[] = [];
let tokens: Said[] = [];
/** What calls are answered in turn, by the token that they carry. */
let answers: Record<string, Said[]> = {};
let lastBody = '';

beforeAll(async () => {
  server = createServer((asking, response) => {
    const chunks: Buffer[] = [];
    asking.on('data', (chunk: Buffer) => chunks.push(chunk));
    asking.on('end', () => {
      lastBody = Buffer.concat(chunks).toString('utf8');
      const url = new URL(asking.url ?? '', base);
      const isToken = url.pathname.endsWith('stable_token');
      if (isToken) asked.push(JSON.parse(lastBody));
      const queue = isToken ? tokens : (answers[url.searchParams.get('access_token') ?? ''] ?? []);
      const said = queue.length > 1 ? queue.shift() : queue[0];
      if (!said || said === 'reset') response.destroy();
      else response.writeHead(said.status ?? 200, { 'content-type': 'application/json' }).end(said.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  now = Date.parse('2026-05-01T00:00:00.000Z');
  asked = [];
  answers = {};
});

const json = (value: unknown): Said => ({ text: JSON.stringify(value) });

/** The given tokens in turn, the last one for ever. */
function weChatGives(...values: string[]): void {
  tokens = values.map((value) => json({ access_token: value, expires_in: 7_200 }));
}

/** What all processes hold in common. */
function sharedState(): SharedState {
  const values = new Map<string, { value: string; until: number }>();
  const leases = new Map<string, { holder: string; until: number }>();
  return {
    takeLease: async (name, holder, ms) => {
      const held = leases.get(name);
      if (held && held.until > now && held.holder !== holder) return false;
      leases.set(name, { holder, until: now + ms });
      return true;
    },
    dropLease: async (name, holder) => {
      if (leases.get(name)?.holder === holder) leases.delete(name);
    },
    get: async (key) => {
      const kept = values.get(key);
      return kept && kept.until > now ? kept.value : null;
    },
    set: async (key, value, ms) => {
      values.set(key, { value, until: now + ms });
    },
  };
}

let made = 0;
const aProcess = (shared: SharedState) =>
  createTokens({ base, shared, clock: () => new Date(now), random: () => 0.5, newId: () => `id-${++made}` });

describe('the access token', () => {
  it('is asked for once by four processes that need it at the same time', async () => {
    weChatGives('T1');
    const shared = sharedState();
    const processes = Array.from({ length: 4 }, () => aProcess(shared));
    const got = await Promise.all(processes.flatMap((one) => [one.get(ACCOUNT), one.get(ACCOUNT), one.get(ACCOUNT)]));
    expect(new Set(got.map((one) => one.kind === 'ok' && one.value))).toEqual(new Set(['T1']));
    expect(asked).toHaveLength(1);
  });

  it('is renewed some minutes before it ends, and the old one serves while a new one cannot be had', async () => {
    weChatGives('T1', 'T2');
    const mine = aProcess(sharedState());
    await mine.get(ACCOUNT);
    now += 6_000_000;
    expect(await mine.get(ACCOUNT)).toEqual({ kind: 'ok', value: 'T1' });
    now += 1_000_000;
    expect(await mine.get(ACCOUNT)).toEqual({ kind: 'ok', value: 'T2' });
    now += 7_000_000;
    tokens = [json({ errcode: -1, errmsg: 'busy' })];
    expect(await mine.get(ACCOUNT)).toEqual({ kind: 'ok', value: 'T2' });
  });

  it('that another process has renewed already is taken from there', async () => {
    weChatGives('T1', 'T2');
    const shared = sharedState();
    const [a, b] = [aProcess(shared), aProcess(shared)];
    await Promise.all([a.get(ACCOUNT), b.get(ACCOUNT)]);
    expect(await a.renew(ACCOUNT, 'T1')).toEqual({ kind: 'ok', value: 'T2' });
    expect(await b.renew(ACCOUNT, 'T1')).toEqual({ kind: 'ok', value: 'T2' });
    expect(asked).toHaveLength(2);
  });

  it('is forced once a minute at most, and then the failure is said instead of a loop', async () => {
    weChatGives('T1');
    const mine = aProcess(sharedState());
    await mine.get(ACCOUNT);
    for (let n = 0; n < 5; n++) expect(await mine.renew(ACCOUNT, 'T1')).toMatchObject({ kind: 'refused', code: 40001 });
    expect(asked.filter(({ force_refresh }) => force_refresh)).toHaveLength(1);
  });
});

describe('a call', () => {
  const lines: string[] = [];
  const note = (fields: Record<string, unknown>, message: string) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const open = () => createApi({ base, tokens: aProcess(sharedState()), log });
  const call = { method: 'GET', path: '/cgi-bin/menu/get' } as const;

  it('with a token that was revoked is made once more with the next one, and no more', async () => {
    weChatGives('T1', 'T2');
    answers = {
      T1: [json({ errcode: 40001, errmsg: 'invalid credential' })],
      T2: [json({ menu: { button: [] } })],
    };
    expect(await open().call(ACCOUNT, call)).toMatchObject({ kind: 'ok' });
    expect(asked).toHaveLength(2);
  });

  it('that is refused again is an outcome, with WeChat’s id of it', async () => {
    weChatGives('T1', 'T2');
    answers = {
      T1: [json({ errcode: 42001, errmsg: 'expired' })],
      T2: [json({ errcode: 40001, errmsg: 'no rid: 6650a1b2-0c0ffee0-12345678' })],
    };
    const rid = '6650a1b2-0c0ffee0-12345678';
    expect(await open().call(ACCOUNT, call)).toMatchObject({ kind: 'refused', code: 40001, rid });
  });

  it('whose connection was never made is known not to have happened; any other silence is not known', async () => {
    weChatGives('T1');
    answers = { T1: ['reset', { status: 502, text: '<html>bad gateway</html>' }] };
    const api = open();
    expect(await api.call(ACCOUNT, call)).toMatchObject({ kind: 'lost', sent: true });
    expect(await api.call(ACCOUNT, call)).toMatchObject({ kind: 'lost', sent: true, cause: 'http 502' });
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', resolve));
    const { port } = nobody.address() as AddressInfo;
    await new Promise((resolve) => nobody.close(resolve));
    const answer = await request(`http://127.0.0.1:${port}`, call);
    expect(answer).toEqual({ kind: 'lost', sent: false, cause: 'ECONNREFUSED' });
  });

  it('never shows token or secret in what it answers or logs', async () => {
    weChatGives('T1-very-secret');
    answers = { 'T1-very-secret': ['reset', json({ errcode: 42001, errmsg: 'expired' })] };
    const api = open();
    const said = [await api.call(ACCOUNT, call), await api.call(ACCOUNT, call)];
    expect(said.map(({ kind }) => kind)).toEqual(['lost', 'refused']);
    expect(JSON.stringify([said, lines])).not.toMatch(/very-secret|hush/);
  });

  it('writes words as they are, without an escape that WeChat refuses', async () => {
    weChatGives('T1');
    answers = { T1: [json({ errcode: 0 })] };
    const body = { text: '好\u0001\ud83d的😀\n"' };
    await open().call(ACCOUNT, { method: 'POST', path: '/cgi-bin/message/custom/send', body });
    expect(lastBody).not.toMatch(/\\u/);
    expect(lastBody).toContain('的😀\\n\\"');
  });
});
