/** What a mail of ours says: the bot's with greeting, answer, source, a way to a person and the status; a colleague's as written. */
import type { ActivityRow } from '../../domain/activity.ts';
import type { ConversationStatus } from '../../domain/conversation.ts';
import type { Locale } from '../../domain/locale.ts';
import type { MailReading } from './mails.ts';
import { escapeHtml, htmlOf, textOf } from './markdown.ts';
import { type WordKey, words } from './words.ts';

export type LetterGiven = {
  /** What is said: one message of a colleague, or all that the bot said in one turn. */
  messages: readonly ActivityRow[];
  locale: Locale;
  status: ConversationStatus;
  shop: string;
  marker: string;
  signature: string;
  /** The mail that is answered, quoted below; null where nothing of it may leave. */
  quoted: MailReading | null;
};
export type LetterBody = { text: string; html: string };

const MAX_QUOTE = 4_000;
const QUIET = 'color:#8c8c8c;font-size:12px';

const STATUS: Record<ConversationStatus, WordKey> = {
  bot: 'statusBot',
  waiting: 'statusWaiting',
  human: 'statusHuman',
  resolved: 'statusResolved',
};

export function writeLetter(given: LetterGiven): LetterBody {
  const isBot = given.messages.every(({ author }) => author.kind === 'bot');
  const said = isBot ? botWords(given) : agentWords(given);
  const quiet = isBot ? quietWords(given) : [words(given.locale, 'reference', { marker: given.marker })];
  const quote = given.quoted && quoteOf(given.quoted, given.locale);
  const text = [textOf(said), `--\n${quiet.join('\n')}`, ...(quote ? [quote.text] : [])].join('\n\n');
  const small = quiet.map(escapeHtml).join('<br>');
  const html = [htmlOf(said), `<p style="${QUIET}">${small}</p>`, ...(quote ? [quote.html] : [])].join('\n');
  return { text: `${text}\n`, html: `<!doctype html><html lang="${given.locale}"><body>${html}</body></html>\n` };
}

function botWords({ messages, locale }: LetterGiven): string {
  return [words(locale, 'greeting'), ...messages.map((message) => spoken(message, locale))].join('\n\n');
}

/** With where it comes from, and choices as numbers: a mail has no buttons. */
function spoken({ body }: ActivityRow, locale: Locale): string {
  const source = sourceOf(body.channelData?.source);
  const choices = (body.suggestedActions?.actions ?? []).map(({ title }) => title);
  const isOffer = choices.length > 1;
  return [
    body.text ?? '',
    ...(source ? [`[${words(locale, 'source', { title: escapeMarkdown(source.title) })}](${source.url})`] : []),
    ...(isOffer
      ? [words(locale, 'choose'), choices.map((title, n) => `${n + 1}. ${escapeMarkdown(title)}`).join('\n')]
      : []),
    ...(body.channelData?.label === 'ai' ? [words(locale, 'ai')] : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function sourceOf(value: unknown): { title: string; url: string } | null {
  if (typeof value !== 'object' || value === null || !('title' in value) || !('url' in value)) return null;
  return { title: String(value.title), url: String(value.url) };
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, '\\$&');
}

function agentWords({ messages, signature }: LetterGiven): string {
  const [first] = messages;
  const name = first?.author.name ?? '';
  const said = messages.map(({ body }) => body.text ?? '').join('\n\n');
  return [said, [name, signature].filter((part) => part !== '').join('\n')].filter((part) => part !== '').join('\n\n');
}

function quietWords({ locale, status, shop, marker }: LetterGiven): string[] {
  return [
    words(locale, STATUS[status]),
    ...(status === 'bot' ? [words(locale, 'person')] : []),
    words(locale, 'automatic', { shop }),
    words(locale, 'reference', { marker }),
  ];
}

function quoteOf(reading: MailReading, locale: Locale): LetterBody {
  const whole = reading.visible || reading.text;
  const cut = whole.length > MAX_QUOTE ? `${whole.slice(0, MAX_QUOTE)}${words(locale, 'quoteCut')}` : whole;
  const date = (reading.date ?? '').slice(0, 16).replace('T', ' ');
  const wrote = words(locale, 'wrote', { date, name: reading.fromName ?? reading.from ?? '' });
  const lines = cut.split('\n').map((line) => `> ${line}`);
  const html = `<div>${escapeHtml(wrote)}</div><blockquote type="cite">${escapeHtml(cut).replaceAll('\n', '<br>')}</blockquote>`;
  return { text: `${wrote}\n${lines.join('\n')}`, html };
}
