/** The browser's history, shared by the router and by those who send people somewhere without knowing its pages. */
import { createBrowserHistory } from '@tanstack/react-router';

export const BASE = '/console';
export const history = createBrowserHistory();

/** The present place below the console, with its search; what `next` carries. */
export function here(): string {
  const { href } = history.location;
  return href.startsWith(BASE) ? href.slice(BASE.length) || '/' : '/';
}

/** Replaces the present place. `path` is below the console. */
export function goTo(path: string, search: Record<string, string> = {}): void {
  const query = new URLSearchParams(search).toString();
  history.replace(`${BASE}${path}${query === '' ? '' : `?${query}`}`);
}
