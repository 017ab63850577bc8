/** A WeChat account as it is configured, and what its kind may do. */

/** `service` 服务号; `subscription` 订阅号, verified; `unverified`: no customer-service API; `miniprogram` 小程序. */
export const ACCOUNT_KINDS = ['service', 'subscription', 'unverified', 'miniprogram'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** What is needed to believe a callback and to answer in it. The format (XML or JSON) is each request's own. */
export type CallbackAccount = {
  appId: string;
  /** The token of the callback, not the access token. */
  token: string;
  /** EncodingAESKeys, current first, then the previous one; with any set, only encrypted bodies are believed. */
  aesKeys: readonly string[];
};

/** What a customer of this account can be shown. */
export type WeChatCapabilities = {
  /** The customer-service API; without it everything leaves as the passive reply to a message, one at a time. */
  customSend: boolean;
  /** How choices are offered: tappable menu, tappable links in a text, or numbers to type. */
  choices: 'msgmenu' | 'links' | 'numbers';
  /** `<a href>` in texts; without it addresses are written out. */
  anchors: boolean;
  /** Cards as one `news` article; without it as text. */
  news: boolean;
  images: boolean;
  typing: boolean;
  /** Messages that one answer may take; what does not fit is behind a link. */
  maxMessages: number;
};

const CAPABILITIES: Record<AccountKind, WeChatCapabilities> = {
  service: {
    customSend: true,
    choices: 'msgmenu',
    anchors: true,
    news: true,
    images: true,
    typing: true,
    maxMessages: 3,
  },
  subscription: {
    customSend: true,
    choices: 'links',
    anchors: true,
    news: false,
    images: true,
    typing: false,
    maxMessages: 3,
  },
  unverified: {
    customSend: false,
    choices: 'numbers',
    anchors: true,
    news: false,
    images: true,
    typing: false,
    maxMessages: 3,
  },
  miniprogram: {
    customSend: true,
    choices: 'numbers',
    anchors: false,
    news: false,
    images: true,
    typing: true,
    maxMessages: 3,
  },
};

/** What WeChat said an account may not use after all (40200, 48001). */
export type Refused = { menus?: boolean; customSend?: boolean };

export function capabilitiesOf(kind: AccountKind, refused: Refused = {}): WeChatCapabilities {
  const capabilities = CAPABILITIES[kind];
  return {
    ...capabilities,
    ...(refused.menus && capabilities.choices === 'msgmenu' ? { choices: 'links' } : {}),
    ...(refused.customSend ? { customSend: false, typing: false } : {}),
  };
}
