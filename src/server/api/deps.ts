/** What the handlers of the desk's API work with. */
import type { Passwords } from '../auth/password.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { ServerDeps } from '../deps.ts';
import type { Presence } from '../presence.ts';
import type { Vault } from '../vault.ts';

export type ApiDeps = Pick<
  ServerDeps,
  | 'store'
  | 'live'
  | 'desk'
  | 'log'
  | 'clock'
  | 'newId'
  | 'limits'
  | 'publicUrl'
  | 'channels'
  | 'promises'
  | 'workingHours'
> & {
  sessions: Sessions;
  passwords: Passwords;
  presence: Presence;
  vault: Vault;
};
