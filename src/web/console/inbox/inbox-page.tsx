/** The inbox: views and list, the open conversation, and what is known about it. */
import { useNavigate, useParams } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { View } from '../../../contract/shapes.ts';
import { PHONE, useMedia } from '../kit/media.ts';
import { Notice } from '../kit/notice.tsx';
import { useTitle } from '../kit/title.ts';
import { ConversationPane } from '../thread/conversation-pane.tsx';
import { ListPane } from './list-pane.tsx';
import '../styles/inbox.css';

export function InboxPage() {
  const { t } = useTranslation();
  const { view, conversationId } = useParams({ from: '/shell/inbox/$view/{-$conversationId}' });
  const phone = useMedia(PHONE);
  const navigate = useNavigate();
  useTitle(t('nav.inbox'));
  const open = useCallback(
    (id: string | undefined) =>
      void navigate({
        to: '/inbox/$view/{-$conversationId}',
        params: (now) => ({
          view: now.view ?? 'waiting',
          ...(id === undefined ? { conversationId: undefined } : { conversationId: id }),
        }),
      }),
    [navigate],
  );
  return (
    <main className={`inbox${conversationId ? ' has-open' : ''}`}>
      {phone && conversationId ? null : (
        <ListPane key={view} view={view as View} selected={conversationId ?? null} onOpen={open} />
      )}
      {conversationId ? (
        <ConversationPane key={conversationId} id={conversationId} onBack={() => open(undefined)} />
      ) : phone ? null : (
        <section className="pane-empty">
          <Notice icon="inbox" title={t('empty.none')} hint={t('empty.noneHint')} />
        </section>
      )}
    </main>
  );
}
