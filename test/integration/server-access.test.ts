/** Who may do what: every route of the contract against everybody who may knock. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Route } from '../../src/contract/route.ts';
import { type Routes, routes } from '../../src/contract/routes.ts';
import type { Role } from '../../src/domain/agent.ts';
import { newWorld } from '../support/desk-world.ts';
import { openServerWorld, PASSWORD, type Person, type ServerWorld } from '../support/server-world.ts';

/** What was agreed, written down a second time on purpose: a slip in the code does not move it. */
const EVERYBODY: readonly Role[] = ['agent', 'supervisor', 'admin'];
const ADMIN: readonly Role[] = ['admin'];
const WRITERS: readonly Role[] = ['supervisor', 'admin'];
const AGREED: Record<keyof Routes, 'public' | readonly Role[]> = {
  signIn: 'public',
  redeemLink: 'public',
  signOut: EVERYBODY,
  me: EVERYBODY,
  updateMe: EVERYBODY,
  listAgents: EVERYBODY,
  inviteAgent: ADMIN,
  updateAgent: ADMIN,
  renewLink: ADMIN,
  listConversations: EVERYBODY,
  countConversations: EVERYBODY,
  getConversation: EVERYBODY,
  listActivities: EVERYBODY,
  sendMessage: EVERYBODY,
  retryMessage: EVERYBODY,
  createWebLink: EVERYBODY,
  getSendWindow: EVERYBODY,
  addNote: EVERYBODY,
  takeOver: EVERYBODY,
  handBack: EVERYBODY,
  resolve: EVERYBODY,
  sendTyping: EVERYBODY,
  markSeen: EVERYBODY,
  listMerges: EVERYBODY,
  undoMerge: ['supervisor', 'admin'],
  moveTicket: EVERYBODY,
  setPriority: EVERYBODY,
  getFloor: EVERYBODY,
  listMisses: EVERYBODY,
  listPromises: EVERYBODY,
  settlePromise: EVERYBODY,
  postponePromise: EVERYBODY,
  listCalendars: ADMIN,
  createCalendar: ADMIN,
  updateCalendar: ADMIN,
  deleteCalendar: ADMIN,
  listInboxClocks: ADMIN,
  setInboxClock: ADMIN,
  listPolicies: ADMIN,
  createPolicy: ADMIN,
  updatePolicy: ADMIN,
  deletePolicy: ADMIN,
  orderPolicies: ADMIN,
  listInboxes: ADMIN,
  createInbox: ADMIN,
  updateInbox: ADMIN,
  runInboxAction: ADMIN,
  listApiKeys: ADMIN,
  createApiKey: ADMIN,
  revokeApiKey: ADMIN,
  listSessions: EVERYBODY,
  endSession: EVERYBODY,
  endOtherSessions: EVERYBODY,
  getTwoFactor: EVERYBODY,
  beginTwoFactor: EVERYBODY,
  confirmTwoFactor: EVERYBODY,
  renewRecoveryCodes: EVERYBODY,
  disableTwoFactor: EVERYBODY,
  resetTwoFactor: ADMIN,
  getSecurity: ADMIN,
  setSecurity: ADMIN,
  listAudit: ADMIN,
  verifyAudit: ADMIN,
  listArticles: EVERYBODY,
  getArticle: EVERYBODY,
  getArticleVersion: EVERYBODY,
  createArticle: WRITERS,
  saveDraft: WRITERS,
  moveDraft: WRITERS,
  discardDraft: WRITERS,
  retireArticle: ADMIN,
  rollBackArticle: ADMIN,
  addGolden: WRITERS,
  removeGolden: WRITERS,
  startCheck: WRITERS,
  getCheck: WRITERS,
  publishChecked: ADMIN,
  tryQuestion: EVERYBODY,
  getEngine: EVERYBODY,
  setPolicy: ADMIN,
  explainAnswer: EVERYBODY,
  listGaps: WRITERS,
  markGap: WRITERS,
  dryRunImport: WRITERS,
  applyImport: WRITERS,
};

