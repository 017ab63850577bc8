/** What the handlers of the desk's API work with. */
import type { Passwords } from '../auth/password.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { ServerDeps } from '../deps.ts';
import type { Presence } from '../presence.ts';

export type ApiDeps = Pick<ServerDeps, 'store' | 'live' | 'desk' | 'clock' | 'newId' | 'limits' | 'publicUrl'> & {
  sessions: Sessions;
  passwords: Passwords;
  presence: Presence;
};
