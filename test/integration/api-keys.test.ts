/** API keys: each opens what its scopes name on the same routes as people use, and nothing else; a matrix of all scopes and routes. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Route } from '../../src/contract/route.ts';
import { type Routes, routes } from '../../src/contract/routes.ts';
import { SCOPES } from '../../src/contract/scopes.ts';
import type { Scope } from '../../src/domain/permission.ts';
import { newWorld } from '../support/desk-world.ts';
import { openServerWorld, type ServerWorld } from '../support/server-world.ts';

/** What was agreed, written down a second time on purpose. A route that is not here is closed to every key. */
const AGREED: Partial<Record<keyof Routes, Scope>> = {
  listConversations: 'conversations:read',
  countConversations: 'conversations:read',
  getConversation: 'conversations:read',
  listActivities: 'conversations:read',
  getSendWindow: 'conversations:read',
  markSeen: 'conversations:read',
  listMerges: 'conversations:read',
  explainAnswer: 'conversations:read',
  sendMessage: 'messages:write',
  retryMessage: 'messages:write',
  sendTyping: 'messages:write',
  addNote: 'messages:write',
  takeOver: 'messages:write',
  handBack: 'messages:write',
  resolve: 'messages:write',
  settlePromise: 'messages:write',
  postponePromise: 'messages:write',
  getFloor: 'conversations:read',
  listMisses: 'conversations:read',
  listPromises: 'conversations:read',
  moveTicket: 'tickets:write',
  setPriority: 'tickets:write',
  undoMerge: 'customers:write',
  listAgents: 'team:read',
  listInboxes: 'inboxes:manage',
  createInbox: 'inboxes:manage',
  updateInbox: 'inboxes:manage',
  runInboxAction: 'inboxes:manage',
  listArticles: 'knowledge:read',
  getArticle: 'knowledge:read',
  getArticleVersion: 'knowledge:read',
  tryQuestion: 'knowledge:read',
  getEngine: 'knowledge:read',
  createArticle: 'knowledge:write',
  saveDraft: 'knowledge:write',
  moveDraft: 'knowledge:write',
  discardDraft: 'knowledge:write',
  retireArticle: 'knowledge:write',
  rollBackArticle: 'knowledge:write',
  addGolden: 'knowledge:write',
  removeGolden: 'knowledge:write',
  startCheck: 'knowledge:write',
  getCheck: 'knowledge:write',
  publishChecked: 'knowledge:write',
  setPolicy: 'knowledge:write',
  listGaps: 'knowledge:write',
  markGap: 'knowledge:write',
  dryRunImport: 'knowledge:write',
  applyImport: 'knowledge:write',
  listAudit: 'audit:read',
  verifyAudit: 'audit:read',
};

let now = Date.UTC(2026, 5, 1, 8);
let world: ServerWorld;
const keys = {} as Record<Scope, string>;
beforeAll(async () => {
  world = await openServerWorld({
    overrides: {
      clock: () => new Date(now),
      limits: { refused: { points: 1e6, seconds: 60 }, apiKey: { points: 150, seconds: 60 } },
    },
  });
  for (const scope of SCOPES) keys[scope] = (await make({ scopes: [scope] })).key;
});
afterAll(() => world.close());

async function make(given: { scopes: Scope[]; agentId?: string; expiresAt?: string }) {
  const { status, json } = await world.call('POST', '/api/v1/api-keys', {
    cookie: world.admin.cookie,
    body: { name: 'ERP', ...given },
  });
  expect(status).toBe(201);
  return { key: String(json.key), id: (json.apiKey as { id: string }).id };
}
/** As a program asks: no origin, no page header, no cookie. */
const ask = (key: string, method: string, path: string, body?: unknown) =>
  world.call(method, path, {
    headers: { authorization: `Bearer ${key}`, origin: '', 'x-zhike': '' },
    ...(body === undefined ? {} : { body }),
  });
const pathOf = ({ path }: Route): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'id' ? v7() : name === 'locale' ? 'en' : name === 'action' ? 'check' : '1',
  );

const closed = (Object.entries(routes) as [keyof Routes, Route][]).filter(([, { access }]) => access === 'session');
test.each(closed)('%s opens to a key exactly where it was agreed', async (name, route) => {
  for (const scope of SCOPES) {
    const { problem } = await ask(keys[scope], route.method.toUpperCase(), pathOf(route), route.body ? {} : undefined);
    if (AGREED[name] === scope)
      expect(['NotAllowed', 'BadToken', 'MissingToken', 'WrongOrigin']).not.toContain(problem.code);
    else expect([scope, problem.code]).toEqual([scope, 'NotAllowed']);
  }
});

