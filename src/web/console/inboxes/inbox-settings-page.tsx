/** One account: its name, its switch, how it is, and the form of its channel. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { App, Button, Input, Switch } from 'antd';
import { Suspense, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InboxShape } from '../../../contract/shapes.ts';
import { api, type RequestOf } from '../../ui/api.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { ChannelName } from '../kit/chips.tsx';
import { fullTime } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { LoadingPage, NoRightPage } from '../kit/pages.tsx';
import { useTitle } from '../kit/title.ts';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { INBOX_FORMS } from './forms.ts';
import { type CheckResult, healthWords, type InboxFormProps, inboxesQuery, keepInbox } from './inboxes.ts';
import '../styles/pages.css';
import '../styles/inboxes.css';

export function InboxSettingsPage() {
  return may(useMe(), 'inbox.manage') ? <Found /> : <NoRightPage />;
}

function Found() {
  const { t } = useTranslation();
  const { inboxId } = useParams({ from: '/shell/inboxes/$inboxId' });
  const query = useQuery(inboxesQuery);
  const inbox = query.data?.items.find(({ id }) => id === inboxId);
  useTitle(inbox?.name ?? t('inboxes.title'));
  return (
    <main className="page is-narrow">
      <Link className="back-link" to="/inboxes">
        <Icon name="back" size={16} /> {t('inboxes.title')}
      </Link>
      {query.isPending ? <LoadingPage /> : null}
      {query.isError && !query.data ? (
        <FailedNotice title={t('inboxes.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data && !inbox ? <Notice icon="help" title={t('inboxes.notFound')} /> : null}
      {inbox ? <Settings key={inbox.id} inbox={inbox} /> : null}
    </main>
  );
}

type Patch = Omit<NonNullable<RequestOf<'PATCH /api/v1/inboxes/{id}'>['body']>, 'version'>;

/** Changes are made to the version that is on the screen; whoever was slower reads again. */
function useInbox({ id, version }: InboxShape): Omit<InboxFormProps, 'inbox'> & {
  change: (patch: Patch) => Promise<InboxShape>;
} {
  const change = useCallback(
    async (patch: Patch) =>
      keepInbox(await api('PATCH /api/v1/inboxes/{id}', { params: { id }, body: { version, ...patch } })),
    [id, version],
  );
  return {
    change,
    save: (settings) => change({ settings: settings as NonNullable<Patch['settings']> }),
    run: (action, input): Promise<CheckResult> =>
      api('POST /api/v1/inboxes/{id}/actions/{action}', {
        params: { id, action },
        body: input === undefined ? {} : { input: input as never },
      }),
  };
}

function Settings({ inbox }: { inbox: InboxShape }) {
  const { t } = useTranslation();
  const { change, save, run } = useInbox(inbox);
  const Form = INBOX_FORMS[inbox.channel];
  const trouble = healthWords(t, inbox);
  return (
    <>
      <Head inbox={inbox} change={change} />
      {trouble && inbox.health ? (
        <p className="banner is-error" role="status">
          {trouble} <span className="muted">{fullTime(inbox.health.at, currentLocale())}</span>
        </p>
      ) : null}
      {Form && inbox.managed ? (
        <Suspense fallback={<LoadingPage />}>
          <Form inbox={inbox} save={save} run={run} />
        </Suspense>
      ) : (
        <Notice icon="check" title={t('inboxes.needsNothing')} />
      )}
    </>
  );
}

function Head({ inbox, change }: { inbox: InboxShape; change: (patch: Patch) => Promise<InboxShape> }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [name, setName] = useState<string | null>(null);
  const patch = useMutation({
    mutationFn: change,
    onSuccess: () => {
      setName(null);
      void message.success(t('act.saved'));
    },
    onError: (error) => void message.error(errorWords(t, error)),
  });
  const shown = name ?? inbox.name;
  const changed = shown.trim() !== '' && shown.trim() !== inbox.name;
  return (
    <section className="panel inbox-head">
      <h1 className="only-spoken">{inbox.name}</h1>
      <div className="inbox-name">
        <Input
          aria-label={t('inboxes.name')}
          value={shown}
          maxLength={80}
          onChange={(event) => setName(event.target.value)}
          onPressEnter={() => changed && patch.mutate({ name: shown.trim() })}
        />
        {changed ? (
          <Button loading={patch.isPending} onClick={() => patch.mutate({ name: shown.trim() })}>
            {t('act.save')}
          </Button>
        ) : null}
      </div>
      <ChannelName channel={inbox.channel} />
      <span className="inbox-switch">
        <span id="inbox-switch">{t(inbox.enabled ? 'inboxes.on' : 'inboxes.off')}</span>
        <Switch
          checked={inbox.enabled}
          loading={patch.isPending && patch.variables?.enabled !== undefined}
          disabled={!inbox.managed}
          aria-label={t('inboxes.switch')}
          onChange={(enabled) => patch.mutate({ enabled })}
        />
      </span>
    </section>
  );
}
