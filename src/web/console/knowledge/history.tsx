/** What an article was: its versions with their differences, the way back, and who did what. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ArticleDetail } from '../../../contract/knowledge-shapes.ts';
import { api } from '../../ui/api.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { ConfirmDialog } from '../kit/dialog.tsx';
import { fullTime } from '../kit/format.ts';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { DiffView } from './diff-view.tsx';
import { keepArticle, versionQuery } from './queries.ts';
import { useTexts } from './texts.ts';

export function History({ detail, onRestored }: { detail: ArticleDetail; onRestored: (now: ArticleDetail) => void }) {
  const t = useTexts();
  const [open, setOpen] = useState<number | null>(null);
  return (
    <section className="panel k-form k-history">
      <h2>{t('history.title')}</h2>
      <h3>{t('history.versions')}</h3>
      {detail.versions.length === 0 ? <p className="muted">{t('history.none')}</p> : null}
      <ol>
        {detail.versions.map(({ version, at, by, note }) => (
          <li key={version}>
            <span>
              <b>{t('version', { n: version })}</b>{' '}
              {version === detail.live?.version ? (
                <span className="chip k-state is-published">{t('history.current')}</span>
              ) : null}
              <span className="k-sub">
                {fullTime(at, currentLocale())} · {by ? t('history.by', { name: by.name }) : t('history.shipped')}
                {note ? ` · ${note}` : ''}
              </span>
            </span>
            {version === detail.live?.version && detail.live.status === 'published' ? null : (
              <button
                type="button"
                className="btn"
                aria-expanded={open === version}
                onClick={() => setOpen(open === version ? null : version)}
              >
                {t(open === version ? 'history.close' : 'history.diffWith')}
              </button>
            )}
            {open === version ? <Version detail={detail} version={version} onRestored={onRestored} /> : null}
          </li>
        ))}
      </ol>
      <h3>{t('history.events')}</h3>
      <ol className="k-events">
        {detail.events.map((event) => (
          <li key={`${event.at} ${event.kind}`}>
            <EventWords event={event} />
            <span className="k-sub">
              {fullTime(event.at, currentLocale())} · {event.actor?.name ?? t('event.system')}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const KINDS = [
  'begun',
  'imported',
  'submitted',
  'returned',
  'discarded',
  'published',
  'published-on-time',
  'scheduled',
  'retired',
  'expired',
  'rolled-back',
] as const;

function EventWords({ event: { kind, detail } }: { event: ArticleDetail['events'][number] }) {
  const t = useTexts();
  const known = KINDS.find((one) => one === kind);
  if (typeof detail.reason === 'string')
    return <span>{t('event.overridden', { n: Number(detail.overridden ?? 0), reason: detail.reason })}</span>;
  return (
    <span>
      {known ? t(`event.${known}`, { to: Number(detail.to ?? 0) }) : kind}
      {typeof detail.note === 'string' ? `: ${detail.note}` : ''}
    </span>
  );
}

function Version({
  detail,
  version,
  onRestored,
}: {
  detail: ArticleDetail;
  version: number;
  onRestored: (now: ArticleDetail) => void;
}) {
  const t = useTexts();
  const common = useTranslation().t;
  const { message } = App.useApp();
  const me = useMe();
  const [asking, setAsking] = useState(false);
  const { locale, id, live } = detail;
  const query = useQuery(versionQuery({ locale, id }, version));
  const restore = useMutation({
    mutationFn: () =>
      api('POST /api/v1/articles/{locale}/{id}/roll-back', {
        params: { locale, id },
        body: { version: live?.version ?? 1, to: version },
      }),
    onSuccess: (now) => {
      keepArticle(now);
      onRestored(now);
      void message.success(t('history.rolledBack'));
    },
    onError: (error) => void message.error(errorWords(common, error)),
  });
  if (!query.data || !live) return <p className="muted">{common('app.loading')}</p>;
  return (
    <div className="k-version">
      <DiffView from={live.content} to={query.data} locale={locale} />
      {may(me, 'knowledge.publish') ? (
        <button type="button" className="btn" disabled={restore.isPending} onClick={() => setAsking(true)}>
          {t('history.rollBack')}
        </button>
      ) : null}
      {asking ? (
        <ConfirmDialog
          title={t('history.rollBackTitle', { n: version })}
          text={t('history.rollBackText')}
          action={t('history.rollBack')}
          onConfirm={() => restore.mutate()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </div>
  );
}
