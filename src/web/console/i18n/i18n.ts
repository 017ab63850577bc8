/** The console's two languages: one is loaded at a time, chosen by the person, else by the browser. */

import type { Locale as AntdLocale } from 'antd/es/locale';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Locale } from '../../../domain/locale.ts';
import type knowledgeZhCN from '../knowledge/texts.zh-CN.json';
import { readLocal, writeLocal } from '../state/local.ts';
import type zhCN from './zh-CN.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console';
    resources: { console: typeof zhCN; knowledge: typeof knowledgeZhCN };
  }
}

const KEY = 'zk.lang';
const LOADERS: Record<Locale, () => Promise<[{ default: object }, { default: AntdLocale }]>> = {
  'zh-CN': () => Promise.all([import('./zh-CN.json'), import('antd/es/locale/zh_CN')]),
  en: () => Promise.all([import('./en.json'), import('antd/es/locale/en_US')]),
};
const antdLocales = new Map<string, AntdLocale>();

export const i18n = i18next.createInstance();

export function currentLocale(): Locale {
  return i18n.language === 'en' ? 'en' : 'zh-CN';
}

/** Ant Design's own words for the present language. */
export function antdLocale(): AntdLocale | undefined {
  return antdLocales.get(currentLocale());
}

export async function startI18n(): Promise<void> {
  await i18n.use(initReactI18next).init({
    lng: 'zh-CN',
    fallbackLng: false,
    defaultNS: 'console',
    ns: ['console'],
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  const stored = readLocal(KEY);
  await changeLocale(
    stored === 'en' || stored === 'zh-CN' ? stored : navigator.language.startsWith('zh') ? 'zh-CN' : 'en',
  );
}

/** Loads the language if need be, then switches every text of the page. */
export async function changeLocale(locale: Locale): Promise<void> {
  if (!i18n.hasResourceBundle(locale, 'console')) {
    const [texts, antd] = await LOADERS[locale]();
    i18n.addResourceBundle(locale, 'console', texts.default);
    antdLocales.set(locale, antd.default);
  }
  await i18n.changeLanguage(locale);
  document.documentElement.lang = locale;
  writeLocal(KEY, locale);
}
