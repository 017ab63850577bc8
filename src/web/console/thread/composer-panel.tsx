/** The two ways to write, which must never be mistaken for each other, and what to do when one is closed. */
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationDetail, Me } from '../../../contract/shapes.ts';
import { Icon } from '../kit/icon.tsx';
import { draftKey, type Mode } from '../state/drafts.ts';
import { Composer } from './composer.tsx';
import { SendWindowNote } from './send-window.tsx';

type Props = {
  conversation: ConversationDetail;
  me: Me;
  mode: Mode;
  onMode: (mode: Mode) => void;
  box: RefObject<HTMLTextAreaElement | null>;
  takeOver: (() => void) | null;
  busy: boolean;
};

export function ComposerPanel({ conversation, me, mode, onMode, box, takeOver, busy }: Props) {
  const { t } = useTranslation();
  const { id, channel, status, owner, customer } = conversation;
  const mine = status === 'human' && owner?.id === me.agent.id;
  const blocked = mode === 'reply' && !mine;
  return (
    <div className={`composer-panel is-${mode}`}>
      <fieldset className="modes" aria-label={t('composer.mode')}>
        <ModeButton mode="reply" now={mode} onMode={onMode} />
        <ModeButton mode="note" now={mode} onMode={onMode} />
        {mode === 'reply' && conversation.channel === 'wechat' ? (
          <SendWindowNote conversationId={id} seq={conversation.seq} />
        ) : null}
      </fieldset>
      {blocked ? (
        <div className="composer-blocked">
          <p>{blockedWords()}</p>
          {takeOver ? (
            <button type="button" className="btn primary" disabled={busy} onClick={takeOver}>
              <Icon name="hand" size={16} /> {t('act.takeOver')}
            </button>
          ) : null}
        </div>
      ) : (
        <Composer
          key={draftKey(id, mode)}
          conversationId={id}
          channel={channel}
          mode={mode}
          box={box}
          label={mode === 'note' ? t('composer.noteLabel') : t('composer.replyLabel', { name: customer.name })}
        />
      )}
    </div>
  );

  function blockedWords(): string {
    if (status === 'human') return t('composer.blockedOwner', { name: owner?.name ?? t('event.somebody') });
    return t(
      status === 'waiting'
        ? 'composer.blockedWaiting'
        : status === 'bot'
          ? 'composer.blockedBot'
          : 'composer.blockedResolved',
    );
  }
}

function ModeButton({ mode, now, onMode }: { mode: Mode; now: Mode; onMode: (mode: Mode) => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className={`mode is-${mode}`} aria-pressed={mode === now} onClick={() => onMode(mode)}>
      {mode === 'note' ? <Icon name="lock" size={14} /> : null}
      {t(`composer.${mode}`)}
    </button>
  );
}
