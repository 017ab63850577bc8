/** The chat as a whole: head, connection, conversation, composer. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Memory } from '../memory.ts';
import type { Chat, ChatState, SendFile } from './chat.ts';
import { Composer } from './composer.tsx';
import { chooseFiles } from './files.ts';
import { Icon } from './icons.tsx';
import { Log } from './log.tsx';
import { plainText } from './markdown.ts';
import type { Lang, Texts } from './texts.ts';

type Props = {
  chat: Chat;
  t: Texts;
  lang: Lang;
  memory: Memory;
  /** Moved from outside by the launcher; `changed` is ours. */
  panel: { open: boolean; focus: number; changed(): void };
  /** Null where there is nothing to close. */
  close: (() => void) | null;
  prefill: string | null;
};

function useChat(chat: Chat): ChatState {
  const [state, setState] = useState(chat.state());
  useEffect(() => {
    const update = (): void => setState(chat.state());
    update();
    return chat.subscribe(update);
  }, [chat]);
  return state;
}

export function App({ chat, t, lang, memory, panel, close, prefill }: Props) {
  const state = useChat(chat);
  const [{ open, focus }, setPanel] = useState({ open: panel.open, focus: panel.focus });
  const [visible, setVisible] = useState(!document.hidden);
  const [atEnd, setAtEnd] = useState(true);
  const [{ files, problem }, setFiles] = useState<{ files: SendFile[]; problem: string | null }>({
    files: [],
    problem: null,
  });
  const [image, setImage] = useState<{ url: string; name: string } | null>(null);
  const [dragging, setDragging] = useState(false);

  useEffect(() => {
    panel.changed = () => setPanel({ open: panel.open, focus: panel.focus });
    panel.changed();
    const onVisible = (): void => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [panel]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chat never changes.
  useEffect(() => chat.look(open && visible && atEnd), [open, visible, atEnd]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing) return;
      if (image) setImage(null);
      else close?.();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [image, close]);

  const addFiles = (added: Iterable<File>): void => setFiles((now) => chooseFiles(now.files, added, t));
  // biome-ignore lint/correctness/useExhaustiveDependencies: everything else never changes.
  const composer = useMemo(
    () => (
      <Composer
        {...{ t, memory, prefill, focus, files, problem, addFiles }}
        composing={() => chat.compose()}
        removeFile={(file) => setFiles((now) => ({ files: now.files.filter((each) => each !== file), problem: null }))}
        send={(text, parts) => {
          chat.send(text, parts);
          for (const part of parts) if (part.url) URL.revokeObjectURL(part.url);
          setFiles({ files: [], problem: null });
        }}
      />
    ),
    [focus, files, problem],
  );
  const dropping = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped anywhere; the button does the same.
    <div
      class="chat"
      onDragOver={(event) => {
        if (dropping(event)) {
          event.preventDefault();
          setDragging(true);
        }
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDragging(false);
      }}
      onDrop={(event) => {
        if (dropping(event)) {
          event.preventDefault();
          setDragging(false);
          addFiles(Array.from(event.dataTransfer?.files ?? []));
        }
      }}
    >
      <Header chat={chat} person={state.person} t={t} close={close} />
      <div class="banner-place" role="status">
        {state.connection === 'offline' && <p class="banner">{t('offline')}</p>}
      </div>
      <Log {...{ chat, state, open, lang, t }} enlarge={setImage} onEnd={setAtEnd} />
      {composer}
      <Announcer state={state} t={t} />
      {dragging && <div class="drop">{t('drop')}</div>}
      {image && <Lightbox image={image} t={t} close={() => setImage(null)} />}
    </div>
  );
}

function Header({
  chat,
  person,
  t,
  close,
}: {
  chat: Chat;
  person: string | null;
  t: Texts;
  close: (() => void) | null;
}) {
  const pressed = useRef(0);
  const askPerson = (): void => {
    if (Date.now() - pressed.current < 2_000) return;
    pressed.current = Date.now();
    chat.send(t('personText'));
  };
  return (
    <header class="header">
      <div class="titles">
        <h1>{t('title')}</h1>
        <p>{person ? t('statusPerson', { name: person }) : t('statusBot')}</p>
      </div>
      <button type="button" class="person" onClick={askPerson}>
        <Icon name="person" size={18} />
        {t('person')}
      </button>
      {close && (
        <button type="button" class="icon" aria-label={t('close')} onClick={close}>
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}

/** Says each new message of somebody else once; never the history, never the visitor's own words. */
function Announcer({ state, t }: { state: ChatState; t: Texts }) {
  const message = state.announced;
  const name = message?.name ?? t(message?.speaker === 'agent' ? 'agent' : 'bot');
  return (
    <div class="hidden" aria-live="polite">
      {message && <p key={message.key}>{t('said', { name, text: plainText(message.text) || t('file') })}</p>}
    </div>
  );
}

function Lightbox({ image, t, close }: { image: { url: string; name: string }; t: Texts; close(): void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    button.current?.focus();
    return () => before?.focus();
  }, []);
  return (
    <div
      class="lightbox"
      role="dialog"
      aria-modal="true"
      aria-label={image.name}
      onClick={close}
      onKeyDown={(event) => {
        if (event.key === 'Tab') event.preventDefault();
      }}
    >
      <button type="button" class="icon" ref={button} aria-label={t('back')} onClick={close}>
        <Icon name="close" />
      </button>
      <img src={image.url} alt={image.name} />
    </div>
  );
}
