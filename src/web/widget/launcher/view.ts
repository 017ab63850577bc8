/** The launcher on the page: button, badge, preview, panel. It draws what it is told and reports what was pressed. */
import type { Options } from './options.ts';
import { dress, type Make } from './style.ts';

const PATHS = {
  chat: 'M12 3C6.5 3 2 6.9 2 11.7c0 2.7 1.4 5.1 3.7 6.7-.1 1-.5 2-1.2 2.9 1.7-.2 3.2-.8 4.4-1.6 1 .2 2 .4 3.1.4 5.5 0 10-3.9 10-8.7S17.5 3 12 3ZM7.5 13a1.3 1.3 0 1 1 0-2.6 1.3 1.3 0 0 1 0 2.6Zm4.5 0a1.3 1.3 0 1 1 0-2.6 1.3 1.3 0 0 1 0 2.6Zm4.5 0a1.3 1.3 0 1 1 0-2.6 1.3 1.3 0 0 1 0 2.6Z',
  close: 'M5.3 8.3a1 1 0 0 1 1.4 0L12 13.6l5.3-5.3a1 1 0 1 1 1.4 1.4l-6 6a1 1 0 0 1-1.4 0l-6-6a1 1 0 0 1 0-1.4Z',
};

function drawIcon(): { svg: SVGSVGElement; set(path: string): void } {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  const shape = document.createElementNS(space, 'path');
  for (const [name, value] of [
    ['viewBox', '0 0 24 24'],
    ['width', '30'],
    ['height', '30'],
    ['aria-hidden', 'true'],
  ] as const)
    svg.setAttribute(name, value);
  shape.setAttribute('fill', 'currentColor');
  svg.append(shape);
  return { svg, set: (next) => shape.setAttribute('d', next) };
}

/** Whatever the host's rules say, this element is a plain point in the corner; its children place themselves. */
function placeHost(host: HTMLElement): void {
  for (const [name, value] of [
    ['all', 'initial'],
    ['position', 'fixed'],
    ['z-index', '2147483000'],
    ['bottom', '0'],
    ['width', '0'],
    ['height', '0'],
  ] as const)
    host.style.setProperty(name, value, 'important');
}

type Placing = { place(): void; stop(): void; phone(): boolean };

/** Full screen on phones, following the keyboard; a corner window elsewhere. Gives the way to stop following. */
function placePanel(panel: HTMLElement, options: Options, isOpen: () => boolean): Placing {
  const phone = matchMedia('(max-width:480px)');
  const viewport = window.visualViewport;
  const root = document.documentElement.style;
  let locked: string | null = null;
  const place = (): void => {
    const full = phone.matches;
    const box: Record<string, string> = full
      ? {
          top: `${viewport?.offsetTop ?? 0}px`,
          bottom: 'auto',
          left: '0',
          right: '0',
          width: '100%',
          height: viewport ? `${viewport.height}px` : '100%',
          'border-radius': '0',
        }
      : {
          top: 'auto',
          bottom: 'calc(92px + env(safe-area-inset-bottom,0px))',
          left: 'auto',
          right: 'auto',
          [options.side]: '20px',
          width: 'min(392px,calc(100vw - 40px))',
          height: 'min(660px,calc(100vh - 112px))',
          'border-radius': '18px',
        };
    for (const name of Object.keys(box)) panel.style.setProperty(name, box[name] ?? '');
    const lock = full && isOpen();
    if (lock && locked === null) {
      locked = root.overflow;
      root.overflow = 'hidden';
    } else if (!lock && locked !== null) {
      root.overflow = locked;
      locked = null;
    }
  };
  viewport?.addEventListener('resize', place);
  viewport?.addEventListener('scroll', place);
  window.addEventListener('resize', place);
  return {
    place,
    phone: () => phone.matches,
    stop() {
      viewport?.removeEventListener('resize', place);
      viewport?.removeEventListener('scroll', place);
      window.removeEventListener('resize', place);
    },
  };
}

type Pressed = { toggle(): void; close(): void; intent(): void };

