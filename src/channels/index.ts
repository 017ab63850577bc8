/** All channels. A new one: a folder beside these, a row here, and a file that calls the conformance suite. */
import type { Channel, ChannelDeps } from './channel.ts';
import { webChannel } from './web/index.ts';

export function createChannels(_deps: ChannelDeps): readonly Channel[] {
  return [webChannel];
}
