/** The frame of the knowledge pages: title, what can be done, and the way between them. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitle } from '../kit/title.ts';
import { may, useMe } from '../state/session.ts';
import { useTexts } from './texts.ts';
import '../styles/pages.css';
import './knowledge.css';

export function KnowledgeFrame({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  const t = useTexts();
  const me = useMe();
  useTitle(t('title'));
  const writes = may(me, 'knowledge.draft');
  return (
    <main className="page k-page">
      <header className="page-head">
        <h1>{t('title')}</h1>
        <span className="k-row">{actions}</span>
      </header>
      <nav className="k-tabs" aria-label={t('tabs.label')}>
        <Link to="/knowledge" activeOptions={{ exact: true, includeSearch: false }}>
          {t('tabs.articles')}
        </Link>
        {writes ? <Link to="/knowledge/gaps">{t('tabs.gaps')}</Link> : null}
        {writes ? <Link to="/knowledge/import">{t('tabs.import')}</Link> : null}
        <Link to="/knowledge/engine">{t('tabs.engine')}</Link>
      </nav>
      {children}
    </main>
  );
}

/** A labelled control with its hint. */
export function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label className="k-field">
      <span className="k-label">{label}</span>
      {children}
      {hint ? <span className="k-hint">{hint}</span> : null}
    </label>
  );
}

/** 23 % */
export function usePercent(): (share: number) => string {
  const { i18n } = useTranslation();
  return (share) =>
    new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: share < 0.1 ? 1 : 0 }).format(
      share,
    );
}
