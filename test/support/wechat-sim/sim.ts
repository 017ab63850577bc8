/** The simulator: WeChat between customers and a callback URL. What a customer does is a method, what they see a transcript. */
import { handleApi } from './api.ts';
import type { ApiRequest, ApiResponse } from './api-call.ts';
import { keepMedia, type NewMedia } from './media.ts';
import { flush, push } from './push.ts';
import { grant, quotaLeft } from './quota.ts';
import {
  type Delivery,
  type Entry,
  type FaultName,
  nowOf,
  randomText,
  type Sim,
  type SimAccount,
  type SimAccountOptions,
  type SimOptions,
  type SimUser,
  show,
  strikes,
  type Trigger,
} from './state.ts';
import { type PushFields, verificationQuery } from './wire.ts';

export type WeChatSim = ReturnType<typeof createWeChatSim>;
type Said = { type: string; text: string; fields: PushFields; content?: Record<string, unknown>; trigger?: Trigger };

const DAY_LIMIT = 500_000;

export function createWeChatSim(options: SimOptions) {
  const sim: Sim = {
    options: {
      deadlineMs: 5_000,
      attempts: 3,
      quotaReading: 'refill',
      dayLimit: DAY_LIMIT,
      onChange: () => undefined,
      pause: (ms) => new Promise((resume) => setTimeout(resume, ms)),
      ...options,
    },
    accounts: new Map(),
    faults: new Map(),
    nextEntry: 1,
    pictures: new Map(),
  };
  return {
    sim,
    addAccount: (given: SimAccountOptions) => addAccount(sim, given),
    /** The fault happens on the next `left` occasions, each with a chance of `rate`; 0 takes it away. */
    setFault: (name: FaultName, left = Number.POSITIVE_INFINITY, rate = 1) => {
      if (left <= 0) sim.faults.delete(name);
      else sim.faults.set(name, { left, rate });
      sim.options.onChange();
    },
    api: (request: ApiRequest): Promise<ApiResponse> => handleApi(sim, request),
  };
}

export type SimAccountDriver = ReturnType<typeof addAccount>;

function addAccount(sim: Sim, given: SimAccountOptions) {
  const account: SimAccount = {
    ipAllow: null,
    ...given,
    users: new Map(),
    tokens: [],
    forcedAt: [],
    media: new Map(),
    menu: null,
    deliveries: [],
    apiCalls: [],
    clearedQuota: 0,
    callsLeft: sim.options.dayLimit,
    nextUrl: 0,
    heldBack: null,
    lastMessage: null,
    lastEventTime: null,
    pushed: [],
  };
  sim.accounts.set(account.appId, account);
  const userOf = (openid: string) => knownUser(sim, account, openid);
  return {
    account,
    /** The console's check of the URL: whether the echo came back as it was. */
    verifyUrl: (get: (url: string) => Promise<string>) => verifyUrl(sim, account, get),
    /** `following`: they followed long ago, no event is pushed. */
    customer: (openid: string, given: { following?: boolean } = {}) => {
      const user = userOf(openid);
      if (given.following) user.subscribed = true;
      return customerDriver(sim, account, user);
    },
    transcript: (openid: string): Entry[] => userOf(openid).transcript,
    /** Attempts for one push, by its key (`MsgId`, or time and event). */
    deliveries: (key: string): Delivery[] => account.deliveries.filter((one) => one.key === key),
    apiCalls: () => account.apiCalls,
    quotaLeft: (openid: string) => quotaLeft(userOf(openid), nowOf(sim)),
    flush: () => flush(account),
  };
}

async function verifyUrl(sim: Sim, account: SimAccount, get: (url: string) => Promise<string>): Promise<boolean> {
  const echo = randomText(sim, 19, '123456789');
  const stamp = {
    timestamp: Math.floor(nowOf(sim) / 1000),
    nonce: randomText(sim, 10, '0123456789'),
    random: Buffer.alloc(16),
  };
  const answers = await Promise.all(
    account.callbackUrls.map((url) => get(`${url}?${verificationQuery(account, stamp, echo)}`)),
  );
  return answers.length > 0 && answers.every((answer) => answer === echo);
}