/** A body each route accepts. */
const BODIES: Partial<Record<keyof Routes, () => unknown>> = {
  signIn: () => ({ email: 'nobody@shop.test', password: 'does not matter' }),
  redeemLink: () => ({ code: 'x'.repeat(43) }),
  updateMe: () => ({ locale: 'en' }),
  createApiKey: () => ({ name: 'ERP', scopes: ['conversations:read'] }),
  beginTwoFactor: () => ({ password: PASSWORD }),
  confirmTwoFactor: () => ({ code: '000000' }),
  renewRecoveryCodes: () => ({ code: '000000' }),
  disableTwoFactor: () => ({ code: '000000' }),
  setSecurity: () => ({ twoFactorFor: 'nobody' }),
  inviteAgent: () => ({ email: `${v7()}@shop.test`, name: 'New', role: 'agent' }),
  updateAgent: () => ({ name: 'Renamed' }),
  sendMessage: () => ({ text: 'hello', clientId: v7() }),
  addNote: () => ({ text: 'hello', clientId: v7() }),
  takeOver: () => ({}),
  markSeen: () => ({ seq: 0 }),
  moveTicket: () => ({ status: 'open' }),
  createInbox: () => ({ channel: 'carrier-pigeon', name: v7() }),
  updateInbox: () => ({ version: 0, name: v7() }),
};

const CONTENT = {
  question: '问',
  similar: [],
  answer: '答',
  category: 'returns',
  tags: [],
  verbatim: false,
  validFrom: null,
  validTo: null,
  ownerId: null,
};
Object.assign(BODIES, {
  createArticle: () => ({ locale: 'en', content: CONTENT }),
  saveDraft: () => ({ version: 1, content: CONTENT }),
  moveDraft: () => ({ version: 1, to: 'review' }),
  discardDraft: () => ({ version: 1 }),
  retireArticle: () => ({ version: 1 }),
  rollBackArticle: () => ({ version: 2, to: 1 }),
  addGolden: () => ({ locale: 'en', text: v7(), articleId: null }),
  startCheck: () => ({ drafts: [{ id: 'a', locale: 'en', version: 1 }] }),
  publishChecked: () => ({}),
  tryQuestion: () => ({ text: 'refund' }),
  setPolicy: () => ({ fourEyes: false }),
  markGap: () => ({ key: 'k', locale: 'en', as: 'open' }),
  dryRunImport: () => ({ locale: 'en', files: [{ name: 'a.csv', data: '' }] }),
} satisfies typeof BODIES);

const PLAN = {
  timeZone: 'Asia/Shanghai',
  week: Array.from({ length: 7 }, () => [{ opens: 540, closes: 1080 }]),
  holidays: 'none',
  days: [],
};
const TARGET = { firstReply: 10, nextReply: null, resolution: 480 };
const POLICY = { enabled: true, inboxIds: [], targets: { low: TARGET, normal: TARGET, high: TARGET, urgent: TARGET } };
Object.assign(BODIES, {
  setPriority: () => ({ priority: 'high' }),
  settlePromise: () => ({ state: 'open' }),
  postponePromise: () => ({ dueAt: '2030-01-01T00:00:00.000Z' }),
  createCalendar: () => ({ name: v7(), plan: PLAN, isDefault: false }),
  updateCalendar: () => ({ version: 0, name: v7(), plan: PLAN, isDefault: false }),
  setInboxClock: () => ({ calendarId: null, humanReply: { enabled: true, seconds: 180, window: null } }),
  createPolicy: () => ({ name: v7(), ...POLICY }),
  updatePolicy: () => ({ version: 0, name: v7(), ...POLICY }),
  orderPolicies: () => ({ ids: [] }),
} satisfies typeof BODIES);

let world: ServerWorld;
const people = {} as Record<Role | 'disabled', Person>;
let bystander: Person;
beforeAll(async () => {
  // The matrix alone is refused more often than anybody in earnest.
  world = await openServerWorld({ overrides: { limits: { refused: { points: 100_000, seconds: 60 } } } });
  people.admin = world.admin;
  for (const role of ['agent', 'supervisor'] as const) people[role] = await world.join(role);
  people.disabled = await world.join('admin');
  bystander = await world.join('agent');
  await world.call('PATCH', `/api/v1/agents/${people.disabled.id}`, {
    cookie: world.admin.cookie,
    body: { disabled: true },
  });
});
afterAll(() => world.close());

const pathOf = ({ path }: Route, id: string): string =>
  path.replace('{id}', id).replace('{seq}', '1').replace('{locale}', 'en').replace('{version}', '1');

async function ask(name: keyof Routes, cookie: string | undefined) {
  const route: Route = routes[name];
  const { conversationId } = await newWorld(world.app.store);
  const id = route.tag === 'Team' ? bystander.id : route.tag === 'Tickets' ? v7() : conversationId;
  const body = BODIES[name]?.();
  return world.call(route.method.toUpperCase(), pathOf(route, id), {
    cookie,
    ...(body === undefined ? {} : { body }),
  });
}

const names = Object.keys(AGREED) as (keyof Routes)[];
const ROLES_AT_THE_DOOR = ['agent', 'supervisor', 'admin'] as const;
const cells = names.flatMap((name) => ROLES_AT_THE_DOOR.map((role) => ({ name, role, agreed: AGREED[name] })));

