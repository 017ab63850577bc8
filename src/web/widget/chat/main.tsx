/** Starts the chat: inside the launcher's frame, or alone as the full page. */
import { render } from 'preact';
import { CREDENTIAL_KEY } from '../bridge.ts';
import { DEFAULT_COLOUR, inkOn, parseColour } from '../colour.ts';
import { openMemory } from '../memory.ts';
import { App } from './app.tsx';
import { Chat } from './chat.ts';
import { prepareUpload } from './files.ts';
import { meetHost } from './host.ts';
import { openTexts } from './texts.ts';
import './style.css';

/** How long a frame waits for its launcher before it starts by itself. */
const LONELY_MS = 2_000;

const query = new URLSearchParams(location.search);
const lang = /^zh/i.test(query.get('lang') || navigator.language || 'zh-CN') ? 'zh-CN' : 'en';
const colour = parseColour(query.get('color')) ?? DEFAULT_COLOUR;
const root = document.documentElement;
root.lang = lang;
root.style.setProperty('--brand', colour);
root.style.setProperty('--ink', inkOn(colour));

const memory = openMemory();
const t = openTexts(lang);
document.title = t('title');

function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let met = false;
const panel = { open: false, focus: 0, changed: (): void => undefined };
const host = meetHost(query.get('host'), (message) => {
  met = true;
  if (message.zhike === 'init') {
    if (message.credential && !memory.get(CREDENTIAL_KEY)) memory.set(CREDENTIAL_KEY, String(message.credential));
    if (message.open) show(message.focus);
    else if (memory.get(CREDENTIAL_KEY)) chat.start();
  } else if (message.zhike === 'open') show(message.focus);
  else if (message.zhike === 'send') chat.send(String(message.text).slice(0, 2_000));
  else if (message.zhike === 'close') {
    panel.open = false;
    panel.changed();
  }
});
root.classList.toggle('page', !host.embedded);

const continueCode = new URLSearchParams(location.hash.slice(1)).get('continue');
// Used up by what follows: neither the history nor a copied address should keep it.
if (continueCode) history.replaceState(null, '', location.pathname + location.search);

const chat = new Chat({
  origin: location.origin,
  locale: lang,
  memory,
  continueCode,
  prepareUpload,
  newId,
  tellCredential: (credential) => host.tell({ zhike: 'credential', credential }),
  tellUnread: (count, preview) => host.tell({ zhike: 'unread', count, preview }),
});

function show(focus: boolean): void {
  panel.open = true;
  if (focus) panel.focus += 1;
  panel.changed();
  chat.start();
}

for (const name of ['online', 'offline', 'pageshow']) window.addEventListener(name, () => chat.nudge(navigator.onLine));
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) chat.nudge(navigator.onLine);
});
if (!host.embedded) show(!matchMedia('(pointer:coarse)').matches);
else setTimeout(() => met || show(false), LONELY_MS);

const app = document.getElementById('app');
if (app)
  render(
    <App
      {...{ chat, t, lang, panel, memory }}
      close={host.embedded ? () => host.tell({ zhike: 'close' }) : null}
      prefill={query.get('q')}
    />,
    app,
  );
host.tell({ zhike: 'ready' });
