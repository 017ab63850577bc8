/** The channel's own words in mails, in the customer's language. */
import type { Locale } from '../../domain/locale.ts';
import en from './texts.en.json' with { type: 'json' };
import zh from './texts.zh-CN.json' with { type: 'json' };

export type WordKey = keyof typeof zh;
const TEXTS: Record<Locale, Record<WordKey, string>> = { 'zh-CN': zh, en };

export function words(locale: Locale, key: WordKey, params: Record<string, string> = {}): string {
  return TEXTS[locale][key].replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole);
}
