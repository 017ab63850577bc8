/** Promises made to a customer, and what may be said about each: confirm, keep, put off, waive. */
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PromiseShape } from '../../../contract/clocks.ts';
import { api } from '../../ui/api.ts';
import { readConversation } from '../data/apply.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { fullTime } from '../kit/format.ts';
import { errorWords } from '../kit/words.ts';
import { serverNow, useSecond } from '../state/clock.ts';
import { DueDialog } from './due-dialog.tsx';
import { isPending, OFFERS, type Settlement } from './offers.ts';
import { spanWords } from './sla-chip.tsx';

export function PromiseList({ promises }: { promises: readonly PromiseShape[] }) {
  const { t } = useTranslation();
  if (promises.length === 0) return <p className="muted">{t('promise.none')}</p>;
  const sorted = [...promises].sort(
    (a, b) => Number(isPending(b)) - Number(isPending(a)) || a.dueAt.localeCompare(b.dueAt),
  );
  return (
    <ul className="promises">
      {sorted.map((promise) => (
        <Entry key={promise.id} promise={promise} />
      ))}
    </ul>
  );
}

function Entry({ promise }: { promise: PromiseShape }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [asking, setAsking] = useState<'open' | 'postpone' | null>(null);
  const { id, conversationId, state, act, quote, dueAt, author } = promise;
  const done = {
    onSuccess: () => setAsking(null),
    onError: (error: Error) => void message.error(errorWords(t, error)),
    onSettled: () => void readConversation(conversationId).catch(() => {}),
  };
  const settle = useMutation({
    mutationFn: (to: { state: Settlement; dueAt?: string }) =>
      api('POST /api/v1/promises/{id}/state', { params: { id }, body: to }),
    ...done,
  });
  const postpone = useMutation({
    mutationFn: (later: string) =>
      api('POST /api/v1/promises/{id}/postpone', { params: { id }, body: { dueAt: later } }),
    ...done,
  });
  const busy = settle.isPending || postpone.isPending;
  return (
    <li className={`promise is-${state}`}>
      <p className="promise-head">
        <b>{t(`promise.act.${act}`)}</b>
        <span className={`chip promise-${state}`}>{t(`promise.state.${state}`)}</span>
      </p>
      <blockquote>{quote}</blockquote>
      <p className="muted">
        {author.name ?? t('promise.bot')} · <Due promise={promise} />
      </p>
      {OFFERS[state] ? (
        <p className="promise-acts">
          {OFFERS[state].map((to) => (
            <button key={to} type="button" className="btn" disabled={busy} onClick={() => settle.mutate({ state: to })}>
              {t(`promise.to.${to}`)}
            </button>
          ))}
          <button
            type="button"
            className="btn"
            disabled={busy}
            onClick={() => setAsking(state === 'proposed' ? 'open' : 'postpone')}
          >
            {t(state === 'proposed' ? 'promise.otherTime' : 'promise.postpone')}
          </button>
        </p>
      ) : null}
      {asking ? (
        <DueDialog
          title={t(asking === 'open' ? 'promise.otherTime' : 'promise.postpone')}
          hint={t(asking === 'open' ? 'promise.otherTimeHint' : 'promise.postponeHint')}
          dueAt={dueAt}
          busy={busy}
          onDone={(later) =>
            asking === 'open' ? settle.mutate({ state: 'open', dueAt: later }) : postpone.mutate(later)
          }
          onClose={() => setAsking(null)}
        />
      ) : null}
    </li>
  );
}

function Due({ promise: { dueAt, state } }: { promise: PromiseShape }) {
  const { t } = useTranslation();
  useSecond();
  const at = t('clock.dueAt', { at: fullTime(dueAt, currentLocale()) });
  const left = Date.parse(dueAt) - serverNow();
  if (state !== 'open' && state !== 'broken' && state !== 'proposed') return <time dateTime={dueAt}>{at}</time>;
  const words =
    left >= 0 ? t('clock.left', { time: spanWords(t, left) }) : t('clock.late', { time: spanWords(t, -left) });
  return (
    <time dateTime={dueAt} className={left < 0 ? 'is-late' : undefined}>
      {at} ({words})
    </time>
  );
}
