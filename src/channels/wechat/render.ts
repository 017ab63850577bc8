/** What a customer sees of an activity on WeChat: as few messages as it takes, and nothing left out without a line that leads to it. */
import type { ActivityBody, CardAction } from '../../domain/activity.ts';
import { type Choice, choicesOf } from './choices.ts';
import { disarm, link, plainTextOf } from './plain-text.ts';
import { fill, givenAsIs, type RenderContext, styleOf, type WeChatMessage, wording } from './render-context.ts';
import { joinBlocks, readRich } from './rich.ts';
import { byteLength, firstPart, MAX_TEXT_BYTES, splitText } from './split.ts';

export type Rendered = {
  messages: WeChatMessage[];
  /** What a number or a tap will mean; empty when nothing is offered. */
  choices: Choice[];
  /** Worded by a model. */
  ai: boolean;
};

/** Longest words above a menu; beyond it they go ahead as a text. */
const MAX_HEAD_BYTES = 1_024;
const MAX_MENU = 10;
const MAX_LABEL_BYTES = 120;
/** Less than this of a cut text is not worth showing before the link. */
const MIN_LAST_BYTES = 200;

/** Pure: the same activity and context give the same messages, so that a retry sends what was planned. */
export function renderActivity(body: ActivityBody, context: RenderContext): Rendered {
  const rich = readRich(body, context);
  const { inline, offered } = sortActions([...(body.suggestedActions?.actions ?? []), ...rich.actions], context);
  const choices = choicesOf(offered, context.seq);
  const ai = body.channelData?.label === 'ai';
  const text = joinBlocks([wordsOf(body, context), ...rich.blocks]);
  const closing = [...inline, ...closingLines(body, { context, ai })].join('\n');
  const messages = fit({ text, closing, extras: rich.messages, choices, more: moreLink(body, context) }, context);
  return { messages: paged(messages, context), choices, ai };
}

function wordsOf({ text = '', textFormat }: ActivityBody, context: RenderContext): string {
  return textFormat === 'markdown' ? plainTextOf(text, styleOf(context)) : disarm(text.toWellFormed()).trim();
}

/** Agents and shops type addresses and telephone numbers as buttons too: these are lines, the rest is offered. */
function sortActions(actions: CardAction[], context: RenderContext): { inline: string[]; offered: CardAction[] } {
  const inline = actions.flatMap((action) => {
    const value = typeof action.value === 'string' ? action.value : '';
    if (action.type === 'openUrl') return [link(action.title, value, styleOf(context))];
    if (action.type !== 'call') return [];
    return [fill(context, 'call', { title: disarm(action.title), value: disarm(value.replace(/^tel:/, '')) })];
  });
  return { inline, offered: actions.filter(({ type }) => type !== 'openUrl' && type !== 'call') };
}

/** The source in one line, and that a model worded it where it did. */
function closingLines(
  { channelData }: ActivityBody,
  { context, ai }: { context: RenderContext; ai: boolean },
): string[] {
  const source = sourceOf(channelData?.source);
  return [
    ...(source ? [fill(context, 'source', { link: link(source.title, source.url, styleOf(context)) })] : []),
    ...(ai && !context.nativeAiLabel ? [fill(context, 'ai')] : []),
  ];
}

function sourceOf(source: unknown): { title: string; url: string } | null {
  if (typeof source !== 'object' || source === null || !('title' in source) || !('url' in source)) return null;
  return typeof source.title === 'string' && typeof source.url === 'string'
    ? { title: source.title, url: source.url }
    : null;
}

/** Where the whole of a long answer is: the article it cites, else the conversation on the web. */
function moreLink({ channelData }: ActivityBody, context: RenderContext): string | null {
  const source = sourceOf(channelData?.source);
  const target = (source && context.absolute(source.url)) ?? context.webLink;
  if (target === null) return null;
  return fill(context, 'full', { link: link(wording(context).fullLabel, target, givenAsIs(context)) });
}

