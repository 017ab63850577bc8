/** Follows a media query. */
import { useSyncExternalStore } from 'react';

export const WIDE = '(min-width: 1200px)';
export const PHONE = '(max-width: 767.98px)';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}
