/** API keys: what programs may do in the shop's name, made here and shown once. */
import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiKeyShape } from '../../../contract/api-keys.ts';
import { SCOPES } from '../../../contract/scopes.ts';
import { api, type RequestOf } from '../../ui/api.ts';
import { agentsQuery, queryClient } from '../data/queries.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { CopyField } from '../inboxes/copy-field.tsx';
import { ConfirmDialog, Dialog } from '../kit/dialog.tsx';
import { fullTime } from '../kit/format.ts';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { LoadingPage } from '../kit/pages.tsx';
import { errorWords } from '../kit/words.ts';
import { useMe } from '../state/session.ts';
import '../styles/inboxes.css';

const keysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await api('GET /api/v1/api-keys', { signal })).items,
  staleTime: 0,
});

export function KeysPage() {
  const { t } = useTranslation();
  const query = useQuery(keysQuery);
  const [adding, setAdding] = useState(false);
  const close = () => {
    setAdding(false);
    void queryClient.invalidateQueries({ queryKey: keysQuery.queryKey });
  };
  return (
    <>
      <p className="verify">
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('keys.add')}
        </Button>
        <a href="/api/docs" target="_blank" rel="noreferrer">
          {t('keys.docs')}
        </a>
      </p>
      {query.isPending ? <LoadingPage /> : null}
      {query.isError && !query.data ? (
        <FailedNotice title={t('keys.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data?.length === 0 ? <Notice icon="lock" title={t('keys.none')} hint={t('keys.noneHint')} /> : null}
      {query.data && query.data.length > 0 ? <Keys items={query.data} /> : null}
      {adding ? <AddKey onClose={close} /> : null}
    </>
  );
}

function Keys({ items }: { items: readonly ApiKeyShape[] }) {
  const { t } = useTranslation();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('keys.name')}</th>
          <th scope="col">{t('keys.scopes')}</th>
          <th scope="col">{t('keys.used')}</th>
          <th scope="col">{t('team.actions')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <KeyRow key={item.id} item={item} />
        ))}
      </tbody>
    </table>
  );
}

function KeyRow({ item }: { item: ApiKeyShape }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => api('POST /api/v1/api-keys/{id}/revoke', { params: { id: item.id } }),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: keysQuery.queryKey }),
    onError: (error) => void message.error(errorWords(t, error)),
  });
  const isOver = item.expiresAt !== null && Date.parse(item.expiresAt) <= Date.now();
  const time = (at: string) => fullTime(at, currentLocale());
  return (
    <tr className={item.revokedAt || isOver ? 'is-off' : undefined}>
      <th scope="row">
        <b>{item.name}</b>
        <span className="table-mail">
          {t('keys.of', { hint: item.hint, name: item.agent.name })}
          {item.expiresAt ? ` · ${t('keys.until', { time: time(item.expiresAt) })}` : ''}
        </span>
      </th>
      <td data-label={t('keys.scopes')}>
        <span className="audit-cell">
          {item.scopes.map((scope) => t(`keys.scope.${scope.replace(':', '_')}` as 'keys.scope.team_read')).join(' · ')}
        </span>
      </td>
      <td data-label={t('keys.used')}>
        <span className="muted">{item.usedAt ? `${time(item.usedAt)} · ${item.usedIp ?? '—'}` : t('keys.never')}</span>
      </td>
      <td data-label={t('team.actions')}>
        {item.revokedAt || isOver ? (
          <span className="state is-disabled">{t(item.revokedAt ? 'keys.revoked' : 'keys.expired')}</span>
        ) : (
          <Button
            size="small"
            danger
            loading={revoke.isPending}
            aria-label={t('keys.revokeOf', { name: item.name })}
            onClick={() => setAsking(true)}
          >
            {t('keys.revoke')}
          </Button>
        )}
        {asking ? (
          <ConfirmDialog
            title={t('keys.revokeOf', { name: item.name })}
            text={t('keys.revokeText')}
            action={t('keys.revoke')}
            danger
            onConfirm={() => revoke.mutate()}
            onClose={() => setAsking(false)}
          />
        ) : null}
      </td>
    </tr>
  );
}

type Body = RequestOf<'POST /api/v1/api-keys'>['body'];
type Fields = { name: string; scopes: Body['scopes']; agentId: string; days: string };
const DAY = 86_400_000;

function AddKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { agent } = useMe();
  const agents = useQuery(agentsQuery);
  const create = useMutation({
    mutationFn: ({ name, scopes, agentId, days }: Fields) => {
      const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * DAY).toISOString();
      return api('POST /api/v1/api-keys', { body: { name: name.trim(), scopes, agentId, expiresAt } });
    },
  });
  if (create.data)
    return (
      <Dialog title={t('keys.made')} onClose={onClose} footer={<Button onClick={onClose}>{t('act.close')}</Button>}>
        <p role="status">{t('keys.once')}</p>
        <CopyField label={t('keys.key')} value={create.data.key} />
      </Dialog>
    );
  return (
    <Dialog title={t('keys.add')} onClose={onClose}>
      {create.isError ? (
        <p className="banner is-error" role="alert">
          {errorWords(t, create.error)}
        </p>
      ) : null}
      <Form<Fields>
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={{ scopes: ['conversations:read'], agentId: agent.id, days: '365' }}
        onFinish={(fields) => create.mutate(fields)}
        scrollToFirstError={{ focus: true }}
      >
        <Form.Item
          name="name"
          label={t('keys.name')}
          rules={[{ required: true, whitespace: true, message: t('keys.needName') }]}
        >
          <Input maxLength={80} autoComplete="off" autoFocus />
        </Form.Item>
        <Form.Item name="scopes" label={t('keys.scopes')} rules={[{ required: true, message: t('keys.needScope') }]}>
          <Checkbox.Group
            options={SCOPES.map((scope) => ({
              value: scope,
              label: t(`keys.scope.${scope.replace(':', '_')}` as 'keys.scope.team_read'),
            }))}
          />
        </Form.Item>
        <Form.Item name="agentId" label={t('keys.agent')} extra={t('keys.agentHint')}>
          <select className="select">
            {(agents.data ?? [agent])
              .filter(({ disabled }) => !disabled)
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
        </Form.Item>
        <Form.Item name="days" label={t('keys.expiry')}>
          <select className="select">
            {['30', '90', '365'].map((days) => (
              <option key={days} value={days}>
                {t('keys.days', { n: days })}
              </option>
            ))}
            <option value="">{t('keys.forever')}</option>
          </select>
        </Form.Item>
        <footer className="dialog-foot">
          <Button onClick={onClose}>{t('act.cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={create.isPending}>
            {t('keys.create')}
          </Button>
        </footer>
      </Form>
    </Dialog>
  );
}
