/** The frame around every room: navigation, connection, and the live stream for as long as somebody is signed in. */

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { App } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { makeCourier } from '../data/courier.ts';
import { countsQuery, listQuery, onSignedOut } from '../data/queries.ts';
import { useHotkeys } from '../kit/hotkeys.ts';
import { LoadingPage } from '../kit/pages.tsx';
import { useWaitingInTitle } from '../kit/title.ts';
import { openStream } from '../live/stream.ts';
import { closeOutbox, openOutbox, wakeOutbox } from '../state/outbox.ts';
import { expire, useMe } from '../state/session.ts';
import { Nav } from './nav.tsx';
import '../styles/shell.css';

const ShortcutsSheet = lazy(async () => ({ default: (await import('./shortcuts-sheet.tsx')).ShortcutsSheet }));

export function Shell() {
  const { t } = useTranslation();
  const me = useMe();
  const [sheet, setSheet] = useState(false);
  useSession(me.agent.id);
  const waiting = useAttention();
  useWaitingInTitle(waiting.total);
  useHotkeys([['?', () => setSheet(true)]]);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <Nav me={me} waiting={waiting.total} onShortcuts={() => setSheet(true)} />
      <div className="shell-main" id="main" tabIndex={-1}>
        <Suspense fallback={<LoadingPage />}>
          <Outlet />
        </Suspense>
      </div>
      {sheet ? (
        <Suspense fallback={null}>
          <ShortcutsSheet onClose={() => setSheet(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** Stream and outbox live as long as this person is signed in. */
function useSession(agentId: string): void {
  const { message } = App.useApp();
  useEffect(() => {
    onSignedOut(expire);
    openOutbox(agentId, makeCourier({ signedOut: expire }));
    const stream = openStream({ online: wakeOutbox, signedOut: expire });
    return () => {
      stream.close();
      closeOutbox();
      message.destroy();
    };
  }, [agentId, message]);
}

/** What wants this person: everybody who waits, and what customers said in one's own conversations. */
function useAttention(): { total: number } {
  const { data: counts } = useQuery(countsQuery);
  const { data: mine } = useInfiniteQuery(listQuery('mine'));
  const unread = mine?.pages.flatMap((page) => page.items).reduce((sum, row) => sum + row.unread, 0) ?? 0;
  return { total: (counts?.waiting ?? 0) + unread };
}
