/** A message of one's own that the server has not confirmed yet: on its way, or not sent and what to do. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLocale } from '../i18n/i18n.ts';
import { clockTime } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { codeWords } from '../kit/words.ts';
import { discard, type Outgoing, retry } from '../state/outbox.ts';

export const OutgoingBubble = memo(function OutgoingBubble({ message }: { message: Outgoing }) {
  const { t } = useTranslation();
  const { clientId, state, mode, attempts } = message;
  return (
    <article className={`msg is-${mode === 'note' ? 'note' : 'agent'} is-${state}`} data-client-id={clientId}>
      <div className="bubble">
        {mode === 'note' ? (
          <p className="bubble-note">
            <Icon name="lock" size={13} /> {t('bubble.note')}
          </p>
        ) : null}
        <p className="bubble-text">{message.text}</p>
      </div>
      {state === 'failed' ? (
        <p className="msg-foot" role="alert">
          <span className="mark is-failed">
            {t('bubble.failed')}: {codeWords(t, message.code)}
          </span>
          <button type="button" className="link" onClick={() => retry(clientId)}>
            {t('bubble.retry')}
          </button>
          <button type="button" className="link" onClick={() => discard(clientId)}>
            {t('bubble.delete')}
          </button>
        </p>
      ) : (
        <p className="msg-foot">
          <time dateTime={message.at}>{clockTime(message.at, currentLocale())}</time>
          <span className={`mark ${attempts > 0 ? 'is-unknown' : 'is-late'}`}>
            {attempts > 0 ? t('bubble.retrying') : t('bubble.sending')}
          </span>
        </p>
      )}
    </article>
  );
});
