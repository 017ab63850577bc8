/** Accounts of channels by the front door: secrets go in and never come out, and nobody's change is overwritten unseen. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import type { Channel, WebhookRequest } from '../../src/channels/channel.ts';
import { webChannel } from '../../src/channels/web/index.ts';
import { openVault } from '../../src/server/vault.ts';
import { openServerWorld, type ServerWorld } from '../support/server-world.ts';

const pushed: WebhookRequest[] = [];
let tried: unknown;
/** A channel as small as one can be: a shared secret, a push, a check. */
const pigeon: Channel = {
  name: 'pigeon',
  capabilities: { markup: 'none', choices: { as: 'numbers', max: 9 }, typing: false },
  delivery: 'outbox',
  send: async () => ({ kind: 'sent', externalId: null }),
  settings: {
    schema: z.strictObject({ loft: z.string().min(1), ring: z.string().min(8) }),
    secrets: ['ring'],
  },
  actions: {
    check: {
      input: z.strictObject({ seed: z.string() }),
      run: async (inbox, input) => {
        tried = { ring: inbox.secrets.ring, input };
        return { ok: true, code: 'landed' };
      },
    },
  },
  webhook: {
    maxBytes: 1_000,
    handle: async (request) => {
      pushed.push(request);
      return { status: 200, body: 'coo' };
    },
  },
};

let world: ServerWorld;
beforeAll(async () => {
  world = await openServerWorld({ overrides: { channels: [webChannel, pigeon] } });
});
afterAll(() => world.close());

const RING = 'a ring that nobody sees';
async function make(name: string) {
  const { cookie } = world.admin;
  const settings = { loft: 'north', ring: RING };
  const made = await world.call('POST', '/api/v1/inboxes', { cookie, body: { channel: 'pigeon', name, settings } });
  expect(made.status).toBe(201);
  return made.json as { id: string; version: number; webhookUrl: string; enabled: boolean };
}
const change = (id: string, body: unknown) =>
  world.call('PATCH', `/api/v1/inboxes/${id}`, { cookie: world.admin.cookie, body });

test('a secret is named in answers and never shown, and lies sealed in the database', async () => {
  const { id } = await make('sealed');
  const list = await world.call('GET', '/api/v1/inboxes', { cookie: world.admin.cookie });
  expect(list.json.channels).toEqual(['pigeon']);
  expect(list.text).not.toContain(RING);
  const shown = (list.json.items as { id: string }[]).find((inbox) => inbox.id === id);
  expect(shown).toMatchObject({ settings: { loft: 'north' }, secretsSet: ['ring'], enabled: false, managed: true });
  const kept = await world.app.store.inboxes.find(id);
  expect(JSON.stringify(kept)).not.toContain(RING);
});

test('an empty field of the form keeps the secret, and the channel gets it opened', async () => {
  const { id, version } = await make('kept');
  const changed = await change(id, { version, settings: { loft: 'south', ring: '' } });
  expect(changed.json).toMatchObject({ settings: { loft: 'south' }, version: version + 1 });
  const run = await world.call('POST', `/api/v1/inboxes/${id}/actions/check`, {
    cookie: world.admin.cookie,
    body: { input: { seed: 'corn' } },
  });
  expect(run.json).toEqual({ ok: true, code: 'landed' });
  expect(tried).toEqual({ ring: RING, input: { seed: 'corn' } });
});

test('two administrators who change the same account: the second is told', async () => {
  const { id, version } = await make('raced');
  expect((await change(id, { version, name: 'first' })).status).toBe(200);
  const late = await change(id, { version, name: 'second' });
  expect([late.status, late.problem.code]).toEqual([409, 'Conflict']);
});

test('what the channel does not understand is refused with the field that is wrong', async () => {
  const { cookie } = world.admin;
  const body = { channel: 'pigeon', name: 'bad', settings: { loft: '', ring: 'short' } };
  const refused = await world.call('POST', '/api/v1/inboxes', { cookie, body });
  expect([refused.status, refused.problem.code]).toEqual([400, 'MalformedData']);
  expect(JSON.stringify(refused.json.fields)).toMatch(/settings\.loft.*settings\.ring/);
  const { id, version } = await make('taken');
  await make('other');
  expect((await change(id, { version, name: 'other' })).problem.code).toBe('NameTaken');
  const missing = await world.call('POST', `/api/v1/inboxes/${id}/actions/toString`, { cookie, body: {} });
  expect(missing.problem.code).toBe('NotFound');
});

test('a push reaches its channel as it came once the account is on; off, unknown or too large it does not', async () => {
  const { id, version, webhookUrl } = await make('pushed');
  const push = (path = new URL(webhookUrl).pathname, raw = '  {"a": 1}\n') =>
    world.call('POST', `${path}?b=%2B&a=1`, { raw, headers: { 'content-type': 'application/json' } });
  expect((await push()).status).toBe(404);
  expect((await change(id, { version, enabled: true })).json).toMatchObject({ enabled: true });
  const taken = await push();
  expect([taken.status, taken.text]).toEqual([200, 'coo']);
  const [request] = pushed;
  expect(request).toMatchObject({ method: 'POST', query: 'b=%2B&a=1', inbox: { id, secrets: { ring: RING } } });
  expect(Buffer.from(request?.body ?? []).toString()).toBe('  {"a": 1}\n');
  expect((await push(undefined, 'x'.repeat(1_001))).status).toBe(413);
  expect((await push('/webhooks/pigeon/not-an-id')).status).toBe(404);
  expect((await push(`/webhooks/web/${id}`)).status).toBe(404);
  expect(pushed).toHaveLength(1);
});

test('a secret sealed under another key, or tampered with, does not open', () => {
  const vault = openVault('first key of the house', '.');
  const sealed = vault.seal(RING);
  expect(vault.open(sealed)).toBe(RING);
  expect(vault.seal(RING)).not.toBe(sealed);
  expect(openVault('another key of the house', '.').open(sealed)).toBeNull();
  for (const broken of [
    '',
    'v1.',
    sealed.slice(0, -1),
    sealed.replace(/^v1\.(.)/, (_, c) => `v1.${c === 'A' ? 'B' : 'A'}`),
  ])
    expect(vault.open(broken)).toBeNull();
});
