/** Who this is, whose it is, why it is here, and the three acts. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationDetail } from '../../../contract/shapes.ts';
import { SlaChip } from '../clocks/sla-chip.tsx';
import { Avatar, ChannelName, StatusChip } from '../kit/chips.tsx';
import { Icon, type IconName } from '../kit/icon.tsx';
import type { Acts } from './use-acts.ts';

type Props = {
  conversation: ConversationDetail;
  meId: string;
  acts: Acts;
  sideOpen: boolean;
  onSide: () => void;
  back: ReactNode;
};

export function ThreadHeader({ conversation, meId, acts, sideOpen, onSide, back }: Props) {
  const { t } = useTranslation();
  const { customer, owner, ticket } = conversation;
  const ownerName = owner === null ? t('thread.noOwner') : owner.id === meId ? t('thread.me') : owner.name;
  return (
    <header className="thread-head">
      {back}
      <Avatar name={customer.name} id={customer.id} size="sm" />
      <div className="thread-who">
        <h1>{customer.name}</h1>
        <p>
          <StatusChip status={conversation.status} />
          <ChannelName channel={conversation.channel} />
          <span className="thread-owner">
            {t('thread.owner')}: {ownerName}
          </span>
          {conversation.clock ? <SlaChip clock={conversation.clock} /> : null}
          {ticket ? (
            <span className="thread-ticket">
              <b>{ticket.label}</b> {t(`reason.${ticket.reason}`)}
            </span>
          ) : null}
        </p>
      </div>
      <fieldset className="thread-acts" aria-label={t('thread.actions')}>
        <ActButton icon="hand" label={t('act.takeOver')} hotkey="O" act={acts.takeOver} busy={acts.busy} primary />
        <ActButton icon="bot" label={t('act.handBack')} hotkey="B" act={acts.handBack} busy={acts.busy} />
        <ActButton icon="check" label={t('act.resolve')} hotkey="E" act={acts.resolve} busy={acts.busy} />
        <button
          type="button"
          className="icon-btn"
          aria-label={t(sideOpen ? 'side.close' : 'side.open')}
          aria-expanded={sideOpen}
          title={`${t(sideOpen ? 'side.close' : 'side.open')} (])`}
          onClick={onSide}
        >
          <Icon name="side" />
        </button>
      </fieldset>
    </header>
  );
}

type ActProps = {
  icon: IconName;
  label: string;
  hotkey: string;
  act: (() => void) | null;
  busy: boolean;
  primary?: boolean;
};

function ActButton({ icon, label, hotkey, act, busy, primary }: ActProps) {
  if (!act) return null;
  return (
    <button
      type="button"
      className={`btn${primary ? ' primary' : ''}`}
      aria-label={label}
      title={`${label} (${hotkey})`}
      aria-keyshortcuts={hotkey}
      disabled={busy}
      onClick={act}
    >
      <Icon name={icon} size={16} />
      <span>{label}</span>
    </button>
  );
}
