/** What the visitor has said and the server has not yet confirmed: kept over reloads, sent in order, one at a time. */
import type { Posted } from './direct-line.ts';

export type Outgoing = {
  /** `clientActivityID`: the same on every try, so that repeating is harmless. */
  id: string;
  at: number;
  text: string;
  /** Names of the files that go with it; their bytes do not survive a reload. */
  files: string[];
  /** Fields beside the text, for buttons that carry a value. */
  extra: Record<string, unknown>;
  state: 'waiting' | 'sending' | 'sent' | 'failed';
  /** Error code of the server, or `reselect` when the files were lost by a reload. */
  reason: string | null;
};

type Shelf = { get(key: string): string | null; set(key: string, value: string | null): void; keys(): string[] };
type Options = {
  shelf: Shelf;
  send(item: Outgoing): Promise<Posted>;
  changed(items: readonly Outgoing[]): void;
  now(): number;
};
const PREFIX = 'zhike.out.';
const LONGEST_PAUSE_MS = 15_000;

/** One key per message: two tabs never overwrite each other's queue. */
function restore(shelf: Shelf): Outgoing[] {
  return shelf
    .keys()
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => read(shelf.get(key)))
    .filter((item) => item !== null)
    .sort((a, b) => a.at - b.at);
}

function read(text: string | null): Outgoing | null {
  try {
    const item = JSON.parse(text ?? '') as Outgoing;
    if (typeof item.id !== 'string' || typeof item.text !== 'string' || !Array.isArray(item.files)) return null;
    if (item.files.length > 0) return { ...item, state: 'failed', reason: 'reselect' };
    return { ...item, state: item.state === 'failed' ? 'failed' : 'waiting' };
  } catch {
    return null;
  }
}

export class Outbox {
  private readonly options: Options;
  private list: readonly Outgoing[];
  private busy = false;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.options = options;
    this.list = restore(options.shelf);
  }

  items(): readonly Outgoing[] {
    return this.list;
  }

  add(message: Pick<Outgoing, 'id' | 'text' | 'files' | 'extra'>): void {
    const item: Outgoing = { ...message, at: this.options.now(), state: 'waiting', reason: null };
    this.list = [...this.list, item];
    this.keep(item);
    this.options.changed(this.list);
    void this.pump();
  }

  retry(id: string): void {
    this.change(id, { state: 'waiting', reason: null });
    void this.pump();
  }

  /** The network may be back: try at once. */
  flush(): void {
    void this.pump();
  }

  /** These are in the history now, or the visitor has thrown them away. */
  remove(ids: readonly string[]): void {
    for (const id of ids) this.options.shelf.set(PREFIX + id, null);
    const left = this.list.filter((item) => !ids.includes(item.id));
    if (left.length === this.list.length) return;
    this.list = left;
    this.options.changed(left);
  }

  private async pump(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    while (await this.sendHead());
    this.busy = false;
  }

  /** True when the next one may go. */
  private async sendHead(): Promise<boolean> {
    const head = this.list.find((item) => item.state === 'waiting');
    if (!head) return false;
    this.change(head.id, { state: 'sending' });
    const outcome = await this.options.send(head).catch((): Posted => ({ kind: 'later', afterMs: 0 }));
    if (outcome.kind === 'later') {
      this.change(head.id, { state: 'waiting' });
      this.tries += 1;
      const pause = Math.min(500 * 2 ** this.tries, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
      this.timer = setTimeout(() => this.pump(), Math.max(outcome.afterMs, pause));
      return false;
    }
    this.tries = 0;
    if (outcome.kind === 'sent') this.change(head.id, { state: 'sent' });
    else this.change(head.id, { state: 'failed', reason: outcome.code || String(outcome.status) });
    return true;
  }

  private change(id: string, patch: Partial<Outgoing>): void {
    const item = this.list.find((each) => each.id === id);
    if (!item) return;
    const changed = { ...item, ...patch };
    this.list = this.list.map((each) => (each === item ? changed : each));
    this.keep(changed);
    this.options.changed(this.list);
  }

  private keep(item: Outgoing): void {
    this.options.shelf.set(PREFIX + item.id, item.state === 'sent' ? null : JSON.stringify(item));
  }
}
