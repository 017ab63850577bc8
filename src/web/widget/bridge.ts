/** What launcher and chat say to each other by postMessage. Both sides check origin, source and this shape. */

export type ToChat =
  /** Answer to `ready`: the host's copy of the credential, and whether the panel stands open. */
  | { zhike: 'init'; credential: string | null; open: boolean; focus: boolean }
  | { zhike: 'open'; focus: boolean }
  | { zhike: 'close' }
  | { zhike: 'send'; text: string };

export type ToHost =
  | { zhike: 'ready' }
  | { zhike: 'credential'; credential: string | null }
  | { zhike: 'unread'; count: number; preview: string }
  | { zhike: 'close' };

/** The message if it is one of ours, else null; the single fields are still to be checked by the reader. */
export function readMessage(data: unknown): ({ zhike: string } & Record<string, unknown>) | null {
  if (typeof data !== 'object' || data === null) return null;
  const message = data as Record<string, unknown>;
  return typeof message.zhike === 'string' ? (message as { zhike: string }) : null;
}

export const CREDENTIAL_KEY = 'zhike.credential';
