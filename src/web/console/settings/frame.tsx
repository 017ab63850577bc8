/** The settings of the whole desk: one head, and a tab for each page the person may open. */
import { Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NoRightPage } from '../kit/pages.tsx';
import { useTitle } from '../kit/title.ts';
import { may, useMe } from '../state/session.ts';
import '../styles/pages.css';
import '../styles/settings.css';

export function SettingsFrame() {
  const { t } = useTranslation();
  const me = useMe();
  useTitle(t('settings.title'));
  if (!may(me, 'audit.read')) return <NoRightPage />;
  return (
    <main className="page">
      <header className="page-head">
        <h1>{t('settings.title')}</h1>
      </header>
      <nav className="tabs" aria-label={t('settings.label')}>
        {may(me, 'clock.manage') ? (
          <>
            <Link to="/settings/hours">{t('settings.hours')}</Link>
            <Link to="/settings/sla">{t('settings.sla')}</Link>
          </>
        ) : null}
        <Link to="/settings/keys">{t('settings.keys')}</Link>
        <Link to="/settings/audit">{t('settings.audit')}</Link>
      </nav>
      <Outlet />
    </main>
  );
}
