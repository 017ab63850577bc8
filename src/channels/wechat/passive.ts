/** The reply inside a callback: built as XML or JSON, and sealed under the key that opened the request. */
import { encrypt, sign } from './crypto.ts';
import type { Format } from './envelope.ts';

export type PassiveReply =
  | { type: 'text'; content: string }
  | { type: 'image' | 'voice'; mediaId: string }
  | { type: 'video'; mediaId: string; title: string; description: string }
  | { type: 'news'; articles: readonly { title: string; description: string; picUrl: string; url: string }[] }
  | { type: 'transfer_customer_service'; kfAccount: string | null };

/** Who speaks to whom: the two ids of the request, swapped. `at` becomes seconds. */
export type Direction = { to: string; from: string; at: Date };

/** A tag's value: text, a number, or tags inside. A list repeats its tag. */
type Value = string | number | Tree | readonly Tree[];
type Tree = { readonly [name: string]: Value };

export function buildReply(reply: PassiveReply, direction: Direction, format: Format): string {
  const tree: Tree = {
    ToUserName: direction.to,
    FromUserName: direction.from,
    CreateTime: Math.floor(direction.at.getTime() / 1000),
    MsgType: reply.type,
    ...contentOf(reply),
  };
  return format === 'json' ? JSON.stringify(jsonOf(tree)) : `<xml>${xmlOf(tree)}</xml>`;
}

function contentOf(reply: PassiveReply): Tree {
  switch (reply.type) {
    case 'text':
      return { Content: reply.content };
    case 'image':
      return { Image: { MediaId: reply.mediaId } };
    case 'voice':
      return { Voice: { MediaId: reply.mediaId } };
    case 'video':
      return { Video: { MediaId: reply.mediaId, Title: reply.title, Description: reply.description } };
    case 'news':
      return { ArticleCount: reply.articles.length, Articles: { item: reply.articles.map(articleOf) } };
    case 'transfer_customer_service':
      return reply.kfAccount === null ? {} : { TransInfo: { KfAccount: reply.kfAccount } };
  }
}

function articleOf(article: { title: string; description: string; picUrl: string; url: string }): Tree {
  return { Title: article.title, Description: article.description, PicUrl: article.picUrl, Url: article.url };
}

function xmlOf(tree: Tree): string {
  return Object.entries(tree)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `<${name}>${inner(one)}</${name}>`),
    )
    .join('');
}

function inner(value: Exclude<Value, readonly Tree[]>): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? cdata(value) : xmlOf(value);
}

/** What XML 1.0 forbids is dropped, an end of CDATA inside is split over two. */
export function cdata(text: string): string {
  return `<![CDATA[${legal(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to drop
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

function legal(text: string): string {
  return text.replace(ILLEGAL, '');
}

function jsonOf(value: Value): unknown {
  if (typeof value === 'string') return legal(value);
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, jsonOf(one)]));
}

export type Seal = { token: string; appId: string; key: string; at: Date; nonce: string; random: Uint8Array };

/** The encrypted envelope (Encrypt, MsgSignature, TimeStamp, Nonce); TimeStamp is a number in JSON. `random`: 16 bytes. */
export function sealReply(message: string, seal: Seal, format: Format): string {
  const ciphertext = encrypt({ message, receiveId: seal.appId, random: seal.random }, seal.key);
  const timestamp = Math.floor(seal.at.getTime() / 1000);
  const signature = sign([seal.token, String(timestamp), seal.nonce, ciphertext]);
  const tree = { Encrypt: ciphertext, MsgSignature: signature, TimeStamp: timestamp, Nonce: seal.nonce };
  return format === 'json' ? JSON.stringify(tree) : `<xml>${xmlOf(tree)}</xml>`;
}
