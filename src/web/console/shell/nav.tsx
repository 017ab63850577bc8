/** The rail: rooms above, the person's own switches below; a bar at the bottom on phones. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Me } from '../../../contract/shapes.ts';
import type { Locale } from '../../../domain/locale.ts';
import { api } from '../../ui/api.ts';
import { keys } from '../data/keys.ts';
import { queryClient } from '../data/queries.ts';
import { changeLocale, currentLocale } from '../i18n/i18n.ts';
import { Icon, type IconName } from '../kit/icon.tsx';
import { errorWords } from '../kit/words.ts';
import { usePrefs } from '../state/prefs.ts';
import { leave, may } from '../state/session.ts';
import { ConnectionPill } from './connection-pill.tsx';

export function Nav({ me, waiting, onShortcuts }: { me: Me; waiting: number; onShortcuts: () => void }) {
  const { t } = useTranslation();
  return (
    <nav className="nav" aria-label={t('nav.label')}>
      <img
        className="nav-logo"
        src={new URL('../icon.svg', import.meta.url).href}
        alt={t('app.name')}
        width="32"
        height="32"
      />
      <Link
        className="nav-item"
        to="/inbox/$view/{-$conversationId}"
        params={{ view: 'waiting' }}
        activeOptions={{ exact: false }}
      >
        <Icon name="inbox" size={20} />
        <span>{t('nav.inbox')}</span>
        {waiting > 0 ? <b className="nav-badge">{waiting > 99 ? '99+' : waiting}</b> : null}
      </Link>
      <Link className="nav-item" to="/knowledge" activeOptions={{ exact: false, includeSearch: false }}>
        <Icon name="book" size={20} />
        <span>{t('nav.knowledge')}</span>
      </Link>
      <Link className="nav-item" to="/timing">
        <Icon name="clock" size={20} />
        <span>{t('nav.timing')}</span>
      </Link>
      {may(me, 'inbox.manage') ? (
        <Link className="nav-item" to="/inboxes" activeOptions={{ exact: false }}>
          <Icon name="channels" size={20} />
          <span>{t('nav.inboxes')}</span>
        </Link>
      ) : null}
      {may(me, 'agent.manage') ? (
        <Link className="nav-item" to="/team">
          <Icon name="team" size={20} />
          <span>{t('nav.team')}</span>
        </Link>
      ) : null}
      {may(me, 'audit.read') ? (
        <Link className="nav-item" to="/settings" activeOptions={{ exact: false }}>
          <Icon name="gear" size={20} />
          <span>{t('nav.settings')}</span>
        </Link>
      ) : null}
      <Link className="nav-item" to="/profile">
        <Icon name="person" size={20} />
        <span>{t('nav.profile')}</span>
      </Link>
      <div className="nav-rest">
        <Switches onShortcuts={onShortcuts} />
        <ConnectionPill />
      </div>
    </nav>
  );
}

function Switches({ onShortcuts }: { onShortcuts: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { theme, setTheme } = usePrefs();
  const failed = (error: Error) => void message.error(errorWords(t, error));
  const language = useMutation({ mutationFn: switchLanguage, onError: failed });
  const exit = useMutation({ mutationFn: leave, onError: failed });
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <>
      <NavButton icon="help" label={t('nav.shortcuts')} onClick={onShortcuts} />
      <NavButton icon="globe" label={t('nav.language')} onClick={() => language.mutate()} />
      <NavButton
        icon={other === 'dark' ? 'moon' : 'sun'}
        label={t(other === 'dark' ? 'nav.themeDark' : 'nav.themeLight')}
        onClick={() => setTheme(other)}
      />
      <NavButton icon="exit" label={t('nav.signOut')} onClick={() => exit.mutate()} />
    </>
  );
}

function NavButton({ icon, label, onClick }: { icon: IconName; label: string; onClick: () => void }) {
  return (
    <button type="button" className="nav-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} size={18} />
    </button>
  );
}

async function switchLanguage(): Promise<void> {
  const locale: Locale = currentLocale() === 'en' ? 'zh-CN' : 'en';
  await changeLocale(locale);
  queryClient.setQueryData(keys.me, await api('PATCH /api/v1/me', { body: { locale } }));
}
