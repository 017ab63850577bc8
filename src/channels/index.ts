/** All channels. A new one: a folder beside these, a row here, and a file that calls the conformance suite. */
import type { Channel } from './channel.ts';
import type { EmailDeps } from './email/deps.ts';
import { emailChannel } from './email/index.ts';
import { webChannel } from './web/index.ts';
import { weChatChannel } from './wechat/index.ts';

export function createChannels(deps: EmailDeps): readonly Channel[] {
  return [webChannel, weChatChannel(deps), emailChannel(deps)];
}
