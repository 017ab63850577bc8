/** What is remembered of an account or a customer for a while: what was offered, what WeChat refused; losing it costs a repetition. */
import * as z from 'zod';
import { cardActionSchema } from '../../domain/activity.ts';
import type { Clock, SharedState } from '../../ports.ts';
import type { Refused } from './account.ts';
import type { Choice } from './choices.ts';
import type { Offered } from './receive.ts';

const HOUR = 3_600_000;
const OFFERED_MS = 48 * HOUR;
/** Then it is tried again: the account may have been verified. */
const REFUSED_MS = 24 * HOUR;
const REFUSED_FRESH_MS = 5_000;
const MAX_EARLIER = 30;

const choiceSchema = z.object({ id: z.string(), number: z.number(), title: z.string(), action: cardActionSchema });
const offeredSchema = z.object({ latest: z.array(choiceSchema), earlier: z.array(choiceSchema) });
const refusedSchema = z.object({ menus: z.boolean().exactOptional(), customSend: z.boolean().exactOptional() });

export type Memory = {
  offered(inboxId: string, address: string): Promise<Offered>;
  /** Called for each message that is sent: one without choices leaves none that a number could mean. */
  offer(inboxId: string, address: string, choices: readonly Choice[]): Promise<void>;
  refused(inboxId: string): Promise<Refused>;
  refuse(inboxId: string, what: keyof Refused): Promise<void>;
  /** For tries of an administrator: forget what was refused. */
  forgive(inboxId: string): Promise<void>;
};

export function createMemory({ shared, clock }: { shared: SharedState; clock: Clock }): Memory {
  const read = async <T>(key: string, schema: z.ZodType<T>, otherwise: T): Promise<T> => {
    const text = await shared.get(key);
    if (text === null) return otherwise;
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : otherwise;
  };
  const offered = (inboxId: string, address: string): Promise<Offered> =>
    read(`wechat-offered:${inboxId}:${address}`, offeredSchema, { latest: [], earlier: [] });
  /** Asked for each push, changed once in a month: a few seconds old is good enough. */
  const known = new Map<string, { refused: Refused; until: number }>();
  const refused = async (inboxId: string): Promise<Refused> => {
    const kept = known.get(inboxId);
    if (kept && kept.until > clock().getTime()) return kept.refused;
    const fresh = await read(`wechat-refused:${inboxId}`, refusedSchema, {});
    known.set(inboxId, { refused: fresh, until: clock().getTime() + REFUSED_FRESH_MS });
    return fresh;
  };
  return {
    offered,
    offer: async (inboxId, address, choices) => {
      const before = await offered(inboxId, address);
      if (choices.length === 0 && before.latest.length === 0) return;
      const earlier = [...before.latest, ...before.earlier].slice(0, MAX_EARLIER);
      const value = JSON.stringify({ latest: choices, earlier });
      await shared.set(`wechat-offered:${inboxId}:${address}`, value, OFFERED_MS);
    },
    refused,
    refuse: async (inboxId, what) => {
      const value = JSON.stringify({ ...(await refused(inboxId)), [what]: true });
      await shared.set(`wechat-refused:${inboxId}`, value, REFUSED_MS);
      known.delete(inboxId);
    },
    forgive: async (inboxId) => {
      await shared.set(`wechat-refused:${inboxId}`, '{}', 1);
      known.delete(inboxId);
    },
  };
}
