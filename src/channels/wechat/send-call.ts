/** One message of WeChat's own to one customer: what is called, and what each answer means for it. */

import type { WeChatApi } from './api.ts';
import { actionFor, delayFor, type ErrcodeAction } from './errcodes.ts';
import type { WeChatMessage } from './render-context.ts';
import type { ApiAnswer } from './request.ts';
import type { Account } from './settings.ts';

/** `lost`: it may have arrived. `later`: certainly not sent, and worth another try. Other names as in the table of codes. */
export type Called =
  | { kind: 'sent' }
  | { kind: 'lost'; reason: string }
  | { kind: 'later'; reason: string; delayMs: number }
  | { kind: 'refused'; action: ErrcodeAction; code: number; message: string };

const AGAIN_MS = 1_000;

export function bodyOf(
  address: string,
  message: WeChatMessage,
  given: { mediaId: string | null; ai: boolean },
): unknown {
  const { contentUrl: _, ...rest } = { contentUrl: '', ...message };
  return {
    touser: address,
    ...rest,
    ...(message.msgtype === 'image' ? { image: { media_id: given.mediaId } } : {}),
    ...(given.ai ? { aimsgcontext: { is_ai_msg: 1 } } : {}),
  };
}

type CallGiven = {
  account: Account;
  body: unknown;
  attempt: number;
  now: Date;
  signal: AbortSignal;
  mayRepeat: boolean;
};

/** "Busy" is an answer: a plain text is said once more, since so far it always meant that nothing was done. */
export async function callSend(api: WeChatApi, given: CallGiven): Promise<Called> {
  const send = () =>
    api.call(given.account, { method: 'POST', path: '/cgi-bin/message/custom/send', body: given.body }, given.signal);
  const first = judge(await send(), given);
  if (first.kind !== 'refused' || first.action !== 'unknown') return first;
  if (!given.mayRepeat) return { kind: 'lost', reason: 'Busy' };
  await new Promise((resume) => setTimeout(resume, AGAIN_MS));
  const second = judge(await send(), given);
  return second.kind === 'refused' && second.action === 'unknown' ? { kind: 'lost', reason: 'Busy' } : second;
}

export function judge(answer: ApiAnswer, { attempt, now }: { attempt: number; now: Date }): Called {
  if (answer.kind === 'ok') return { kind: 'sent' };
  if (answer.kind === 'lost') {
    if (answer.sent) return { kind: 'lost', reason: 'NoAnswer' };
    return { kind: 'later', reason: 'Unreachable', delayMs: delayFor(-1, { attempt, now }) };
  }
  const { code, message } = answer;
  const action = actionFor(code);
  if (action === 'retry') return { kind: 'later', reason: `WeChat${code}`, delayMs: delayFor(code, { attempt, now }) };
  return { kind: 'refused', action, code, message };
}
