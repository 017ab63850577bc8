/** Every address of the console; each page but the inbox's frame is loaded when it is first opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { View } from '../../contract/shapes.ts';
import { ApiError } from '../ui/api.ts';
import { meQuery, queryClient } from './data/queries.ts';
import { CrashPage, LoadingPage, NotFoundPage } from './kit/pages.tsx';
import { readListSearch } from './knowledge/search.ts';
import { openDrafts } from './state/drafts.ts';
import { BASE, history } from './state/history.ts';

const VIEWS: readonly string[] = ['waiting', 'mine', 'bot', 'all', 'resolved'] satisfies View[];

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

export type SignInSearch = { next?: string; expired?: true };
/** An address of ours and nothing else: a path below the console. */
function nextOf(value: unknown): { next?: string } {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? { next: value } : {};
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): SignInSearch => ({
    ...nextOf(search.next),
    ...(search.expired === true ? { expired: true } : {}),
  }),
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
});

const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/set-up',
  validateSearch: (search: Record<string, unknown>): { next?: string } => nextOf(search.next),
  beforeLoad: () => requireMe('/inbox/waiting'),
  component: lazyRouteComponent(() => import('./sign-in/set-up-page.tsx'), 'SetUpPage'),
});

const twoFactorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/two-factor',
  validateSearch: (search: Record<string, unknown>): { next?: string } => nextOf(search.next),
  beforeLoad: () => requireMe('/inbox/waiting'),
  component: lazyRouteComponent(() => import('./sign-in/two-factor-page.tsx'), 'TwoFactorPage'),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    const me = await requireMe(location.href);
    if (me.needsPassword) throw redirect({ to: '/set-up', search: nextOf(location.href), replace: true });
    if (me.needsTwoFactor) throw redirect({ to: '/two-factor', search: nextOf(location.href), replace: true });
    openDrafts(me.agent.id);
  },
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
  pendingComponent: LoadingPage,
});

async function requireMe(next: string) {
  try {
    return await queryClient.ensureQueryData(meQuery);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401)
      throw redirect({ to: '/sign-in', search: next === '/' ? {} : nextOf(next), replace: true });
    throw error;
  }
}

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox/$view/{-$conversationId}', params: { view: 'waiting' }, replace: true });
  },
});
const inboxHomeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inbox',
  beforeLoad: () => {
    throw redirect({ to: '/inbox/$view/{-$conversationId}', params: { view: 'waiting' }, replace: true });
  },
});
const inboxRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inbox/$view/{-$conversationId}',
  beforeLoad: ({ params }) => {
    if (!VIEWS.includes(params.view)) throw notFound();
  },
  component: lazyRouteComponent(() => import('./inbox/inbox-page.tsx'), 'InboxPage'),
});
const teamRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/team',
  component: lazyRouteComponent(() => import('./team/team-page.tsx'), 'TeamPage'),
});
const inboxesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inboxes',
  component: lazyRouteComponent(() => import('./inboxes/inboxes-page.tsx'), 'InboxesPage'),
});
const inboxSettingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/inboxes/$inboxId',
  component: lazyRouteComponent(() => import('./inboxes/inbox-settings-page.tsx'), 'InboxSettingsPage'),
});
const profileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/profile',
  component: lazyRouteComponent(() => import('./profile/profile-page.tsx'), 'ProfilePage'),
});

const knowledgeRoute = createRoute({ getParentRoute: () => shellRoute, path: '/knowledge', component: Outlet });
const articlesRoute = createRoute({
  getParentRoute: () => knowledgeRoute,
  path: '/',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('./knowledge/list-page.tsx'), 'ListPage'),
});
const newArticleRoute = createRoute({
  getParentRoute: () => knowledgeRoute,
  path: '/new',
  component: lazyRouteComponent(() => import('./knowledge/new-page.tsx'), 'NewPage'),
});
const articleRoute = createRoute({
  getParentRoute: () => knowledgeRoute,
  path: '/articles/$locale/$',
  component: lazyRouteComponent(() => import('./knowledge/editor-page.tsx'), 'EditorPage'),
});
const gapsRoute = createRoute({
  getParentRoute: () => knowledgeRoute,
  path: '/gaps',
  component: lazyRouteComponent(() => import('./knowledge/gaps-page.tsx'), 'GapsPage'),
});
const importRoute = createRoute({
  getParentRoute: () => knowledgeRoute,
  path: '/import',
  component: lazyRouteComponent(() => import('./knowledge/import-page.tsx'), 'ImportPage'),
});
const engineRoute = createRoute({
  getParentRoute: () => knowledgeRoute,
  path: '/engine',
  component: lazyRouteComponent(() => import('./knowledge/engine-page.tsx'), 'EnginePage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/frame.tsx'), 'SettingsFrame'),
});
const settingsHomeRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/audit', replace: true });
  },
});
const hoursRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/hours',
  component: lazyRouteComponent(() => import('./settings/hours-page.tsx'), 'HoursPage'),
});
const slaRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/sla',
  component: lazyRouteComponent(() => import('./settings/sla-page.tsx'), 'SlaPage'),
});
const timingRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/timing',
  component: lazyRouteComponent(() => import('./clocks/timing-page.tsx'), 'TimingPage'),
});
const keysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('./settings/keys-page.tsx'), 'KeysPage'),
});
const auditRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/audit',
  component: lazyRouteComponent(() => import('./settings/audit-page.tsx'), 'AuditPage'),
});

export const router = createRouter({
  basepath: BASE,
  history,
  routeTree: rootRoute.addChildren([
    signInRoute,
    setUpRoute,
    twoFactorRoute,
    shellRoute.addChildren([
      homeRoute,
      inboxHomeRoute,
      inboxRoute,
      teamRoute,
      inboxesRoute,
      inboxSettingsRoute,
      profileRoute,
      timingRoute,
      settingsRoute.addChildren([settingsHomeRoute, hoursRoute, slaRoute, auditRoute, keysRoute]),
      knowledgeRoute.addChildren([articlesRoute, newArticleRoute, articleRoute, gapsRoute, importRoute, engineRoute]),
    ]),
  ]),
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: CrashPage,
  defaultPendingMs: 300,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
