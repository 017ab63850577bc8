/** The talk: opens at its end, stays there while it is watched, keeps its place while it is read. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { api } from '../../ui/api.ts';
import { keys } from '../data/keys.ts';
import { type Log, lastSeq, prependTo } from '../data/log.ts';
import { activitiesQuery, PAGE, queryClient } from '../data/queries.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { dayKey, dayName } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { FailedNotice } from '../kit/notice.tsx';
import { useTyping } from '../state/connection.ts';
import { useOutbox } from '../state/outbox.ts';
import { Bubble } from './bubble.tsx';
import { entriesOf } from './entries.ts';
import { EventLine } from './event-line.tsx';
import { OutgoingBubble } from './outgoing-bubble.tsx';
import { ThreadSkeleton } from './thread-skeleton.tsx';
import { useSeen } from './use-seen.ts';
import { useThreadScroll } from './use-thread-scroll.ts';

export function Thread({ id, unread, meId }: { id: string; unread: number; meId: string }) {
  const { t } = useTranslation();
  const query = useQuery(activitiesQuery(id));
  const log = query.data;
  const outgoing = useOutgoing(id, log);
  const older = useOlder(id);
  const entries = useMemo(() => entriesOf(log?.items ?? []), [log]);
  const items = log?.items ?? [];
  const scroll = useThreadScroll({
    first: items[0]?.seq ?? 0,
    last: lastSeq(log),
    outgoing: outgoing.length,
    foreign: items.at(-1)?.author.id !== meId,
    onTop: () => (log?.hasOlder ? older.load() : undefined),
  });
  useSeen({ id, seq: lastSeq(log), unread, atEnd: scroll.atEnd });
  if (query.isPending) return <ThreadSkeleton />;
  if (!log)
    return <FailedNotice title={t('thread.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div className="thread-wrap">
      <div
        className="thread"
        ref={scroll.scroller}
        onScroll={scroll.onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        role="log"
        aria-label={t('thread.label')}
        aria-live="polite"
      >
        <div className="thread-inner" ref={scroll.inner}>
          <Top hasOlder={log.hasOlder} failed={older.failed} onRetry={older.load} />
          {entries.map((entry) => {
            if (entry.kind === 'day') return <DayLine key={entry.key} at={entry.at} />;
            if (entry.kind === 'line') return <EventLine key={entry.key} activity={entry.activity} />;
            return <Bubble key={entry.key} activity={entry.activity} withAuthor={entry.withAuthor} />;
          })}
          {outgoing.map((message) => (
            <OutgoingBubble key={message.clientId} message={message} />
          ))}
          <TypingLine id={id} />
        </div>
      </div>
      {scroll.atEnd ? null : (
        <button
          type="button"
          className="pill to-end"
          onClick={scroll.toEnd}
          aria-label={scroll.news > 0 ? undefined : t('thread.toEnd')}
        >
          <Icon name="down" size={15} /> {scroll.news > 0 ? t('thread.newMessages', { n: scroll.news }) : null}
        </button>
      )}
    </div>
  );
}

/** What is on its way here and not in the log yet. */
function useOutgoing(id: string, log: Log | undefined) {
  const messages = useOutbox(useShallow(({ messages: all }) => all.filter((one) => one.conversationId === id)));
  return useMemo(() => {
    const arrived = new Set(log?.items.map((activity) => activity.clientId));
    return messages.filter((message) => !arrived.has(message.clientId));
  }, [messages, log]);
}

function useOlder(id: string): { load: () => void; failed: boolean } {
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  const load = async () => {
    const key = keys.activities(id);
    const before = queryClient.getQueryData<Log>(key)?.items[0]?.seq;
    if (state === 'loading' || before === undefined || before <= 1) return;
    setState('loading');
    try {
      const page = await api('GET /api/v1/conversations/{id}/activities', {
        params: { id },
        query: { before, limit: PAGE },
      });
      queryClient.setQueryData<Log>(key, (log) => log && prependTo(log, page));
      setState('idle');
    } catch {
      setState('failed');
    }
  };
  return { load: () => void load(), failed: state === 'failed' };
}

function Top({ hasOlder, failed, onRetry }: { hasOlder: boolean; failed: boolean; onRetry: () => void }) {
  const { t } = useTranslation();
  if (failed)
    return (
      <p className="thread-top">
        {t('thread.olderFailed')}{' '}
        <button type="button" className="link" onClick={onRetry}>
          {t('act.retry')}
        </button>
      </p>
    );
  return <p className="thread-top">{hasOlder ? t('thread.loadOlder') : t('thread.begin')}</p>;
}

function DayLine({ at }: { at: string }) {
  const { t } = useTranslation();
  const now = Date.now();
  const words =
    dayKey(at) === dayKey(new Date(now).toISOString())
      ? t('thread.today')
      : dayKey(at) === dayKey(new Date(now - 86_400_000).toISOString())
        ? t('thread.yesterday')
        : dayName(at, currentLocale());
  return (
    <p className="day-line">
      <span>{words}</span>
    </p>
  );
}

function TypingLine({ id }: { id: string }) {
  const { t } = useTranslation();
  const typist = useTyping(({ typists }) => typists[id]);
  if (!typist || typist.author === 'bot') return null;
  const words =
    typist.author === 'customer'
      ? t('thread.customerTyping')
      : t('thread.colleagueTyping', { name: typist.name ?? t('event.somebody') });
  return <p className="typing-line">{words}</p>;
}
