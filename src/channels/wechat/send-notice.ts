/** When the window is closed: one template or subscription message that asks the customer to come back, where one is set up. */
import type { ChannelDeps } from '../channel.ts';
import type { WeChatApi } from './api.ts';
import type { Account } from './settings.ts';

type NoticeDeps = Pick<ChannelDeps, 'shared' | 'newId' | 'log' | 'webLink' | 'shopName'> & { api: WeChatApi };

/** Nobody is called twice for the same silence. */
const ONCE_IN_MS = 12 * 3_600_000;

type Noticed = { address: string; conversationId: string; account: Account; signal: AbortSignal };

/** Whether the customer was told that something waits for them, now or lately. */
export async function sendNotice(
  { address, conversationId, account, signal }: Noticed,
  { api, shared, newId, log, webLink, shopName }: NoticeDeps,
): Promise<boolean> {
  const { notice } = account;
  if (!notice) return false;
  const key = `wechat-noticed:${account.inboxId}:${address}`;
  if ((await shared.get(key)) !== null) return true;
  if (!(await shared.takeLease(key, newId(), 60_000))) return false;
  const data = Object.fromEntries(
    notice.fields.map(({ name, value }) => [name, { value: value.replaceAll('{shop}', shopName) }]),
  );
  const common = { touser: address, template_id: notice.templateId, data };
  const answer = await api.call(
    account,
    notice.kind === 'template'
      ? {
          method: 'POST',
          path: '/cgi-bin/message/template/send',
          body: { ...common, url: await webLink(conversationId), client_msg_id: newId() },
        }
      : { method: 'POST', path: '/cgi-bin/message/subscribe/bizsend', body: common },
    signal,
  );
  if (answer.kind === 'ok' || (answer.kind === 'lost' && answer.sent)) {
    await shared.set(key, '1', ONCE_IN_MS);
    return true;
  }
  log.warn(
    { inboxId: account.inboxId, outcome: answer.kind === 'refused' ? answer.code : answer.cause },
    'a notice was refused',
  );
  return false;
}
