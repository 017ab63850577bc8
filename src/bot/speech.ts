/** The bot's own words and how they are sent: in the customer's language, labelled, pointing at what they answer. */
import type { TurnContext } from 'botbuilder';
import type { CardAction } from '../domain/activity.ts';
import { type Calendar, isOpen, nextOpening } from '../domain/calendar.ts';
import { whenText } from '../domain/calendar-words.ts';
import type { Locale } from '../domain/locale.ts';
import { ticketLabel } from '../domain/ticket.ts';
import { fill } from './dialog-kit.ts';
import en from './texts.en.json' with { type: 'json' };
import zh from './texts.zh-CN.json' with { type: 'json' };
import { idOf, type TurnView } from './turn-view.ts';

export type TextKey = keyof typeof zh;
const TEXTS: Record<Locale, Record<TextKey, string>> = { 'zh-CN': zh, en };

export function words(locale: Locale, key: TextKey, params?: Record<string, string | number>): string {
  return fill(TEXTS[locale][key], params);
}

export type Utterance = { text: string; actions?: CardAction[]; data?: Record<string, unknown> };

/** Sends a message of the bot; `data` joins the channel data that every message of the bot carries. */
export async function say(context: TurnContext, view: TurnView, { text, actions, data }: Utterance): Promise<void> {
  await context.sendActivity({
    type: 'message',
    text,
    textFormat: 'markdown',
    locale: view.locale,
    ...(actions && actions.length > 0 ? { suggestedActions: { to: [], actions: actions as never } } : {}),
    ...(view.last ? { replyToId: idOf(view.last) } : {}),
    channelData: { persona: { kind: 'bot', id: 'zhike', name: words(view.locale, 'botName') }, label: 'auto', ...data },
  });
}

/** What a waiting customer is told: at work, or when they are back. */
export function waitingWords(
  locale: Locale,
  keys: { open: TextKey; closed: TextKey },
  { number, now, calendar }: { number: number; now: Date; calendar: Calendar },
): string {
  const ticket = ticketLabel(number);
  const opening = isOpen(calendar, now) ? null : nextOpening(calendar, now);
  if (opening === null) return words(locale, keys.open, { ticket });
  return words(locale, keys.closed, { ticket, when: whenText(locale, opening, { now, timeZone: calendar.timeZone }) });
}

export function personButton(locale: Locale): CardAction {
  const title = words(locale, 'person');
  return { type: 'imBack', title, value: title };
}
