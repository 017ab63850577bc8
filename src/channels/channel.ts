/** The contract of a channel: it takes in and hands out; it never knows the bot or another channel. */
import type { ActivityRow } from '../domain/activity.ts';
import type { SendOutcome } from '../ports.ts';

/** What a channel can show; `render` degrades an activity to it inside the commit (botbuilder reference §8). */
export type Capabilities = {
  markup: 'markdown' | 'anchors' | 'html' | 'none';
  choices: { as: 'buttons' | 'menu' | 'numbers' | 'links'; max: number };
  typing: boolean;
};

export type Outgoing = {
  address: string;
  activity: ActivityRow;
  /** Stable over retries: a channel that has such a key passes it on. */
  idempotencyKey: string;
  deadline: Date;
};

export type Channel = {
  readonly name: string;
  readonly capabilities: Capabilities;
  /**
   * `log`: the conversation's log is the delivery, clients read it themselves (web).
   * `outbox`: each message for the customer is handed to `send` by the deliverer.
   */
  readonly delivery: 'log' | 'outbox';
  send(message: Outgoing): Promise<SendOutcome>;
};
