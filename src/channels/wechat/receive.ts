/** A believed callback becomes what the house understands: a message, an event, a grant to send, files to fetch. Pure. */
import type { ActivityBody, Attachment } from '../../domain/activity.ts';
import type { FileToFetch, Inbound, SendGrant } from '../../domain/change.ts';
import { fileReference } from '../../domain/file-reference.ts';
import type { NewId } from '../../ports.ts';
import type { AccountKind } from './account.ts';
import type { MessageFields } from './callback.ts';
import { type Choice, resolveChoice, wordsOf } from './choices.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** So long WeChat keeps what was sent to us. */
const MEDIA_MS = 72 * HOUR;

/** What must happen beside keeping the message; each may be done twice without harm. */
export type SideEffect = 'left' | 'revoked';
export type Received =
  | { kind: 'inbound'; inbound: Inbound; effect: SideEffect | null }
  | { kind: 'location'; address: string; at: Record<string, string> }
  /** Known or not, it changes nothing here. */
  | { kind: 'nothing'; what: string };

export type ReceiveContext = {
  inboxId: string;
  kind: AccountKind;
  now: Date;
  newId: NewId;
  /** What a tap or a number may mean now. */
  offered: Offered;
  /** The customer only asks for what waits for them. */
  pulls: boolean;
};
/** `latest`: what the last message offered, so that "2" has a meaning; `earlier` may only be tapped. */
export type Offered = { latest: readonly Choice[]; earlier: readonly Choice[] };

export function receive(fields: MessageFields, context: ReceiveContext): Received {
  return fields.MsgType === 'event' ? receiveEvent(fields, context) : receiveMessage(fields, context);
}

/** MsgId alone was seen equal for two customers. */
function messageKey({ FromUserName, MsgId, CreateTime, MsgType }: MessageFields): string {
  return MsgId ? `m:${FromUserName}:${MsgId}` : `m:${FromUserName}:${CreateTime}:${MsgType}`;
}

function receiveMessage(fields: MessageFields, context: ReceiveContext): Received {
  const grant = fields.bizmsgmenuid ? grantOf('click', fields, context) : grantOf('message', fields, context);
  if (context.pulls) {
    const body: ActivityBody = { type: 'event', name: 'contact.more' };
    const inbound = inboundOf(fields, context, { key: messageKey(fields), body, author: 'system', grant });
    return { kind: 'inbound', effect: null, inbound };
  }
  const said = contentOf(fields, context);
  const inbound = inboundOf(fields, context, {
    key: messageKey(fields),
    body: { type: 'message', ...said.body },
    author: 'customer',
    grant,
  });
  return { kind: 'inbound', effect: null, inbound: { ...inbound, ...(said.files ? { files: said.files } : {}) } };
}

type Said = { body: Partial<ActivityBody>; files?: FileToFetch[] };

function contentOf(fields: MessageFields, context: ReceiveContext): Said {
  switch (fields.MsgType) {
    case 'text':
      return { body: wordsIn(fields, context.offered) };
    case 'image':
      return fileIn(fields, context, { kind: 'image', contentType: 'image/jpeg', name: 'image.jpg' });
    case 'voice':
      return voiceIn(fields, context);
    case 'video':
    case 'shortvideo':
      return fileIn(fields, context, { kind: 'video', contentType: 'video/mp4', name: 'video.mp4' });
    case 'location':
      return { body: { attachments: [placeIn(fields)] } };
    case 'link':
      return { body: { attachments: [linkIn(fields)] } };
    case 'miniprogrampage':
      return {
        body: { attachments: [{ contentType: 'application/vnd.wechat.miniprogrampage', name: fields.Title ?? '' }] },
      };
    default:
      return {
        body: {
          attachments: [
            { contentType: `application/vnd.wechat.${short(fields.MsgType)}`, name: short(fields.MsgType) },
          ],
        },
      };
  }
}

const short = (name: string) => name.replace(/[^\w.-]/g, '').slice(0, 40) || 'unknown';

/** A tap comes back as the words of the item; what it stands for is looked up here, for a client can send any id. */
function wordsIn({ Content = '', bizmsgmenuid }: MessageFields, { latest, earlier }: Offered): Partial<ActivityBody> {
  const choice =
    resolveChoice(latest, { text: Content, menuId: bizmsgmenuid ?? null }) ??
    (bizmsgmenuid ? earlier.find(({ id }) => id === bizmsgmenuid) : undefined);
  if (!choice) return { text: Content };
  const text = wordsOf(choice.action);
  return { text, ...(text === Content ? {} : { channelData: { said: Content.slice(0, 200) } }) };
}

type Kind = { kind: 'image' | 'voice' | 'video'; contentType: string; name: string };

function fileIn(fields: MessageFields, { newId }: ReceiveContext, { kind, contentType, name }: Kind): Said {
  const fileId = newId();
  const { MediaId = '', PicUrl = '' } = fields;
  return {
    body: { attachments: [{ contentType, name, contentUrl: fileReference(fileId) }] },
    files: [
      {
        fileId,
        source: { kind, mediaId: MediaId, url: PicUrl },
        expiresAt: new Date(createdAt(fields) + MEDIA_MS),
      },
    ],
  };
}

