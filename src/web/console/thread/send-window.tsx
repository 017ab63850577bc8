/** What the channel still lets us send to this customer, and for how long; nothing where it does not count. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { windowQuery } from '../data/queries.ts';
import { duration } from '../kit/format.ts';
import { serverNow, useSecond } from '../state/clock.ts';

export function SendWindowNote({ conversationId, seq }: { conversationId: string; seq: number }) {
  const { t } = useTranslation();
  const { data, refetch } = useQuery(windowQuery(conversationId));
  // Whatever is said, by the customer or by us, changes what is left.
  useEffect(() => {
    if (seq > 0) void refetch();
  }, [seq, refetch]);
  useSecond();
  const window = data?.window;
  if (!window) return null;
  const left = Date.parse(window.until) - serverNow();
  if (left <= 0) return <p className="send-window is-closed">{t('delivery.window.closed')}</p>;
  if (window.remaining === 0) return <p className="send-window is-closed">{t('delivery.window.used')}</p>;
  return (
    <p className={`send-window${window.remaining === 1 ? ' is-low' : ''}`}>
      {t('delivery.window.open', { n: window.remaining, time: duration(left) })}
    </p>
  );
}
