/** What the snippet asks for: the script tag's address and data attributes, read once. */
import { DEFAULT_COLOUR, inkOn, parseColour } from '../colour.ts';
import en from './texts.en.json' with { type: 'json' };
import zh from './texts.zh-CN.json' with { type: 'json' };

export type Options = {
  /** Where the script came from; the chat lives there. */
  origin: string;
  lang: 'zh-CN' | 'en';
  texts: typeof zh;
  colour: string;
  ink: string;
  side: 'left' | 'right';
  chatUrl: string;
  fullPageUrl: string;
};

/** Null when the script's own tag can't be found: then there is no address to talk to. */
export function readOptions(): Options | null {
  const script =
    (document.currentScript as HTMLScriptElement | null) ??
    document.querySelector<HTMLScriptElement>('script[src*="/widget.js"]');
  if (!script?.src) return null;
  const data = script.dataset;
  const origin = new URL(script.src).origin;
  const tag = data.lang || document.documentElement.lang || navigator.language || 'zh-CN';
  const lang = /^zh/i.test(tag) ? 'zh-CN' : 'en';
  const colour = parseColour(data.color) ?? DEFAULT_COLOUR;
  const fullPageUrl = `${origin}/chat?lang=${lang}&color=${colour.slice(1)}`;
  return {
    origin,
    lang,
    texts: lang === 'en' ? en : zh,
    colour,
    ink: inkOn(colour),
    side: data.side === 'left' ? 'left' : 'right',
    fullPageUrl,
    chatUrl: `${fullPageUrl}&host=${encodeURIComponent(location.origin)}`,
  };
}
