/** A colleague at work: takes whoever waits, answers under client ids, and gives the conversation back or ends it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeskClient } from './desk-client.ts';
import type { Dice } from './dice.ts';
import { followLogs, type LogRow } from './log-follower.ts';

/** A reply; `id` is null while it is not acknowledged. */
export type Reply = { conversationId: string; clientId: string; text: string; id: string | null; otherIds: string[] };
export type Agent = {
  readonly replies: Reply[];
  /** Takeovers that succeeded. */
  readonly taken: () => number;
  /** What the agent's screen showed, by conversation. */
  readonly shown: Map<string, LogRow[]>;
  /** Works until `done` holds and nobody waits. */
  work(done: () => boolean): Promise<void>;
  close(): void;
};

const REPEATED = 0.1;
const HANDED_BACK = 0.65;
const LONGEST_REPLIES = 3;
const LONGEST_PAUSE_MS = 250;

export function createAgent(client: DeskClient, dice: Dice): Agent {
  const replies: Reply[] = [];
  const follower = followLogs(client);
  let taken = 0;

  const reply = async (conversationId: string) => {
    const clientId = randomUUID();
    const one: Reply = {
      conversationId,
      clientId,
      text: `您好，已为您处理 ${clientId.slice(0, 8)}`,
      id: null,
      otherIds: [],
    };
    replies.push(one);
    const send = async () => {
      const answer = await client.call('POST', `/api/v1/conversations/${conversationId}/messages`, {
        text: one.text,
        clientId,
      });
      return answer.status === 200 ? String(answer.json.id) : null;
    };
    const atOnce = dice.chance(REPEATED) ? send() : null;
    one.id = await send();
    const other = await atOnce;
    if (other !== null && other !== one.id) one.otherIds.push(other);
  };
  const serve = async (id: string) => {
    const answer = await client.call('POST', `/api/v1/conversations/${id}/take-over`, {});
    // A colleague was faster, or the customer does not want a person any more.
    if (answer.status !== 200) return;
    taken++;
    await follower.open(id);
    for (let left = 1 + dice.below(LONGEST_REPLIES); left > 0; left--) {
      await reply(id);
      await pause(dice.below(LONGEST_PAUSE_MS));
    }
    // Refused only when an earlier try was carried out and the conversation has gone on since.
    await client.call('POST', `/api/v1/conversations/${id}/${dice.chance(HANDED_BACK) ? 'hand-back' : 'resolve'}`);
  };
  const list = async (view: string) => {
    const { json } = await client.call('GET', `/api/v1/conversations?view=${view}&limit=20`);
    return ((json.items ?? []) as { id: string }[]).map(({ id }) => id);
  };
  return {
    replies,
    taken: () => taken,
    shown: follower.shown,
    work: async (done) => {
      for (;;) {
        const waiting = [...(await list('mine')), ...(await list('waiting'))];
        if (waiting.length > 0) await serve(dice.pick(waiting));
        else if (done()) return;
        else await follower.hint();
      }
    },
    close: () => follower.close(),
  };
}