test('a key answers a customer, in the name of its colleague, without a page or a cookie', async () => {
  const agent = await world.join('agent');
  const { key } = await make({ scopes: ['messages:write', 'conversations:read'], agentId: agent.id });
  const { conversationId } = await newWorld(world.app.store);
  const path = `/api/v1/conversations/${conversationId}`;
  expect((await ask(key, 'POST', `${path}/take-over`, {})).status).toBe(200);
  const said = await ask(key, 'POST', `${path}/messages`, { text: 'shipped today', clientId: v7() });
  expect([said.status, said.json.author]).toEqual([200, { kind: 'agent', id: agent.id, name: expect.any(String) }]);
  expect((await ask(key, 'GET', path)).json).toMatchObject({ owner: { id: agent.id } });
});

test('a key may never do what its colleague may not', async () => {
  const agent = await world.join('agent');
  const { key } = await make({ scopes: [...SCOPES], agentId: agent.id });
  for (const path of ['/api/v1/inboxes', '/api/v1/audit'])
    expect((await ask(key, 'GET', path)).problem.code).toBe('NotAllowed');
  await world.call('PATCH', `/api/v1/agents/${agent.id}`, { cookie: world.admin.cookie, body: { disabled: true } });
  expect((await ask(key, 'GET', '/api/v1/conversations')).problem.code).toBe('BadToken');
});

test('revoked, expired, cut short or made up, a key opens nothing; nor does a good cookie beside a bad key', async () => {
  const [revoked, expiring] = [
    await make({ scopes: ['conversations:read'] }),
    await make({ scopes: ['conversations:read'], expiresAt: new Date(now + 60_000).toISOString() }),
  ];
  expect((await ask(expiring.key, 'GET', '/api/v1/conversations')).status).toBe(200);
  now += 60_000;
  const gone = await world.call('POST', `/api/v1/api-keys/${revoked.id}/revoke`, { cookie: world.admin.cookie });
  expect(gone.json.revokedAt).toBe(new Date(now).toISOString());
  for (const key of [
    revoked.key,
    expiring.key,
    expiring.key.slice(0, -1),
    `zhk_${'A'.repeat(43)}`,
    '',
    'x'.repeat(9_000),
  ])
    expect((await ask(key, 'GET', '/api/v1/conversations')).problem.code).toBe('BadToken');
  const both = await world.call('GET', '/api/v1/me', {
    cookie: world.admin.cookie,
    headers: { authorization: `Bearer zhk_${'A'.repeat(43)}` },
  });
  expect(both.problem.code).toBe('BadToken');
});

test('the key is shown once, kept as a hash, last use is seen, and its acts are in the log under its name', async () => {
  const { key, id } = await make({ scopes: ['customers:write', 'inboxes:manage'] });
  await ask(key, 'POST', '/api/v1/inboxes', { channel: 'email', name: v7(), settings: {} });
  const listed = await world.call('GET', '/api/v1/api-keys', { cookie: world.admin.cookie });
  expect(listed.text).not.toContain(key);
  const shown = (listed.json.items as { id: string; hint: string; usedAt: string }[]).find((one) => one.id === id);
  expect(shown).toMatchObject({ hint: key.slice(-4), usedAt: new Date(now).toISOString() });
  const rows = await world.app.store.db.query<{ all: string }>('select to_jsonb(k)::text as all from api_key k');
  expect(rows.map((row) => row.all).join()).not.toContain(key.slice(4));
  const { json } = await world.call('GET', '/api/v1/audit?action=apiKey', { cookie: world.admin.cookie });
  expect((json.items as object[])[0]).toMatchObject({ action: 'apiKey.created', object: { id, name: 'ERP' } });
});

test('a key that asks too often has to wait', async () => {
  const { key } = await make({ scopes: ['team:read'] });
  let code: string | undefined;
  for (let n = 0; n < 160 && code !== 'Throttled'; n++) code = (await ask(key, 'GET', '/api/v1/agents')).problem.code;
  expect(code).toBe('Throttled');
});

test('the page of the API shows every route in both languages, and runs nothing', async () => {
  for (const [language, title] of [
    ['zh-CN', '知客 API'],
    ['en', 'Zhike API'],
  ] as const) {
    const page = await world.call('GET', '/api/docs', { headers: { 'accept-language': language } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain(`<h1>${title}</h1>`);
    for (const route of Object.values(routes) as Route[])
      expect(page.text).toContain(`<code>${route.method.toUpperCase()} ${route.path}</code>`);
    expect(page.text).not.toMatch(/<script|<link|https?:\/\/(?!127\.0\.0\.1)(?!json-schema)[a-z]/i);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
});
