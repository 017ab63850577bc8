/** Web chat: a Direct Line 3.0 conversation, whose log is its own delivery. */
import type { Channel } from '../channel.ts';

export const webChannel: Channel = {
  name: 'web',
  capabilities: { markup: 'markdown', choices: { as: 'buttons', max: 10 }, typing: true },
  delivery: 'log',
  /** Clients read the log themselves: what is committed is delivered. */
  async send() {
    return { kind: 'sent', externalId: null };
  },
};
