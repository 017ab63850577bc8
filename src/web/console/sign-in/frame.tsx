/** The page around signing in: name, language and theme within reach before anybody is known. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { changeLocale, currentLocale } from '../i18n/i18n.ts';
import { Icon } from '../kit/icon.tsx';
import { usePrefs } from '../state/prefs.ts';
import '../styles/sign-in.css';

export function SignInFrame({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useTranslation();
  const { theme, setTheme } = usePrefs();
  const other = theme === 'dark' ? 'light' : 'dark';
  const switchLabel = t(other === 'dark' ? 'nav.themeDark' : 'nav.themeLight');
  return (
    <main className="sign-in">
      <div className="sign-in-switches">
        <button
          type="button"
          className="icon-btn"
          aria-label={t('nav.language')}
          title={t('nav.language')}
          onClick={() => void changeLocale(currentLocale() === 'en' ? 'zh-CN' : 'en')}
        >
          <Icon name="globe" />
        </button>
        <button
          type="button"
          className="icon-btn"
          aria-label={switchLabel}
          title={switchLabel}
          onClick={() => setTheme(other)}
        >
          <Icon name={other === 'dark' ? 'moon' : 'sun'} />
        </button>
      </div>
      <div className="sign-in-card">
        <p className="sign-in-brand">
          <img src={new URL('../icon.svg', import.meta.url).href} alt="" width="36" height="36" />
          <b>{t('app.name')}</b>
          <span>{t('app.tagline')}</span>
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
