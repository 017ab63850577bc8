/** The accounts through which customers reach the shop: which are on, which need a hand, and a new one. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InboxShape } from '../../../contract/shapes.ts';
import { ChannelName } from '../kit/chips.tsx';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { LoadingPage, NoRightPage } from '../kit/pages.tsx';
import { useTitle } from '../kit/title.ts';
import { may, useMe } from '../state/session.ts';
import { AddDialog } from './add-dialog.tsx';
import { healthWords, inboxesQuery, keepInbox } from './inboxes.ts';
import '../styles/pages.css';
import '../styles/inboxes.css';

export function InboxesPage() {
  return may(useMe(), 'inbox.manage') ? <Inboxes /> : <NoRightPage />;
}

function Inboxes() {
  const { t } = useTranslation();
  const query = useQuery(inboxesQuery);
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  useTitle(t('inboxes.title'));
  const channels = query.data?.channels ?? [];
  const added = (inbox: InboxShape) => {
    keepInbox(inbox);
    void navigate({ to: '/inboxes/$inboxId', params: { inboxId: inbox.id } });
  };
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t('inboxes.title')}</h1>
        {channels.length > 0 ? (
          <Button type="primary" onClick={() => setAdding(true)}>
            {t('inboxes.add')}
          </Button>
        ) : null}
      </header>
      {query.isPending ? <LoadingPage /> : null}
      {query.isError && !query.data ? (
        <FailedNotice title={t('inboxes.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data ? <InboxTable inboxes={query.data.items} /> : null}
      {adding ? <AddDialog channels={channels} onDone={added} onClose={() => setAdding(false)} /> : null}
    </main>
  );
}

function InboxTable({ inboxes }: { inboxes: readonly InboxShape[] }) {
  const { t } = useTranslation();
  if (inboxes.length === 0) return <Notice icon="inbox" title={t('inboxes.none')} hint={t('inboxes.noneHint')} />;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('inboxes.name')}</th>
          <th scope="col">{t('inboxes.channel')}</th>
          <th scope="col">{t('inboxes.state')}</th>
          <th scope="col">{t('team.actions')}</th>
        </tr>
      </thead>
      <tbody>
        {inboxes.map((inbox) => (
          <InboxRow key={inbox.id} inbox={inbox} />
        ))}
      </tbody>
    </table>
  );
}

function InboxRow({ inbox }: { inbox: InboxShape }) {
  const { t } = useTranslation();
  const name = inbox.managed ? inbox.name : t('inboxes.builtIn');
  return (
    <tr>
      <th scope="row">
        <b>{name}</b>
      </th>
      <td data-label={t('inboxes.channel')}>
        <ChannelName channel={inbox.channel} />
      </td>
      <td data-label={t('inboxes.state')}>
        <InboxState inbox={inbox} />
      </td>
      <td data-label={t('team.actions')}>
        {inbox.managed ? (
          <Link
            className="btn"
            to="/inboxes/$inboxId"
            params={{ inboxId: inbox.id }}
            aria-label={t('inboxes.openOf', { name })}
          >
            {t('inboxes.open')}
          </Link>
        ) : (
          <span className="muted">{t('inboxes.needsNothing')}</span>
        )}
      </td>
    </tr>
  );
}

function InboxState({ inbox }: { inbox: InboxShape }) {
  const { t } = useTranslation();
  const trouble = inbox.enabled ? healthWords(t, inbox) : null;
  if (trouble)
    return (
      <span className="inbox-trouble">
        <span className="state is-disabled">{t('inboxes.trouble')}</span>
        <span className="muted">{trouble}</span>
      </span>
    );
  return (
    <span className={`state is-${inbox.enabled ? 'online' : 'offline'}`}>
      {t(inbox.enabled ? 'inboxes.on' : 'inboxes.off')}
    </span>
  );
}
