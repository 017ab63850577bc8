/** API keys as administrators make and revoke them; the key itself is shown once. */
import { ZhikeError } from '../../domain/errors.ts';
import { newApiKey } from '../auth/api-keys.ts';
import type { Handlers } from '../bind.ts';
import { entryOf } from './audit.ts';
import type { ApiDeps } from './deps.ts';

export function apiKeyHandlers(deps: ApiDeps): Pick<Handlers, 'listApiKeys' | 'createApiKey' | 'revokeApiKey'> {
  const { store, clock } = deps;
  const found = async (id: string) => {
    const key = await store.apiKeys.find(id);
    if (!key) throw new ZhikeError('NotFound');
    return key;
  };
  return {
    listApiKeys: { may: 'apiKey.manage', run: async () => ({ items: await store.apiKeys.list() }) },
    createApiKey: {
      may: 'apiKey.manage',
      run: async ({ session, request, body: { name, scopes, agentId = session.agent.id, expiresAt } }) => {
        const now = clock();
        if (expiresAt && Date.parse(expiresAt) <= now.getTime()) throw new ZhikeError('InvalidRange');
        const { key, keyHash, hint } = newApiKey();
        const id = deps.newId();
        const detail = { scopes, agentId, expiresAt: expiresAt ?? null };
        const told = { action: 'apiKey.created', object: { kind: 'apiKey', id, name }, detail } as const;
        const { apiKeys } = store.recording(entryOf(deps, { session, request }, told));
        const created = await apiKeys.create({
          ...{ id, name, keyHash, hint, agentId, scopes, now },
          createdBy: session.agent.id,
          expiresAt: expiresAt ? new Date(expiresAt) : null,
        });
        if (!created) throw new ZhikeError('NotFound');
        return { key, apiKey: await found(id) };
      },
    },
    revokeApiKey: {
      may: 'apiKey.manage',
      run: async ({ session, request, params }) => {
        const { id, name } = await found(params.id);
        const told = { action: 'apiKey.revoked', object: { kind: 'apiKey', id, name } } as const;
        await store.recording(entryOf(deps, { session, request }, told)).apiKeys.revoke(id, clock());
        return found(id);
      },
    },
  };
}
