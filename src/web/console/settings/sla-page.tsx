/** SLA policies: how soon, by priority and inbox; the first that fits a conversation holds. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PolicyShape } from '../../../contract/clocks.ts';
import { api } from '../../ui/api.ts';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import { LoadingPage, NoRightPage } from '../kit/pages.tsx';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { PolicyDialog } from './policy-dialog.tsx';
import { policiesQuery, rulesChanged } from './rules.ts';
import '../styles/clocks.css';

export function SlaPage() {
  return may(useMe(), 'clock.manage') ? <Policies /> : <NoRightPage />;
}

function Policies() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const query = useQuery(policiesQuery);
  const [editing, setEditing] = useState<PolicyShape | 'new' | null>(null);
  const order = useMutation({
    mutationFn: (ids: string[]) => api('POST /api/v1/sla/policies/order', { body: { ids } }),
    onError: (error) => void message.error(errorWords(t, error)),
    onSettled: rulesChanged,
  });
  if (query.isPending) return <LoadingPage />;
  if (!query.data)
    return <FailedNotice title={t('rules.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />;
  const policies = query.data;
  const raise = (at: number) => {
    const ids = policies.map(({ id }) => id);
    ids.splice(at - 1, 2, ids[at] ?? '', ids[at - 1] ?? '');
    order.mutate(ids);
  };
  return (
    <div className="rules">
      <section className="panel">
        <header className="page-head">
          <h2>{t('rules.policies')}</h2>
          <Button type="primary" onClick={() => setEditing('new')}>
            {t('rules.addPolicy')}
          </Button>
        </header>
        <p className="muted">{t('rules.policiesHint')}</p>
        {policies.length === 0 ? (
          <Notice icon="clock" title={t('rules.noPolicies')} hint={t('rules.noPoliciesHint')} />
        ) : null}
        {policies.map((policy, at) => (
          <PolicyRow
            key={policy.id}
            policy={policy}
            onEdit={() => setEditing(policy)}
            onRaise={at > 0 && !order.isPending ? () => raise(at) : null}
          />
        ))}
      </section>
      {editing ? <PolicyDialog policy={editing === 'new' ? null : editing} onClose={() => setEditing(null)} /> : null}
    </div>
  );
}

type RowProps = { policy: PolicyShape; onEdit: () => void; onRaise: (() => void) | null };

function PolicyRow({ policy, onEdit, onRaise }: RowProps) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const { id, name, enabled, inboxIds, targets } = policy;
  const remove = useMutation({
    mutationFn: () => api('DELETE /api/v1/sla/policies/{id}', { params: { id } }),
    onError: (error) => void message.error(errorWords(t, error)),
    onSettled: rulesChanged,
  });
  const ask = () =>
    modal.confirm({
      title: t('rules.removePolicy', { name }),
      okText: t('rules.remove'),
      cancelText: t('act.cancel'),
      onOk: () => remove.mutateAsync(),
    });
  const told = (['firstReply', 'nextReply', 'resolution'] as const)
    .map((goal) => `${t(`clock.goal.${goal}`)} ${targets.normal[goal] ?? '—'}`)
    .join(' · ');
  return (
    <div className="rule">
      <span className="grow">
        <b>{name}</b> {enabled ? null : <span className="chip">{t('rules.disabled')}</span>}
        <br />
        <span className="muted">
          {inboxIds.length === 0 ? t('rules.allInboxes') : t('rules.someInboxes', { n: inboxIds.length })} ·{' '}
          {t('rules.normalMinutes')}: {told}
        </span>
      </span>
      {onRaise ? (
        <button type="button" className="btn" aria-label={t('rules.raiseOf', { name })} onClick={onRaise}>
          {t('rules.raise')}
        </button>
      ) : null}
      <button type="button" className="btn" aria-label={t('rules.editOf', { name })} onClick={onEdit}>
        {t('rules.edit')}
      </button>
      <button type="button" className="btn" aria-label={t('rules.removeOf', { name })} onClick={ask}>
        {t('rules.remove')}
      </button>
    </div>
  );
}
