/** What an administrator sets up for an Official Account or a Mini Program, and the account that comes of it. */
import * as z from 'zod';
import type { Inbox } from '../../domain/inbox.ts';
import type { InboxSettings } from '../channel.ts';
import { ACCOUNT_KINDS, type AccountKind, type CallbackAccount } from './account.ts';
import { type Menu, menuSchema } from './menu.ts';

const line = (max: number) => z.string().trim().max(max);
const empty = z.literal('');

/** A message that WeChat lets us send when its window is closed; `fields` are the template's own, `{shop}` is filled. */
const noticeSchema = z.object({
  kind: z.enum(['template', 'subscribe']),
  templateId: line(100).min(1),
  fields: z.array(z.object({ name: line(40).min(1), value: line(60) })).max(10),
});
export type Notice = z.output<typeof noticeSchema>;

const settingsSchema = z.object({
  kind: z.enum(ACCOUNT_KINDS).default('service'),
  mode: z.enum(['plain', 'compatible', 'safe']).default('safe'),
  appId: line(64)
    .regex(/^[\w-]*$/)
    .default(''),
  secret: line(128).default(''),
  token: z.union([empty, line(32).regex(/^[A-Za-z0-9]{3,32}$/)]).default(''),
  aesKey: z.union([empty, line(43).regex(/^[A-Za-z0-9+/]{43}$/)]).default(''),
  previousAesKey: z.union([empty, line(43).regex(/^[A-Za-z0-9+/]{43}$/)]).default(''),
  nativeAiLabel: z.boolean().default(false),
  notice: noticeSchema.nullable().default(null),
  menu: menuSchema.default([]),
});

export const inboxSettings: InboxSettings = {
  schema: settingsSchema,
  secrets: ['secret', 'token', 'aesKey', 'previousAesKey'],
  // While the key is changed at WeChat too, messages come under either.
  keep: (given, { aesKey }) =>
    aesKey && given.aesKey !== undefined && given.aesKey !== aesKey ? { previousAesKey: aesKey } : {},
};

export type Account = {
  inboxId: string;
  kind: AccountKind;
  appId: string;
  secret: string;
  callback: CallbackAccount;
  nativeAiLabel: boolean;
  notice: Notice | null;
  menu: Menu;
};

/** null: what the callback or the API needs is missing. */
export function accountOf(inbox: Inbox): Account | null {
  const read = settingsSchema.safeParse({ ...inbox.settings, ...inbox.secrets });
  if (!read.success) return null;
  const { kind, mode, appId, secret, token, aesKey, previousAesKey, nativeAiLabel, notice, menu } = read.data;
  const encrypted = mode !== 'plain';
  if (appId === '' || token === '' || (encrypted && aesKey === '')) return null;
  const aesKeys = encrypted ? [aesKey, previousAesKey].filter((key) => key !== '') : [];
  return { inboxId: inbox.id, kind, appId, secret, callback: { appId, token, aesKeys }, nativeAiLabel, notice, menu };
}
