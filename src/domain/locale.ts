/** The two languages that Zhike speaks, and how one is chosen. */
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** The supported locale nearest to a BCP 47 tag: every Chinese is `zh-CN`, everything else that is known is `en`. */
export function localeOf(tag: string | null | undefined): Locale | null {
  if (!tag) return null;
  return /^zh\b/i.test(tag) ? 'zh-CN' : 'en';
}

/** The language a text is written in, or null when it has no letters (numbers, emoji). */
export function localeOfText(text: string): Locale | null {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}+/gu)?.length ?? 0;
  if (han === 0 && latin === 0) return null;
  return han * 2 >= latin ? 'zh-CN' : 'en';
}
