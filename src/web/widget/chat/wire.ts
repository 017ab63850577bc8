/** The part of Direct Line 3.0 that the chat reads, parsed by hand: no schema library fits into the budget. */

export type Button = { type: string; title: string; value: unknown; text: string | null; displayText: string | null };
export type File = { contentType: string; url: string | null; name: string | null };
export type Source = { title: string; url: string };
export type Speaker = 'customer' | 'bot' | 'agent' | 'system';

export type Activity = {
  id: string;
  type: string;
  at: string;
  speaker: Speaker;
  speakerName: string | null;
  text: string;
  format: string | null;
  locale: string | null;
  name: string | null;
  value: Record<string, unknown>;
  buttons: Button[];
  files: File[];
  clientId: string | null;
  source: Source | null;
  label: 'auto' | 'ai' | null;
  /** Sent by a button whose text is not meant to be seen. */
  hidden: boolean;
  /** Livestream of an answer in the making: `streaming`, `informative` or `final`. */
  stream: string | null;
};

type Bag = Record<string, unknown>;
const bagOf = (value: unknown): Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
const listOf = (value: unknown): Bag[] => (Array.isArray(value) ? value.map(bagOf) : []);
const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function speakerOf(from: Bag, persona: Bag): Speaker {
  if (from.role === 'user') return 'customer';
  const kind = persona.kind;
  if (kind === 'agent' || kind === 'system' || kind === 'bot') return kind;
  return String(from.id).startsWith('agent:') ? 'agent' : 'bot';
}

function readSource(value: unknown): Source | null {
  const source = bagOf(value);
  const title = textOf(source.title);
  const url = textOf(source.url);
  return title && url ? { title, url } : null;
}

function readActivity(raw: Bag): Activity | null {
  const type = textOf(raw.type);
  if (!type) return null;
  const data = bagOf(raw.channelData);
  const from = bagOf(raw.from);
  const persona = bagOf(data.persona);
  const label = data.label;
  return {
    id: textOf(raw.id) ?? '',
    type,
    at: textOf(raw.timestamp) ?? '',
    speaker: speakerOf(from, persona),
    speakerName: textOf(persona.name) ?? textOf(from.name),
    text: textOf(bagOf(data.messageBack).displayText) ?? textOf(raw.text) ?? '',
    format: textOf(raw.textFormat),
    locale: textOf(raw.locale),
    name: textOf(raw.name),
    value: bagOf(raw.value),
    buttons: listOf(bagOf(raw.suggestedActions).actions).map((button) => ({
      type: textOf(button.type) ?? 'imBack',
      title: textOf(button.title) ?? String(button.value ?? ''),
      value: button.value,
      text: textOf(button.text),
      displayText: textOf(button.displayText),
    })),
    files: listOf(raw.attachments).map((file) => ({
      contentType: textOf(file.contentType) ?? 'application/octet-stream',
      url: textOf(file.contentUrl),
      name: textOf(file.name),
    })),
    clientId: textOf(data.clientActivityID),
    source: readSource(data.source),
    label: label === 'auto' || label === 'ai' ? label : null,
    hidden: data.postBack === true,
    stream: textOf(data.streamType),
  };
}

/** Activities and place of one frame or history answer; what can't be read is left out. */
export function readFrame(body: unknown): { activities: Activity[]; watermark: string | null } {
  const frame = bagOf(body);
  return {
    activities: listOf(frame.activities)
      .map(readActivity)
      .filter((activity) => activity !== null),
    watermark: textOf(frame.watermark),
  };
}
