/** A visitor's way in: a token for one conversation, renewed when it is refused, at whatever server answers. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from './dice.ts';
import { type Answer, ask, isWorthRepeating, pauseMs } from './http.ts';

export type Place = { bases: readonly string[]; home: number; dice: Dice };
export type Session = {
  readonly conversationId: string;
  base(): string;
  /** The server that a load balancer might have chosen instead. */
  otherBase(): string;
  headers(): Record<string, string>;
  /** The next request goes to another server, after a pause that grows with the failures in a row. */
  hop(): Promise<void>;
  /** The line is good again: the next pause is a short one. */
  cheer(): void;
  /** A fresh token for the same conversation, where the old one was refused. */
  renewIfRefused(answer: Answer | null): Promise<void>;
  /** Repeats until there is an answer that says something. */
  insist(act: () => Promise<Answer | null>): Promise<Answer>;
};

type Granted = { conversationId: string; token: string; credential: string };

export async function openSession({ bases, home, dice }: Place): Promise<Session> {
  let at = home;
  let failures = 0;
  let granted: Granted | null = null;
  const baseAt = (index: number) => bases[index % bases.length] as string;
  const hop = async () => {
    at++;
    await pause(pauseMs(++failures, dice));
  };
  const renew = async (): Promise<Granted> => {
    for (;;) {
      const body = { locale: 'zh-CN', ...(granted ? { credential: granted.credential } : {}) };
      const answer = await ask('POST', `${baseAt(at)}/api/web/session`, { body });
      if (answer?.status === 200) {
        granted = answer.json as Granted;
        return granted;
      }
      await hop();
    }
  };
  const { conversationId } = await renew();
  const session: Session = {
    conversationId,
    base: () => baseAt(at),
    otherBase: () => baseAt(at + 1),
    headers: () => ({ authorization: `Bearer ${granted?.token}` }),
    hop,
    cheer: () => {
      failures = 0;
    },
    renewIfRefused: async (answer) => {
      if (answer?.status === 401 || answer?.status === 403) await renew();
    },
    insist: async (act) => {
      for (;;) {
        const answer = await act();
        const refused = answer?.status === 401 || answer?.status === 403;
        if (answer && !refused && !isWorthRepeating(answer)) {
          session.cheer();
          return answer;
        }
        await session.renewIfRefused(answer);
        if (answer?.retryAfterMs) await pause(answer.retryAfterMs);
        await hop();
      }
    },
  };
  return session;
}
