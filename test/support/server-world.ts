/** The whole house on a free port, entered by its front door: people sign in with links and passwords, as they do. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import type { Problem } from '../../src/contract/shapes.ts';
import type { Role } from '../../src/domain/agent.ts';
import { type App, type Overrides, wire } from '../../src/wire.ts';
import { silentLog } from './engines.ts';

export type Given = {
  cookie?: string | undefined;
  body?: unknown;
  raw?: string;
  headers?: Record<string, string>;
  redirect?: 'manual' | 'follow';
};
/** `problem` is empty where the answer is none. */
export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
  problem: Problem;
  cookie: string | undefined;
};
export type Person = { id: string; email: string; password: string; cookie: string };

export type ServerWorld = {
  app: App;
  url: string;
  call(method: string, path: string, given?: Given): Promise<Answer>;
  /** The first administrator, with a password. */
  admin: Person;
  /** Invites somebody, who signs in by the link and chooses a password. */
  join(role: Role): Promise<Person>;
  signIn(person: Pick<Person, 'email' | 'password'>): Promise<string>;
  close(): Promise<void>;
};

export const PASSWORD = 'tea-cups in the harbour';

export async function openServerWorld({
  env = {},
  overrides = {},
}: {
  env?: Record<string, string>;
  overrides?: Overrides;
} = {}): Promise<ServerWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhike-'));
  const app = await wire(readConfig({ PORT: '0', DATA_DIR: dataDir, ...env }), {
    workers: false,
    log: silentLog,
    ...overrides,
  });
  const url = await app.listen();
  const call = caller(url);
  const link = await app.firstAdminLink();
  const admin = await settle(call, { link: String(link), email: 'admin@localhost' });
  let joined = 0;
  return {
    app,
    url,
    call,
    admin,
    join: async (role) => {
      const email = `person-${++joined}@shop.test`;
      const invited = await call('POST', '/api/v1/agents', {
        cookie: admin.cookie,
        body: { email, name: `${role} ${joined}`, role },
      });
      return settle(call, { link: String(invited.json.url), email });
    },
    signIn: async ({ email, password }) =>
      (await call('POST', '/api/v1/auth/sign-in', { body: { email, password } })).cookie ?? '',
    close: async () => {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const codeOf = (link: string): string => new URLSearchParams(new URL(link).hash.slice(1)).get('code') ?? '';

async function settle(call: ServerWorld['call'], { link, email }: { link: string; email: string }): Promise<Person> {
  const first = await call('POST', '/api/v1/auth/link', { body: { code: codeOf(link) } });
  const chosen = await call('PATCH', '/api/v1/me', { cookie: first.cookie, body: { newPassword: PASSWORD } });
  const agent = chosen.json.agent as { id: string };
  return { id: agent.id, email, password: PASSWORD, cookie: String(chosen.cookie) };
}

/** As our own pages ask: with their origin and their header. `headers` override; an empty string leaves one out. */
function caller(url: string): ServerWorld['call'] {
  return async (method, path, { cookie, body, raw, headers = {}, redirect = 'manual' } = {}) => {
    const all: Record<string, string> = {
      ...(method === 'GET' ? {} : { origin: url, 'x-zhike': '1' }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie ? { cookie } : {}),
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(url + path, {
      method,
      headers: sent,
      redirect,
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    const setCookie = response.headers.getSetCookie().find((line) => /^(__Host-)?zhike=/.test(line));
    return {
      status: response.status,
      headers: response.headers,
      text,
      json,
      problem: json as unknown as Problem,
      cookie: setCookie?.split(';', 1)[0],
    };
  };
}
