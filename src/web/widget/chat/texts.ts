/** The chat's words in the visitor's language. */
import en from './texts.en.json' with { type: 'json' };
import zh from './texts.zh-CN.json' with { type: 'json' };

export type Key = keyof typeof zh;
export type Texts = (key: Key, values?: Record<string, string | number>) => string;
export type Lang = 'zh-CN' | 'en';

export function openTexts(lang: Lang): Texts {
  const table: Record<Key, string> = lang === 'en' ? en : zh;
  return (key, values) => table[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values?.[name] ?? whole));
}
