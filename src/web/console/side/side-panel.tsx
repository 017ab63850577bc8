/** What is known beside the talk: the customer, the conversation, its tickets and how it was rated. */
import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationDetail, TicketShape } from '../../../contract/shapes.ts';
import { api } from '../../ui/api.ts';
import { PromiseList } from '../clocks/promise-list.tsx';
import { SideClocks } from '../clocks/side-clocks.tsx';
import { readConversation } from '../data/apply.ts';
import { keys } from '../data/keys.ts';
import { queryClient } from '../data/queries.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { Avatar, ChannelName, StatusChip } from '../kit/chips.tsx';
import { fullTime } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { errorWords } from '../kit/words.ts';

export function SidePanel({ conversation, onClose }: { conversation: ConversationDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const { customer, tickets, ticket } = conversation;
  const current = tickets.find((one) => one.id === ticket?.id) ?? tickets.find((one) => one.status !== 'closed');
  const earlier = tickets.filter((one) => one !== current);
  return (
    <aside className="side" aria-label={t('side.label')}>
      <button type="button" className="icon-btn side-close" aria-label={t('side.close')} onClick={onClose}>
        <Icon name="close" />
      </button>
      <Section title={t('side.customer')}>
        <div className="side-customer">
          <Avatar name={customer.name} id={customer.id} />
          <b>{customer.name}</b>
        </div>
      </Section>
      <Facts conversation={conversation} />
      <Section title={t('side.ticket')}>
        {current ? (
          <TicketCard ticket={current} conversationId={conversation.id} />
        ) : (
          <p className="muted">{t('side.noTicket')}</p>
        )}
      </Section>
      <Section title={t('side.clocks')}>
        <SideClocks clocks={conversation.clocks} />
      </Section>
      <Section title={t('side.promises')}>
        <PromiseList promises={conversation.promises} />
      </Section>
      {earlier.length > 0 ? <Earlier tickets={earlier} /> : null}
      <Csat csat={conversation.csat} />
    </aside>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="side-section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Facts({ conversation }: { conversation: ConversationDetail }) {
  const { t } = useTranslation();
  const locale = currentLocale();
  return (
    <Section title={t('side.facts')}>
      <dl className="facts">
        <Fact name={t('side.status')}>
          <StatusChip status={conversation.status} />
        </Fact>
        <Fact name={t('side.assignee')}>{conversation.owner?.name ?? t('thread.noOwner')}</Fact>
        <Fact name={t('side.channel')}>
          <ChannelName channel={conversation.channel} />
        </Fact>
        <Fact name={t('side.language')}>{t(`locale.${conversation.locale}`)}</Fact>
        <Fact name={t('side.firstSeen')}>{fullTime(conversation.firstSeenAt, locale)}</Fact>
        <Fact name={t('side.lastMessage')}>{fullTime(conversation.lastMessageAt, locale)}</Fact>
        <Fact name={t('side.messages')}>{conversation.seq}</Fact>
      </dl>
    </Section>
  );
}

function TicketCard({ ticket, conversationId }: { ticket: TicketShape; conversationId: string }) {
  const { t } = useTranslation();
  const locale = currentLocale();
  return (
    <div className="ticket">
      <p className="ticket-head">
        <b>{ticket.label}</b>
        <TicketStatus ticket={ticket} conversationId={conversationId} />
      </p>
      {ticket.subject ? <p className="ticket-subject">{ticket.subject}</p> : null}
      <dl className="facts">
        <Fact name={t('side.reason')}>{t(`reason.${ticket.reason}`)}</Fact>
        <Fact name={t('priority.label')}>
          <Priority ticket={ticket} conversationId={conversationId} />
        </Fact>
        <Fact name={t('side.assignee')}>{ticket.assignee?.name ?? t('side.unassigned')}</Fact>
        <Fact name={t('side.created')}>{fullTime(ticket.createdAt, locale)}</Fact>
        <Fact name={t('side.updated')}>{fullTime(ticket.updatedAt, locale)}</Fact>
      </dl>
    </div>
  );
}

const PRIORITIES = ['urgent', 'high', 'normal', 'low'] as const satisfies TicketShape['priority'][];

function Priority({ ticket, conversationId }: { ticket: TicketShape; conversationId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const set = useMutation({
    mutationFn: (priority: TicketShape['priority']) =>
      api('POST /api/v1/tickets/{id}/priority', { params: { id: ticket.id }, body: { priority } }),
    onError: (error) => void message.error(errorWords(t, error)),
    onSettled: () => void readConversation(conversationId).catch(() => {}),
  });
  return (
    <select
      className="select"
      value={set.isPending ? set.variables : ticket.priority}
      disabled={set.isPending || ticket.moves.length === 0}
      aria-label={t('priority.label')}
      onChange={(event) => set.mutate(event.target.value as TicketShape['priority'])}
    >
      {PRIORITIES.map((priority) => (
        <option key={priority} value={priority}>
          {t(`priority.${priority}`)}
        </option>
      ))}
    </select>
  );
}

/** Offers the states it may go to and no others. */
function TicketStatus({ ticket, conversationId }: { ticket: TicketShape; conversationId: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const move = useMutation({
    mutationFn: (status: TicketShape['status']) =>
      api('POST /api/v1/tickets/{id}/status', { params: { id: ticket.id }, body: { status } }),
    onSuccess: (moved) => {
      queryClient.setQueryData<ConversationDetail>(
        keys.conversation(conversationId),
        (old) => old && { ...old, tickets: old.tickets.map((one) => (one.id === moved.id ? moved : one)) },
      );
      void readConversation(conversationId).catch(() => {});
    },
    onError: (error) => {
      void message.error(errorWords(t, error));
      void readConversation(conversationId).catch(() => {});
    },
  });
  if (ticket.moves.length === 0) return <span className="chip is-resolved">{t(`ticket.${ticket.status}`)}</span>;
  return (
    <select
      className="select"
      value={move.isPending ? move.variables : ticket.status}
      disabled={move.isPending}
      aria-label={t('side.moveTicket', { label: ticket.label })}
      onChange={(event) => move.mutate(event.target.value as TicketShape['status'])}
    >
      {[ticket.status, ...ticket.moves].map((status) => (
        <option key={status} value={status}>
          {t(`ticket.${status}`)}
        </option>
      ))}
    </select>
  );
}

function Earlier({ tickets }: { tickets: readonly TicketShape[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('side.earlier')}>
      <ul className="earlier">
        {tickets.map((ticket) => (
          <li key={ticket.id}>
            <b>{ticket.label}</b> <span className="chip is-resolved">{t(`ticket.${ticket.status}`)}</span>
            <span className="muted">{ticket.subject || t(`reason.${ticket.reason}`)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Csat({ csat }: { csat: ConversationDetail['csat'] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('side.csat')}>
      {csat ? (
        <p>
          {csat.score === null ? null : <b>{t('side.score', { n: csat.score })} </b>}
          {csat.resolved === null ? null : t(csat.resolved ? 'side.csatResolved' : 'side.csatUnresolved')}{' '}
          <span className="muted">{fullTime(csat.at, currentLocale())}</span>
        </p>
      ) : (
        <p className="muted">{t('side.noCsat')}</p>
      )}
    </Section>
  );
}
