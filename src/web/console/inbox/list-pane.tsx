/** One view's conversations: always the same rows under the pointer, however much happens. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationShape, View } from '../../../contract/shapes.ts';
import { conversationQuery } from '../data/apply.ts';
import { listQuery } from '../data/queries.ts';
import { useHotkeys } from '../kit/hotkeys.ts';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { useCalmOrder } from './calm-order.ts';
import { RowList } from './row-list.tsx';
import { ViewTabs } from './view-tabs.tsx';

type Props = { view: View; selected: string | null; onOpen: (id: string) => void };

export function ListPane({ view, selected, onOpen }: Props) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(listQuery(view));
  // The open conversation is shown even after it left the view: follow it too.
  const { data: opened } = useQuery({ ...conversationQuery(selected ?? ''), enabled: false });
  const [held, setHeld] = useState(false);
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const { order, fresh } = useCalmOrder(items, held, selected);
  const byId = new Map(items.map((row) => [row.id, row]));
  const rows = order.flatMap((id): ConversationShape[] => {
    const row = byId.get(id) ?? (id === opened?.id ? opened : undefined);
    return row ? [row] : [];
  });
  const step = (by: 1 | -1) => {
    const at = rows.findIndex((row) => row.id === selected);
    const next = rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by];
    if (next) onOpen(next.id);
  };
  useHotkeys([
    ['KeyJ', () => step(1)],
    ['KeyK', () => step(-1)],
  ]);
  const more = useCallback(() => {
    if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
  }, [query.hasNextPage, query.isFetchingNextPage, query.fetchNextPage]);
  return (
    <section className="list-pane" aria-label={t('list.label')}>
      <ViewTabs view={view} />
      {query.isPending ? <Skeletons /> : null}
      {query.isError && !query.data ? (
        <FailedNotice title={t('list.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data && rows.length === 0 ? (
        <Notice icon={view === 'bot' ? 'bot' : 'inbox'} title={t(`empty.${view}`)} hint={t(`empty.${view}Hint`)} />
      ) : null}
      {rows.length > 0 ? (
        <RowList
          rows={rows}
          inView={byId}
          selected={selected}
          fresh={fresh}
          onOpen={onOpen}
          onHold={setHeld}
          onEnd={more}
          loadingMore={query.isFetchingNextPage}
          total={query.hasNextPage ? -1 : rows.length}
        />
      ) : null}
    </section>
  );
}

function Skeletons() {
  const { t } = useTranslation();
  return (
    <div className="skeletons" role="status" aria-label={t('app.loading')}>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <div key={key} className="skeleton-row">
          <span className="skeleton circle" />
          <span className="skeleton line" />
          <span className="skeleton line short" />
        </div>
      ))}
    </div>
  );
}
