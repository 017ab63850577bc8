/** An account's settings as the form holds them, and keys as WeChat wants them. */
import type { InboxShape } from '../../../contract/shapes.ts';

export type Kind = 'service' | 'subscription' | 'unverified' | 'miniprogram';
export type MenuLeaf = { name: string; type: 'click' | 'view'; say: string; url: string };
export type MenuButton = MenuLeaf & { children: MenuLeaf[] };
export type Notice = { kind: 'template' | 'subscribe'; templateId: string; fields: { name: string; value: string }[] };
export type WeChatSettings = {
  kind: Kind;
  mode: 'plain' | 'compatible' | 'safe';
  appId: string;
  nativeAiLabel: boolean;
  notice: Notice | null;
  menu: MenuButton[];
};

/** The server has checked them; what is missing is as on a new account. */
export function settingsOf({ settings }: InboxShape): WeChatSettings {
  const given = settings as Partial<WeChatSettings>;
  return {
    kind: given.kind ?? 'service',
    mode: given.mode ?? 'safe',
    appId: given.appId ?? '',
    nativeAiLabel: given.nativeAiLabel ?? false,
    notice: given.notice ?? null,
    menu: given.menu ?? [],
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 32 for a token, 43 for an EncodingAESKey; every letter is as likely as another. */
export function randomKey(length: number): string {
  const letters: string[] = [];
  while (letters.length < length)
    for (const byte of crypto.getRandomValues(new Uint8Array(length)))
      if (byte < 248 && letters.length < length) letters.push(LETTERS[byte % 62] ?? '');
  return letters.join('');
}
