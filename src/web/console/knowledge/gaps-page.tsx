/** What customers asked in vain, and what can be done about each. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { GapShape } from '../../../contract/knowledge-shapes.ts';
import { api } from '../../ui/api.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { fullTime } from '../kit/format.ts';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { LoadingPage, NoRightPage } from '../kit/pages.tsx';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { KnowledgeFrame } from './frame.tsx';
import { offerPrefill } from './prefill.ts';
import { gapsQuery, readAgain } from './queries.ts';
import { useTexts } from './texts.ts';

const SHELVES = ['open', 'closed', 'not-ours'] as const;
const DAYS = [7, 30, 90];

export function GapsPage() {
  return may(useMe(), 'knowledge.draft') ? <Gaps /> : <NoRightPage />;
}

function Gaps() {
  const t = useTexts();
  const [show, setShow] = useState<(typeof SHELVES)[number]>('open');
  const [days, setDays] = useState(30);
  const query = useQuery(gapsQuery({ show, days }));
  const counts = query.data?.counts;
  const n = { open: counts?.open, closed: counts?.closed, 'not-ours': counts?.notOurs };
  const empty = { open: t('gaps.empty'), closed: t('gaps.closedEmpty'), 'not-ours': t('gaps.notOursEmpty') }[show];
  return (
    <KnowledgeFrame>
      <p className="k-hint">{t('gaps.hint')}</p>
      <div className="k-filters">
        {SHELVES.map((shelf) => (
          <button
            key={shelf}
            type="button"
            className={`btn ${show === shelf ? 'is-on' : ''}`}
            aria-pressed={show === shelf}
            onClick={() => setShow(shelf)}
          >
            {t(`gaps.${shelf}`)} {n[shelf] ?? ''}
          </button>
        ))}
        <select
          className="select"
          aria-label={t('gaps.days', { n: days })}
          value={days}
          onChange={({ target }) => setDays(Number(target.value))}
        >
          {DAYS.map((one) => (
            <option key={one} value={one}>
              {t('gaps.days', { n: one })}
            </option>
          ))}
        </select>
      </div>
      {query.isPending ? <LoadingPage /> : null}
      {query.isError && !query.data ? (
        <FailedNotice title={t('gaps.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data?.items.length === 0 ? (
        <Notice icon="check" title={empty} {...(show === 'open' ? { hint: t('gaps.emptyHint') } : {})} />
      ) : null}
      <ul className="k-gaps">
        {query.data?.items.map((gap) => (
          <GapCard key={`${gap.locale} ${gap.key}`} gap={gap} />
        ))}
      </ul>
    </KnowledgeFrame>
  );
}

function GapCard({ gap }: { gap: GapShape }) {
  const t = useTexts();
  return (
    <li className="panel k-gap">
      <h2 lang={gap.locale}>{gap.question}</h2>
      <p className="k-sub">
        <b>{t('gaps.customers', { n: gap.customers })}</b> · {t('gaps.asks', { n: gap.asks })} ·{' '}
        {t('gaps.last', { time: fullTime(gap.lastAt, currentLocale()) })}
        {gap.closed ? <span className="chip k-state is-published">{t('gaps.closed')}</span> : null}
        {!gap.closed && gap.mark && gap.mark !== 'not-ours' ? (
          <span className="chip k-state is-draft">{t('gaps.inDraft')}</span>
        ) : null}
      </p>
      <ul className="k-examples" aria-label={t('gaps.examples')}>
        {gap.examples.map(({ text, conversationId, seq, why }) => (
          <li key={`${conversationId} ${seq}`}>
            <span lang={gap.locale}>{text}</span> <span className="k-hint">{t(`gaps.${why}`)}</span>{' '}
            <Link to="/inbox/$view/{-$conversationId}" params={{ view: 'all', conversationId }}>
              {t('gaps.toConversation')}
            </Link>
          </li>
        ))}
      </ul>
      <GapActs gap={gap} />
    </li>
  );
}

function GapActs({ gap }: { gap: GapShape }) {
  const t = useTexts();
  const common = useTranslation().t;
  const { message } = App.useApp();
  const navigate = useNavigate();
  const { key, locale } = gap;
  const mark = useMutation({
    mutationFn: (given: { as: 'not-ours' | 'open' | 'attached'; articleId?: string }) =>
      api('POST /api/v1/gaps/mark', { body: { key, locale, ...given } }),
    onSuccess: ({ draft }) => {
      void message.success(t(draft ? 'gaps.attached' : 'gaps.marked'));
      readAgain();
    },
    onError: (error) => void message.error(errorWords(common, error)),
  });
  const write = () => {
    const similar = gap.examples
      .map(({ text }) => text)
      .filter((text) => text !== gap.question && !text.includes('[') && text.length <= 300);
    offerPrefill({
      locale,
      question: gap.question.slice(0, 300),
      category: '',
      similar: [...new Set(similar)],
      gap: { key, locale },
    });
    void navigate({ to: '/knowledge/new' });
  };
  const near = gap.near.filter((one) => one.locale === locale);
  if (gap.mark === 'not-ours')
    return (
      <button type="button" className="btn" disabled={mark.isPending} onClick={() => mark.mutate({ as: 'open' })}>
        {t('gaps.reopen')}
      </button>
    );
  return (
    <div className="k-row">
      <button type="button" className="btn primary" onClick={write}>
        {t('gaps.write')}
      </button>
      {near.length > 0 ? (
        <details className="k-attach">
          <summary className="btn">{t('gaps.attach')}</summary>
          <ul aria-label={t('gaps.near')}>
            {near.map(({ id, question }) => (
              <li key={id}>
                <button
                  type="button"
                  className="btn"
                  disabled={mark.isPending}
                  onClick={() => mark.mutate({ as: 'attached', articleId: id })}
                >
                  {t('gaps.attachTo', { question })}
                </button>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
      <button type="button" className="btn" disabled={mark.isPending} onClick={() => mark.mutate({ as: 'not-ours' })}>
        {t('gaps.notOurs')}
      </button>
    </div>
  );
}
