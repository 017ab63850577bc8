/** Whole pages that are not a room: loading, not found, no right, broken. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';
import { useTitle } from './title.ts';
import { errorWords } from './words.ts';

export function LoadingPage() {
  const { t } = useTranslation();
  return (
    <main className="page-center" aria-busy="true">
      <p className="muted">{t('app.loading')}</p>
    </main>
  );
}

function ToInbox() {
  const { t } = useTranslation();
  return (
    <Link className="btn primary" to="/inbox/$view/{-$conversationId}" params={{ view: 'waiting' }}>
      <Icon name="inbox" /> {t('page.toInbox')}
    </Link>
  );
}

export function NotFoundPage() {
  const { t } = useTranslation();
  useTitle(t('page.notFound'));
  return (
    <main className="page-center">
      <Notice icon="help" title={t('page.notFound')} hint={t('page.notFoundHint')}>
        <ToInbox />
      </Notice>
    </main>
  );
}

export function NoRightPage() {
  const { t } = useTranslation();
  useTitle(t('page.noRight'));
  return (
    <main className="page-center">
      <Notice icon="lock" title={t('page.noRight')} hint={t('page.noRightHint')}>
        <ToInbox />
      </Notice>
    </main>
  );
}

export function CrashPage({ error }: { error: unknown }) {
  const { t } = useTranslation();
  useTitle(t('page.crashed'));
  return (
    <main className="page-center" role="alert">
      <Notice icon="alert" title={t('page.crashed')} hint={t('page.crashedHint')}>
        <p className="notice-id">{errorWords(t, error)}</p>
        <button type="button" className="btn primary" onClick={() => location.reload()}>
          {t('act.reload')}
        </button>
      </Notice>
    </main>
  );
}
