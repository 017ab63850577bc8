/** What the addresses of the knowledge pages may carry; anything else is dropped. */
import type { ArticleFilter } from './queries.ts';

export type ListSearch = {
  search?: string | undefined;
  state?: ArticleFilter['state'];
  category?: string | undefined;
  locale?: ArticleFilter['locale'];
  mark?: ArticleFilter['mark'];
};

const STATES = ['draft', 'review', 'scheduled', 'published', 'retired'] as const;
const MARKS = ['conflict', 'expired', 'expiring', 'unhelpful', 'vague', 'unused', 'untested'] as const;
const LOCALES = ['zh-CN', 'en'] as const;

const oneOf = <T extends string>(values: readonly T[], given: unknown): T | undefined =>
  values.find((value) => value === given);
const words = (given: unknown): string | undefined =>
  typeof given === 'string' && given !== ''
    ? given.slice(0, 200)
    : typeof given === 'number'
      ? String(given)
      : undefined;

export function readListSearch(given: Record<string, unknown>): ListSearch {
  const found: ListSearch = {
    search: words(given.search),
    state: oneOf(STATES, given.state),
    category: words(given.category),
    locale: oneOf(LOCALES, given.locale),
    mark: oneOf(MARKS, given.mark),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
