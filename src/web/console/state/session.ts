/** Who is signed in, and the ways in and out. */
import { useSuspenseQuery } from '@tanstack/react-query';
import type { Me } from '../../../contract/shapes.ts';
import type { Action } from '../../../domain/permission.ts';
import { api } from '../../ui/api.ts';
import { forgetEverything } from '../data/apply.ts';
import { keys } from '../data/keys.ts';
import { meQuery, queryClient } from '../data/queries.ts';
import { changeLocale } from '../i18n/i18n.ts';
import { learnServerTime } from './clock.ts';
import { goTo, here } from './history.ts';

/** Inside the shell there always is somebody. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export function may(me: Me, action: Action): boolean {
  return me.permissions.includes(action);
}

/** Takes a fresh session in; what an earlier person left in memory is gone. */
export async function enter(me: Me, next: string | undefined): Promise<void> {
  forgetEverything();
  learnServerTime(me.serverTime);
  queryClient.setQueryData(keys.me, me);
  if (me.needsPassword) return goTo('/set-up', next ? { next } : {});
  await changeLocale(me.agent.locale);
  if (me.needsTwoFactor) return goTo('/two-factor', next ? { next } : {});
  goOn(next);
}

/** To where the person wanted to go, else to the queue. */
export function goOn(next: string | undefined): void {
  const url = new URL(next ?? '/inbox/waiting', location.origin);
  goTo(url.pathname, Object.fromEntries(url.searchParams));
}

export async function leave(): Promise<void> {
  await api('POST /api/v1/auth/sign-out');
  forgetEverything();
  goTo('/sign-in');
}

/** The session ended by itself: sign in again and come back to this very place. */
export function expire(): void {
  const next = here();
  if (next.startsWith('/sign-in')) return;
  forgetEverything();
  goTo('/sign-in', { next, expired: 'true' });
}