type Plan = {
  text: string;
  /** Lines that stand under the words even when these are cut: where they come from, who worded them. */
  closing: string;
  extras: WeChatMessage[];
  choices: Choice[];
  more: string | null;
};

/** The words, then pictures and cards, then the menu: under it nothing should stand. */
function fit(plan: Plan, context: RenderContext): WeChatMessage[] {
  const room = Math.max(1, context.capabilities.maxMessages);
  const menu = menuOf(plan, { context, room });
  const lines = menu === null ? choiceLines(plan.choices, context) : '';
  const left = Math.max(1, room - plan.extras.length - (menu ? 1 : 0));
  const parts = menu?.takesText ? [] : textParts({ ...plan, closing: joinBlocks([plan.closing, lines]) }, left);
  return [
    ...parts.map((content): WeChatMessage => ({ msgtype: 'text', text: { content } })),
    ...plan.extras,
    ...(menu ? [menu.message] : []),
  ];
}

type Menu = { message: WeChatMessage; takesText: boolean };

/** The menu as a message, carrying short words itself; null where choices must be part of a text. */
function menuOf(plan: Plan, given: { context: RenderContext; room: number }): Menu | null {
  const { choices, extras } = plan;
  const text = joinBlocks([plan.text, plan.closing]);
  const { context, room } = given;
  const short = choices.every(({ title }) => byteLength(title) <= MAX_LABEL_BYTES);
  if (context.capabilities.choices !== 'msgmenu' || choices.length === 0 || choices.length > MAX_MENU || !short)
    return null;
  // Whether a link above a menu can be tapped is written nowhere.
  const takesText = text !== '' && byteLength(text) <= MAX_HEAD_BYTES && !text.includes('<a ') && extras.length === 0;
  if (!takesText && room < (text === '' ? 1 : 2) + extras.length) return null;
  const head = takesText ? text : wording(context).choose;
  const list = choices.map(({ id, title }) => ({ id, content: title }));
  return { takesText, message: { msgtype: 'msgmenu', msgmenu: { head_content: head, list, tail_content: '' } } };
}

/** Choices inside a text: tappable where WeChat takes such links, and always with the number to type. */
function choiceLines(choices: readonly Choice[], { capabilities, locale }: RenderContext): string {
  if (choices.length === 0) return '';
  const tappable = capabilities.choices !== 'numbers';
  const lines = choices.map(({ id, number, title }) => {
    const words = disarm(title).replaceAll('\n', ' ');
    if (!tappable) return `${number}. ${words}`;
    const query = `msgmenucontent=${encodeURIComponent(title.toWellFormed())}&msgmenuid=${encodeURIComponent(id)}`;
    return `${number}. <a href="weixin://bizmsgmenu?${query}">${words.replaceAll('<', '‹')}</a>`;
  });
  return [wording({ locale }).numbers, ...lines].join('\n');
}

/** At most `left` texts; where they do not hold all, the last one ends with the link to the whole. */
function textParts({ text, closing, more }: Plan, left: number): string[] {
  const parts = trimmed(splitText(joinBlocks([text, closing])));
  if (parts.length <= left || more === null) return parts;
  const end = joinBlocks([more, closing]);
  const kept = splitText(text).slice(0, left - 1);
  const room = MAX_TEXT_BYTES - byteLength(end) - 2;
  const last = room > MIN_LAST_BYTES ? firstPart(text.slice(kept.join('').length), room).trim() : '';
  return trimmed([...kept, ...splitText(joinBlocks([last, end]))]);
}

const trimmed = (parts: string[]): string[] => parts.map((part) => part.trim()).filter((part) => part !== '');

/** Without the customer-service API one message goes out per message of the customer: each but the last asks for it. */
function paged(messages: WeChatMessage[], { capabilities, locale }: RenderContext): WeChatMessage[] {
  if (capabilities.customSend || messages.length < 2) return messages;
  return messages.map((message, index) =>
    message.msgtype === 'text' && index < messages.length - 1
      ? { msgtype: 'text', text: { content: `${message.text.content}\n${wording({ locale }).more}` } }
      : message,
  );
}
