/**
 * The one script a shop puts into its pages: draws the button, loads the chat on the first sign of intent, and gives
 * the page `Zhike.open / close / toggle / send / on / destroy`. Calls made before it loaded wait in an array:
 * `(window.Zhike = window.Zhike || []).push(['open'])`.
 */
import { CREDENTIAL_KEY, readMessage, type ToChat } from '../bridge.ts';
import { openMemory } from '../memory.ts';
import { type Options, readOptions } from './options.ts';
import { View } from './view.ts';

/** How long the frame may stay silent before the visitor is offered the full page. */
const READY_MS = 8_000;

type Name = 'ready' | 'open' | 'close' | 'unread';
type Listener = { name: Name; hear(value?: number): void };
type Call = [method: string, ...rest: unknown[]];

class Launcher {
  private readonly options: Options;
  private readonly memory = openMemory();
  private readonly view: View;
  private readonly listeners = new Set<Listener>();
  private readonly waiting: string[] = [];
  private readonly observer = new MutationObserver(() => this.attach());
  private readonly hear = (event: MessageEvent): void => this.read(event);
  private frame: HTMLIFrameElement | null = null;
  private ready = false;
  private isOpen = false;
  private previewed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Options) {
    this.options = options;
    this.view = new View(options, {
      toggle: () => this.toggle(),
      close: () => this.close(),
      intent: () => this.load(),
    });
    window.addEventListener('message', this.hear);
    this.attach();
    this.observer.observe(document, { childList: true });
    this.observer.observe(document.documentElement, { childList: true });
    if (this.memory.get(CREDENTIAL_KEY)) whenIdle(() => this.load());
  }

  open(): void {
    this.load();
    if (this.isOpen) return;
    this.isOpen = true;
    this.view.setOpen(true);
    this.view.hidePreview();
    if (wantsFocus()) this.frame?.focus();
    this.tell({ zhike: 'open', focus: wantsFocus() });
    this.emit('open');
  }

  close(): void {
    if (!this.isOpen) return;
    const focused = this.view.hasFocus();
    this.isOpen = false;
    this.view.setOpen(false);
    if (focused) this.view.focusButton();
    this.tell({ zhike: 'close' });
    this.emit('close');
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Opens the chat and sends the text as the visitor's message. */
  send(text: string): void {
    this.open();
    if (this.ready) this.tell({ zhike: 'send', text: String(text) });
    else this.waiting.push(String(text));
  }

  /** Listens to `ready`, `open`, `close`, `unread` (with the count); gives the way to stop. */
  on(name: Name, hear: (value?: number) => void): () => void {
    const listener = { name, hear };
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.observer.disconnect();
    window.removeEventListener('message', this.hear);
    this.view.destroy();
    Reflect.deleteProperty(window, 'Zhike');
  }

  /** Frameworks that rebuild the document take the element away; it comes back. Beside `body`, no transform moves it. */
  private attach(): void {
    if (!this.view.host.isConnected) document.documentElement.append(this.view.host);
  }

  private load(): void {
    if (this.frame) return;
    const frame = document.createElement('iframe');
    frame.style.cssText = 'display:block;position:absolute;top:0;left:0;width:100%;height:100%;border:0';
    frame.title = this.options.texts.frame;
    frame.src = this.options.chatUrl;
    this.frame = frame;
    this.view.showFrame(frame);
    this.view.setNotice('loading');
    this.timer = setTimeout(() => this.view.setNotice('blocked'), READY_MS);
  }

  private tell(message: ToChat): void {
    if (this.ready) this.frame?.contentWindow?.postMessage(message, this.options.origin);
  }

  private read({ origin, source, data }: MessageEvent): void {
    if (origin !== this.options.origin || !this.frame || source !== this.frame.contentWindow) return;
    const message = readMessage(data);
    if (message?.zhike === 'ready') this.begin();
    else if (message?.zhike === 'close') this.close();
    else if (message?.zhike === 'credential') {
      const { credential } = message;
      this.memory.set(CREDENTIAL_KEY, typeof credential === 'string' ? credential : null);
    } else if (message?.zhike === 'unread') this.showUnread(Number(message.count) || 0, String(message.preview ?? ''));
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.view.setNotice(null);
    this.ready = true;
    const credential = this.memory.get(CREDENTIAL_KEY);
    this.tell({ zhike: 'init', credential, open: this.isOpen, focus: this.isOpen && wantsFocus() });
    for (const text of this.waiting.splice(0)) this.tell({ zhike: 'send', text });
    this.emit('ready');
  }

  private showUnread(count: number, preview: string): void {
    this.view.setUnread(count);
    if (count === 0) this.view.hidePreview();
    else if (preview && !this.isOpen && !this.previewed) {
      this.previewed = true;
      this.view.showPreview(preview);
    }
    this.emit('unread', count);
  }

  private emit(name: Name, value?: number): void {
    for (const listener of this.listeners) if (listener.name === name) listener.hear(value);
  }
}

/** On touch screens the focus would raise the keyboard over half the chat. */
function wantsFocus(): boolean {
  return !matchMedia('(pointer:coarse)').matches;
}

/** What the page gets to hold: plain functions that may be passed around. */
function publish(launcher: Launcher) {
  const api = {
    open: () => launcher.open(),
    close: () => launcher.close(),
    toggle: () => launcher.toggle(),
    send: (text: string) => launcher.send(text),
    on: (name: Name, hear: (value?: number) => void) => launcher.on(name, hear),
    destroy: () => launcher.destroy(),
    push: ([method, ...rest]: Call): void => {
      (api as unknown as Record<string, ((...values: unknown[]) => unknown) | undefined>)[method]?.(...rest);
    },
  };
  return api;
}

function whenIdle(act: () => void): void {
  const later = (): unknown =>
    'requestIdleCallback' in window ? requestIdleCallback(act, { timeout: 3_000 }) : setTimeout(act, 1_000);
  if (document.readyState === 'complete') later();
  else window.addEventListener('load', later, { once: true });
}

const page = window as unknown as { Zhike?: Call[] | ReturnType<typeof publish> };
// The snippet twice on a page is one launcher.
if (!page.Zhike || Array.isArray(page.Zhike)) {
  const calls = page.Zhike ?? [];
  const options = readOptions();
  if (options) {
    const api = publish(new Launcher(options));
    page.Zhike = api;
    for (const call of calls) api.push(call);
  }
}
