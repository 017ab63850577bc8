/** The safety of one's own account: two-step sign-in, and where one is signed in. */
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type ResponseOf } from '../../ui/api.ts';
import { queryClient } from '../data/queries.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { ConfirmDialog, Dialog } from '../kit/dialog.tsx';
import { fullTime } from '../kit/format.ts';
import { FailedNotice } from '../kit/notice.tsx';
import { errorWords } from '../kit/words.ts';
import { deviceOf } from './device.ts';
import { Enrol, OneField, RecoveryCodes } from './enrol.tsx';
import '../styles/two-factor.css';

const twoFactorQuery = queryOptions({
  queryKey: ['two-factor'],
  queryFn: ({ signal }) => api('GET /api/v1/me/two-factor', { signal }),
  staleTime: 0,
});
const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => api('GET /api/v1/me/sessions', { signal }),
  staleTime: 0,
});

export function TwoFactor() {
  const { t } = useTranslation();
  const query = useQuery(twoFactorQuery);
  const [open, setOpen] = useState<'enrol' | 'codes' | 'off' | null>(null);
  const close = () => {
    setOpen(null);
    void queryClient.invalidateQueries({ queryKey: twoFactorQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  };
  return (
    <section className="panel">
      <h2>{t('twoFactor.title')}</h2>
      {query.isError && !query.data ? (
        <FailedNotice title={t('twoFactor.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data ? <State status={query.data} onOpen={setOpen} /> : null}
      {open === 'enrol' ? (
        <Dialog title={t('twoFactor.begin')} onClose={close}>
          <Enrol onDone={close} />
        </Dialog>
      ) : null}
      {open === 'codes' ? <NewCodes onClose={close} /> : null}
      {open === 'off' ? <TurnOff onClose={close} /> : null}
    </section>
  );
}

type Status = ResponseOf<'GET /api/v1/me/two-factor'>;

function State({ status, onOpen }: { status: Status; onOpen: (what: 'enrol' | 'codes' | 'off') => void }) {
  const { t } = useTranslation();
  const { enabled, demanded, recoveryLeft } = status;
  if (!enabled)
    return (
      <>
        <p className="muted">{t('twoFactor.why')}</p>
        <Button onClick={() => onOpen('enrol')}>{t('twoFactor.begin')}</Button>
      </>
    );
  return (
    <>
      <p className="muted">
        <span className="state is-online">{t('twoFactor.on')}</span> · {t('twoFactor.left', { n: recoveryLeft })}
      </p>
      <p className="table-acts">
        <Button onClick={() => onOpen('codes')}>{t('twoFactor.renew')}</Button>
        {demanded ? null : (
          <Button danger onClick={() => onOpen('off')}>
            {t('twoFactor.turnOff')}
          </Button>
        )}
      </p>
    </>
  );
}

function NewCodes({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const renew = useMutation({
    mutationFn: (code: string) => api('POST /api/v1/me/two-factor/codes', { body: { code: code.trim() } }),
  });
  return (
    <Dialog title={t('twoFactor.renew')} onClose={onClose}>
      {renew.data ? (
        <RecoveryCodes codes={renew.data.recoveryCodes} onDone={onClose} />
      ) : (
        <OneField
          name="code"
          label={t('signIn.code')}
          action={t('twoFactor.renew')}
          error={renew.error}
          busy={renew.isPending}
          onValue={(code) => renew.mutate(code)}
        />
      )}
    </Dialog>
  );
}

function TurnOff({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const disable = useMutation({
    mutationFn: (code: string) => api('POST /api/v1/me/two-factor/disable', { body: { code: code.trim() } }),
    onSuccess: onClose,
  });
  return (
    <Dialog title={t('twoFactor.turnOff')} onClose={onClose}>
      <OneField
        name="code"
        label={t('signIn.code')}
        action={t('twoFactor.turnOff')}
        danger
        error={disable.error}
        busy={disable.isPending}
        onValue={(code) => disable.mutate(code)}
      />
    </Dialog>
  );
}

export function SessionList() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const query = useQuery(sessionsQuery);
  const [asking, setAsking] = useState(false);
  const settled = {
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
    onError: (error: Error) => void message.error(errorWords(t, error)),
  };
  const end = useMutation({
    mutationFn: (id: string) => api('POST /api/v1/me/sessions/{id}/end', { params: { id } }),
    ...settled,
  });
  const endOthers = useMutation({ mutationFn: () => api('POST /api/v1/me/sessions/end-others'), ...settled });
  const items = query.data?.items ?? [];
  return (
    <section className="panel">
      <h2>{t('sessions.title')}</h2>
      {query.isError && !query.data ? (
        <FailedNotice title={t('sessions.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      <ul className="session-list">
        {items.map((session) => (
          <li key={session.id} className="session-line">
            <span>
              {deviceOf(session.device) ?? t('sessions.unknown')}
              <span className="table-mail">
                {session.ip ?? '—'} · {t('sessions.seen', { time: fullTime(session.seenAt, currentLocale()) })}
              </span>
            </span>
            {session.current ? (
              <span className="state is-online">{t('sessions.here')}</span>
            ) : (
              <Button
                size="small"
                aria-label={t('sessions.endOf', { device: deviceOf(session.device) ?? t('sessions.unknown') })}
                loading={end.isPending && end.variables === session.id}
                onClick={() => end.mutate(session.id)}
              >
                {t('sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {items.length > 1 ? (
        <Button danger loading={endOthers.isPending} onClick={() => setAsking(true)}>
          {t('sessions.endOthers')}
        </Button>
      ) : null}
      {asking ? (
        <ConfirmDialog
          title={t('sessions.endOthers')}
          text={t('sessions.endOthersText')}
          action={t('sessions.endOthers')}
          danger
          onConfirm={() => endOthers.mutate()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}
