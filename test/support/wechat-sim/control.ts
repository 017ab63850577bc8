/** What the chat page shows and does: one state for one customer, and the acts of a hand on a phone. */
import * as z from 'zod';
import { lastMenu, type SimAccountDriver, type WeChatSim } from './sim.ts';
import { FAULTS, nowOf } from './state.ts';

const openid = z.string().regex(/^o[\w-]{1,60}$/);
const words = z.string().min(1).max(4_000);
const name = z.string().max(200);

export const actSchema = z.discriminatedUnion('act', [
  z.object({ act: z.literal('follow'), openid, scene: name.optional() }),
  z.object({ act: z.literal('unfollow'), openid }),
  z.object({ act: z.literal('block'), openid, blocked: z.boolean() }),
  z.object({ act: z.literal('say'), openid, text: words }),
  z.object({ act: z.literal('image'), openid, filename: name, contentType: name, base64: z.base64().max(14_000_000) }),
  z.object({ act: z.literal('voice'), openid, recognition: words.optional() }),
  z.object({ act: z.literal('location'), openid, latitude: z.number(), longitude: z.number(), label: words }),
  z.object({ act: z.literal('link'), openid, title: name, description: name, url: z.url({ protocol: /^https?$/ }) }),
  z.object({ act: z.literal('menu'), openid, key: name }),
  z.object({ act: z.literal('view'), openid, url: name }),
  z.object({ act: z.literal('msgmenu'), openid, index: z.number().int().min(0).max(99) }),
  z.object({ act: z.literal('tap-link'), openid, content: words, id: name }),
  z.object({ act: z.literal('scan'), openid, scene: name }),
  z.object({ act: z.literal('enter'), openid }),
  z.object({
    act: z.literal('fault'),
    fault: z.enum(FAULTS),
    left: z.number().int().min(0).max(1_000_000),
    rate: z.number().min(0).max(1).default(1),
  }),
  z.object({ act: z.literal('drop-window'), openid }),
]);
export type Act = z.output<typeof actSchema>;
type Stage = { sim: WeChatSim; account: SimAccountDriver; base: string };

/** A second of silence in the format that phones record. */
const SILENCE = Buffer.concat([Buffer.from('#!AMR\n'), Buffer.alloc(13 * 50, 0x04)]);

/** Resolves when WeChat is done with what the act pushed. */
export async function perform({ sim, account, base }: Stage, act: Act): Promise<void> {
  if (act.act === 'fault') return sim.setFault(act.fault, act.left, act.rate);
  const customer = account.customer(act.openid);
  switch (act.act) {
    case 'follow':
      return void (await customer.follow(act.scene));
    case 'unfollow':
      return void (await customer.unfollow());
    case 'block':
      return customer.block(act.blocked);
    case 'say':
      return void (await customer.say(act.text));
    case 'image':
      return void (await customer.sendImage({ ...act, bytes: Buffer.from(act.base64, 'base64') }, base));
    case 'voice':
      return void (await customer.sendVoice(
        { filename: 'voice.amr', contentType: 'audio/amr', bytes: SILENCE },
        act.recognition,
      ));
    case 'location':
      return void (await customer.sendLocation(act));
    case 'link':
      return void (await customer.sendLink(act));
    case 'menu':
      return void (await customer.tapMenu(act.key));
    case 'view':
      return void (await customer.viewMenu(act.url));
    case 'msgmenu':
      return void (await customer.tapMsgMenu(act.index));
    case 'tap-link':
      return void (await customer.tapLink(act));
    case 'scan':
      return void (await customer.scan(act.scene));
    case 'enter':
      return void (await customer.enterSession());
    case 'drop-window':
      customer.user.buckets = [];
      sim.sim.options.onChange();
  }
}

const SHOWN = 60;

export function stateOf({ sim }: WeChatSim, { account, quotaLeft }: SimAccountDriver, given: string) {
  const known = openid.safeParse(given).success ? account.users.get(given) : undefined;
  const now = nowOf(sim);
  return {
    now,
    account: {
      name: account.name,
      kind: account.kind,
      appId: account.appId,
      mode: account.mode,
      format: account.format,
    },
    customers: [...account.users.keys()],
    menu: account.menu,
    faults: [...sim.faults].map(([fault, { left }]) => ({ fault, left: Number.isFinite(left) ? left : -1 })),
    faultNames: FAULTS,
    customer: known
      ? {
          openid: known.openid,
          subscribed: known.subscribed,
          typing: known.typingUntil > now,
          quotaLeft: quotaLeft(known.openid),
          buckets: known.buckets.filter(({ expiresAt }) => expiresAt > now),
          transcript: known.transcript.slice(-200),
          menu: lastMenu(known),
        }
      : null,
    deliveries: account.deliveries.slice(-SHOWN).reverse(),
    apiCalls: account.apiCalls.slice(-SHOWN).reverse(),
  };
}
