/** What WeChat says of a customer, asked now and then and beside the way of the message: language, and who they are elsewhere. */
import * as z from 'zod';
import type { Clock, Contacts, Log } from '../../ports.ts';
import type { WeChatApi } from './api.ts';
import type { Account } from './settings.ts';

const DAY = 86_400_000;
const ASK_AGAIN_MS = 7 * DAY;
const MAX_WAITING = 1_000;
const AT_ONCE = 2;

const infoSchema = z.object({
  subscribe: z.number().optional(),
  language: z.string().max(20).optional(),
  subscribe_time: z.number().optional(),
  qr_scene_str: z.string().max(100).optional(),
  unionid: z.string().min(1).max(100).optional(),
});

export type Identities = {
  /** Resolves at once; what waits is lost with the process and asked again with the next message. */
  look(account: Account, address: string): void;
  idle(): Promise<void>;
};
type Deps = { api: WeChatApi; contacts: Contacts; clock: Clock; log: Log };

export function createIdentities(deps: Deps): Identities {
  const waiting = new Map<string, { account: Account; address: string }>();
  const running = new Set<Promise<void>>();
  const pump = () => {
    while (running.size < AT_ONCE) {
      const [next] = waiting;
      if (!next) return;
      waiting.delete(next[0]);
      const work = ask(next[1], deps)
        .catch((error: unknown) => deps.log.warn({ err: error }, 'a customer could not be looked up'))
        .finally(() => {
          running.delete(work);
          pump();
        });
      running.add(work);
    }
  };
  return {
    look: (account, address) => {
      // Nickname and picture are not given out any more, and other kinds have no such interface.
      if (account.kind === 'miniprogram' || account.kind === 'unverified' || account.secret === '') return;
      if (waiting.size >= MAX_WAITING) return;
      waiting.set(`${account.inboxId} ${address}`, { account, address });
      pump();
    },
    idle: async () => {
      waiting.clear();
      await Promise.all(running);
    },
  };
}

async function ask({ account, address }: { account: Account; address: string }, deps: Deps): Promise<void> {
  const { api, contacts, clock, log } = deps;
  const { inboxId } = account;
  const contact = await contacts.find(inboxId, address);
  const askedAt = typeof contact?.profile.askedAt === 'string' ? Date.parse(contact.profile.askedAt) : 0;
  if (!contact || clock().getTime() - askedAt < ASK_AGAIN_MS) return;
  const query = { openid: address, lang: 'zh_CN' };
  const answer = await api.call(account, { method: 'GET', path: '/cgi-bin/user/info', query });
  if (answer.kind === 'lost') return;
  const info = answer.kind === 'ok' ? infoSchema.safeParse(answer.data).data : undefined;
  const { unionid, language, subscribe_time: since, qr_scene_str: scene } = info ?? {};
  await contacts.note(inboxId, address, {
    askedAt: clock().toISOString(),
    ...(language ? { language } : {}),
    ...(since ? { followsSince: new Date(since * 1_000).toISOString() } : {}),
    ...(scene ? { scene } : {}),
  });
  if (unionid === undefined) return;
  const merge = await contacts.join(inboxId, address, unionid);
  if (merge)
    log.info({ mergeId: merge.id, from: merge.fromId, into: merge.intoId }, 'two customers turned out to be one');
}