function knownUser(sim: Sim, account: SimAccount, openid: string): SimUser {
  const known = account.users.get(openid);
  if (known) return known;
  const user: SimUser = {
    openid,
    unionid: null,
    name: openid,
    subscribed: account.kind === 'miniprogram',
    blocked: false,
    buckets: [],
    transcript: [],
    lastMessageAt: nowOf(sim),
    typingUntil: 0,
  };
  account.users.set(openid, user);
  return user;
}

/** What one customer can do. Every act resolves to the push's key when WeChat is done with it: answered, or given up. */
function customerDriver(sim: Sim, account: SimAccount, user: SimUser) {
  const message = (said: Said) => sayMessage(sim, { account, user }, said);
  const event = (name: string, fields: PushFields, trigger?: Trigger) =>
    sendEvent(sim, { account, user }, { name, fields, ...(trigger ? { trigger } : {}) });
  const media = (type: string, file: Omit<NewMedia, 'type'>) => keepMedia(sim, account, { ...file, type });
  const text = (words: string, extra: PushFields = {}, trigger: Trigger = 'message') =>
    message({ type: 'text', text: words, fields: { Content: words, ...extra }, trigger });
  const notice = (type: string) => show(sim, user, { from: 'notice', via: 'wechat', type, text: '', content: {} });
  return {
    user,
    follow: (scene?: string) => {
      user.subscribed = true;
      notice('follow');
      return event(
        'subscribe',
        scene ? { EventKey: `qrscene_${scene}`, Ticket: randomText(sim, 20) } : { EventKey: '' },
        'follow',
      );
    },
    unfollow: () => {
      user.subscribed = false;
      user.buckets = [];
      notice('unfollow');
      return event('unsubscribe', { EventKey: '' });
    },
    block: (blocked = true) => {
      user.blocked = blocked;
    },
    say: (words: string) => text(words),
    sendImage: (file: Omit<NewMedia, 'type'>, base: string) => {
      const id = media('image', file);
      const path = `/pictures/${id}`;
      sim.pictures.set(path, file);
      const fields = { PicUrl: `${base}${path}`, MediaId: id };
      return message({ type: 'image', text: file.filename, fields, content: { media_id: id } });
    },
    sendVoice: (file: Omit<NewMedia, 'type'>, recognition?: string) => {
      const id = media('voice', file);
      const fields = {
        MediaId: id,
        Format: 'amr',
        MediaId16K: id,
        ...(recognition ? { Recognition: recognition } : {}),
      };
      return message({ type: 'voice', text: recognition ?? '', fields, content: { media_id: id } });
    },
    sendVideo: (file: Omit<NewMedia, 'type'>) => {
      const id = media('video', file);
      return message({
        type: 'video',
        text: file.filename,
        fields: { MediaId: id, ThumbMediaId: id },
        content: { media_id: id },
      });
    },
    sendLocation: (place: { latitude: number; longitude: number; label: string }) => {
      const { latitude, longitude, label } = place;
      const fields = { Location_X: latitude.toFixed(6), Location_Y: longitude.toFixed(6), Scale: '16', Label: label };
      return message({ type: 'location', text: label, fields, content: place });
    },
    sendLink: (link: { title: string; description: string; url: string }) => {
      const fields = { Title: link.title, Description: link.description, Url: link.url };
      return message({ type: 'link', text: link.title, fields, content: link });
    },
    sendOther: (type: string, fields: PushFields = {}) => message({ type, text: `[${type}]`, fields }),
    tapMenu: (key: string) => {
      show(sim, user, { from: 'customer', via: 'push', type: 'menu', text: key, content: {} });
      return event('CLICK', { EventKey: key }, 'menu');
    },
    viewMenu: (url: string) => event('VIEW', { EventKey: url }),
    /** Taps item `index` of the last menu in the chat; the tap comes as text and counts as a menu click. */
    tapMsgMenu: (index: number) => {
      const item = lastMenu(user)[index];
      if (!item) throw new Error(`There is no item ${index} in the last menu.`);
      return text(item.content, { bizmsgmenuid: item.id }, 'menu');
    },
    /** Taps a `weixin://bizmsgmenu` link; ids get lost on some accounts. */
    tapLink: (item: { content: string; id: string }) => text(item.content, { bizmsgmenuid: item.id }, 'menu'),
    scan: (scene: string) => {
      const known = user.subscribed;
      user.subscribed = true;
      const ticket = randomText(sim, 20);
      return known
        ? event('SCAN', { EventKey: scene, Ticket: ticket }, 'scan')
        : event('subscribe', { EventKey: `qrscene_${scene}`, Ticket: ticket }, 'follow');
    },
    enterSession: (from = '') => event('user_enter_tempsession', { SessionFrom: from }, 'enter'),
    reportLocation: () =>
      event('LOCATION', { Latitude: '23.137466', Longitude: '113.352425', Precision: '119.385040' }),
    event,
  };
}

