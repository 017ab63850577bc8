/** API keys at the door: `Authorization: Bearer zhk_…` in place of the cookie, and none of the rules that guard cookies. */
import type { Request } from 'express';
import { ZhikeError } from '../../domain/errors.ts';
import type { ServerDeps } from '../deps.ts';
import { newSecret, type Session, sha256 } from './sessions.ts';

const PREFIX = 'zhk_';
const HEADER = /^Bearer (zhk_[A-Za-z0-9_-]{43})$/i;
/** When it was last used is written no more often than this. */
const TOUCH_MS = 60_000;

export function newApiKey(): { key: string; keyHash: string; hint: string } {
  const key = PREFIX + newSecret();
  return { key, keyHash: sha256(key), hint: key.slice(-4) };
}

/** Whether the request speaks for a key, right or wrong; its cookie is not looked at then. */
export function bringsKey(request: Request): boolean {
  return request.headers.authorization !== undefined;
}

/** Who acts by the key of a request. Throws `BadToken` for one that does not work, `Throttled` when it asks too often. */
export async function keySession(
  { store, clock, limits }: Pick<ServerDeps, 'store' | 'clock' | 'limits'>,
  request: Request,
): Promise<Session> {
  const [, key] = HEADER.exec(request.headers.authorization ?? '') ?? [];
  const tokenHash = key === undefined ? null : sha256(key);
  const found = tokenHash === null ? null : await store.apiKeys.findByHash(tokenHash, clock());
  const agent = found && (await store.agents.find(found.agentId));
  if (!found || !agent || tokenHash === null) throw new ZhikeError('BadToken');
  await limits.take('apiKey', found.id);
  const now = clock();
  if (found.usedAt === null || now.getTime() - Date.parse(found.usedAt) > TOUCH_MS)
    await store.apiKeys.used(found.id, { now, ip: request.ip ?? null });
  const { id, name, role } = agent;
  const actor = { id, name, role, scopes: found.scopes };
  return { agent, actor, tokenHash, byLink: false, mustEnrol: false, key: { id: found.id, name: found.name } };
}
