/** One entry of the conversation: a message of somebody, or a line about the conversation itself. */
import type { ComponentChildren } from 'preact';
import { Icon } from './icons.tsx';
import { Out, Rich } from './rich.tsx';
import type { Texts } from './texts.ts';
import type { Entry, Line, Message } from './thread.ts';
import type { File } from './wire.ts';

export type Tools = { t: Texts; enlarge(image: { url: string; name: string }): void; settle(): void };

/** Our own files are fetched from this very host, whatever public name the server gave them; others are only linked. */
function ownFile(url: string | null): string | null {
  if (!url) return null;
  try {
    const { pathname, search } = new URL(url, location.origin);
    return pathname.startsWith('/v3/directline/attachments/') ? pathname + search : null;
  } catch {
    return null;
  }
}

function Attachment({ file, tools: { t, enlarge, settle } }: { file: File; tools: Tools }) {
  const own = ownFile(file.url);
  const image = file.contentType.startsWith('image/');
  const name = file.name ?? t(image ? 'image' : 'file');
  if (own && image)
    return (
      <button
        type="button"
        class="picture"
        aria-label={t('enlarge', { name })}
        onClick={() => enlarge({ url: own, name })}
      >
        <img src={own} alt={name} onLoad={settle} />
      </button>
    );
  const inner = (
    <>
      <Icon name="file" size={20} />
      <span>{name}</span>
    </>
  );
  if (own)
    return (
      <a class="file" href={own} download={name}>
        {inner}
      </a>
    );
  return (
    <span class="file">
      {file.url ? (
        <Out href={file.url} t={t}>
          {inner}
        </Out>
      ) : (
        inner
      )}
    </span>
  );
}

function Origin({ message, t }: { message: Message; t: Texts }) {
  if (!message.label && !message.source) return null;
  return (
    <div class="meta">
      {message.label && <span class="label">{t(message.label === 'ai' ? 'labelAi' : 'labelAuto')}</span>}
      {message.source && (
        <span>
          {t('source')}
          <Out href={message.source.url} t={t}>
            {message.source.title}
          </Out>
        </span>
      )}
    </div>
  );
}

/** The frame of a message: who, the bubble, and what stands under it. */
export function Row(props: {
  mine: boolean;
  head: boolean;
  name: string;
  agent?: boolean;
  children: ComponentChildren;
  below?: ComponentChildren;
}) {
  const { mine, head, name, agent, children, below } = props;
  return (
    <div class={`row ${mine ? 'mine' : 'theirs'}${head ? ' head' : ''}`}>
      {!mine && (
        <div class={`avatar${agent ? ' agent' : ''}`}>{head && (agent ? [...name][0] : <Icon name="bot" />)}</div>
      )}
      <div class="column">
        <div class={head && !mine ? 'name' : 'hidden'}>{name}</div>
        {children}
        {below}
      </div>
    </div>
  );
}

function nameOf(message: Message, t: Texts): string {
  if (message.speaker === 'customer') return t('you');
  return message.name ?? t(message.speaker === 'agent' ? 'agent' : 'bot');
}

function MessageView({ message, head, tools }: { message: Message; head: boolean; tools: Tools }) {
  const { t } = tools;
  const mine = message.speaker === 'customer';
  return (
    <Row
      mine={mine}
      head={head}
      name={nameOf(message, t)}
      agent={message.speaker === 'agent'}
      below={<Origin message={message} t={t} />}
    >
      {message.text && (
        <div class="bubble" {...(message.locale ? { lang: message.locale } : {})}>
          <Rich text={message.text} markdown={message.markdown} t={t} />
        </div>
      )}
      {message.files.map((file) => (
        <Attachment key={file.url ?? file.name} file={file} tools={tools} />
      ))}
    </Row>
  );
}

function LineView({ line, t }: { line: Line; t: Texts }) {
  return <p class="line">{t(line.text, { name: line.name ?? t('agent') })}</p>;
}

const drawn = new WeakMap<Entry, { head: boolean; node: ComponentChildren }>();

/** The drawing of an entry, made once: entries never change, so thousands of them cost nothing to draw again. */
export function drawEntry(entry: Entry, head: boolean, tools: Tools): ComponentChildren {
  const known = drawn.get(entry);
  if (known?.head === head) return known.node;
  const node =
    entry.kind === 'line' ? (
      <LineView key={entry.key} line={entry} t={tools.t} />
    ) : (
      <MessageView key={entry.key} message={entry} head={head} tools={tools} />
    );
  drawn.set(entry, { head, node });
  return node;
}
