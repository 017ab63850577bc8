/** The conversation on the screen: it stays at the end while the reader is there, and keeps the place when not. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { drawEntry, Row, type Tools } from './bubble.tsx';
import type { Chat, ChatState } from './chat.ts';
import { Icon } from './icons.tsx';
import type { Outgoing } from './outbox.ts';
import { Rich } from './rich.tsx';
import type { Key, Lang, Texts } from './texts.ts';
import type { Entry, Message } from './thread.ts';

const PAGE = 30;
const NEAR_END = 80;
const SAME_BREATH_MS = 5 * 60_000;
const STAMP_AFTER_MS = 15 * 60_000;

type Props = {
  chat: Chat;
  state: ChatState;
  open: boolean;
  lang: Lang;
  t: Texts;
  enlarge: Tools['enlarge'];
  onEnd(atEnd: boolean): void;
};

export function Log({ chat, state, open, lang, t, enlarge, onEnd }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const stick = useRef(true);
  const before = useRef(0);
  const [atEnd, setAtEnd] = useState(true);
  const [pages, setPages] = useState(1);
  const toEnd = (): void => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  const settle = (): void => {
    if (stick.current) toEnd();
  };
  const measure = (): void => {
    const element = box.current;
    if (!element) return;
    stick.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    setAtEnd(stick.current);
    onEnd(stick.current);
  };
  const tools = useRef<Tools>({ t, enlarge, settle }).current;

  const said = state.outgoing.length;
  useLayoutEffect(() => {
    if (said > 0) stick.current = true;
  }, [said]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the content changes; the functions read refs alone.
  useLayoutEffect(() => {
    if (before.current && box.current) box.current.scrollTop = box.current.scrollHeight - before.current;
    else settle();
    before.current = 0;
    measure();
  }, [state.entries, state.outgoing, state.typing, pages]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the panel opens; the functions read refs alone.
  useEffect(() => {
    if (!open) return;
    const divider = box.current?.querySelector('.divider');
    if (divider) divider.scrollIntoView({ block: 'start' });
    else settle();
    measure();
  }, [open]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the observer lives as long as the box.
  useEffect(() => {
    if (!box.current || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(settle);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, state.entries.length - pages * PAGE);
  const showEarlier = (): void => {
    before.current = (box.current?.scrollHeight ?? 0) - (box.current?.scrollTop ?? 0);
    setPages(pages + 1);
  };
  return (
    <main class="log-frame">
      <div
        class="log"
        ref={box}
        role="log"
        aria-live="off"
        aria-label={t('conversation')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={measure}
      >
        {!state.loaded && <p class="line pulse">{t('connecting')}</p>}
        {first > 0 && (
          <button type="button" class="quiet" onClick={showEarlier}>
            {t('earlier')}
          </button>
        )}
        {drawEntries(state.entries, first, { divider: state.divider, lang, tools })}
        {state.outgoing.map((item, index) => (
          <Pending key={item.id} item={item} head={index === 0} percent={state.progress[item.id]} chat={chat} t={t} />
        ))}
        {state.outgoing.length === 0 && lastIsMine(state.entries) && <p class="state">{t('sent')}</p>}
        {state.typing && (
          <Typing name={state.typing.name ?? t('bot')} text={state.typing.text} person={state.person !== null} t={t} />
        )}
        <Suggestions chat={chat} state={state} t={t} />
      </div>
      {!atEnd && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" size={18} />
          {t(state.divider ? 'toNew' : 'toEnd')}
        </button>
      )}
    </main>
  );
}

function drawEntries(
  entries: Entry[],
  first: number,
  look: { divider: string | null; lang: Lang; tools: Tools },
): ComponentChildren[] {
  const out: ComponentChildren[] = [];
  for (let index = first; index < entries.length; index += 1) {
    const entry = entries[index] as Entry;
    const previous = entries[index - 1];
    const gap = entry.at - (previous?.at ?? 0);
    if (index === first || gap > STAMP_AFTER_MS)
      out.push(<Stamp key={`t${entry.key}`} at={entry.at} lang={look.lang} />);
    if (entry.key === look.divider)
      out.push(
        <p class="divider" key="divider">
          {look.tools.t('newMessages')}
        </p>,
      );
    out.push(drawEntry(entry, gap > SAME_BREATH_MS || !sameVoice(previous, entry), look.tools));
  }
  return out;
}

function sameVoice(a: Entry | undefined, b: Entry): boolean {
  return a?.kind === 'message' && b.kind === 'message' && a.speaker === b.speaker && a.name === b.name;
}

function lastIsMine(entries: readonly Entry[]): boolean {
  const last = entries[entries.length - 1];
  return last?.kind === 'message' && last.speaker === 'customer';
}

function Stamp({ at, lang }: { at: number; lang: Lang }) {
  if (!at) return null;
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
  const text = new Intl.DateTimeFormat(lang, today ? clock : { ...clock, month: 'short', day: 'numeric' }).format(date);
  return (
    <p class="stamp">
      <time dateTime={date.toISOString()}>{text}</time>
    </p>
  );
}

const REASONS: Record<string, Key> = {
  reselect: 'reasonReselect',
  TooLarge: 'reasonTooLarge',
  NotSupported: 'reasonNotSupported',
  Cancelled: 'reasonCancelled',
};

type PendingProps = { item: Outgoing; head: boolean; percent: number | undefined; chat: Chat; t: Texts };
function Pending({ item, head, percent, chat, t }: PendingProps) {
  const failed = item.state === 'failed';
  const uploading = item.files.length > 0 && item.state === 'sending' && percent !== undefined && percent < 100;
  return (
    <Row
      mine
      head={head}
      name={t('you')}
      below={
        <div class={`state${failed ? ' failed' : ''}${item.state === 'sending' ? ' late' : ''}`}>
          {uploading ? t('uploading', { percent }) : t(item.state)}
          {failed && `：${t(REASONS[item.reason ?? ''] ?? 'reasonOther')}`}
          {failed && item.reason !== 'reselect' && (
            <button type="button" onClick={() => chat.retry(item.id)}>
              {t('retry')}
            </button>
          )}
          {(failed || uploading) && (
            <button type="button" onClick={() => chat.remove(item.id)}>
              {t(uploading ? 'cancelUpload' : 'delete')}
            </button>
          )}
        </div>
      }
    >
      {item.text && (
        <div class="bubble">
          <Rich text={item.text} markdown={false} t={t} />
        </div>
      )}
      {item.files.map((name) => (
        <span class="file" key={name}>
          <Icon name="file" size={20} />
          <span>{name}</span>
        </span>
      ))}
    </Row>
  );
}

function Typing({ name, text, person, t }: { name: string; text: string; person: boolean; t: Texts }) {
  return (
    <Row mine={false} head name={name} agent={person}>
      <div class="bubble">
        {text ? (
          <Rich text={text} markdown t={t} />
        ) : (
          <span class="dots" role="img" aria-label={t('typing', { name })}>
            <i />
            <i />
            <i />
          </span>
        )}
      </div>
    </Row>
  );
}

/** Buttons under the last message, as long as nobody has answered it. */
function Suggestions({ chat, state, t }: { chat: Chat; state: ChatState; t: Texts }) {
  const messages = state.entries.filter((entry): entry is Message => entry.kind === 'message');
  const last = messages[messages.length - 1];
  if (!last || last.speaker === 'customer' || last.buttons.length === 0) return null;
  if (state.outgoing.some((item) => item.state !== 'failed')) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset brings looks that old browsers can't undo.
    <div class="suggestions" role="group" aria-label={t('suggestions')}>
      {last.buttons.map((button) =>
        button.type === 'openUrl' || button.type === 'call' ? (
          <a
            key={button.title}
            class="suggestion"
            target="_blank"
            rel="noopener noreferrer"
            href={linkOf(button.type, String(button.value))}
          >
            {button.title}
          </a>
        ) : (
          <button key={button.title} type="button" class="suggestion" onClick={() => chat.press(button)}>
            {button.title}
          </button>
        ),
      )}
    </div>
  );
}

function linkOf(type: string, value: string): string {
  if (type === 'call') return `tel:${value.replace(/^tel:/, '')}`;
  return /^(https?:\/\/|\/[^/\\])/.test(value) ? value : '#';
}