/** Recognition is a bonus that many accounts lack. */
function voiceIn(fields: MessageFields, context: ReceiveContext): Said {
  const format = fields.Format === 'speex' ? 'speex' : 'amr';
  const file = fileIn(fields, context, { kind: 'voice', contentType: `audio/${format}`, name: `voice.${format}` });
  return { ...file, body: { ...file.body, ...(fields.Recognition ? { text: fields.Recognition } : {}) } };
}

function placeIn({ Location_X = '', Location_Y = '', Label = '' }: MessageFields): Attachment {
  const query = new URLSearchParams({ marker: `coord:${Location_X},${Location_Y};title:${Label || '位置'}` });
  return {
    contentType: 'application/vnd.wechat.location',
    name: Label || `${Location_X}, ${Location_Y}`,
    contentUrl: `https://apis.map.qq.com/uri/v1/marker?${query}`,
  };
}

function linkIn({ Title = '', Url = '' }: MessageFields): Attachment {
  const isWeb = /^https?:\/\//.test(Url) && Url.length <= 2_000;
  return { contentType: 'text/html', name: (Title || Url).slice(0, 500), ...(isWeb ? { contentUrl: Url } : {}) };
}

/** Location reports and unsubscribe repeat with the same time, hence event and key in the key. */
function eventKey({ FromUserName, CreateTime, Event = '', EventKey = '', MsgID = '' }: MessageFields): string {
  return `e:${FromUserName}:${CreateTime}:${Event}:${EventKey}${MsgID}`.slice(0, 400);
}

function receiveEvent(fields: MessageFields, context: ReceiveContext): Received {
  const { Event = '', EventKey = '', FromUserName: address } = fields;
  const news = (
    name: string,
    given: { grant?: SendGrant | null; effect?: SideEffect; value?: unknown } = {},
  ): Received => {
    const { grant = null, effect = null, value } = given;
    const body: ActivityBody = { type: 'event', name, ...(value === undefined ? {} : { value }) };
    return {
      kind: 'inbound',
      effect,
      inbound: inboundOf(fields, context, { key: eventKey(fields), body, author: 'system', grant }),
    };
  };
  const scene = { scene: EventKey.replace(/^qrscene_/, '').slice(0, 200) };
  switch (Event) {
    case 'subscribe':
      return news('conversation.start', {
        grant: grantOf('follow', fields, context),
        value: scene,
      });
    case 'SCAN':
      return news('conversation.start', { grant: grantOf('scan', fields, context), value: scene });
    case 'user_enter_tempsession':
      return news('conversation.start', { grant: grantOf('enter', fields, context) });
    case 'unsubscribe':
      return news('contact.left', { effect: 'left' });
    case 'user_authorization_revoke':
      return news('contact.revoked', { effect: 'revoked' });
    case 'CLICK':
      return clicked(fields, context, EventKey);
    case 'scancode_push':
    case 'scancode_waitmsg':
      return clicked(fields, context, fields['ScanCodeInfo.ScanResult'] || EventKey);
    case 'VIEW':
    case 'view_miniprogram':
      return news('contact.viewed', { value: { url: EventKey.slice(0, 1_000) } });
    case 'LOCATION': {
      const { Latitude = '', Longitude = '', Precision = '' } = fields;
      return { kind: 'location', address, at: { latitude: Latitude, longitude: Longitude, precision: Precision } };
    }
    default:
      return { kind: 'nothing', what: short(Event) };
  }
}

/** A menu button says what its key says: the customer has asked that. */
function clicked(fields: MessageFields, context: ReceiveContext, text: string): Received {
  const inbound = inboundOf(fields, context, {
    key: eventKey(fields),
    body: { type: 'message', text: text.slice(0, 2_000), channelData: { menu: true } },
    author: 'customer',
    grant: grantOf('click', fields, context),
  });
  return { kind: 'inbound', effect: null, inbound };
}

type Given = { key: string; body: ActivityBody; author: 'customer' | 'system'; grant: SendGrant | null };

function inboundOf(fields: MessageFields, { inboxId, now }: ReceiveContext, given: Given): Inbound {
  const { key, body, author, grant } = given;
  return {
    inboxId,
    address: fields.FromUserName,
    externalKey: key,
    author,
    body,
    locale: null,
    receivedAt: now,
    customerName: `微信用户 ${fields.FromUserName.slice(-4)}`,
    raw: fields,
    ...(grant ? { grant } : {}),
  };
}

const GRANTS: Record<'message' | 'click' | 'follow' | 'scan' | 'enter', { quota: number; ms: number }> = {
  message: { quota: 5, ms: 48 * HOUR },
  click: { quota: 3, ms: MINUTE },
  follow: { quota: 3, ms: MINUTE },
  scan: { quota: 3, ms: MINUTE },
  enter: { quota: 2, ms: MINUTE },
};

/** Counted from when the customer acted, not from when we heard; an account without the API can send nothing by it. */
function grantOf(trigger: keyof typeof GRANTS, fields: MessageFields, { kind, now }: ReceiveContext): SendGrant | null {
  if (kind === 'unverified' || (trigger === 'enter' && kind !== 'miniprogram')) return null;
  const { quota, ms } = GRANTS[trigger];
  const at = Math.min(createdAt(fields), now.getTime());
  return { trigger, quota, grantedAt: new Date(at), expiresAt: new Date(at + ms) };
}

/** Milliseconds. */
function createdAt({ CreateTime }: MessageFields): number {
  return Number(CreateTime) * 1_000;
}
