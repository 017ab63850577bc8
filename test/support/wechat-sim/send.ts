/** Messages from the account to a customer: checked in WeChat's order, counted, shown. */
import { ApiError, type ApiResponse, type Call } from './api-call.ts';
import { spend } from './quota.ts';
import { nowOf, type SimUser, show, strikes } from './state.ts';

const MAX_TEXT = 2_048;
const MAX_MENU_ITEMS = 30;
const TYPING_LASTS = 15_000;
const RECENT = 30_000;
const TYPES = [
  'text',
  'image',
  'voice',
  'video',
  'news',
  'mpnews',
  'mpnewsarticle',
  'miniprogrampage',
  'msgmenu',
  'music',
  'wxcard',
  'link',
];
const MINI_TYPES = ['text', 'image', 'link', 'miniprogrampage'];

type Body = Record<string, unknown>;
type Content = { text: string; content: Body };
const bagOf = (value: unknown): Body => (typeof value === 'object' && value !== null ? { ...value } : {});

export function sendMessage(call: Call): Body | ApiResponse {
  const { sim, account } = call;
  if (account.kind === 'unverified') throw new ApiError(48001, 'api unauthorized');
  const body = call.json();
  const type = String(body.msgtype ?? '');
  if (type === 'msgmenu' && account.kind !== 'service') throw new ApiError(40200, 'invalid account type');
  const user = reachable(call, body);
  if (strikes(sim, 'send-busy')) throw new ApiError(-1, 'system error');
  const content = contentOf(call, type, body);
  const refused = spend(user, nowOf(sim));
  if (refused === 45015) throw new ApiError(45015, 'response out of time limit or subscription is canceled');
  if (refused === 45047) throw new ApiError(45047, 'out of response count limit');
  const ai = bagOf(body.aimsgcontext).is_ai_msg === 1;
  user.typingUntil = 0;
  user.lastMessageAt = nowOf(sim);
  show(sim, user, { from: 'account', via: 'custom', type, ai, ...content });
  return strikes(sim, 'send-lost-after-delivery') ? { lost: true } : { errcode: 0, errmsg: 'ok' };
}

function reachable({ account }: Call, body: Body): SimUser {
  const user = account.users.get(String(body.touser ?? ''));
  if (!user) throw new ApiError(40003, 'invalid openid');
  if (!user.subscribed && account.kind !== 'miniprogram') throw new ApiError(43004, 'require subscribe');
  if (user.blocked) throw new ApiError(48002, 'user refused to accept the msg');
  return user;
}

/** Contents are looked at before the count is: a refused message costs nothing. */
function contentOf({ account, sim }: Call, type: string, body: Body): Content {
  const known = account.kind === 'miniprogram' ? MINI_TYPES : TYPES;
  if (!known.includes(type)) throw new ApiError(40008, 'invalid message type');
  const content = bagOf(body[type]);
  if (type === 'text') return { text: checkedText(content.content), content };
  if (type === 'msgmenu') return checkedMenu(content);
  if (type === 'news') return checkedNews(content);
  const mediaId = content.media_id ?? content.thumb_media_id;
  const media = typeof mediaId === 'string' ? account.media.get(mediaId) : undefined;
  if (['image', 'voice', 'video'].includes(type) && (!media || media.expiresAt <= nowOf(sim)))
    throw new ApiError(40007, 'invalid media_id');
  return { text: String(content.title ?? ''), content };
}

function checkedText(value: unknown): string {
  const text = typeof value === 'string' ? value : '';
  if (text === '') throw new ApiError(44004, 'empty content');
  if (Buffer.byteLength(text) > MAX_TEXT) throw new ApiError(45002, 'content size out of limit');
  return text;
}

function checkedMenu(content: Body): Content {
  const list = Array.isArray(content.list) ? content.list.map(bagOf) : [];
  if (list.length === 0 || list.length > MAX_MENU_ITEMS) throw new ApiError(44004, 'empty content');
  if (list.some(({ id, content: label }) => !id || typeof label !== 'string' || label === ''))
    throw new ApiError(44004, 'empty content');
  const head = String(content.head_content ?? '');
  if (Buffer.byteLength(JSON.stringify(content)) > 2 * MAX_TEXT) throw new ApiError(45002, 'content size out of limit');
  return { text: head, content: { ...content, list } };
}

function checkedNews(content: Body): Content {
  const articles = Array.isArray(content.articles) ? content.articles.map(bagOf) : [];
  if (articles.length !== 1) throw new ApiError(45008, 'article size out of limit');
  return { text: String(articles[0]?.title ?? ''), content: { articles } };
}

export function sendTyping(call: Call): Body {
  const { sim, account } = call;
  if (account.kind === 'unverified' || account.kind === 'subscription') throw new ApiError(48001, 'api unauthorized');
  const body = call.json();
  const user = reachable(call, body);
  const now = nowOf(sim);
  if (body.command !== 'Typing' && body.command !== 'CancelTyping') throw new ApiError(45072, 'command invalid');
  if (body.command === 'Typing' && user.typingUntil > now) throw new ApiError(45081, 'typing already');
  if (body.command === 'Typing' && now - user.lastMessageAt > RECENT)
    throw new ApiError(45080, 'no interaction in 30 s');
  user.typingUntil = body.command === 'Typing' ? now + TYPING_LASTS : 0;
  return { errcode: 0, errmsg: 'ok' };
}

/** Template messages and subscription notices: they reach followers after the window too. */
export function sendNotice(call: Call, via: 'template' | 'subscribe'): Body {
  const { sim, account } = call;
  if (account.kind !== 'service') throw new ApiError(48001, 'api unauthorized');
  const body = call.json();
  const user = reachable(call, body);
  if (!body.template_id) throw new ApiError(40037, 'invalid template_id');
  const data = Object.entries(bagOf(body.data)).map(([name, value]) => `${name}：${String(bagOf(value).value ?? '')}`);
  show(sim, user, { from: 'account', via, type: 'template', text: data.join('\n'), content: body });
  return { errcode: 0, errmsg: 'ok', ...(via === 'template' ? { msgid: nowOf(sim) } : {}) };
}
