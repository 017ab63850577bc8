/** Attachments of an activity: pictures and cards as messages where the account may send them, else as lines with links. */
import type { ActivityBody, Attachment, CardAction } from '../../domain/activity.ts';
import { type Card, cardOf } from './card.ts';
import { disarm, link, plainTextOf } from './plain-text.ts';
import { fill, givenAsIs, type RenderContext, styleOf, type WeChatMessage, wording } from './render-context.ts';
import { byteLength } from './split.ts';

/** A news article beyond these is shown as text: a cut title would be a lie, a cut description a loss. */
const MAX_TITLE_BYTES = 120;
const MAX_DESCRIPTION_BYTES = 512;

/** Blocks of text, parted by an empty line. */
export const joinBlocks = (blocks: string[]): string => blocks.filter((block) => block !== '').join('\n\n');

export type Rich = { blocks: string[]; messages: WeChatMessage[]; actions: CardAction[] };

export function readRich(body: ActivityBody, context: RenderContext): Rich {
  const attachments = body.attachments ?? [];
  const cards = attachments.flatMap((attachment) => cardOf(attachment) ?? []);
  const others = attachments.filter((attachment) => cardOf(attachment) === null);
  let room = roomBeside(body, context);
  const take = (rich: (canBeMessage: boolean) => Rich): Rich => {
    const taken = rich(room > 0);
    room -= taken.messages.length;
    return taken;
  };
  const parts = [
    take((canBeMessage) =>
      cards.length > 1 ? carousel(cards, context) : singleCard(cards[0], { context, canBeMessage }),
    ),
    ...others.map((attachment) => take((canBeMessage) => attachmentRich(attachment, { context, canBeMessage }))),
  ];
  return {
    blocks: parts.flatMap(({ blocks }) => blocks),
    messages: parts.flatMap(({ messages }) => messages),
    actions: parts.flatMap(({ actions }) => actions),
  };
}

/** Messages that pictures and cards may take; a passive reply is one, so a picture is one only when it is all there is to say. */
function roomBeside(
  { text, suggestedActions, attachments = [] }: ActivityBody,
  { capabilities }: RenderContext,
): number {
  const beside = (text ? 1 : 0) + (suggestedActions ? 1 : 0);
  if (!capabilities.customSend) return beside === 0 && attachments.length === 1 ? 1 : 0;
  return capabilities.maxMessages - beside;
}

type Given = { context: RenderContext; canBeMessage: boolean };

function attachmentRich(attachment: Attachment, { context, canBeMessage }: Given): Rich {
  const { contentType, contentUrl, name } = attachment;
  const asImage = context.capabilities.images && canBeMessage && /^image\/(png|jpeg|gif)$/.test(contentType);
  if (contentUrl !== undefined && asImage)
    return { blocks: [], messages: [{ msgtype: 'image', contentUrl }], actions: [] };
  const label = disarm(name ?? contentType);
  const target = contentUrl === undefined ? null : context.fileLink(contentUrl);
  const line =
    target === null
      ? unlinked(label, context)
      : fill(context, kindOf(contentType), { link: link(label, target, givenAsIs(context)) });
  return { blocks: [line], messages: [], actions: [] };
}

function kindOf(contentType: string): 'image' | 'media' | 'file' {
  if (contentType.startsWith('image/')) return 'image';
  return /^(audio|video)\//.test(contentType) ? 'media' : 'file';
}

/** What has neither words nor a file is on the web at least. */
function unlinked(name: string, context: RenderContext): string {
  if (context.webLink === null) return fill(context, 'unlinked', { name });
  return fill(context, 'shown', { link: link(name, context.webLink, givenAsIs(context)) });
}

function singleCard(card: Card | undefined, { context, canBeMessage }: Given): Rich {
  if (!card) return { blocks: [], messages: [], actions: [] };
  const url = card.url === null ? null : context.absolute(card.url);
  const description = card.lines.map((line) => plainTextOf(line, styleOf(context))).join('\n');
  if (context.capabilities.news && canBeMessage && url !== null && fitsNews(card.title, description)) {
    const picurl = (card.picture && context.absolute(card.picture)) ?? '';
    const article = { title: card.title, description, url, picurl };
    return { blocks: [], messages: [{ msgtype: 'news', news: { articles: [article] } }], actions: card.actions };
  }
  const title = url === null ? disarm(card.title) : link(card.title, url, givenAsIs(context));
  const picture = url === null && card.picture !== null ? pictureLine(card, context) : [];
  return { blocks: [[title, description, ...picture].filter(Boolean).join('\n')], messages: [], actions: card.actions };
}

function fitsNews(title: string, description: string): boolean {
  return (
    byteLength(title) <= MAX_TITLE_BYTES &&
    byteLength(description) <= MAX_DESCRIPTION_BYTES &&
    !description.includes('<a ')
  );
}

function pictureLine(card: Card, context: RenderContext): string[] {
  const target = card.picture === null ? null : context.absolute(card.picture);
  return target === null ? [] : [fill(context, 'image', { link: link(card.title, target, givenAsIs(context)) })];
}

/** Titles by number, each leading to its page, and a link to all of them with their pictures. */
function carousel(cards: Card[], context: RenderContext): Rich {
  const lines = cards.map((card, index) => {
    const url = card.url === null ? null : context.absolute(card.url);
    const title = url === null ? disarm(card.title) : link(card.title, url, givenAsIs(context));
    const rest = card.lines.map((line) => plainTextOf(line, styleOf(context)).replaceAll('\n', ' '));
    return [`${index + 1}. ${title}`, ...rest].join(' ');
  });
  const label = wording(context).allLabel;
  const all =
    context.webLink === null
      ? []
      : [fill(context, 'all', { count: String(cards.length), link: link(label, context.webLink, givenAsIs(context)) })];
  return { blocks: [[...lines, ...all].join('\n')], messages: [], actions: cards.flatMap(({ actions }) => actions) };
}
