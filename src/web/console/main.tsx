/** Starts the agent console. */
import './trusted-types.ts';
import './styles/base.css';
import { createRoot } from 'react-dom/client';
import { ConsoleApp } from './app.tsx';
import { startI18n } from './i18n/i18n.ts';
import { readLocal, writeLocal } from './state/local.ts';

const RELOADED = 'zk.reloaded';

// After a deploy an open tab asks for files that are gone: one reload brings the new ones.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(readLocal(RELOADED) ?? 0);
  if (Date.now() - last < 60_000) return;
  event.preventDefault();
  writeLocal(RELOADED, String(Date.now()));
  location.reload();
});

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
await startI18n();
createRoot(root).render(<ConsoleApp />);
