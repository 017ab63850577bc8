/** Accounts of channels as the console reads and changes them. */
import { queryOptions } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import type { InboxShape } from '../../../contract/shapes.ts';
import { api, type ResponseOf } from '../../ui/api.ts';
import { queryClient } from '../data/queries.ts';
import type zhCN from '../i18n/zh-CN.json';

type Listed = ResponseOf<'GET /api/v1/inboxes'>;
export type CheckResult = ResponseOf<'POST /api/v1/inboxes/{id}/actions/{action}'>;

/** The page around a form has name, switch, health and the account's removal from sight; the form has all the rest. */
export type InboxFormProps = {
  inbox: InboxShape;
  /** Resolves with the account as it now stands; rejects with `ApiError`, whose fields are named `settings.<key>`. */
  save(settings: Record<string, unknown>): Promise<InboxShape>;
  /** Runs a step of the set-up against the real account. */
  run(action: string, input?: unknown): Promise<CheckResult>;
};

const KEY = ['inboxes'] as const;

export const inboxesQuery = queryOptions({
  queryKey: KEY,
  queryFn: ({ signal }) => api('GET /api/v1/inboxes', { signal }),
  staleTime: 0,
});

/** Puts the inbox as the server gave it back in its place, or at the end. */
export function keepInbox(inbox: InboxShape): InboxShape {
  queryClient.setQueryData<Listed>(KEY, (old) => {
    if (!old) return old;
    const known = old.items.some(({ id }) => id === inbox.id);
    return {
      ...old,
      items: known ? old.items.map((one) => (one.id === inbox.id ? inbox : one)) : [...old.items, inbox],
    };
  });
  return inbox;
}

type Health = keyof (typeof zhCN)['inboxes']['health'];

/** What is wrong with an account, in words; null when nothing is known to be. */
export function healthWords(t: TFunction, { health }: InboxShape): string | null {
  if (!health) return null;
  const { code, params } = health;
  return t(`inboxes.health.${code as Health}`, { ...params, defaultValue: t('inboxes.health.other', { code }) });
}
