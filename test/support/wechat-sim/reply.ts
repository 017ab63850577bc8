/** What WeChat makes of the answer to a push: nothing to do, a message for the customer, or a fault. */
import { decrypt, getSignature } from '@wecom/crypto';
import { XMLParser } from 'fast-xml-parser';
import type { PushOutcome, SimAccount, SimUser } from './state.ts';

export type ReplyJudgement =
  | { kind: 'done' }
  | { kind: 'message'; type: string; text: string; content: Record<string, unknown> }
  | { kind: 'bad'; why: string };

const MAX_TEXT = 2_048;
const TYPES = ['text', 'image', 'voice', 'video', 'music', 'news', 'transfer_customer_service'];
const parser = new XMLParser({ parseTagValue: false, trimValues: false, processEntities: false });

type Tree = Record<string, unknown>;

export function judgeReply(
  outcome: PushOutcome,
  given: { account: SimAccount; user: SimUser; isEvent: boolean },
): ReplyJudgement {
  if (outcome.kind !== 'response') return { kind: 'bad', why: outcome.kind };
  if (outcome.status !== 200) return { kind: 'bad', why: `status ${outcome.status}` };
  if (outcome.body === '' || outcome.body === 'success') return { kind: 'done' };
  try {
    return judgeMessage(messageIn(outcome.body, given.account), given);
  } catch (error) {
    return { kind: 'bad', why: error instanceof Error ? error.message : String(error) };
  }
}

function read(body: string): Tree {
  if (body.startsWith('{')) return JSON.parse(body);
  const root = parser.parse(body).xml;
  if (typeof root !== 'object' || root === null) throw new Error('no xml');
  return root;
}

function messageIn(body: string, account: SimAccount): Tree {
  const expected = account.format === 'json' ? '{' : '<';
  if (!body.trimStart().startsWith(expected)) throw new Error(`not ${account.format}`);
  const outer = read(body);
  if (account.mode === 'plain' || account.aesKey === null) return outer;
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = outer;
  if (Encrypt === undefined && account.mode === 'compatible') return outer;
  const signature = getSignature(account.token, String(TimeStamp), String(Nonce), String(Encrypt));
  if (signature !== MsgSignature) throw new Error('wrong MsgSignature');
  const { message, id } = decrypt(account.aesKey, String(Encrypt));
  if (id !== account.appId) throw new Error('another app id');
  return read(message);
}

function judgeMessage(
  message: Tree,
  { account, user, isEvent }: { account: SimAccount; user: SimUser; isEvent: boolean },
): ReplyJudgement {
  if (message.ToUserName !== user.openid || message.FromUserName !== account.originalId)
    throw new Error('names are not swapped');
  if (!/^\d{10}$/.test(String(message.CreateTime))) throw new Error('CreateTime is not in seconds');
  const type = String(message.MsgType);
  if (!TYPES.includes(type)) throw new Error(`unknown type ${type}`);
  if (account.kind === 'miniprogram' && type !== 'transfer_customer_service') throw new Error('no passive content');
  if (type === 'transfer_customer_service' && isEvent) throw new Error('no transfer on an event');
  const text = type === 'text' ? String(message.Content ?? '') : '';
  if (type === 'text' && (text === '' || Buffer.byteLength(text) > MAX_TEXT))
    throw new Error('text is empty or too long');
  const mediaId = mediaIdIn(message);
  if (mediaId !== null && !account.media.has(mediaId)) throw new Error('media is not there');
  return { kind: 'message', type, text, content: { ...message, ...(mediaId === null ? {} : { media_id: mediaId }) } };
}

function mediaIdIn({ Image, Voice, Video }: Tree): string | null {
  const media = Image ?? Voice ?? Video;
  return typeof media === 'object' && media !== null && 'MediaId' in media ? String(media.MediaId) : null;
}
