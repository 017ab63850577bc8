/** The open conversation: header with its acts, the talk, the composer, and the side panel. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationDetail } from '../../../contract/shapes.ts';
import { ApiError } from '../../ui/api.ts';
import { conversationQuery } from '../data/apply.ts';
import { ConfirmDialog } from '../kit/dialog.tsx';
import { useHotkeys } from '../kit/hotkeys.ts';
import { Icon } from '../kit/icon.tsx';
import { useMedia, WIDE } from '../kit/media.ts';
import { FailedNotice, Notice } from '../kit/notice.tsx';
import type { Mode } from '../state/drafts.ts';
import { usePrefs } from '../state/prefs.ts';
import { useMe } from '../state/session.ts';
import { ComposerPanel } from './composer-panel.tsx';
import { Thread } from './thread.tsx';
import { ThreadHeader } from './thread-header.tsx';
import { ThreadSkeleton } from './thread-skeleton.tsx';
import { useActs } from './use-acts.ts';
import '../styles/thread.css';

const SidePanel = lazy(async () => ({ default: (await import('../side/side-panel.tsx')).SidePanel }));
const ResolveDialog = lazy(() =>
  import('../clocks/resolve-dialog.tsx').then(({ ResolveDialog }) => ({ default: ResolveDialog })),
);

export function ConversationPane({ id, onBack }: { id: string; onBack: () => void }) {
  const { t } = useTranslation();
  const query = useQuery(conversationQuery(id));
  if (query.data) return <Opened conversation={query.data} onBack={onBack} />;
  const missing = query.error instanceof ApiError && (query.error.status === 404 || query.error.status === 400);
  return (
    <section className="thread-pane" aria-busy={query.isPending}>
      <header className="thread-head">
        <BackButton onBack={onBack} />
      </header>
      {query.isPending ? <ThreadSkeleton /> : null}
      {missing ? <Notice icon="help" title={t('thread.notFound')} hint={t('thread.notFoundHint')} /> : null}
      {query.error && !missing ? (
        <FailedNotice title={t('thread.loadFailed')} error={query.error} onRetry={() => void query.refetch()} />
      ) : null}
    </section>
  );
}

function Opened({ conversation, onBack }: { conversation: ConversationDetail; onBack: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const wide = useMedia(WIDE);
  const prefs = usePrefs();
  const [drawer, setDrawer] = useState(false);
  const [mode, setMode] = useState<Mode>('reply');
  const box = useRef<HTMLTextAreaElement>(null);
  const write = useCallback((next: Mode) => {
    setMode(next);
    // After the render that brings the box of this mode.
    queueMicrotask(() => requestAnimationFrame(() => box.current?.focus()));
  }, []);
  const wantsBox = useRef(false);
  const acts = useActs(conversation, me, () => {
    wantsBox.current = true;
  });
  const mine = conversation.status === 'human' && conversation.owner?.id === me.agent.id;
  useEffect(() => {
    // The box of a conversation that was just taken over exists only now.
    if (mine && wantsBox.current) write('reply');
    wantsBox.current = false;
  }, [mine, write]);
  const ownerName = conversation.owner?.name ?? t('event.somebody');
  const sideOpen = wide ? prefs.side : drawer;
  const setSide = wide ? prefs.setSide : setDrawer;
  useHotkeys([
    ['KeyR', () => write('reply')],
    ['KeyN', () => write('note')],
    ['BracketRight', () => setSide(!sideOpen)],
    ['KeyO', acts.takeOver],
    ['KeyB', acts.handBack],
    ['KeyE', acts.resolve],
  ]);
  return (
    <>
      <section className="thread-pane" aria-label={t('thread.label')}>
        <ThreadHeader
          conversation={conversation}
          meId={me.agent.id}
          acts={acts}
          sideOpen={sideOpen}
          onSide={() => setSide(!sideOpen)}
          back={<BackButton onBack={onBack} />}
        />
        <Thread id={conversation.id} unread={conversation.unread} meId={me.agent.id} />
        <ComposerPanel
          conversation={conversation}
          me={me}
          mode={mode}
          onMode={write}
          box={box}
          takeOver={acts.takeOver}
          busy={acts.busy}
        />
      </section>
      {acts.closing ? (
        <Suspense>
          <ResolveDialog
            promises={conversation.promises}
            busy={acts.busy}
            onConfirm={acts.closing.confirm}
            onClose={acts.closing.close}
          />
        </Suspense>
      ) : null}
      {acts.asking ? (
        <ConfirmDialog
          title={t('act.takeFrom', { name: ownerName })}
          text={t('act.takeFromConfirm', { name: ownerName })}
          action={t('act.takeOver')}
          onConfirm={acts.asking.confirm}
          onClose={acts.asking.close}
        />
      ) : null}
      {sideOpen ? (
        <>
          {wide ? null : (
            <button
              type="button"
              className="side-shade"
              aria-label={t('side.close')}
              onClick={() => setDrawer(false)}
            />
          )}
          <Suspense fallback={<aside className="side" aria-busy="true" />}>
            <SidePanel conversation={conversation} onClose={() => setSide(false)} />
          </Suspense>
        </>
      ) : null}
    </>
  );
}

function BackButton({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation();
  return (
    <button type="button" className="icon-btn only-phone" aria-label={t('thread.back')} onClick={onBack}>
      <Icon name="back" size={20} />
    </button>
  );
}
