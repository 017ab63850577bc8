/** The server with one planted fault: a message is acknowledged before it is written. The ledger must notice. */
import { configFromEnvironment } from '../../src/config.ts';
import type { Inbound } from '../../src/domain/change.ts';
import { wire } from '../../src/wire.ts';

/** Between the acknowledgement and the write. */
const TOO_EARLY_MS = 150;

const app = await wire(configFromEnvironment());
const { conversations } = app.store;
const accept = conversations.accept.bind(conversations);
const promised = new Map<string, { seq: number }>();

conversations.accept = async (inbound: Inbound) => {
  const { conversationId: id, externalKey: key, author } = inbound;
  const conversation = id === undefined || author !== 'customer' ? null : await conversations.find(id);
  if (!conversation) return accept(inbound);
  const known = key === null ? undefined : promised.get(key);
  const seq = known?.seq ?? conversation.seq + 1;
  if (key !== null) promised.set(key, { seq });
  setTimeout(
    () =>
      void accept(inbound).then(
        ({ committed }) => committed && app.live.publish({ kind: 'conversation', id: conversation.id, ...committed }),
      ),
    TOO_EARLY_MS,
  );
  return { conversationId: conversation.id, seq, duplicate: true, committed: null };
};

await app.listen();
process.stdout.write(`Zhike is ready.\n  First sign-in  ${await app.firstAdminLink()}\nCtrl-C stops.\n`);
process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
