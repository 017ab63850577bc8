/** The team: who is here, what they may do, and the way in for a new colleague. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AgentShape } from '../../../contract/shapes.ts';
import { api, type RequestOf } from '../../ui/api.ts';
import { keys } from '../data/keys.ts';
import { agentsQuery, queryClient } from '../data/queries.ts';
import { Avatar } from '../kit/chips.tsx';
import { ConfirmDialog } from '../kit/dialog.tsx';
import { FailedNotice } from '../kit/notice.tsx';
import { LoadingPage, NoRightPage } from '../kit/pages.tsx';
import { useTitle } from '../kit/title.ts';
import { errorWords } from '../kit/words.ts';
import { may, useMe } from '../state/session.ts';
import { InviteDialog } from './invite-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { SecurityPanel } from './security-panel.tsx';
import type { SignInLink } from './sign-in-link.ts';
import '../styles/pages.css';

const ROLES: readonly AgentShape['role'][] = ['agent', 'supervisor', 'admin'];

export function TeamPage() {
  const me = useMe();
  return may(me, 'agent.manage') ? <Team meId={me.agent.id} /> : <NoRightPage />;
}

function Team({ meId }: { meId: string }) {
  const { t } = useTranslation();
  const query = useQuery(agentsQuery);
  const [inviting, setInviting] = useState(false);
  const [link, setLink] = useState<SignInLink | null>(null);
  useTitle(t('team.title'));
  const shown = (given: SignInLink) => {
    setInviting(false);
    setLink(given);
    void queryClient.invalidateQueries({ queryKey: keys.agents });
  };
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t('team.title')}</h1>
        <Button type="primary" onClick={() => setInviting(true)}>
          {t('team.invite')}
        </Button>
      </header>
      {query.isPending ? <LoadingPage /> : null}
      {query.isError && !query.data ? (
        <FailedNotice title={t('team.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
      {query.data ? <TeamTable agents={query.data} meId={meId} onLink={shown} /> : null}
      <SecurityPanel />
      {inviting ? <InviteDialog onDone={shown} onClose={() => setInviting(false)} /> : null}
      {link ? <LinkDialog link={link} onClose={() => setLink(null)} /> : null}
    </main>
  );
}

function TeamTable({
  agents,
  meId,
  onLink,
}: {
  agents: readonly AgentShape[];
  meId: string;
  onLink: (link: SignInLink) => void;
}) {
  const { t } = useTranslation();
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t('team.name')}</th>
          <th scope="col">{t('team.role')}</th>
          <th scope="col">{t('team.state')}</th>
          <th scope="col">{t('team.actions')}</th>
        </tr>
      </thead>
      <tbody>
        {agents.map((agent) => (
          <TeamRow key={agent.id} agent={agent} isMe={agent.id === meId} onLink={onLink} />
        ))}
      </tbody>
    </table>
  );
}

function TeamRow({ agent, isMe, onLink }: { agent: AgentShape; isMe: boolean; onLink: (link: SignInLink) => void }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'disable' | 'reset' | null>(null);
  const { change, renew, reset } = useTeamActs(agent, onLink);
  return (
    <tr className={agent.disabled ? 'is-off' : undefined}>
      <th scope="row">
        <span className="table-person">
          <Avatar name={agent.name} id={agent.id} size="sm" />
          <span>
            <b>{agent.name}</b> {isMe ? <span className="muted">({t('team.you')})</span> : null}
            <span className="table-mail">{agent.email}</span>
          </span>
        </span>
      </th>
      <td data-label={t('team.role')}>
        <select
          className="select"
          aria-label={t('team.roleOf', { name: agent.name })}
          value={change.variables?.role && change.isPending ? change.variables.role : agent.role}
          disabled={change.isPending}
          onChange={(event) => change.mutate({ role: event.target.value as AgentShape['role'] })}
        >
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}
            </option>
          ))}
        </select>
      </td>
      <td data-label={t('team.state')}>
        <TeamState agent={agent} />
      </td>
      <td data-label={t('team.actions')}>
        <span className="table-acts">
          <Button size="small" loading={renew.isPending} disabled={agent.disabled} onClick={() => renew.mutate()}>
            {t('team.newLink')}
          </Button>
          {agent.twoFactor && !isMe ? (
            <Button size="small" loading={reset.isPending} onClick={() => setAsking('reset')}>
              {t('twoFactor.reset')}
            </Button>
          ) : null}
          {agent.disabled ? (
            <Button size="small" loading={change.isPending} onClick={() => change.mutate({ disabled: false })}>
              {t('team.enable')}
            </Button>
          ) : isMe ? null : (
            <Button size="small" danger loading={change.isPending} onClick={() => setAsking('disable')}>
              {t('team.disable')}
            </Button>
          )}
        </span>
        {asking === 'reset' ? (
          <ConfirmDialog
            title={t('twoFactor.resetTitle', { name: agent.name })}
            text={t('twoFactor.resetText')}
            action={t('twoFactor.reset')}
            danger
            onConfirm={() => reset.mutate()}
            onClose={() => setAsking(null)}
          />
        ) : null}
        {asking === 'disable' ? (
          <ConfirmDialog
            title={t('team.disableTitle', { name: agent.name })}
            text={t('team.disableText')}
            action={t('team.disable')}
            danger
            onConfirm={() => change.mutate({ disabled: true })}
            onClose={() => setAsking(null)}
          />
        ) : null}
      </td>
    </tr>
  );
}

function useTeamActs(agent: AgentShape, onLink: (link: SignInLink) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const onError = (error: Error) => void message.error(errorWords(t, error));
  const params = { id: agent.id };
  const change = useMutation({
    mutationFn: (body: NonNullable<RequestOf<'PATCH /api/v1/agents/{id}'>['body']>) =>
      api('PATCH /api/v1/agents/{id}', { params, body }),
    onSuccess: (now, body) => {
      queryClient.setQueryData<AgentShape[]>(keys.agents, (old) => old?.map((one) => (one.id === now.id ? now : one)));
      void message.success(t(body.role ? 'team.roleChanged' : 'team.stateChanged'));
    },
    onError,
  });
  const renew = useMutation({
    mutationFn: () => api('POST /api/v1/agents/{id}/link', { params }),
    onSuccess: onLink,
    onError,
  });
  const reset = useMutation({
    mutationFn: () => api('POST /api/v1/agents/{id}/two-factor/reset', { params }),
    onSuccess: (now) => {
      queryClient.setQueryData<AgentShape[]>(keys.agents, (old) => old?.map((one) => (one.id === now.id ? now : one)));
      void message.success(t('twoFactor.wasReset'));
    },
    onError,
  });
  return { change, renew, reset };
}

function TeamState({ agent }: { agent: AgentShape }) {
  const { t } = useTranslation();
  const state = agent.disabled ? 'disabled' : !agent.activated ? 'invited' : agent.online ? 'online' : 'offline';
  return <span className={`state is-${state}`}>{t(`team.${state}`)}</span>;
}
