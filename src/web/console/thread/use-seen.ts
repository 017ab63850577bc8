/** Tells the server what this person has really seen: thread on screen, tab in front, end in view. */
import { useEffect, useSyncExternalStore } from 'react';
import { api } from '../../ui/api.ts';
import { knownRow, place } from '../data/apply.ts';

function subscribe(listener: () => void): () => void {
  const events = ['focus', 'blur', 'visibilitychange'] as const;
  for (const event of events) window.addEventListener(event, listener);
  document.addEventListener('visibilitychange', listener);
  return () => {
    for (const event of events) window.removeEventListener(event, listener);
    document.removeEventListener('visibilitychange', listener);
  };
}

export function useSeen({ id, seq, unread, atEnd }: { id: string; seq: number; unread: number; atEnd: boolean }): void {
  const looking = useSyncExternalStore(subscribe, () => document.visibilityState === 'visible' && document.hasFocus());
  useEffect(() => {
    if (!looking || !atEnd || unread === 0 || seq === 0) return;
    api('POST /api/v1/conversations/{id}/seen', { params: { id }, body: { seq } }).then(
      () => {
        const row = knownRow(id);
        if (row && row.seq <= seq) place({ ...row, unread: 0 });
      },
      () => {
        // It stays unread; the next look tells again.
      },
    );
  }, [id, seq, unread, atEnd, looking]);
}
