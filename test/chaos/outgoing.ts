/** What a client has said: sent until acknowledged, one at a time, and now and then once more under the same key. */
import type { Dice } from './dice.ts';
import type { Answer } from './http.ts';
import type { Line } from './script.ts';

export type Said = Line & {
  /** `clientActivityID`: the same on every try. */
  key: string;
  /** The id under which it was acknowledged; null when it was refused for good. */
  id: string | null;
  /** Ids that repeats got and that are not the first one's. */
  otherIds: string[];
  /** When the acknowledgement came. */
  at: number;
  attempts: number;
  repeats: number;
};

/** Share of messages that are posted once more although nothing went wrong. */
const REPEATED = 0.1;

export type OutgoingOptions = {
  dice: Dice;
  /** One POST; `other`: at another server than usual. */
  post(body: object, other: boolean): Promise<Answer | null>;
  insist(act: () => Promise<Answer | null>): Promise<Answer>;
};

export function createOutgoing({ dice, post, insist }: OutgoingOptions): {
  said: Said[];
  say(line: Line, key: string): Promise<Said>;
} {
  const said: Said[] = [];
  return {
    said,
    say: async (line, key) => {
      const one: Said = { ...line, key, id: null, otherIds: [], at: 0, attempts: 0, repeats: 0 };
      said.push(one);
      const body = { type: 'message', text: line.text, from: { id: 'me' }, channelData: { clientActivityID: key } };
      const repeat = async (other: boolean) => {
        one.repeats++;
        const answer = await post(body, other);
        return answer?.status === 200 ? String(answer.json.id) : null;
      };
      const repeated = dice.chance(REPEATED);
      const atOnce = repeated && dice.chance(0.5) ? repeat(true) : null;
      const answer = await insist(() => {
        one.attempts++;
        return post(body, false);
      });
      one.id = answer.status === 200 ? String(answer.json.id) : null;
      one.at = performance.now();
      const later = repeated && atOnce === null ? await repeat(dice.chance(0.5)) : null;
      for (const id of [await atOnce, later]) if (id !== null && id !== one.id) one.otherIds.push(id);
      return one;
    },
  };
}
