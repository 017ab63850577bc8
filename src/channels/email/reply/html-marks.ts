/** What mail clients call their parts in HTML: containers of old mail, borders, attributions, signatures, hidden text. */
import { hasAddress, hasTime } from './evidence.ts';
import { type Element, hasBelow, textBelow } from './html-tree.ts';

const attribute = (element: Element, name: string): string => element.attributes.get(name) ?? '';
const idOf = (element: Element): string => attribute(element, 'id').replace(/^(?:x_|ecx|m_-?\d{5,25}){1,3}/, '');
const classesOf = (element: Element): string[] =>
  attribute(element, 'class')
    .split(/\s+/)
    .map((name) => name.replace(/^(?:x_|ecx|m_-?\d{5,25}){1,3}/, ''));

const OLD_IDS = new Set(
  'OLK_SRC_BODY_SECTION isReplyContent reply139content origbody FMOriginalContent mail-editor-reference-message-container blockquote_zmail yahoo_quoted'.split(
    ' ',
  ),
);
const OLD_CLASSES =
  /^(?:ntes-mailmaster-quote\S{0,20}|(?:ydp\w{1,24})?yahoo_quoted|zmail_extra|protonmail_quote|proton-quote|tutanota_quote|FoxDiv\d+|OutlookMessageHeader|quoted_by_thunderbird|bluemail_quote|zimbra_quote|replyquote|moz-email-quote|edo_quote|mailspring-quote|front-blockquote)$/i;
const OLD_NAMES = new Set(['quote', 'messageReplySection', 'quoted-content']);
const CUT_IDS = new Set('divRplyFwdMsg replySplit oriMsgHtmlSeperator stopSpelling zwchr'.split(' '));
const SIGNATURE_IDS =
  /^(?:AppleMailSignature|imail_signature|signContainer|divNeteaseMailCard|ms-outlook-mobile-signature|Signature|mail-editor-signature|zm_signature|ymail_android_signature|ymail_ios_signature|ymail_signature)$/i;
const SIGNATURE_CLASSES =
  /^(?:gmail_signature|gmail_signature_prefix|moz-signature|ntes-signature|protonmail_signature_block|protonmail_signature_block-user|tutanota_signature|elided-signature|bloop_sign|ms-outlook-mobile-signature|qqmail_signature|mailspring-signature)$/i;

/** Elements that hold an old mail whatever they say. */
export function isOldMail(element: Element): boolean {
  if (OLD_IDS.has(idOf(element)) || OLD_NAMES.has(attribute(element, 'name'))) return element.name !== 'a';
  if (/^(?:__QUOTED_TEXT__|__HEADERS__)$/.test(attribute(element, 'data-marker'))) return true;
  const classes = classesOf(element);
  if (classes.some((name) => OLD_CLASSES.test(name))) return true;
  if (element.name === 'blockquote') return classes.includes('gmail_quote') && insideGmailQuote(element);
  return isGmailQuote(element) && !hasBelow(element, ({ name }) => name === 'blockquote');
}

const isGmailQuote = (element: Element): boolean =>
  element.name !== 'blockquote' && classesOf(element).includes('gmail_quote');

/** Gmail's button for a quotation makes the same blockquote outside the container: that one is the customer's own. */
export function isOwnQuotation(element: Element): boolean {
  return element.name === 'blockquote' && classesOf(element).includes('gmail_quote') && !insideGmailQuote(element);
}

function insideGmailQuote(element: Element): boolean {
  for (let up = element.parent; up !== undefined; up = up.parent)
    if (isGmailQuote(up) || classesOf(up).includes('gmail_extra') || up.name === 'blockquote') return true;
  return false;
}

const TOP_RULE = /border-top: ?solid #(?:e1e1e1|b5c4df) 1(?:\.0)?pt/i;

/** Elements that begin an old mail which goes on after them. */
export function isCut(element: Element): boolean {
  if (CUT_IDS.has(idOf(element)) || attribute(element, 'data-marker') === '__DIVIDER__') return true;
  if (!TOP_RULE.test(attribute(element, 'style'))) return false;
  const text = textBelow(element, 1500);
  const lines = text.split('\n').filter((line) => /^[\s\p{L}\p{M}'’*-]{2,40}[:：]/u.test(line));
  return lines.length >= 2 && (hasAddress(text) || hasTime(text));
}

/** The element whose last line names the writer of the quote below. */
export const isAttribution = (element: Element): boolean =>
  idOf(element) === 'reply-intro' ||
  classesOf(element).some((name) => name === 'gmail_attr' || name === 'moz-cite-prefix');

export const isSignature = (element: Element): boolean =>
  SIGNATURE_IDS.test(idOf(element)) ||
  attribute(element, 'title') === 'neteasefooter' ||
  attribute(element, 'data-smartmail') === 'gmail_signature' ||
  /^__SIG_(?:PRE|POST)__$/.test(attribute(element, 'data-marker')) ||
  classesOf(element).some((name) => SIGNATURE_CLASSES.test(name));

/** Foxmail's short grey line, under which only the signature stands. */
export const opensSignature = (element: Element): boolean =>
  element.name === 'hr' &&
  /^#?b5c4df$/i.test(attribute(element, 'color')) &&
  /210/.test(attribute(element, 'style') + attribute(element, 'width'));

/** How a style changes what can be seen; undefined where it says nothing. */
export interface Seen {
  gone: boolean;
  hidden: boolean | undefined;
  tiny: boolean | undefined;
  white: boolean | undefined;
  painted: boolean;
}

export function seenOf(element: Element): Seen {
  const style = attribute(element, 'style');
  const size = /(?:^|[;\s])font-size\s?:\s?([\d.]{1,8})/i.exec(style)?.[1];
  const colour = /(?:^|[;\s])color\s?:\s?([#\w(), ]{1,40})/i.exec(style)?.[1] ?? attribute(element, 'color');
  const visibility = /visibility\s?:\s?(\w{1,10})/i.exec(style)?.[1];
  return {
    gone:
      /display\s?:\s?none|mso-hide\s?:\s?all/i.test(style) ||
      (element.attributes.has('hidden') && element.name !== 'hr') ||
      /max-height\s?:\s?0(?:px)?\s?(?:;|$)/i.test(style),
    hidden: visibility === undefined ? undefined : /hidden/i.test(visibility),
    tiny: size === undefined ? undefined : Number(size) === 0,
    white: colour === '' ? undefined : /^(?:#fff(?:fff)?|white|rgb\(255, ?255, ?255\))\s?$/i.test(colour),
    painted: /background/i.test(style) || element.attributes.has('bgcolor') || element.attributes.has('background'),
  };
}
