/** How the desk keeps its times: today's human replies, what is coming, promises, and every miss. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type ResponseOf } from '../../ui/api.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { fullTime } from '../kit/format.ts';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { LoadingPage } from '../kit/pages.tsx';
import { useTitle } from '../kit/title.ts';
import '../styles/pages.css';
import '../styles/settings.css';
import '../styles/clocks.css';

const FLOOR_MS = 15_000;
const LISTS = ['broken', 'open', 'proposed', 'misses'] as const;
type List = (typeof LISTS)[number];

export function TimingPage() {
  const { t } = useTranslation();
  const [list, setList] = useState<List>('broken');
  useTitle(t('timing.title'));
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t('timing.title')}</h1>
      </header>
      <Floor />
      <fieldset className="segments" aria-label={t('timing.lists')}>
        {LISTS.map((one) => (
          <button key={one} type="button" aria-pressed={one === list} onClick={() => setList(one)}>
            {t(`timing.list.${one}`)}
          </button>
        ))}
      </fieldset>
      {list === 'misses' ? <Misses /> : <Promises key={list} state={list} />}
    </main>
  );
}

function Floor() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ['floor'],
    queryFn: ({ signal }) => api('GET /api/v1/sla/floor', { signal }),
    refetchInterval: FLOOR_MS,
    staleTime: 0,
  });
  if (!query.data)
    return query.isError ? (
      <FailedNotice title={t('timing.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <LoadingPage />
    );
  const { waiting, answered, missed, forecast, agentsOnline } = query.data;
  const all = answered + missed;
  return (
    <dl className="figures" aria-label={t('timing.today')}>
      <Figure name={t('timing.rate')} hint={t('timing.rateHint', { answered, all })}>
        {all === 0 ? '—' : `${Math.round((answered / all) * 1000) / 10}%`}
      </Figure>
      <Figure name={t('timing.waiting')} hint={t('timing.online', { n: agentsOnline })}>
        {waiting}
      </Figure>
      <Figure name={t('timing.forecast')} hint={t('timing.forecastHint')} bad={forecast > 0}>
        {forecast}
      </Figure>
    </dl>
  );
}

function Figure({
  name,
  hint,
  bad = false,
  children,
}: {
  name: string;
  hint: string;
  bad?: boolean;
  children: ReactNode;
}) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>
        <b className={bad ? 'is-bad' : undefined}>{children}</b>
        <span className="muted">{hint}</span>
      </dd>
    </div>
  );
}

type PromiseItem = ResponseOf<'GET /api/v1/promises'>['items'][number];

function Promises({ state }: { state: Exclude<List, 'misses'> }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['promises', state],
    queryFn: ({ pageParam, signal }) =>
      api('GET /api/v1/promises', { query: { state, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });
  return (
    <Listing query={query} empty={t(`timing.none.${state}`)}>
      {(query.data?.pages.flatMap(({ items }) => items) ?? []).map((item) => (
        <PromiseRow key={item.id} item={item} />
      ))}
    </Listing>
  );
}

function PromiseRow({ item }: { item: PromiseItem }) {
  const { t } = useTranslation();
  return (
    <li>
      <ToConversation id={item.conversationId} name={item.customer.name} />
      <span>
        <b>{t(`promise.act.${item.act}`)}</b> {item.quote}
      </span>
      <span className="muted">
        {t('clock.dueAt', { at: fullTime(item.dueAt, currentLocale()) })} · {item.owner?.name ?? t('thread.noOwner')}
      </span>
    </li>
  );
}

function Misses() {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['misses'],
    queryFn: ({ pageParam, signal }) =>
      api('GET /api/v1/sla/misses', { query: pageParam === null ? {} : { cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });
  return (
    <Listing query={query} empty={t('timing.none.misses')}>
      {(query.data?.pages.flatMap(({ items }) => items) ?? []).map((miss) => (
        <li key={miss.id}>
          <ToConversation id={miss.conversationId} name={miss.customer.name} />
          <span>
            <b>{t(`clock.goal.${miss.goal}`)}</b> {t(miss.stoppedAt === null ? 'timing.stillOpen' : 'timing.since')}
          </span>
          <span className="muted">
            {fullTime(miss.missedAt, currentLocale())} · {miss.owner?.name ?? t('thread.noOwner')}
          </span>
        </li>
      ))}
    </Listing>
  );
}

type Query = {
  isPending: boolean;
  isError: boolean;
  data: unknown;
  error: Error | null;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
};

function Listing({ query, empty, children }: { query: Query; empty: string; children: ReactNode[] }) {
  const { t } = useTranslation();
  if (query.isPending) return <LoadingPage />;
  if (query.isError && !query.data)
    return <FailedNotice title={t('timing.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />;
  if (children.length === 0) return <Notice icon="check" title={empty} />;
  return (
    <>
      <ul className="timing-list">{children}</ul>
      {query.hasNextPage ? (
        <p className="more">
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('settings.more')}
          </Button>
        </p>
      ) : null}
    </>
  );
}

function ToConversation({ id, name }: { id: string; name: string }) {
  return (
    <Link to="/inbox/$view/{-$conversationId}" params={{ view: 'all', conversationId: id }}>
      {name}
    </Link>
  );
}
