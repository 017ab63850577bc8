/** The store's promises to the web channel, in memory: to make the outages and revocations that a database would not. */
import { randomUUID } from 'node:crypto';
import type { ActivityRow, NewActivity } from '../../src/domain/activity.ts';
import type { Accepted, Committed } from '../../src/domain/change.ts';
import type { StoredFile } from '../../src/ports.ts';
import { UnknownConversation } from '../../src/store/accept.ts';
import type { Head, Store, WebConversation } from '../../src/store/store.ts';

type Kept = { conversation: WebConversation; rows: ActivityRow[] };
export type MemoryStore = Pick<Store, 'conversations' | 'files' | 'settings'> & {
  /** Commits activities of the bot or of an agent; nobody is told. */
  append(conversationId: string, ...activities: NewActivity[]): Committed & { due: boolean };
  revoke(conversationId: string): void;
  /** While set, every read of conversations fails (`fail`) or never ends (`hang`). */
  outage: 'fail' | 'hang' | null;
};

export function createMemoryStore(): MemoryStore {
  const kept = new Map<string, Kept>();
  const receipts = new Map<string, Accepted>();
  const files = new Map<string, StoredFile>();
  const settings = new Map<string, unknown>();
  const open = (id: string): Kept => {
    const found = kept.get(id);
    if (!found) throw new Error('unknown conversation');
    return found;
  };
  const reachable = async () => {
    if (store.outage === 'fail') throw new Error('the store is away');
    if (store.outage === 'hang') await new Promise(() => {});
  };
  const headOf = ({ id, seq, version, status, ownerId }: WebConversation): Head => ({
    id,
    seq,
    version,
    status,
    ownerId,
  });
  const append = (id: string, activities: NewActivity[]) => {
    const { conversation, rows } = open(id);
    const added = activities.map((activity, index): ActivityRow => {
      const last = Date.parse(rows.at(-1)?.at ?? '1970-01-01');
      const at = new Date(Math.max(Date.now(), last + 1 + index)).toISOString();
      return { ...activity, conversationId: id, seq: conversation.seq + 1 + index, at, delivery: null };
    });
    rows.push(...added);
    conversation.seq += added.length;
    conversation.started = true;
    const { seq, version, status, ownerId } = conversation;
    return { conversationId: id, status, ownerId, seq, version, activities: added, due: true };
  };
  const store: MemoryStore = {
    outage: null,
    append: (id, ...activities) => append(id, activities),
    revoke: (id) => {
      open(id).conversation.tokenEpoch += 1;
    },
    conversations: {
      async create({ inboxId, address, locale }) {
        await reachable();
        const id = randomUUID();
        const conversation: WebConversation = {
          id,
          inboxId,
          customerId: randomUUID(),
          address,
          status: 'bot',
          locale,
          seq: 0,
          version: 0,
          ownerId: null,
          tokenEpoch: 0,
          started: false,
        };
        kept.set(id, { conversation, rows: [] });
        return { ...conversation };
      },
      async find(id) {
        await reachable();
        const found = kept.get(id);
        return found ? { ...found.conversation } : null;
      },
      async findByAddress(inboxId, address) {
        await reachable();
        const found = [...kept.values()].filter(
          ({ conversation: c }) => c.inboxId === inboxId && c.address === address,
        );
        return found.at(-1)?.conversation ?? null;
      },
      async activitiesAfter(id, after, { limit, audience }) {
        await reachable();
        const looked = open(id)
          .rows.filter((row) => row.seq > after)
          .slice(0, limit);
        const rows = looked.filter((row) => audience === 'all' || row.visibility === 'customer');
        return { rows, through: looked.at(-1)?.seq ?? after };
      },
      async activitiesBefore(id, before, limit) {
        await reachable();
        return open(id)
          .rows.filter((row) => row.seq < before)
          .slice(-limit);
      },
      async heads(ids) {
        await reachable();
        return ids.flatMap((id) => kept.get(id) ?? []).map(({ conversation }) => headOf(conversation));
      },
      async changedWithin() {
        await reachable();
        return [...kept.values()].map(({ conversation }) => headOf(conversation));
      },
      async accept({ conversationId = '', externalKey, author: kind, body, tokenEpoch }) {
        await reachable();
        const epoch = kept.get(conversationId)?.conversation.tokenEpoch;
        if (epoch === undefined || epoch !== (tokenEpoch ?? epoch)) throw new UnknownConversation(conversationId);
        const earlier = externalKey === null ? undefined : receipts.get(externalKey);
        if (earlier) return { ...earlier, duplicate: true, committed: null };
        const visibility = kind === 'customer' ? 'customer' : 'internal';
        const committed = append(conversationId, [{ author: { kind, id: null, name: null }, visibility, body }]);
        const accepted = { conversationId, seq: committed.seq, duplicate: false, committed };
        if (externalKey !== null) receipts.set(externalKey, accepted);
        return accepted;
      },
    },
    files: {
      async put(file) {
        files.set(file.id, file);
      },
      async get(id) {
        return files.get(id) ?? null;
      },
    },
    settings: {
      async get<T>(key: string) {
        return (settings.get(key) as T | undefined) ?? null;
      },
      async put(key: string, value: unknown) {
        settings.set(key, value);
      },
      async getOrCreate<T>(key: string, make: () => T) {
        if (!settings.has(key)) settings.set(key, make());
        return settings.get(key) as T;
      },
    },
  };
  return store;
}
