/** What the console reads from the server, by name; fed by live events afterwards, so nothing is asked twice. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import type { View } from '../../../contract/shapes.ts';
import { ApiError, api } from '../../ui/api.ts';
import { learnServerTime } from '../state/clock.ts';
import { keys } from './keys.ts';
import { type Log, lastSeq, mergeInto } from './log.ts';
import type { ListPage } from './rows.ts';

export type ListData = InfiniteData<ListPage, string | null>;
export const PAGE = 50;

/** Retries what only the network or a stumbling server refused. */
function mayRetry(failures: number, error: Error): boolean {
  return error instanceof ApiError && error.transient && failures < 2;
}

let signedOut: () => void = () => {};
/** Says what to do when any answer is 401: the session is over. */
export function onSignedOut(act: () => void): void {
  signedOut = act;
}
/** Said while signing in or proving who one is; no session has ended. */
const STEPS = new Set(['WrongCredentials', 'CodeNeeded', 'WrongCode']);
function notice(error: Error): void {
  if (error instanceof ApiError && error.status === 401 && !STEPS.has(error.code)) signedOut();
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: notice }),
  mutationCache: new MutationCache({ onError: notice }),
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      networkMode: 'always',
      retry: mayRetry,
      retryDelay: (n) => 400 * 2 ** n,
    },
    // A click is an act of now: it must not wait for the network and happen much later.
    mutations: { networkMode: 'always', retry: false },
  },
});

export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }) => {
    const me = await api('GET /api/v1/me', { signal });
    learnServerTime(me.serverTime);
    return me;
  },
});

export const countsQuery = queryOptions({
  queryKey: keys.counts,
  queryFn: ({ signal }) => api('GET /api/v1/conversations/counts', { signal }),
});

/** What the channel still lets us send; null where it does not count. */
export const windowQuery = (id: string) =>
  queryOptions({
    queryKey: keys.window(id),
    queryFn: ({ signal }) => api('GET /api/v1/conversations/{id}/window', { params: { id }, signal }),
    staleTime: 0,
  });

export const agentsQuery = queryOptions({
  queryKey: keys.agents,
  queryFn: async ({ signal }) => (await api('GET /api/v1/agents', { signal })).items,
  staleTime: 0,
});

export const listQuery = (view: View) =>
  infiniteQueryOptions({
    queryKey: keys.list(view),
    queryFn: ({ pageParam, signal }): Promise<ListPage> =>
      api('GET /api/v1/conversations', {
        query: { view, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: ListPage) => page.nextCursor,
  });

/** The newest page at first; later calls read on after the last activity that is known. */
export const activitiesQuery = (id: string) =>
  queryOptions({
    queryKey: keys.activities(id),
    queryFn: async ({ signal }): Promise<Log> => {
      const known = queryClient.getQueryData<Log>(keys.activities(id));
      if (known) return readOn(id, signal);
      const page = await api('GET /api/v1/conversations/{id}/activities', {
        params: { id },
        query: { limit: PAGE },
        signal,
      });
      return { items: [...page.items].sort((a, b) => a.seq - b.seq), hasOlder: page.hasMore };
    },
  });

/** Reads everything after the last known activity and gives the log as it stands then. */
export async function readOn(id: string, signal?: AbortSignal): Promise<Log> {
  const key = keys.activities(id);
  for (;;) {
    const after = lastSeq(queryClient.getQueryData<Log>(key));
    const page = await api('GET /api/v1/conversations/{id}/activities', {
      params: { id },
      query: { after, limit: 200 },
      ...(signal ? { signal } : {}),
    });
    const log = mergeInto(queryClient.getQueryData<Log>(key) ?? { items: [], hasOlder: false }, page.items);
    queryClient.setQueryData(key, log);
    if (!page.hasMore || lastSeq(log) === after) return log;
  }
}
