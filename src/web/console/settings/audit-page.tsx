/** The audit log: who did what and when, by filter, and whether the chain holds. */
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntryShape } from '../../../contract/accounts.ts';
import { AUDIT_ACTIONS } from '../../../contract/audit-actions.ts';
import { api } from '../../ui/api.ts';
import { agentsQuery } from '../data/queries.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { fullTime } from '../kit/format.ts';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { LoadingPage } from '../kit/pages.tsx';
import { errorWords } from '../kit/words.ts';

type Filter = { actor?: string; action?: string; from?: string; to?: string };

function actionWords(t: TFunction, action: string): string {
  return t(`audit.action.${action}` as 'audit.action.signIn.succeeded', { defaultValue: action });
}

/** Midnight of a day in the browser's zone; `days` later. */
function midnight(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + days).toISOString();
}

export function AuditPage() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>({});
  const { from, to, ...rest } = filter;
  const query = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam, signal }) =>
      api('GET /api/v1/audit', {
        query: {
          ...rest,
          ...(from ? { from: midnight(from, 0) } : {}),
          ...(to ? { to: midnight(to, 1) } : {}),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <Filters filter={filter} onChange={setFilter} />
      <Verify />
      {query.isPending ? <LoadingPage /> : null}
      {query.isError && !query.data ? (
        <FailedNotice title={t('audit.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data && entries.length === 0 ? (
        <Notice icon="check" title={t('audit.none')} hint={t('audit.noneHint')} />
      ) : null}
      {entries.length > 0 ? <Entries entries={entries} /> : null}
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

function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const agents = useQuery(agentsQuery);
  const set = (name: keyof Filter, value: string) => {
    const { [name]: _, ...others } = filter;
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  return (
    <form className="filters" aria-label={t('audit.filter')} onSubmit={(event) => event.preventDefault()}>
      <label>
        <span>{t('audit.who')}</span>
        <select className="select" value={filter.actor ?? ''} onChange={(event) => set('actor', event.target.value)}>
          <option value="">{t('audit.everybody')}</option>
          {(agents.data ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t('audit.what')}</span>
        <select className="select" value={filter.action ?? ''} onChange={(event) => set('action', event.target.value)}>
          <option value="">{t('audit.everything')}</option>
          {AUDIT_ACTIONS.map((action) => (
            <option key={action} value={action}>
              {actionWords(t, action)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t('audit.from')}</span>
        <input
          className="select"
          type="date"
          value={filter.from ?? ''}
          max={filter.to}
          onChange={(event) => set('from', event.target.value)}
        />
      </label>
      <label>
        <span>{t('audit.to')}</span>
        <input
          className="select"
          type="date"
          value={filter.to ?? ''}
          min={filter.from}
          onChange={(event) => set('to', event.target.value)}
        />
      </label>
    </form>
  );
}

function Verify() {
  const { t } = useTranslation();
  const verify = useMutation({ mutationFn: () => api('GET /api/v1/audit/verification') });
  const { data } = verify;
  const words = () => {
    if (verify.isError) return errorWords(t, verify.error);
    if (!data) return null;
    return data.broken
      ? t('audit.broken', { seq: data.broken.seq })
      : t('audit.whole', { n: data.entries, head: data.head?.slice(0, 12) ?? '—' });
  };
  return (
    <p className="verify">
      <Button loading={verify.isPending} onClick={() => verify.mutate()}>
        {t('audit.verify')}
      </Button>
      <span role="status" className={data?.broken || verify.isError ? 'is-bad' : undefined}>
        {words() ?? t('audit.verifyHint')}
      </span>
    </p>
  );
}

function Entries({ entries }: { entries: readonly AuditEntryShape[] }) {
  const { t } = useTranslation();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('audit.when')}</th>
          <th scope="col">{t('audit.who')}</th>
          <th scope="col">{t('audit.what')}</th>
          <th scope="col">{t('audit.where')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Entry key={entry.seq} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function Entry({ entry }: { entry: AuditEntryShape }) {
  const { t } = useTranslation();
  const { actor, object, detail } = entry;
  const hasDetail = Object.keys(detail).length > 0;
  return (
    <tr>
      <th scope="row">
        <time dateTime={entry.at}>{fullTime(entry.at, currentLocale())}</time>
      </th>
      <td data-label={t('audit.who')}>
        <span className="audit-cell">
          {actor.name ?? t(`audit.kind.${actor.kind}`)}
          {actor.kind === 'agent' ? null : <span className="muted"> · {t(`audit.kind.${actor.kind}`)}</span>}
        </span>
      </td>
      <td data-label={t('audit.what')}>
        <span className="audit-cell">
          {actionWords(t, entry.action)}
          {object ? <span className="table-mail">{object.name ?? object.id}</span> : null}
          {hasDetail ? (
            <details>
              <summary>{t('audit.detail')}</summary>
              <pre>{JSON.stringify(detail, null, 2)}</pre>
            </details>
          ) : null}
        </span>
      </td>
      <td data-label={t('audit.where')}>
        <span className="muted">{entry.ip ?? '—'}</span>
      </td>
    </tr>
  );
}
