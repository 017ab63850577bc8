import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLayers } from '../../support/check-layers.ts';
import { layers } from '../../support/layers.ts';
import { type Files, plant } from './planted.ts';

const CLEAN: Files = {
  'src/domain/ticket.ts': `import * as z from 'zod';\nexport const ticket = z.object({});\nexport type Ticket = z.infer<typeof ticket>;\n`,
  'src/ports.ts': `import type { Ticket } from './domain/ticket.ts';\nexport type Store = { put(ticket: Ticket): void };\n`,
  'src/contract/shapes.ts': `import * as z from 'zod';\nimport type { Ticket } from '../domain/ticket.ts';\nexport const shape = z.object({});\nexport type Shown = Ticket;\n`,
  'src/knowledge/rank.ts': `import { ticket } from '../domain/ticket.ts';\nimport type { Store } from '../ports.ts';\nexport const rank = (store: Store) => [ticket, store];\n`,
  'src/bot/dialog-kit.ts': `import { ticket } from '../domain/ticket.ts';\nexport const kit = ticket;\n`,
  'src/bot/turn.ts': `import { TurnContext } from 'botbuilder';\nimport { rank } from '../knowledge/rank.ts';\nexport const turn = [TurnContext, rank];\n`,
  'dialogs/refund/index.ts': `import { kit } from '../../src/bot/dialog-kit.ts';\nimport texts from './texts.en.json' with { type: 'json' };\nexport const refund = [kit, texts];\n`,
  'dialogs/refund/texts.en.json': '{}\n',
  'dialogs/index.ts': `import { refund } from './refund/index.ts';\nexport const dialogs = [refund];\n`,
  'src/channels/channel.ts': `import type { Store } from '../ports.ts';\nexport type Channel = { store: Store };\n`,
  'src/channels/web/receive.ts': `import type { Activity } from 'botframework-schema';\nimport type { Channel } from '../channel.ts';\nexport const receive = (activity: Activity, channel: Channel) => [activity, channel];\n`,
  'src/channels/email/send.ts': `import { ticket } from '../../domain/ticket.ts';\nexport const send = ticket;\n`,
  'src/channels/index.ts': `import { send } from './email/send.ts';\nimport { receive } from './web/receive.ts';\nexport const channels = [send, receive];\n`,
  'src/store/store.ts': `import { Pool } from 'pg';\nimport type { Store } from '../ports.ts';\nexport const open = (pool: Pool): Store => ({ put: () => void pool });\n`,
  'src/llm/openai.ts': `import OpenAI from 'openai';\nexport const model = OpenAI;\n`,
  'src/server/app.ts': `import express from 'express';\nimport { shape } from '../contract/shapes.ts';\nexport const app = [express, shape];\n`,
  'src/wire.ts': `import { dialogs } from '../dialogs/index.ts';\nimport { turn } from './bot/turn.ts';\nimport { channels } from './channels/index.ts';\nimport { model } from './llm/openai.ts';\nimport { app } from './server/app.ts';\nimport { open } from './store/store.ts';\nexport const house = [dialogs, turn, channels, model, app, open];\n`,
  'src/main.ts': `import { house } from './wire.ts';\nexport const run = house;\n`,
  'src/web/console/main.tsx': `import { shape } from '../../contract/shapes.ts';\nimport type { Ticket } from '../../domain/ticket.ts';\nexport const page = (ticket: Ticket) => [shape, ticket];\n`,
};

