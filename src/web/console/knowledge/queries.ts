/** What the knowledge pages read, by name. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { ArticleDetail } from '../../../contract/knowledge-shapes.ts';
import type { Locale } from '../../../domain/locale.ts';
import { api, type RequestOf } from '../../ui/api.ts';
import { queryClient } from '../data/queries.ts';

export type ArticleFilter = NonNullable<RequestOf<'GET /api/v1/articles'>['query']>;
export type GapFilter = NonNullable<RequestOf<'GET /api/v1/gaps'>['query']>;
export type Key = { locale: Locale; id: string };

const all = ['knowledge'] as const;

export const articlesQuery = (query: ArticleFilter) =>
  queryOptions({
    queryKey: [...all, 'articles', query],
    queryFn: ({ signal }) => api('GET /api/v1/articles', { query, signal }),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });

export const articleQuery = (params: Key) =>
  queryOptions({
    queryKey: [...all, 'article', params.locale, params.id],
    queryFn: ({ signal }) => api('GET /api/v1/articles/{locale}/{id}', { params, signal }),
    staleTime: 0,
  });

export const versionQuery = (params: Key, version: number) =>
  queryOptions({
    queryKey: [...all, 'version', params.locale, params.id, version],
    queryFn: ({ signal }) =>
      api('GET /api/v1/articles/{locale}/{id}/versions/{version}', { params: { ...params, version }, signal }),
  });

const CHECK_POLL_MS = 400;
export const checkQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, 'check', id],
    queryFn: ({ signal }) => api('GET /api/v1/article-checks/{id}', { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data && state.data.state !== 'running' ? false : CHECK_POLL_MS),
    staleTime: 0,
  });

export const gapsQuery = (query: GapFilter) =>
  queryOptions({
    queryKey: [...all, 'gaps', query],
    queryFn: ({ signal }) => api('GET /api/v1/gaps', { query, signal }),
    staleTime: 0,
    placeholderData: keepPreviousData,
  });

export const engineQuery = queryOptions({
  queryKey: [...all, 'engine'],
  queryFn: ({ signal }) => api('GET /api/v1/knowledge/engine', { signal }),
  staleTime: 0,
});

export const whyQuery = (id: string, seq: number) =>
  queryOptions({
    queryKey: [...all, 'why', id, seq],
    queryFn: ({ signal }) =>
      api('GET /api/v1/conversations/{id}/activities/{seq}/why', { params: { id, seq }, signal }),
    staleTime: 0,
  });

/** Takes an answer that says how the article stands now. */
export function keepArticle(detail: ArticleDetail): void {
  queryClient.setQueryData(articleQuery(detail).queryKey, detail);
  void queryClient.invalidateQueries({ queryKey: [...all, 'articles'] });
}
export function readAgain(...what: string[]): void {
  void queryClient.invalidateQueries({ queryKey: [...all, ...what] });
}
