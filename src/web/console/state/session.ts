/** Who is signed in, and the ways in and out. */
import { useSuspenseQuery } from '@tanstack/react-query';
import type { Me } from '../../../contract/shapes.ts';
import type { Action } from '../../../domain/permission.ts';
import { api } from '../../ui/api.ts';
import { forgetEverything } from '../data/apply.ts';
import { keys } from '../data/keys.ts';
import { meQuery, queryClient } from '../data/queries.ts';
import { changeLocale } from '../i18n/i18n.ts';
import { router } from '../router.tsx';
import { learnServerTime } from './clock.ts';

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
  if (me.needsPassword) return router.navigate({ to: '/set-up', search: next ? { next } : {}, replace: true });
  await changeLocale(me.agent.locale);
  goOn(next);
}

/** To where the person wanted to go, else to the queue. */
export function goOn(next: string | undefined): void {
  router.history.replace(`/console${next ?? '/inbox/waiting'}`);
}

export async function leave(): Promise<void> {
  await api('POST /api/v1/auth/sign-out');
  forgetEverything();
  await router.navigate({ to: '/sign-in', search: {} });
}

/** The session ended by itself: sign in again and come back to this very place. */
export function expire(): void {
  const { pathname, href } = router.state.location;
  if (pathname.endsWith('/sign-in')) return;
  forgetEverything();
  void router.navigate({ to: '/sign-in', search: { next: href, expired: true }, replace: true });
}
