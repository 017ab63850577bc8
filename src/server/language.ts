/** The language of an answer: the client's first wish, Chinese where it has none. */
import type { Request } from 'express';
import { type Locale, localeOf } from '../domain/locale.ts';

export function languageOf(request: Request): Locale {
  const [first] = request.acceptsLanguages();
  return first === undefined || first === '*' ? 'zh-CN' : (localeOf(first) ?? 'zh-CN');
}
