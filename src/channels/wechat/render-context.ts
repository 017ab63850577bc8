/** For whom and with what means an activity is rendered, and the words that rendering adds. */
import type { Locale } from '../../domain/locale.ts';
import type { WeChatCapabilities } from './account.ts';
import type { LinkStyle } from './plain-text.ts';
import texts from './render-texts.json' with { type: 'json' };

/** A message before its files are uploaded; `contentUrl` names the file. */
export type WeChatMessage =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'image'; contentUrl: string }
  | { msgtype: 'news'; news: { articles: [{ title: string; description: string; url: string; picurl: string }] } }
  | {
      msgtype: 'msgmenu';
      msgmenu: { head_content: string; list: { id: string; content: string }[]; tail_content: string };
    };

export type RenderContext = {
  locale: Locale;
  /** The place of the activity in its conversation; ids of choices are made from it. */
  seq: number;
  capabilities: WeChatCapabilities;
  /** An address of ours or the shop's as a customer may follow it; null: not for customers. */
  absolute(href: string): string | null;
  /** A signed link to a file; null where there is none. */
  fileLink(contentUrl: string): string | null;
  /** A link to this conversation on the web, for what does not fit; null where there is none. */
  webLink: string | null;
  /** WeChat itself marks the message (`aimsgcontext`): the words need no label of their own. */
  nativeAiLabel: boolean;
};

type Words = Record<keyof (typeof texts)['en'], string>;

export function wording({ locale }: { locale: Locale }): Words {
  return texts[locale];
}

export function fill(context: { locale: Locale }, key: keyof Words, params: Record<string, string> = {}): string {
  return wording(context)[key].replace(/\{(\w+)\}/g, (_whole, name: string) => params[name] ?? '');
}

/** For links of a text: where they lead is checked. */
export function styleOf({ capabilities: { anchors }, absolute }: RenderContext): LinkStyle {
  return { anchors, absolute };
}

/** For links that we made ourselves. */
export function givenAsIs({ capabilities: { anchors } }: RenderContext): LinkStyle {
  return { anchors, absolute: (href) => href };
}
