/** The chat's mind: the one state that the screen shows, and what a visitor can do to it. */

import { CREDENTIAL_KEY } from '../bridge.ts';
import type { Memory } from '../memory.ts';
import { type Connection, DirectLine, type Posted, type Upload } from './direct-line.ts';
import { plainText } from './markdown.ts';
import { Outbox, type Outgoing } from './outbox.ts';
import { type Entry, entryOf, type Line, type Message, mergeEntries, personOf, unreadAfter } from './thread.ts';
import type { Activity, Button } from './wire.ts';

export type ChatState = {
  connection: Connection;
  /** Whether the history has been read once. */
  loaded: boolean;
  entries: Entry[];
  /** Said here, not yet in `entries`. */
  outgoing: readonly Outgoing[];
  /** Percent of an upload by its message id. */
  progress: Record<string, number>;
  /** Who is typing; `text` holds an answer in the making. */
  typing: { name: string | null; text: string } | null;
  person: string | null;
  /** First entry that came while nobody looked. */
  divider: string | null;
  /** Newest message of somebody else that came while the page was open, for announcing. */
  announced: Message | null;
};

/** A file on its way; `upload` sends the form of all files of one message. */
export type SendFile = { name: string; type: string; url: string; blob: Blob };
type Uploader = (
  files: SendFile[],
  activity: Record<string, unknown>,
  progress: (percent: number) => void,
) => Uploading;
type Uploading = { run: Upload; abort(): void };

type Options = {
  origin: string;
  locale: string;
  memory: Memory;
  /** Out of a link to a conversation of another channel. */
  continueCode: string | null;
  prepareUpload: Uploader;
  newId(): string;
  tellCredential(value: string | null): void;
  tellUnread(count: number, preview: string): void;
};

const PREVIEW_LENGTH = 70;
const READ_KEY = 'zhike.read';
const TYPING_EVERY_MS = 3_000;
const TYPING_SHOWN_MS = 6_000;
/** How long a first message waits for the greeting. */
const GREETING_MS = 1_000;
const STREAM_SHOWN_MS = 30_000;

const NOTHING: ChatState = {
  connection: 'connecting',
  loaded: false,
  entries: [],
  outgoing: [],
  progress: {},
  typing: null,
  person: null,
  divider: null,
  announced: null,
};

const isForeign = (entry: Entry): entry is Message => entry.kind === 'message' && entry.speaker !== 'customer';
const isOwn = (entry: Entry): boolean => entry.kind === 'message' && entry.speaker === 'customer';

