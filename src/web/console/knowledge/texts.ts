/** The words of the knowledge pages, which come with them and not with the inbox. */
import { useTranslation } from 'react-i18next';
import { i18n } from '../i18n/i18n.ts';
import en from './texts.en.json';
import zhCN from './texts.zh-CN.json';

i18n.addResourceBundle('zh-CN', 'knowledge', zhCN);
i18n.addResourceBundle('en', 'knowledge', en);

export function useTexts() {
  return useTranslation('knowledge').t;
}
