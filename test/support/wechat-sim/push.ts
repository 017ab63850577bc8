/** Delivers to the callback URL as WeChat does: 5 s each, three times with the same MsgId, then the customer sees a fault notice. */
import { judgeReply } from './reply.ts';
import { type Delivery, nowOf, randomText, type Sim, type SimAccount, type SimUser, show, strikes } from './state.ts';
import { type PushFields, pushRequest } from './wire.ts';

const FAULT_NOTICE = '该公众号提供的服务出现故障，请稍后再试';

export type Push = { key: string; fields: PushFields };

/** Pushes to the end: answered, or given up. With `reorder` the push waits until the next one is out. */
export async function push(sim: Sim, target: { account: SimAccount; user: SimUser }, message: Push): Promise<void> {
  const { account, user } = target;
  account.pushed.push({ key: message.key, openid: user.openid, fields: message.fields });
  const run = () => deliverAll(sim, target, message);
  const held = account.heldBack;
  account.heldBack = null;
  if (!held && strikes(sim, 'reorder')) {
    account.heldBack = run;
    return;
  }
  await run();
  if (held) await held();
}

/** Lets go of a push that waits for a next one. */
export async function flush(account: SimAccount): Promise<void> {
  const held = account.heldBack;
  account.heldBack = null;
  await held?.();
}

async function deliverAll(sim: Sim, target: { account: SimAccount; user: SimUser }, message: Push): Promise<void> {
  const { account, user } = target;
  const isEvent = message.fields.MsgType === 'event';
  for (let attempt = 1; attempt <= sim.options.attempts; attempt++) {
    const { outcome, delivery } = await deliverOnce(sim, target, { ...message, attempt });
    const judged = judgeReply(outcome, { account, user, isEvent });
    const lost = judged.kind !== 'bad' && strikes(sim, 'response-lost');
    delivery.outcome = lost ? 'response-lost' : outcomeOf(outcome.kind, judged.kind);
    if (lost || judged.kind === 'bad') {
      if (attempt < sim.options.attempts)
        await sim.options.pause(Math.max(0, delivery.at + sim.options.deadlineMs - nowOf(sim)));
      continue;
    }
    if (judged.kind === 'message')
      show(sim, user, {
        from: 'account',
        via: 'passive',
        type: judged.type,
        text: judged.text,
        content: judged.content,
      });
    if (strikes(sim, 'duplicate')) await deliverOnce(sim, target, { ...message, attempt: attempt + 1 });
    return;
  }
  show(sim, user, { from: 'notice', via: 'wechat', type: 'fault', text: FAULT_NOTICE, content: {} });
}

function outcomeOf(kind: 'response' | 'timeout' | 'broken', judged: 'done' | 'message' | 'bad'): Delivery['outcome'] {
  if (kind !== 'response') return kind;
  if (judged === 'bad') return 'bad-reply';
  return judged === 'message' ? 'reply' : 'success';
}

async function deliverOnce(
  sim: Sim,
  { account, user }: { account: SimAccount; user: SimUser },
  { key, fields, attempt }: Push & { attempt: number },
) {
  const at = nowOf(sim);
  const request = pushRequest(fields, wireAccount(sim, account), {
    timestamp: Math.floor(at / 1000),
    nonce: randomText(sim, 10, '0123456789'),
    random: Buffer.from(randomText(sim, 16)),
  });
  const base = account.callbackUrls[account.nextUrl++ % Math.max(1, account.callbackUrls.length)] ?? '';
  const query = strikes(sim, 'wrong-signature')
    ? request.query.replace(/signature=[0-9a-f]{8}/g, 'signature=00000000')
    : request.query;
  const outcome = await sim.options.deliver(
    { url: `${base}?${query}`, body: request.body, contentType: request.contentType },
    { deadlineMs: sim.options.deadlineMs, slow: strikes(sim, 'slow-body') },
  );
  const status = outcome.kind === 'response' ? outcome.status : null;
  const delivery: Delivery = {
    key,
    openid: user.openid,
    attempt,
    url: base,
    at,
    ms: nowOf(sim) - at,
    status,
    outcome: 'success',
  };
  account.deliveries.push(delivery);
  sim.options.onChange();
  return { outcome, delivery };
}

function wireAccount(sim: Sim, account: SimAccount): SimAccount {
  return strikes(sim, 'foreign-app-id') ? { ...account, appId: 'wx0000000000000000' } : account;
}
