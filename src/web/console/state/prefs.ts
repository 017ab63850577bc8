/** What a person set on this device: theme and the side panel. */
import { create } from 'zustand';
import { readLocal, writeLocal } from './local.ts';

export type Theme = 'light' | 'dark';
type Prefs = { theme: Theme; side: boolean; setTheme: (theme: Theme) => void; setSide: (side: boolean) => void };

function firstTheme(): Theme {
  const stored = readLocal('zk.theme');
  if (stored === 'light' || stored === 'dark') return stored;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

export const usePrefs = create<Prefs>((set) => ({
  theme: firstTheme(),
  side: readLocal('zk.side') !== 'closed',
  setTheme: (theme) => {
    writeLocal('zk.theme', theme);
    set({ theme });
  },
  setSide: (side) => {
    writeLocal('zk.side', side ? 'open' : 'closed');
    set({ side });
  },
}));