export class View {
  readonly host = document.createElement('zhike-chat');
  private readonly options: Options;
  private readonly pressed: Pressed;
  private readonly root: ShadowRoot;
  private readonly make: Make;
  private readonly panel: HTMLElement;
  private readonly preview: HTMLElement;
  private readonly words: HTMLButtonElement;
  private readonly button: HTMLButtonElement;
  private readonly badge: HTMLElement;
  private readonly icon = drawIcon();
  private readonly placing: Placing;
  private isOpen = false;
  private unread = 0;
  private notice: HTMLElement | null = null;

  constructor(options: Options, pressed: Pressed) {
    this.options = options;
    this.pressed = pressed;
    this.root = this.host.attachShadow({ mode: 'open' });
    this.make = dress(this.root, options);
    this.panel = this.make('div', 'panel');
    this.preview = this.make('div', 'preview');
    this.words = this.makeButton('words', pressed.toggle);
    this.button = this.makeButton('launch', pressed.toggle);
    this.badge = this.make('span', 'badge');
    const dismiss = this.makeButton('dismiss', () => this.hidePreview());
    dismiss.textContent = '\u00d7';
    dismiss.setAttribute('aria-label', options.texts.dismiss);
    this.button.append(this.icon.svg, this.badge);
    this.preview.append(this.words, dismiss);
    this.root.append(this.button, this.preview, this.panel);
    this.button.addEventListener('pointerenter', pressed.intent);
    this.button.addEventListener('focus', pressed.intent);
    this.host.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.isOpen) pressed.close();
    });
    placeHost(this.host);
    this.placing = placePanel(this.panel, options, () => this.isOpen);
    this.hidePreview();
    this.setOpen(false);
  }

  /** Puts the frame of the chat into the panel. */
  showFrame(frame: HTMLIFrameElement): void {
    this.panel.append(frame);
  }

  setOpen(open: boolean): void {
    this.isOpen = open;
    const { style } = this.panel;
    style.visibility = open ? 'visible' : '';
    style.opacity = open ? '1' : '';
    style.transform = open ? 'none' : '';
    this.placing.place();
    this.paint();
  }

  setUnread(count: number): void {
    this.unread = count;
    this.paint();
  }

  showPreview(text: string): void {
    this.words.textContent = text;
    this.preview.style.display = '';
  }

  hidePreview(): void {
    this.preview.style.display = 'none';
  }

  /** `loading`, then `blocked` with a way to the full page, or nothing. */
  setNotice(kind: 'loading' | 'blocked' | null): void {
    this.notice?.remove();
    this.notice = null;
    if (!kind) return;
    const { texts, fullPageUrl } = this.options;
    const notice = this.make('div', 'notice');
    notice.setAttribute('role', 'status');
    notice.append(texts[kind]);
    if (kind === 'blocked') {
      const link = this.make('a', 'link');
      link.href = fullPageUrl;
      link.target = '_blank';
      link.rel = 'noopener';
      link.textContent = texts.fullPage;
      notice.append(link);
    }
    const close = this.makeButton('quit', this.pressed.close);
    close.textContent = texts.close;
    notice.append(close);
    this.panel.append(notice);
    this.notice = notice;
  }

  /** Whether the focus is on something of ours. */
  hasFocus(): boolean {
    return this.root.activeElement !== null;
  }

  focusButton(): void {
    this.button.focus();
  }

  destroy(): void {
    this.setOpen(false);
    this.placing.stop();
    this.host.remove();
  }

  private makeButton(look: string, press: () => void): HTMLButtonElement {
    const button = this.make('button', look);
    button.type = 'button';
    button.onclick = press;
    return button;
  }

  private paint(): void {
    const { texts } = this.options;
    const calling = this.unread ? texts.unread.replace('{n}', String(this.unread)) : texts.open;
    this.button.setAttribute('aria-expanded', String(this.isOpen));
    this.button.setAttribute('aria-label', this.isOpen ? texts.close : calling);
    this.button.style.display = this.isOpen && this.placing.phone() ? 'none' : '';
    this.icon.set(this.isOpen ? PATHS.close : PATHS.chat);
    this.badge.style.display = this.unread && !this.isOpen ? '' : 'none';
    this.badge.textContent = this.unread > 99 ? '99+' : String(this.unread);
  }
}
