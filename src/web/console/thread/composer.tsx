/** The text box: its own state, so that typing draws nothing else; Enter sends unless an input method is at work. */
import { type KeyboardEvent, memo, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../ui/api.ts';
import { Icon } from '../kit/icon.tsx';
import { serverNow } from '../state/clock.ts';
import { draftKey, type Mode, readDraft, writeDraft } from '../state/drafts.ts';
import { enqueue } from '../state/outbox.ts';
import { ccOf, MailExtras, NO_EXTRAS } from './mail-extras.tsx';

const MAX_TEXT = 20_000;
const DRAFT_MS = 300;
const TYPING_MS = 3_000;
/** Where a colleague's files arrive. */
const CARRIES_FILES = ['email', 'web'];

type Props = {
  conversationId: string;
  channel: string;
  mode: Mode;
  label: string;
  box: RefObject<HTMLTextAreaElement | null>;
};

export const Composer = memo(function Composer({ conversationId, channel, mode, label, box }: Props) {
  const { t } = useTranslation();
  const key = draftKey(conversationId, mode);
  const [text, setText] = useState(() => readDraft(key));
  const saveSoon = useDraft(key);
  const tellTyping = useTypingSignal(conversationId);
  const over = text.trim().length - MAX_TEXT;
  const [extras, setExtras] = useState(NO_EXTRAS);
  const cc = ccOf(extras.cc);
  const change = (value: string) => {
    setText(value);
    saveSoon(value);
    if (mode === 'reply' && value !== '') tellTyping();
  };
  const submit = () => {
    const words = text.trim();
    if (words === '' || over > 0 || cc.wrong !== null) return;
    const at = new Date(serverNow()).toISOString();
    enqueue({ conversationId, mode, text: words, at, cc: cc.addresses, files: extras.files });
    setExtras(NO_EXTRAS);
    setText('');
    saveSoon.now('');
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // 229: Safari ends the composition before it reports the Enter that ended it.
    const composing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key === 'Escape' && !composing) event.currentTarget.blur();
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={box}
        rows={2}
        value={text}
        aria-label={label}
        placeholder={t(mode === 'note' ? 'composer.noteHint' : 'composer.replyHint')}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKeyDown}
        aria-invalid={over > 0}
      />
      {mode === 'reply' && CARRIES_FILES.includes(channel) ? (
        <MailExtras conversationId={conversationId} isMail={channel === 'email'} extras={extras} onChange={setExtras} />
      ) : null}
      <div className="composer-foot">
        <span role="status" className="composer-error">
          {over > 0 ? t('composer.tooLong', { n: over }) : ''}
        </span>
        <button type="submit" className="btn primary" disabled={text.trim() === '' || over > 0 || cc.wrong !== null}>
          <Icon name={mode === 'note' ? 'lock' : 'send'} size={16} />{' '}
          {t(mode === 'note' ? 'composer.addNote' : 'composer.send')}
        </button>
      </div>
    </form>
  );
});

type Save = ((text: string) => void) & { now: (text: string) => void };

/** Keeps the draft shortly after typing stops, and at once when the box goes away. */
function useDraft(key: string): Save {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const pending = useRef<string | null>(null);
  const [save] = useState<Save>(() => {
    const now = (text: string) => {
      clearTimeout(timer.current);
      pending.current = null;
      writeDraft(key, text);
    };
    const soon = (text: string) => {
      clearTimeout(timer.current);
      pending.current = text;
      timer.current = setTimeout(() => now(text), DRAFT_MS);
    };
    return Object.assign(soon, { now });
  });
  useEffect(() => {
    const flush = () => {
      if (pending.current !== null) save.now(pending.current);
    };
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [save]);
  return save;
}

/** Tells the customer that somebody types, at most every three seconds; nobody minds when it is lost. */
function useTypingSignal(conversationId: string): () => void {
  const last = useRef(0);
  return () => {
    if (Date.now() - last.current < TYPING_MS) return;
    last.current = Date.now();
    api('POST /api/v1/conversations/{id}/typing', { params: { id: conversationId } }).catch(() => {});
  };
}