export class Chat {
  private readonly options: Options;
  private readonly line: DirectLine;
  private readonly outbox: Outbox;
  private readonly listeners = new Set<() => void>();
  private readonly files = new Map<string, SendFile[]>();
  private readonly uploads = new Map<string, Uploading>();
  private current: ChatState;
  private looking = false;
  private read: string | null;
  private lastTyping = 0;
  private onlineSince = 0;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    const { memory, origin, locale } = options;
    this.options = options;
    this.read = memory.get(READ_KEY);
    this.outbox = new Outbox({
      shelf: memory,
      now: () => Date.now(),
      send: (item) => this.deliver(item),
      changed: (items) => this.set({ outgoing: items }),
    });
    this.current = { ...NOTHING, outgoing: this.outbox.items() };
    this.line = new DirectLine({
      origin,
      locale,
      credential: {
        read: () => memory.get(CREDENTIAL_KEY),
        write(value) {
          memory.set(CREDENTIAL_KEY, value);
          options.tellCredential(value);
        },
      },
      continuation: { code: options.continueCode, lapsed: () => this.tell('linkLapsed') },
      hooks: {
        activities: (activities, history) => this.receive(activities, history),
        connection: (connection) => this.connect(connection),
        renewed: () => this.restart(),
      },
    });
  }

  state(): ChatState {
    return this.current;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    this.line.start();
  }

  /** Network or visibility changed: look at once. */
  nudge(online: boolean): void {
    this.line.nudge(online);
    this.outbox.flush();
  }

  send(text: string, files: SendFile[] = []): void {
    this.say(text, { files });
  }

  press(button: Button): void {
    const { type, title, value } = button;
    const text = typeof value === 'string' ? value : null;
    if (type === 'postBack') this.say(text ?? title, { extra: { value, channelData: { postBack: true } } });
    else if (type === 'messageBack') {
      const channelData = { messageBack: { displayText: button.displayText ?? title } };
      this.say(button.text ?? title, { extra: { value, channelData } });
    } else this.say(text ?? title, {});
  }

  retry(id: string): void {
    this.outbox.retry(id);
  }

  remove(id: string): void {
    this.uploads.get(id)?.abort();
    this.files.delete(id);
    this.outbox.remove([id]);
  }

  /** The visitor is writing. */
  compose(): void {
    if (Date.now() - this.lastTyping < TYPING_EVERY_MS || this.current.connection !== 'online') return;
    this.lastTyping = Date.now();
    void this.line.post({ type: 'typing' });
  }

  /** Whether the end of the conversation is before somebody's eyes. */
  look(looking: boolean): void {
    if (looking === this.looking) return;
    this.looking = looking;
    if (!looking && this.current.divider) this.set({ divider: null });
    this.reportUnread();
  }

  private set(patch: Partial<ChatState>): void {
    this.current = { ...this.current, ...patch };
    for (const listener of this.listeners) listener();
  }

  private connect(connection: Connection): void {
    if (connection !== this.current.connection) {
      if (connection === 'online') this.onlineSince = Date.now();
      this.set({ connection });
    }
    if (connection === 'online') this.outbox.flush();
  }

  private say(text: string, { files = [], extra = {} }: { files?: SendFile[]; extra?: Record<string, unknown> }): void {
    this.lastTyping = 0;
    if (this.current.divider) this.set({ divider: null });
    const id = this.options.newId();
    if (files.length > 0) this.files.set(id, files);
    this.outbox.add({ id, text, files: files.map((file) => file.name), extra });
  }

  /** The greeting comes before the first question, even when that was asked by a button of the shop. */
  private isTooEarly(): boolean {
    if (this.current.connection === 'connecting') return true;
    return this.current.entries.length === 0 && Date.now() - this.onlineSince < GREETING_MS;
  }

  private async deliver(item: Outgoing): Promise<Posted> {
    if (this.isTooEarly()) return { kind: 'later', afterMs: 0 };
    const channelData = { ...(item.extra.channelData as object | undefined), clientActivityID: item.id };
    const activity = { type: 'message', text: item.text, locale: this.options.locale, ...item.extra, channelData };
    const files = this.files.get(item.id);
    if (!files) return this.line.post(activity);
    const upload = this.options.prepareUpload(files, activity, (percent) =>
      this.set({ progress: { ...this.current.progress, [item.id]: percent } }),
    );
    this.uploads.set(item.id, upload);
    const outcome = await this.line.upload(upload.run);
    this.uploads.delete(item.id);
    return outcome;
  }

  private receive(activities: Activity[], history: boolean): void {
    for (const activity of activities) if (activity.type === 'typing') this.showTyping(activity);
    if (activities.some(({ type, speaker }) => type === 'message' && speaker !== 'customer')) this.stopTyping();
    const entries = activities.map(entryOf).filter((entry) => entry !== null);
    this.append(entries, history);
    this.outbox.remove(activities.map((activity) => activity.clientId).filter((id) => id !== null));
    if (history && !this.current.loaded) this.set({ loaded: true });
    if (entries.length > 0) this.outbox.flush();
  }

  private restart(): void {
    if (this.current.entries.length > 0) this.tell('restarted');
  }

  private tell(text: Line['text']): void {
    this.append([{ kind: 'line', key: this.options.newId(), text, name: null, at: Date.now() }], false);
  }

  private append(added: Entry[], history: boolean): void {
    const { entries: before, divider, announced } = this.current;
    const entries = mergeEntries(before, added);
    if (entries === before) return;
    const news = entries.slice(before.length);
    const foreign = news.filter(isForeign);
    const cut = history || this.looking ? divider : (divider ?? foreign[0]?.key ?? null);
    this.set({
      entries,
      person: personOf(entries),
      loaded: true,
      divider: news.some(isOwn) ? null : cut,
      announced: history ? announced : (foreign[foreign.length - 1] ?? announced),
    });
    this.reportUnread();
  }

  private reportUnread(): void {
    const { entries } = this.current;
    const last = entries[entries.length - 1];
    // Without a mark, as where storage is blocked, everything counts as read.
    if (last && last.key !== this.read && (this.looking || this.read === null)) {
      this.read = last.key;
      this.options.memory.set(READ_KEY, last.key);
    }
    const unread = this.looking ? [] : unreadAfter(entries, this.read);
    const newest = unread[unread.length - 1];
    this.options.tellUnread(unread.length, newest ? shorten(plainText(newest.text)) : '');
  }

  private showTyping(activity: Activity): void {
    if (activity.speaker === 'customer') return;
    if (activity.stream === 'final') {
      this.stopTyping();
      return;
    }
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.stopTyping(), activity.text ? STREAM_SHOWN_MS : TYPING_SHOWN_MS);
    this.set({ typing: { name: activity.speakerName, text: activity.text } });
  }

  private stopTyping(): void {
    clearTimeout(this.typingTimer);
    if (this.current.typing) this.set({ typing: null });
  }
}

function shorten(text: string): string {
  return text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH)}…` : text;
}
