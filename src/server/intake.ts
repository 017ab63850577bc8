/** The one door for what customers say: durable first, then told to whoever listens. */
import type { Intake, Live } from '../ports.ts';
import type { Store } from '../store/store.ts';

/** Resolves as soon as the message is durable; a duplicate is told to nobody. */
export function createIntake({ store, live }: { store: Pick<Store, 'conversations'>; live: Live }): Intake {
  return async (inbound) => {
    const accepted = await store.conversations.accept(inbound);
    if (accepted.committed) {
      const { conversationId: id, status, ownerId, seq, version, due, activities } = accepted.committed;
      live.publish({ kind: 'conversation', id, status, ownerId, seq, version, due, activities });
      // What waited for the customer to write may go now.
      if (inbound.grant) live.publish({ kind: 'outbox' });
    }
    return accepted;
  };
}