export function lastMenu(user: SimUser): { id: string; content: string }[] {
  const menu = user.transcript.findLast(({ type, from }) => type === 'msgmenu' && from === 'account');
  const list = menu?.content.list;
  return Array.isArray(list) ? (list as { id: string; content: string }[]) : [];
}

async function sayMessage(sim: Sim, target: { account: SimAccount; user: SimUser }, said: Said): Promise<string> {
  const { account, user } = target;
  const now = nowOf(sim);
  // Two customers may share an id; one customer's ids differ.
  const last = account.lastMessage;
  const others = last?.openids.includes(user.openid) ? null : last;
  const key = others && strikes(sim, 'same-msg-id') ? others.key : `4${randomText(sim, 18, '0123456789')}`;
  account.lastMessage = { key, openids: [...(key === others?.key ? others.openids : []), user.openid] };
  user.lastMessageAt = now;
  grant(user, said.trigger ?? 'message', { now, reading: sim.options.quotaReading, kind: account.kind });
  show(sim, user, { from: 'customer', via: 'push', type: said.type, text: said.text, content: said.content ?? {} });
  const fields = { ...envelope(account, user, Math.floor(now / 1000)), MsgType: said.type, ...said.fields, MsgId: key };
  if (strikes(sim, 'location-flood'))
    for (let n = 0; n < 20; n++)
      void sendEvent(sim, target, {
        name: 'LOCATION',
        fields: { Latitude: '23.1', Longitude: '113.3', Precision: '1' },
      });
  await push(sim, target, { key, fields });
  return key;
}

async function sendEvent(
  sim: Sim,
  target: { account: SimAccount; user: SimUser },
  { name, fields, trigger }: { name: string; fields: PushFields; trigger?: Trigger },
): Promise<string> {
  const { account, user } = target;
  const now = nowOf(sim);
  const repeated = account.lastEventTime !== null && strikes(sim, 'same-create-time');
  const seconds = repeated && account.lastEventTime !== null ? account.lastEventTime : Math.floor(now / 1000);
  account.lastEventTime = seconds;
  user.lastMessageAt = now;
  if (trigger) grant(user, trigger, { now, reading: sim.options.quotaReading, kind: account.kind });
  const key = `${seconds}:${name}:${String(fields.EventKey ?? '')}`;
  await push(sim, target, {
    key,
    fields: { ...envelope(account, user, seconds), MsgType: 'event', Event: name, ...fields },
  });
  return key;
}

function envelope(account: SimAccount, user: SimUser, seconds: number): PushFields {
  return { ToUserName: account.originalId, FromUserName: user.openid, CreateTime: seconds };
}