test.each(names)('%s is public exactly when that was agreed', (name) => {
  expect(routes[name].access).toBe(AGREED[name] === 'public' ? 'public' : 'session');
});

test.each(names.filter((name) => AGREED[name] !== 'public'))(
  '%s is closed to whoever is not signed in, or was disabled while signed in',
  async (name) => {
    for (const cookie of [
      undefined,
      people.disabled.cookie,
      'zhike=',
      `zhike=p${'A'.repeat(43)}`,
      `zhike=l${'A'.repeat(43)}`,
    ]) {
      const { status, problem } = await ask(name, cookie);
      expect([status, problem.code]).toEqual([401, 'MissingToken']);
    }
  },
);

test.each(cells)('$name does for $role what was agreed', async ({ name, role, agreed }) => {
  const cookie = name === 'signOut' ? await world.signIn(people[role]) : people[role].cookie;
  const answer = await ask(name, cookie);
  if (agreed !== 'public' && !agreed.includes(role))
    expect([answer.status, answer.problem.code]).toEqual([403, 'NotAllowed']);
  else expect(['MissingToken', 'NotAllowed', 'MalformedData', 'Internal']).not.toContain(answer.problem.code);
});

test.each(names.filter((name) => routes[name].method !== 'get'))(
  '%s refuses a forged cross-site request even of an administrator',
  async (name) => {
    const route: Route = routes[name];
    const path = pathOf(route, v7());
    const body = BODIES[name]?.() ?? {};
    const forged = [
      { origin: 'https://evil.test' },
      { origin: '' },
      { origin: 'null' },
      { 'x-zhike': '' },
      { origin: `${world.url}.evil.test` },
    ];
    for (const headers of forged) {
      const { status, problem } = await world.call(route.method.toUpperCase(), path, {
        cookie: world.admin.cookie,
        body,
        headers,
      });
      expect([status, problem.code], JSON.stringify(headers)).toEqual([403, 'WrongOrigin']);
    }
  },
);

test('a conversation that does not exist gives the same answer on every route, and says nothing of it', async () => {
  const missing = v7();
  const { cookie } = people.agent;
  for (const [name, route] of Object.entries(routes) as [keyof Routes, Route][]) {
    if (route.tag !== 'Conversations' || !route.path.includes('{id}')) continue;
    const body = BODIES[name]?.();
    const answer = await world.call(
      route.method.toUpperCase(),
      route.path.replace('{id}', missing).replace('{seq}', '1'),
      {
        cookie,
        ...(body === undefined ? {} : { body }),
      },
    );
    expect([answer.status, answer.problem.code], name).toEqual([404, 'NotFound']);
    expect(answer.text).not.toContain(missing);
  }
});

test('taking a conversation from a colleague by force is for supervisors', async () => {
  const { conversationId } = await newWorld(world.app.store);
  const [agent, colleague, supervisor] = [people.agent.cookie, bystander.cookie, people.supervisor.cookie];
  const path = `/api/v1/conversations/${conversationId}/take-over`;
  expect((await world.call('POST', path, { cookie: agent, body: {} })).status).toBe(200);

  const late = await world.call('POST', path, { cookie: colleague, body: {} });
  expect([late.status, late.problem.code]).toEqual([409, 'TakenByColleague']);
  expect(late.problem.owner).toEqual({ id: people.agent.id, name: expect.any(String) });
  expect((await world.call('POST', path, { cookie: colleague, body: { force: true } })).problem.code).toBe(
    'NotAllowed',
  );
  expect(
    (
      await world.call('POST', `/api/v1/conversations/${conversationId}/messages`, {
        cookie: colleague,
        body: { text: 'hi', clientId: v7() },
      })
    ).status,
  ).toBe(409);

  const taken = await world.call('POST', path, { cookie: supervisor, body: { force: true } });
  expect(taken.json).toMatchObject({ status: 'human', owner: { id: people.supervisor.id } });
});

test('no answer to anybody has a field that smells of a secret', async () => {
  const { cookie } = people.admin;
  const { conversationId, say } = await newWorld(world.app.store);
  await say('hello');
  for (const path of [
    '/me',
    '/agents',
    '/conversations?view=all',
    `/conversations/${conversationId}`,
    `/conversations/${conversationId}/activities`,
  ]) {
    const { text, status } = await world.call('GET', `/api/v1${path}`, { cookie });
    expect(status).toBe(200);
    expect(text).not.toMatch(/"[^"]*(token|secret|hash|password)[^"]*":\s*"/i);
    expect(text).not.toContain('$argon2id$');
  }
});
