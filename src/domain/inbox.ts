/** An inbox: one configured account of a channel, through which customers reach the shop. */

/** `secrets` are opened: such a value lives in memory only and never crosses the API or a log. */
export type Inbox = {
  id: string;
  channel: string;
  name: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  secrets: Record<string, string>;
  /** Rises with each change of the settings. */
  version: number;
};

/** What a step of the set-up found: `code` names the words that the console shows, `params` fills them. */
export type CheckResult = { ok: boolean; code: string; params?: Record<string, string> };
