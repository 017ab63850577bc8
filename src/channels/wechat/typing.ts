/** "Is typing…" for the customer while the bot thinks or a colleague writes; nobody minds when it is lost. */
import type { LiveEvent } from '../../ports.ts';
import type { ChannelDeps } from '../channel.ts';
import { capabilitiesOf } from './account.ts';
import type { WeChatApi } from './api.ts';
import type { Memory } from './memory.ts';
import { accountOf } from './settings.ts';

const ONCE_IN_MS = 10_000;
const MAX_KNOWN = 5_000;

type Deps = Pick<ChannelDeps, 'live' | 'conversations' | 'inboxes' | 'clock' | 'log'> & {
  channel: string;
  api: WeChatApi;
  memory: Memory;
};

/** Follows the hints; the result ends it. */
export function followTyping(deps: Deps): () => void {
  const last = new Map<string, number>();
  return deps.live.subscribe((event) => {
    if (event.kind !== 'typing' || event.author === 'customer') return;
    const now = deps.clock().getTime();
    if (now - (last.get(event.conversationId) ?? 0) < ONCE_IN_MS) return;
    if (last.size >= MAX_KNOWN) last.clear();
    last.set(event.conversationId, now);
    tell(event, deps).catch((error: unknown) => deps.log.debug({ err: error }, 'typing was not shown'));
  });
}

async function tell({ conversationId }: Extract<LiveEvent, { kind: 'typing' }>, deps: Deps): Promise<void> {
  const place = await deps.conversations.find(conversationId);
  const inbox = place && (await deps.inboxes.find(place.inboxId));
  if (!place || !inbox?.enabled || inbox.channel !== deps.channel) return;
  const account = accountOf(inbox);
  if (!account || !capabilitiesOf(account.kind, await deps.memory.refused(inbox.id)).typing) return;
  // 45080 and 45081 say that there is nothing to show; like every other answer they change nothing.
  await deps.api.call(account, {
    method: 'POST',
    path: '/cgi-bin/message/custom/typing',
    body: { touser: place.address, command: 'Typing' },
  });
}
