/** One-time links by which a customer goes on with a conversation of another channel in the web chat; what is read there is not sent again. */
import * as z from 'zod';
import type { AuditEntry } from '../domain/audit.ts';
import type { Clock, Live } from '../ports.ts';
import type { Store } from '../store/store.ts';
import { newSecret, sha256 } from './auth/sessions.ts';

const LIFE_MS = 72 * 3_600_000;
const keptSchema = z.object({ conversationId: z.uuid(), expiresAt: z.iso.datetime() });
const keyOf = (code: string): string => `web-link:${sha256(code)}`;

export type Seqs = { after: number; through: number };

/** What the web's endpoints need of it. */
export type ContinuedChats = {
  /** Uses a code up, once, atomically: the id of the conversation that it opens, null when unknown, used or expired. */
  redeem(code: string, ip: string | null): Promise<string | null>;
  /** The customer's client has these seqs, `after` not included. */
  read(conversationId: string, seqs: Seqs): Promise<void>;
};

type LinkDeps = { store: Pick<Store, 'recording'>; clock: Clock; publicUrl: () => string };

/** The code is in the fragment, which no log and no Referer ever sees, and works for 72 h. */
export async function makeWebLink(
  { store, clock, publicUrl }: LinkDeps,
  conversationId: string,
  by: Pick<AuditEntry, 'actor' | 'ip'>,
): Promise<{ url: string; expiresAt: string }> {
  const code = newSecret();
  const now = clock();
  const expiresAt = new Date(now.getTime() + LIFE_MS).toISOString();
  const entry: AuditEntry = { ...by, at: now, action: 'conversation.linkMade', object: objectOf(conversationId) };
  await store.recording(entry).shared.set(keyOf(code), JSON.stringify({ conversationId, expiresAt }), LIFE_MS);
  return { url: `${publicUrl()}/chat#continue=${code}`, expiresAt };
}

type ContinuedDeps = { store: Pick<Store, 'shared' | 'recording' | 'outbox'>; live: Live; clock: Clock };

export function createContinuedChats({ store, live, clock }: ContinuedDeps): ContinuedChats {
  return {
    async redeem(code, ip) {
      const key = keyOf(code);
      const kept = keptSchema.safeParse(JSON.parse((await store.shared.get(key)) ?? 'null'));
      const now = clock();
      if (!kept.success || new Date(kept.data.expiresAt) <= now) return null;
      const { conversationId } = kept.data;
      const entry: AuditEntry = {
        at: now,
        actor: { kind: 'nobody', id: null, name: null },
        action: 'conversation.linkOpened',
        object: objectOf(conversationId),
        ip,
      };
      return (await store.recording(entry).shared.take(key)) === null ? null : conversationId;
    },
    async read(conversationId, seqs) {
      for (const news of await store.outbox.heldWasRead(conversationId, seqs))
        live.publish({ kind: 'delivery', ...news });
    },
  };
}

const objectOf = (id: string) => ({ kind: 'conversation', id });
