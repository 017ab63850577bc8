/** What a web client posts, read as an enemy's: only the white list gets through, the rest is dropped or refused. */
import * as z from 'zod';
import {
  type ActivityBody,
  type Attachment,
  type InboundActivity,
  inboundActivitySchema,
  MAX_ATTACHMENTS,
  MAX_TEXT,
} from '../../domain/activity.ts';
import type { Inbound } from '../../domain/change.ts';
import { ZhikeError } from '../../domain/errors.ts';
import { fileReference } from '../../domain/file-reference.ts';
import { localeOf } from '../../domain/locale.ts';

const MAX_DEPTH = 32;
const MAX_CLIENT_ID = 200;
const TYPES: readonly string[] = inboundActivitySchema.shape.type.options;
/** Ours to set: a client that sends them would speak as an agent or as the bot. */
const RESERVED = /^(internal|_|persona$|source$|label$|confidence$)/i;

/** The conversation that a token opens, as far as reading needs it. */
export type Place = { conversationId: string; inboxId: string; address: string };
/** A message of the web always says where it belongs. */
export type PlacedInbound = Inbound & { conversationId: string };
export type UploadedFile = { id: string; name: string; contentType: string };
export type Received = { place: Place; raw: string; receivedAt: Date; files?: readonly UploadedFile[] };

/**
 * The inbound message of a posted activity. The same `channelData.clientActivityID` of the same user in the same
 * conversation is the same message; without one nothing is deduplicated.
 * Throws `MalformedData`, `MissingProperty`, `NotSupported` or `TooLarge`.
 */
export function receiveActivity({ place, raw, receivedAt, files = [] }: Received): PlacedInbound {
  const { conversationId, inboxId, address } = place;
  const activity = parseActivity(raw);
  return {
    inboxId,
    address,
    externalKey: externalKeyOf(place, activity.channelData?.clientActivityID),
    author: 'customer',
    body: bodyOf(activity, files),
    locale: activity.name === 'locale.change' && typeof activity.value === 'string' ? localeOf(activity.value) : null,
    receivedAt,
    conversationId,
  };
}

function externalKeyOf({ conversationId, address }: Place, clientId: unknown): string | null {
  if (typeof clientId !== 'string' || clientId === '') return null;
  if (clientId.length > MAX_CLIENT_ID) throw new ZhikeError('MalformedData', { path: 'channelData.clientActivityID' });
  return `dl:${conversationId}:${address}:${clientId}`;
}

function parseActivity(raw: string): InboundActivity {
  const given = parseObject(raw);
  if (typeof given.type !== 'string' || given.type === '') throw new ZhikeError('MissingProperty', { path: 'type' });
  if (!TYPES.includes(given.type)) throw new ZhikeError('NotSupported', { path: 'type' });
  if (typeof given.text === 'string' && given.text.length > MAX_TEXT)
    throw new ZhikeError('TooLarge', { path: 'text' });
  if (Array.isArray(given.attachments) && given.attachments.length > MAX_ATTACHMENTS)
    throw new ZhikeError('TooLarge', { path: 'attachments' });
  const parsed = inboundActivitySchema.safeParse({ ...given, ...withoutAddresses(given.attachments) });
  if (parsed.success) return parsed.data;
  throw new ZhikeError('MalformedData', { path: parsed.error.issues[0]?.path.map(String).join('.') ?? '' });
}

const objectSchema = z.record(z.string(), z.unknown());

/** A JSON object without what no database and no reader should meet: NUL, half characters, abysses, `__proto__`. */
function parseObject(raw: string): Record<string, unknown> {
  try {
    return objectSchema.parse(cleaned(JSON.parse(raw), 0));
  } catch {
    throw new ZhikeError('MalformedData');
  }
}

function cleaned(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new ZhikeError('MalformedData');
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  // An activity's own field that is null is absent; inside a client's free data null is a value.
  const entries = Object.entries(value).filter(([key, item]) => key !== '__proto__' && (depth > 0 || item !== null));
  return Object.fromEntries(entries.map(([key, item]) => [cleanText(key), cleaned(item, depth + 1)]));
}

const cleanText = (text: string) => text.replaceAll('\0', '').toWellFormed();

/** What a client says of an attachment is its name and kind: an address of its choice would be loaded by every reader. */
function withoutAddresses(attachments: unknown): { attachments?: unknown } {
  if (!Array.isArray(attachments)) return {};
  const pick = ({ contentType, name }: Record<string, unknown>) => ({ contentType: contentType ?? '', name });
  return {
    attachments: attachments.map((item: unknown) => (typeof item === 'object' && item ? pick({ ...item }) : item)),
  };
}

function bodyOf(activity: InboundActivity, files: readonly UploadedFile[]): ActivityBody {
  const { type, text, textFormat, name, value, entities, locale, channelData } = activity;
  const attachments = files.length > 0 ? matched(activity.attachments ?? [], files) : (activity.attachments ?? []);
  const kept = Object.entries(channelData ?? {}).filter(([key]) => !RESERVED.test(key));
  return {
    type,
    ...(text === undefined ? {} : { text }),
    ...(textFormat === undefined ? {} : { textFormat }),
    ...(name === undefined ? {} : { name }),
    ...(value === undefined ? {} : { value }),
    ...(entities === undefined ? {} : { entities: entities as Record<string, unknown>[] }),
    ...(locale === undefined ? {} : { locale }),
    ...(attachments.length > 0 ? { attachments } : {}),
    ...(kept.length > 0 ? { channelData: Object.fromEntries(kept) } : {}),
  };
}

/**
 * One attachment per file, in the order the client gave them. Microsoft's client sends the files in the order in which
 * it could read them, under names made unique: the name decides, and the place where no name fits.
 */
function matched(announced: readonly Attachment[], files: readonly UploadedFile[]): Attachment[] {
  const place = (file: UploadedFile, index: number) => {
    const named = announced.findIndex(({ name }) => name === file.name);
    return named < 0 ? index : named;
  };
  return files
    .map((file, index) => ({ file, at: place(file, index) }))
    .sort((left, right) => left.at - right.at)
    .map(({ file: { id, name, contentType } }) => ({ contentType, name, contentUrl: fileReference(id) }));
}