/** One violation each: the rule, the file that breaks it, and its text. */
const PLANTS: [rule: string, path: string, text: string][] = [
  ['domain-alone', 'src/domain/bad.ts', `import { rank } from '../knowledge/rank.ts';\nexport const bad = rank;\n`],
  ['domain-alone', 'src/domain/bad-package.ts', `import pino from 'pino';\nexport const bad = pino;\n`],
  [
    'ports-alone',
    'src/ports.ts',
    `import type { Pool } from 'pg';\nexport type Store = { put(pool: unknown): Pool };\n`,
  ],
  [
    'contract-alone',
    'src/contract/bad.ts',
    `import { ticket } from '../domain/ticket.ts';\nexport const bad = ticket;\n`,
  ],
  [
    'contract-shapes-of-domain',
    'src/contract/bad-type.ts',
    `import type { open } from '../store/store.ts';\nexport type Bad = typeof open;\n`,
  ],
  ['inner-no-outside', 'src/desk/bad-express.ts', `import express from 'express';\nexport const bad = express;\n`],
  ['inner-no-outside', 'src/bot/bad-model.ts', `import OpenAI from 'openai';\nexport const bad = OpenAI;\n`],
  [
    'inner-no-outside',
    'src/knowledge/bad-driver.ts',
    `import type { Kysely } from 'kysely';\nexport type Bad = Kysely<object>;\n`,
  ],
  ['inner-no-outside', 'src/aftersales/bad-redis.ts', `import { Redis } from 'ioredis';\nexport const bad = Redis;\n`],
  [
    'inner-no-network',
    'src/aftersales/bad-http.ts',
    `import { request } from 'node:http';\nexport const bad = request;\n`,
  ],
  [
    'inner-no-network',
    'dialogs/refund/bad-timer.ts',
    `import { setTimeout } from 'node:timers/promises';\nexport const bad = setTimeout;\n`,
  ],
  [
    'inner-no-outer-folder',
    'src/desk/bad-store.ts',
    `import type { open } from '../store/store.ts';\nexport type Bad = typeof open;\n`,
  ],
  [
    'inner-no-outer-folder',
    'src/bot/bad-channel.ts',
    `import { send } from '../channels/email/send.ts';\nexport const bad = send;\n`,
  ],
  [
    'jobs-below-bot',
    'src/knowledge/bad-bot.ts',
    `import { kit } from '../bot/dialog-kit.ts';\nexport const bad = kit;\n`,
  ],
  [
    'botbuilder-in-bot',
    'src/server/bad-sdk.ts',
    `import { TurnContext } from 'botbuilder';\nexport const bad = TurnContext;\n`,
  ],
  [
    'botbuilder-in-bot',
    'src/desk/bad-sdk-type.ts',
    `import type { TurnContext } from 'botbuilder';\nexport type Bad = TurnContext;\n`,
  ],
  [
    'schema-as-types',
    'src/desk/bad-schema.ts',
    `import { ActivityTypes } from 'botframework-schema';\nexport const bad = ActivityTypes;\n`,
  ],
  [
    'channel-alone',
    'src/channels/web/bad-sibling.ts',
    `import { send } from '../email/send.ts';\nexport const bad = send;\n`,
  ],
  [
    'channel-alone',
    'src/channels/web/bad-bot.ts',
    `import { turn } from '../../bot/turn.ts';\nexport const bad = turn;\n`,
  ],
  [
    'channel-alone',
    'src/channels/web/bad-list.ts',
    `import type { channels } from '../index.ts';\nexport type Bad = typeof channels;\n`,
  ],
  [
    'channel-contract-alone',
    'src/channels/bad.ts',
    `import type { open } from '../store/store.ts';\nexport type Bad = typeof open;\n`,
  ],
  ['channel-no-driver', 'src/channels/email/bad-driver.ts', `import { Pool } from 'pg';\nexport const bad = Pool;\n`],
  [
    'dialog-kit-only',
    'dialogs/refund/bad-bot.ts',
    `import { turn } from '../../src/bot/turn.ts';\nexport const bad = turn;\n`,
  ],
  [
    'dialog-alone',
    'dialogs/exchange/bad.ts',
    `import { refund } from '../refund/index.ts';\nexport const bad = refund;\n`,
  ],
  [
    'dialog-packages',
    'dialogs/refund/bad-package.ts',
    `import MarkdownIt from 'markdown-it';\nexport const bad = MarkdownIt;\n`,
  ],
  ['engines-alone', 'src/store/bad.ts', `import { model } from '../llm/openai.ts';\nexport const bad = model;\n`],
  [
    'root-on-top',
    'src/server/bad-root.ts',
    `import type { house } from '../wire.ts';\nexport type Bad = typeof house;\n`,
  ],
  [
    'web-takes-contract',
    'src/web/console/bad.ts',
    `import { ticket } from '../../domain/ticket.ts';\nexport const bad = ticket;\n`,
  ],
  [
    'server-without-web',
    'src/server/bad-web.ts',
    `import { page } from '../web/console/main.tsx';\nexport const bad = page;\n`,
  ],
  [
    'no-tests-inside',
    'src/server/bad-test.ts',
    `import { fake } from '../../test/support/fake.ts';\nexport const bad = fake;\n`,
  ],
  ['shipped-packages', 'src/server/bad-tool.ts', `import { JSDOM } from 'jsdom';\nexport const bad = JSDOM;\n`],
  ['found', 'src/server/bad-path.ts', `import { gone } from './gone.ts';\nexport const bad = gone;\n`],
  ['no-cycle', 'src/desk/bad-cycle.ts', `import type { Back } from './bad-cycle-back.ts';\nexport type Bad = Back;\n`],
  ['no-orphan', 'src/desk/bad-orphan.ts', `export const alone = 1;\n`],
];
const COMPANIONS: Files = {
  'src/desk/bad-cycle-back.ts': `import type { Bad } from './bad-cycle.ts';\nexport type Back = Bad;\n`,
  'test/support/fake.ts': `export const fake = 1;\n`,
};

describe('layers', () => {
  let violations: string[] = [];
  let remove = (): void => {};
  beforeAll(async () => {
    const planted = plant({
      ...CLEAN,
      ...COMPANIONS,
      ...Object.fromEntries(PLANTS.map(([, path, text]) => [path, text])),
    });
    remove = planted.remove;
    ({ violations } = await checkLayers(planted.root));
  });
  afterAll(() => remove());

  it('a house that keeps the rules passes, and every file of it was read', async () => {
    const clean = plant(CLEAN);
    try {
      expect(await checkLayers(clean.root)).toEqual({ modules: Object.keys(CLEAN).length - 1, violations: [] });
    } finally {
      clean.remove();
    }
  });

  it.each(PLANTS)('%s: %s is refused', (rule, path) => {
    expect(violations.filter((line) => line.startsWith(`${rule}: `) && line.includes(` ${path} `))).not.toEqual([]);
  });

  it('every rule has a planted violation', () => {
    const planted = new Set(PLANTS.map(([rule]) => rule));
    expect(layers.forbidden?.map((rule) => rule.name ?? '').filter((name) => !planted.has(name))).toEqual([]);
  });
});
