/** The one root: language, theme, Ant Design's settings and the router. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App, theme as antdTheme, ConfigProvider, type ThemeConfig } from 'antd';
import { useEffect } from 'react';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { queryClient } from './data/queries.ts';
import { antdLocale, i18n } from './i18n/i18n.ts';
import { TitleWriter } from './kit/title.ts';
import { router } from './router.tsx';
import { type Theme, usePrefs } from './state/prefs.ts';

const FONTS = 'system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';
const LIGHT: ThemeConfig['token'] = {
  colorPrimary: '#1558bd',
  colorLink: '#1558bd',
  colorError: '#c02b2b',
  colorTextDescription: '#595959',
  colorTextTertiary: '#595959',
  colorTextPlaceholder: '#6b6b6b',
  fontFamily: FONTS,
};
const DARK: ThemeConfig['token'] = {
  colorPrimary: '#3f7fe0',
  colorLink: '#8ab6ff',
  colorError: '#ff8a80',
  colorTextDescription: '#b3bac4',
  colorTextTertiary: '#b3bac4',
  colorTextPlaceholder: '#9aa3ae',
  fontFamily: FONTS,
  colorBgContainer: '#1c2128',
  colorBgElevated: '#242a33',
};
const THEMES: Record<Theme, ThemeConfig> = {
  light: { cssVar: { key: 'zk' }, token: LIGHT },
  dark: {
    cssVar: { key: 'zk' },
    algorithm: antdTheme.darkAlgorithm,
    token: DARK,
    // White on the bright primary of the dark theme would be too faint.
    components: { Button: { colorPrimary: '#2a66c8', colorPrimaryHover: '#2f6fd6', colorPrimaryActive: '#2459b0' } },
  },
};
// The attribute is hidden from scripts; the property is not.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

export function ConsoleApp() {
  return (
    <I18nextProvider i18n={i18n}>
      <QueryClientProvider client={queryClient}>
        <Themed />
      </QueryClientProvider>
    </I18nextProvider>
  );
}

function Themed() {
  useTranslation();
  const theme = usePrefs((prefs) => prefs.theme);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const locale = antdLocale();
  return (
    <ConfigProvider
      {...(locale ? { locale } : {})}
      button={{ autoInsertSpace: false }}
      csp={{ nonce }}
      theme={THEMES[theme]}
    >
      <App message={{ maxCount: 2, top: 72 }} className="root">
        <TitleWriter />
        <RouterProvider router={router} />
      </App>
    </ConfigProvider>
  );
}
