/** The routes of API keys. */
import * as z from 'zod';
import { route } from './route.ts';
import { SCOPES } from './scopes.ts';
import { idSchema } from './shapes.ts';

const scope = z.enum(SCOPES);

const apiKeySchema = z
  .object({
    id: idSchema,
    name: z.string(),
    /** The last characters of the key. */
    hint: z.string(),
    /** In whose name it acts: it may do nothing that this colleague may not. */
    agent: z.object({ id: idSchema, name: z.string() }),
    scopes: z.array(scope),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    usedAt: z.iso.datetime().nullable(),
    usedIp: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyShape = z.output<typeof apiKeySchema>;

export const apiKeyRoutes = {
  listApiKeys: route({
    method: 'get',
    path: '/api/v1/api-keys',
    id: 'listApiKeys',
    tag: 'API keys',
    summary: 'All keys, newest first; the keys themselves are never shown again',
    response: z.object({ items: z.array(apiKeySchema) }),
  }),
  createApiKey: route({
    method: 'post',
    path: '/api/v1/api-keys',
    id: 'createApiKey',
    tag: 'API keys',
    summary: 'A new key, shown once',
    ok: 201,
    body: z.strictObject({
      name: z.string().trim().min(1).max(80),
      scopes: z.array(scope).min(1).max(SCOPES.length),
      agentId: idSchema.optional(),
      expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
    }),
    response: z.object({ key: z.string(), apiKey: apiKeySchema }),
  }),
  revokeApiKey: route({
    method: 'post',
    path: '/api/v1/api-keys/{id}/revoke',
    id: 'revokeApiKey',
    tag: 'API keys',
    summary: 'From now on the key opens nothing',
    params: z.object({ id: idSchema }),
    response: apiKeySchema,
  }),
};
