/** A colleague's session at the desk: acts are sent again until the server has said what became of them. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from './dice.ts';
import { type Answer, ask, isWorthRepeating, pauseMs } from './http.ts';

export type DeskClient = {
  base(): string;
  cookie: string;
  /** Repeated over outages; the answer is the server's word. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The next request goes to another server, after a moment. */
  hop(): Promise<void>;
};

type Place = { bases: readonly string[]; home: number; dice: Dice };
const PASSWORD = 'tea-cups in the harbour';

function createDesk({ bases, home, dice }: Place, cookie: string): DeskClient {
  let at = home;
  let failures = 0;
  const client: DeskClient = {
    cookie,
    base: () => bases[at % bases.length] as string,
    hop: async () => {
      at++;
      await pause(pauseMs(++failures, dice));
    },
    call: async (method, path, body) => {
      for (;;) {
        const base = client.base();
        const headers = { cookie: client.cookie, ...(method === 'GET' ? {} : { origin: base, 'x-zhike': '1' }) };
        const answer = await ask(method, base + path, { headers, ...(body === undefined ? {} : { body }) });
        if (answer && !isWorthRepeating(answer)) {
          failures = 0;
          return answer;
        }
        if (answer?.retryAfterMs) await pause(answer.retryAfterMs);
        await client.hop();
      }
    },
  };
  return client;
}

/** Redeems a one-time link and chooses a password; while nobody is killed. */
export async function enter(place: Place, link: string): Promise<DeskClient> {
  const client = createDesk(place, '');
  const code = new URLSearchParams(new URL(link).hash.slice(1)).get('code');
  const redeemed = await client.call('POST', '/api/v1/auth/link', { code });
  client.cookie = redeemed.cookie ?? '';
  const chosen = await client.call('PATCH', '/api/v1/me', { newPassword: PASSWORD });
  if (chosen.status !== 200) throw new Error(`nobody could sign in: ${chosen.status} ${JSON.stringify(chosen.json)}`);
  client.cookie = chosen.cookie ?? client.cookie;
  return client;
}

/** The first administrator, and the colleagues that they invite. */
export async function openDesk(
  place: Omit<Place, 'home'>,
  given: { link: string; agents: number },
): Promise<DeskClient[]> {
  const admin = await enter({ ...place, home: 0 }, given.link);
  const colleagues: DeskClient[] = [];
  for (let n = 1; n <= given.agents; n++) {
    const body = { email: `agent-${n}@shop.test`, name: `客服 ${n}`, role: 'agent' };
    const invited = await admin.call('POST', '/api/v1/agents', body);
    colleagues.push(await enter({ ...place, home: n }, String(invited.json.url)));
  }
  return colleagues;
}
