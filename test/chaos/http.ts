/** Requests as clients make them: a network that breaks or hangs is a value, never an exception. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from './dice.ts';

export type Answer = {
  status: number;
  json: Record<string, unknown>;
  cookie: string | undefined;
  retryAfterMs: number;
};
export type Given = { headers?: Record<string, string>; body?: unknown };

const PATIENCE_MS = 10_000;

/** null: nobody can say whether the request was carried out. */
export async function ask(method: string, url: string, { headers = {}, body }: Given = {}): Promise<Answer | null> {
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      cookie: response.headers.getSetCookie()[0]?.split(';', 1)[0],
      retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1_000,
    };
  } catch {
    return null;
  }
}

/** Whether a request may be sent again in the hope of another answer. */
export function isWorthRepeating(answer: Answer | null): boolean {
  return answer === null || answer.status === 429 || answer.status >= 500;
}

/** How long a client waits after so many failures in a row. */
export function pauseMs(failures: number, dice: Dice): number {
  return Math.min(40 * 2 ** Math.min(failures, 10), 800) * (0.5 + dice.next() / 2);
}

/** True as soon as the condition holds, false when it did not in time. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  forMs: number,
  everyMs = 15,
): Promise<boolean> {
  const deadline = performance.now() + forMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > deadline) return false;
    await pause(everyMs);
  }
}
