/** A conversation: the ordered exchange with one identity in one inbox, and who owns it. */
import type { Locale } from './locale.ts';

export const CONVERSATION_STATUSES = ['bot', 'waiting', 'human', 'resolved'] as const;
export type ConversationStatus = (typeof CONVERSATION_STATUSES)[number];

/** The legal moves; a database constraint keeps the owner in step (`human` has one, `bot` and `waiting` have none). */
const CONVERSATION_MOVES: Record<ConversationStatus, readonly ConversationStatus[]> = {
  bot: ['waiting', 'human', 'resolved'],
  waiting: ['human', 'bot', 'resolved'],
  human: ['human', 'waiting', 'bot', 'resolved'],
  resolved: ['bot', 'human', 'waiting'],
};

export function canMoveConversation(from: ConversationStatus, to: ConversationStatus): boolean {
  return from === to || CONVERSATION_MOVES[from].includes(to);
}

/** A dialog in progress: names, never indexes, so that a redeploy cannot send a customer into the wrong step. */
export type Frame = {
  dialog: string;
  step: string;
  slots: Record<string, unknown>;
  startedAt: string;
  failures: number;
};

/** What the bot remembers of a conversation between turns. JSON only. */
export type BotState = {
  /** Questions in a row that the bot could not answer. */
  misses: number;
  /** The first of them, in the customer's words: what a ticket is really about. */
  missed: string;
  frame: Frame | null;
  /** Choices that were offered last, so that "2" is understood where there are no buttons. */
  choices: { title: string; value: string }[];
  greeted: boolean;
};
export const EMPTY_STATE: BotState = { misses: 0, missed: '', frame: null, choices: [], greeted: false };

export type Conversation = {
  id: string;
  inboxId: string;
  customerId: string;
  status: ConversationStatus;
  ownerId: string | null;
  locale: Locale;
  state: BotState;
  /** Number of the last activity. */
  seq: number;
  /** Rises with every commit; a commit made from an older version changes nothing. */
  version: number;
  /** Last activity that the bot has dealt with, and the last it has to. */
  doneSeq: number;
  dueSeq: number;
};
