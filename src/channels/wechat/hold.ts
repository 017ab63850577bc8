/** Accounts without the customer-service API answer inside the callback: it is held until the answer is there, over WeChat's retries. */
import * as z from 'zod';
import type { ChannelDeps } from '../channel.ts';
import type { PassiveReply } from './passive.ts';
import { type WeChatMessage, wording } from './render-context.ts';
import { byteLength, MAX_TEXT_BYTES } from './split.ts';

/** WeChat hangs up after 5 s. */
const HOLD_MS = 4_500;
/** Past the moment at which WeChat has hung up for sure: whatever is said then is not heard. */
const SILENCE_MS = 1_500;
const LOOK_MS = 150;
const LAST_ATTEMPT = 3;
const REMEMBER_MS = 60_000;

type Deps = Pick<ChannelDeps, 'outbox' | 'ledger' | 'shared' | 'live' | 'clock'>;
export type Holding = {
  inboxId: string;
  address: string;
  externalKey: string;
  startedAt: Date;
  /** Whoever only came in (followed) is not told that we work on something. */
  isQuestion: boolean;
};

const replySchema = z.object({ type: z.literal('text'), content: z.string() });
const payloadSchema = z.object({ message: z.custom<WeChatMessage>((value) => typeof value === 'object') });

/** The answer; `still working` on the last attempt; null: nothing was said, WeChat asks again. */
export async function holdForAnswer(holding: Holding, deps: Deps): Promise<PassiveReply | null> {
  const { inboxId, externalKey, startedAt } = holding;
  const key = `wechat-reply:${inboxId}:${externalKey}`;
  const earlier = replySchema.safeParse(JSON.parse((await deps.shared.get(key)) ?? 'null'));
  // The answer to an earlier attempt was not heard, else WeChat would not ask again.
  if (earlier.success) return earlier.data;
  const attempt = await countAttempt(key, deps);
  const until = startedAt.getTime() + HOLD_MS;
  for (;;) {
    const reply = await takeHeld(holding, deps);
    if (reply) {
      await deps.shared.set(key, JSON.stringify(reply), REMEMBER_MS);
      return reply;
    }
    if (deps.clock().getTime() >= until) break;
    await pause(LOOK_MS);
  }
  if (attempt >= LAST_ATTEMPT)
    return holding.isQuestion ? { type: 'text', content: wording({ locale: 'zh-CN' }).working } : null;
  await pause(SILENCE_MS);
  return null;
}

const pause = (ms: number) => new Promise<void>((resume) => setTimeout(resume, ms));

async function countAttempt(key: string, { shared }: Deps): Promise<number> {
  const attempt = Number((await shared.get(`${key}:attempts`)) ?? '0') + 1;
  await shared.set(`${key}:attempts`, String(attempt), REMEMBER_MS);
  return attempt;
}

/** As many waiting texts as fit into one reply; each part is taken once, on any number of processes. */
async function takeHeld({ inboxId, address }: Holding, deps: Deps): Promise<PassiveReply | null> {
  const texts: string[] = [];
  for (;;) {
    const held = await deps.outbox.nextHeld(inboxId, address);
    if (!held) break;
    const parts = (await deps.ledger.parts(held.key)).filter(({ state }) => state === 'pending');
    for (const part of parts) {
      const content = contentOf(payloadSchema.parse(part.payload).message);
      if (texts.length > 0 && byteLength([...texts, content].join('\n\n')) > MAX_TEXT_BYTES) return said(texts);
      const place = { key: held.key, n: part.n, inboxId, address };
      if ((await deps.ledger.reserve(place, 'nobody')) !== 'reserved') return said(texts);
      await deps.ledger.settle(place, { state: 'sent' });
      texts.push(content);
      // The first page ends by asking for the next one.
      if (part !== parts.at(-1)) return said(texts);
    }
    const news = await deps.outbox.heldWasSent(held.key);
    if (news) deps.live.publish({ kind: 'delivery', ...news });
    else break;
  }
  return said(texts);
}

function said(texts: readonly string[]): PassiveReply | null {
  return texts.length === 0 ? null : { type: 'text', content: texts.join('\n\n') };
}

/** Pictures and cards need an upload that such accounts may not make; their words are what is left. */
function contentOf(message: WeChatMessage): string {
  if (message.msgtype === 'text') return message.text.content;
  if (message.msgtype === 'news') {
    const [{ title, description, url }] = message.news.articles;
    return [title, description, url].filter((line) => line !== '').join('\n');
  }
  return message.msgtype === 'msgmenu' ? message.msgmenu.head_content : '';
}
